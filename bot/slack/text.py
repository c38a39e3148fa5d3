"""Text as Slack wants it: escaped, never mentioning anybody who was not meant, times in the reader's zone."""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime

from bot.kernel.ids import ChannelId, UserId

CHANNEL_NAME_LIMIT = 80  # characters, set by Slack
TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # embed, override and isolate directions
_TOKEN = re.compile(r"<([^<>]*)>")
_HARMLESS = re.compile(
    r"@[UW][A-Z0-9]+(\|[^\n]*)?|#[CG][A-Z0-9]+(\|[^\n]*)?|https?://[^|\s]+(\|[^\n]*)?|mailto:[^|\s]+(\|[^\n]*)?"
    r"|!date\^-?\d+\^[^\^|\n]+(\^[^\^|\s]+)?\|[^\n]*"
)
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
_HALF = re.compile(r"(?:<[^<>]*|&\w{0,3})$")  # what a cut leaves of a token or an entity
_USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def clean(said: str) -> str:
    """Without what no keyboard types and no database or reader should meet: control characters, halves of characters,
    and marks that turn the direction of all that follows."""
    return "".join(sign for sign in said if sign in "\n\t" or not _is_unspeakable(sign)).replace("\t", " ")


def _is_unspeakable(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cs") or sign in TURNS


def escape(text: str) -> str:
    """What a person wrote, made safe for mrkdwn: no mention, no link, no channel call comes alive."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def tame(said: str) -> str:
    """Stored or typed mrkdwn, made fit to be shown again: people, channels and web links stay, calls to a whole
    channel or group become words, and any other bracket is only a bracket."""
    pieces, end = [], 0
    for token in _TOKEN.finditer(said):
        pieces.append(_brackets(said[end : token.start()]))
        pieces.append(token[0] if _HARMLESS.fullmatch(token[1]) else escape(_words(token[1], str)))
        end = token.end()
    return "".join([*pieces, _brackets(said[end:])])


def _brackets(text: str) -> str:
    return _BARE_AMPERSAND.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def isolate(text: str) -> str:
    """Words that run from right to left, fenced off: what stands around them keeps its order."""
    runs_left = any(unicodedata.bidirectional(sign) in ("R", "AL", "AN") for sign in text)
    return f"\u2068{text}\u2069" if runs_left else text


def mention(user: UserId) -> str:
    return f"<@{user}>"


def channel_link(channel: ChannelId) -> str:
    return f"<#{channel}>"


def link(url: str, words: str) -> str:
    return f"<{url}|{escape(words).replace('|', '¦')}>"


def when(moment: datetime) -> str:
    """Date and time in the reader's zone; UTC where Slack cannot."""
    return _date(moment, "{date_short_pretty} at {time}", moment.strftime("%Y-%m-%d %H:%M UTC"))


def clock(moment: datetime) -> str:
    """The time alone, in the reader's zone."""
    return _date(moment, "{time}", moment.strftime("%H:%M UTC"))


def how_long(seconds: float) -> str:
    """`2 h 5 min`, `40 s`: the two largest parts, for a sentence."""
    left = round(seconds)
    parts = [(left // 86_400, "d"), (left // 3_600 % 24, "h"), (left // 60 % 60, "min"), (left % 60, "s")]
    said = [f"{n} {unit}" for n, unit in parts if n]
    return " ".join(said[:2]) or "0 s"


def _date(moment: datetime, tokens: str, fallback: str) -> str:
    return f"<!date^{int(moment.timestamp())}^{tokens}|{fallback}>"


def named(mrkdwn: str, name: Callable[[UserId], str]) -> str:
    """The same with people's names in place of mentions, so that nobody is called."""
    return _USER.sub(lambda mention: escape(name(UserId(mention[1]))), mrkdwn)


def plain(said: str, name: Callable[[UserId], str]) -> str:
    """A stored Slack message as words: mentions become names, links their address, entities their character."""
    return unescape(_TOKEN.sub(lambda token: _words(token[1], name), said))


def _words(token: str, name: Callable[[UserId], str]) -> str:
    inner, _, label = token.partition("|")
    if inner.startswith("@"):
        called = name(UserId(inner[1:]))
        return f"@{label if label and called == inner[1:] else called}"
    if inner.startswith("#"):
        return f"#{label or inner[1:]}"
    if inner.startswith("!date^"):
        return label
    if inner.startswith("!subteam^"):
        return f"@{label.removeprefix('@') or 'a group'}"
    if inner.startswith("!"):
        return f"@{inner[1:]}"
    return f"{label} ({inner})" if label and label != inner else inner


def users_in(text: str) -> list[UserId]:
    """Who is mentioned, in order, each once."""
    return list(dict.fromkeys(UserId(found) for found in _USER.findall(text)))


def without_users(text: str) -> str:
    return " ".join(_USER.sub(" ", text).split())


def length(text: str) -> int:
    """In UTF-16 units, as JavaScript counts: most emoji are two. Slack never counts more than that."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, limit: int) -> str:
    """Plain words, cut where no more fit."""
    return text if length(text) <= limit else _first(text, limit - 1).rstrip() + "…"


def clip(mrkdwn: str, limit: int) -> str:
    """Mrkdwn, cut where no more fits, but never within a mention, a link or an entity."""
    if length(mrkdwn) <= limit:
        return mrkdwn
    return _HALF.sub("", _first(mrkdwn, limit - 1)).rstrip() + "…"


def _first(text: str, units: int) -> str:
    return text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "ignore")


def one_line(text: str) -> str:
    return " ".join(text.split())


def channel_name(*parts: str) -> str:
    """A name that Slack accepts: lower case, words by hyphens, at most 80 characters."""
    letters = unicodedata.normalize("NFKD", "-".join(parts)).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9_]+", "-", letters)
    return words.strip("-_")[:CHANNEL_NAME_LIMIT].strip("-_")
