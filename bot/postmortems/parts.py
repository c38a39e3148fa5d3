"""A document as the sections that people edit one by one, and how far each has come from what was drafted."""

import difflib
import hashlib
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from bot.kernel.errors import Refused
from bot.postmortems import markdown

PIECE_LIMIT = 2900  # characters; Slack's field takes 3000
DRAWN_BY_CODE = ("Timeline",)  # edited by editing the timeline
FOLLOW_UPS = "Follow-ups"
LEFT_OUT = "Left out by its authors."

_AGREED = re.compile(r"- \[[ x]\] \*\*F-\d+\*\*|Agreed:$")
_ANCHOR = re.compile(r'<a id="[a-z]+-\d+"></a>')
_HEADING = re.compile(r"^(?:#{1,2}|#{4,})(?=\s)", re.MULTILINE)  # sections are ours, and canvases have three levels
_QUOTED_LIST = re.compile(r"^>\s*(?:[-*+]|\d+\.)\s", re.MULTILINE)  # what no canvas takes
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
_INNER_ANGLE = re.compile(r"(?<!^)>", re.MULTILINE)


class Outcome(StrEnum):
    """What people made of a section."""

    KEPT = "kept"
    LIGHT = "light"  # a few words changed
    HEAVY = "heavy"
    REPLACED = "replaced"
    DELETED = "deleted"


BOUNDS = ((0.98, Outcome.KEPT), (0.75, Outcome.LIGHT), (0.25, Outcome.HEAVY))


def joined(sections: Sequence[tuple[str, str]]) -> str:
    """The document again: the reverse of `markdown.sections`."""
    (title, head), *rest = sections
    parts = [f"# {title}\n\n{head}", *(f"## {heading}\n\n{body}" for heading, body in rest)]
    return "\n\n".join(parts) + "\n"


def pieces(body: str) -> list[str]:
    """So much as fits a field at once, cut between lines; together they are the body again."""
    found: list[str] = []
    for line in body.splitlines(keepends=True):
        if found and len(found[-1]) + len(line) <= PIECE_LIMIT:
            found[-1] += line
        else:
            found.append(line)
    return found or [""]


def editable(document: str) -> list[tuple[str, str]]:
    """What can be chosen: a section's place and the number of the piece, as `3:0`, and its name."""
    choices = []
    for place, (heading, body) in enumerate(markdown.sections(document)):
        if place == 0 or heading in DRAWN_BY_CODE:
            continue
        cut = pieces(body)
        for number in range(len(cut)):
            part = f" ({number + 1} of {len(cut)})" if len(cut) > 1 else ""
            choices.append((f"{place}:{number}", heading + part))
    return choices


def chosen(document: str, choice: str) -> tuple[str, str]:
    """The heading and the words of that piece. Raises Refused if it cannot be edited in a form."""
    place, number = map(int, choice.split(":"))
    sections = markdown.sections(document)
    if place >= len(sections) or number >= len(pieces(sections[place][1])):
        raise Refused("The document has changed meanwhile. Please choose again: `/incident postmortem edit`.")
    heading, body = sections[place]
    piece = pieces(body)[number]
    if len(piece) > PIECE_LIMIT:
        raise Refused("One line of it is longer than Slack's form takes. Please edit that section on the canvas.")
    return heading, piece.rstrip("\n")


def changed(document: str, choice: str, was: str, words: str) -> tuple[int, str, str, str]:
    """The place, the heading, its text before and after. `was`: the print of what the form had in it. Raises Refused
    if somebody else changed that meanwhile."""
    heading, piece = chosen(document, choice)
    if printed(piece) != was:
        raise Refused(f"Somebody else changed “{heading}” meanwhile. Copy your words, and open it again.", "text")
    place, number = map(int, choice.split(":"))
    body = markdown.sections(document)[place][1]
    cut = pieces(body)
    tail = cut[number][len(cut[number].rstrip("\n")) :]
    cut[number] = safe(words) + tail
    return place, heading, body, "".join(cut).strip() or LEFT_OUT


def put(document: str, place: int, body: str) -> str:
    sections = markdown.sections(document)
    sections[place] = (sections[place][0], body)
    return joined(sections)


def with_follow_ups(document: str, agreed: Sequence[str]) -> str:
    """The same with these lines for what was agreed, in place of those that stood there."""
    sections = markdown.sections(document)
    place = next((number for number, (heading, _) in enumerate(sections) if heading == FOLLOW_UPS), None)
    if place is None or not agreed:
        return document
    others = [line for line in sections[place][1].split("\n") if not _AGREED.match(line)]
    rest = re.sub(r"\n{3,}", "\n\n", "\n".join(others)).strip()
    return put(document, place, "\n\n".join(["Agreed:", "\n".join(agreed), *([rest] if rest else [])]))


def safe(words: str) -> str:
    """People's Markdown: it opens no section of its own, and no mention, link or tag of Slack's."""
    kept = _ANCHOR.findall(words)
    bare = _ANCHOR.sub("\0", words.strip())
    bare = _AMPERSAND.sub("&amp;", bare).replace("<", "&lt;")
    bare = _QUOTED_LIST.sub("> • ", _HEADING.sub("###", _INNER_ANGLE.sub("&gt;", bare)))
    return re.sub("\0", lambda _: kept.pop(0), bare)


def printed(text: str) -> str:
    """So much of a text that another one is told from it."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def distances(document: str, originals: Mapping[int, str]) -> dict[str, dict[str, object]]:
    """How close each section is to what was drafted, 1.0 being the same. `originals`: of those that were edited."""
    found: dict[str, dict[str, object]] = {}
    for place, (heading, body) in enumerate(markdown.sections(document)):
        if place:
            close = closeness(originals.get(place, body), body)
            found[heading] = {"closeness": round(close, 3), "outcome": outcome(close, body).value}
    return found


def closeness(original: str, now: str) -> float:
    """By words: by letters a long section takes minutes."""
    if original == now:
        return 1.0
    return difflib.SequenceMatcher(None, original.split(), now.split(), autojunk=False).ratio()


def outcome(close: float, body: str) -> Outcome:
    if body == LEFT_OUT:
        return Outcome.DELETED
    return next((outcome for bound, outcome in BOUNDS if close >= bound), Outcome.REPLACED)
