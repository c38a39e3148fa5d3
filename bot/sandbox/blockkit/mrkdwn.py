"""Slack's mrkdwn: its special tokens, who a text pings, and what somebody forgot to escape."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.sandbox.blockkit.shape import Json

Kind = Literal["text", "user", "channel", "group", "broadcast", "date", "link"]
AROUND = 20  # characters shown either side of something unescaped

PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("user", re.compile(r"@(?P<id>[UW][A-Z0-9]+)(\|(?P<label>[^<>]*))?")),
    ("channel", re.compile(r"#(?P<id>[CGD][A-Z0-9]+)(\|(?P<label>[^<>]*))?")),
    ("group", re.compile(r"!subteam\^(?P<id>S[A-Z0-9]+)(\|(?P<label>[^<>]*))?")),
    ("broadcast", re.compile(r"!(?P<id>here|channel|everyone)(\|(?P<label>[^<>]*))?")),
    (
        "date",
        re.compile(r"!date\^(?P<id>-?\d+)\^(?P<format>[^\^|<>]+)(\^(?P<link>[^\^|<>\s]+))?\|(?P<label>[^<>]*)"),
    ),
    ("link", re.compile(r"(?P<id>(https?|slack|ftps?)://[^<>|\s]+|(mailto|tel):[^<>|\s]+)(\|(?P<label>[^<>]*))?")),
)
SPECIAL = re.compile(r"<([^<>\n]+)>")


@dataclass(frozen=True)
class Token:
    """A piece of mrkdwn. `id` is who or what is meant: a Slack id, here/channel/everyone, a URL, Unix seconds; the
    text itself for plain pieces."""

    kind: Kind
    raw: str
    id: str
    label: str | None = None  # for dates: the fallback
    format: str | None = None  # of dates
    link: str | None = None  # of dates


@dataclass(frozen=True)
class Mentions:
    """Who would be notified, each once, in order. `broadcast` holds here, channel or everyone."""

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()  # linked, not notified
    broadcast: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.users or self.groups or self.broadcast)


def tokens(text: str) -> list[Token]:
    """The pieces of `text` in order; joined, their `raw` is `text` again."""
    found: list[Token] = []
    end = 0
    for match in SPECIAL.finditer(text):
        if token := _token(match):
            if match.start() > end:
                found.append(_plain(text[end : match.start()]))
            found.append(token)
            end = match.end()
    if end < len(text):
        found.append(_plain(text[end:]))
    return found


def _plain(text: str) -> Token:
    return Token("text", text, text)


def _token(special: re.Match[str]) -> Token | None:
    for kind, pattern in PATTERNS:
        if match := pattern.fullmatch(special[1]):
            parts = match.groupdict()
            return Token(kind, special[0], parts["id"], parts["label"], parts.get("format"), parts.get("link"))
    return None


def mentions(text: str, blocks: list[Json] | None = None) -> Mentions:
    """Who a stored text, and blocks if given, would notify. Words in plain_text objects and in rich text notify
    nobody; a token in code does."""
    found = [*_said(text), *_mentioned(blocks or [])]
    return Mentions(
        users=_each("user", found),
        groups=_each("group", found),
        channels=_each("channel", found),
        broadcast=_each("broadcast", found),
    )


def _said(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.id) for token in tokens(text)]


def _each(kind: str, found: list[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one, name in found if one == kind))


RICH_MENTIONS = {
    "user": ("user", "user_id"),
    "usergroup": ("group", "usergroup_id"),
    "channel": ("channel", "channel_id"),
    "broadcast": ("broadcast", "range"),
}


def _mentioned(value: object) -> Iterator[tuple[str, str]]:
    for part in _parts(value):
        kind = part["type"]
        if kind in ("mrkdwn", "markdown"):
            yield from _said(part["text"])
        elif kind in RICH_MENTIONS:
            said, name = RICH_MENTIONS[kind]
            yield said, part[name]


def _parts(value: object) -> Iterator[Json]:
    """Every typed object in `value`, outer ones first."""
    if isinstance(value, list):
        for item in value:
            yield from _parts(item)
    elif isinstance(value, dict):
        if "type" in value:
            yield value
        for item in value.values():
            yield from _parts(item)


def mrkdwn_texts(blocks: list[Json]) -> list[str]:
    """The texts in blocks that Slack formats, as against plain ones."""
    return [part["text"] for part in _parts(blocks) if part["type"] == "mrkdwn"]


def unescaped(text: str) -> list[str]:
    """Each raw `&`, `<` or `>` that belongs to no token, with a few characters around it: what somebody wrote went
    in as it was. A `>` that begins a line is a quotation."""
    bare = "".join(token.raw if token.kind == "text" else "\0" * len(token.raw) for token in tokens(text))
    wrong = re.finditer(r"&(?!(?:amp|lt|gt);)|<|(?<!^)(?<!^>)(?<!^>>)>", bare, re.MULTILINE)
    return [text[max(0, match.start() - AROUND) : match.end() + AROUND].strip() for match in wrong]


def blocks_text(blocks: list[Json]) -> str:
    """All that can be read in blocks, in order, a line for each piece; mentions and links as mrkdwn tokens."""
    return "\n".join(line for line in _lines(blocks) if line)


# The properties that hold text of their own, not in a text object, by type of what holds them.
OWN_TEXT = {
    "markdown": ("text",),
    "raw_text": ("text",),
    "image": ("alt_text",),
    "video": ("alt_text", "author_name", "provider_name"),
    "task_card": ("title",),
    "plan": ("title",),
    "url": ("text",),
    "plain_text": ("text",),
    "mrkdwn": ("text",),
}


def _lines(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _lines(item)
    elif isinstance(value, dict):
        kind = value.get("type", "")
        if kind in INLINE_HOLDERS:
            yield "".join(_inline(part) for part in value["elements"])
            return
        if kind == "raw_number":
            yield str(value.get("text", value["value"]))
        yield from (value[name] for name in OWN_TEXT.get(kind, ()) if name in value)
        for item in value.values():
            yield from _lines(item)


INLINE_HOLDERS = ("rich_text_section", "rich_text_preformatted", "rich_text_quote")


def _inline(part: Json) -> str:
    match part["type"]:
        case "text":
            return str(part["text"])
        case "link":
            return f"<{part['url']}|{part['text']}>" if "text" in part else f"<{part['url']}>"
        case "user":
            return f"<@{part['user_id']}>"
        case "usergroup":
            return f"<!subteam^{part['usergroup_id']}>"
        case "channel":
            return f"<#{part['channel_id']}>"
        case "broadcast":
            return f"<!{part['range']}>"
        case "emoji":
            return f":{part['name']}:"
        case "date":
            return str(part.get("fallback", part["format"]))
        case _:
            return str(part.get("value", part.get("team_id", "")))
