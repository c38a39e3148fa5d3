"""The Markdown that drafts are written in, and how its text is shown where there is less of it: on a canvas, in a
message. What people wrote is only ever text in it."""

import re
from collections.abc import Iterable, Sequence

from bot.slack import text as slack
from bot.slack.text import one_line, shorten

QUOTE_LIMIT = 600  # characters of one person's words in the prose; the timeline has all of them
CELLS_LIMIT = 300  # of a table on a canvas, set by Slack
CANVAS_LIMIT = 1_000_000  # bytes; Slack takes 1 MiB
ZERO_WIDTH_JOINER = "\u200d"  # holds emoji together

_LIVE = re.compile(
    r"""(?:https?://|www\.|mailto:)[^\s<>"'`]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+\.[\w.-]+|@[\w][\w.-]*""", re.IGNORECASE
)
_SIGN = re.compile(r"[\\`*_\[\]~|#]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_PERMALINK = re.compile(r"https?://[^\s()<>|\[\]]+")
_ANCHOR = re.compile(r'<a id="[a-z]+-\d+"></a>')
_INNER_LINK = re.compile(r"\[([QM]?\d+)\]\(#[a-z]+-\d+\)")
_CELL = re.compile(r"(?<!\\)\|")
_INLINE = re.compile(
    r"\\(?P<sign>[\\`*_\[\]~|#])|\*\*(?P<bold>.+?)\*\*|~~(?P<gone>.+?)~~|`(?P<code>[^`]+)`"
    r"|\[(?P<words>[QM]?\d+)\]\((?P<url>[^)]+)\)|(?P<entity>&(?:amp|lt|gt);)"
)


def literal(said: str) -> str:
    """What somebody wrote, on one line, as plain text: it opens no heading, link, mention, table cell or tag. What
    a reader's program would turn into a link or a mention by itself stands in a code span."""
    flat = one_line("".join(sign for sign in said if sign.isprintable() or sign.isspace() or sign == ZERO_WIDTH_JOINER))
    pieces, end = [], 0
    for live in _LIVE.finditer(flat):
        pieces += [_escaped(flat[end : live.start()]), f"`{live[0].replace('|', '%7C')}`"]
        end = live.end()
    return "".join([*pieces, _escaped(flat[end:])])


def quoted(said: str) -> str:
    return f"“{literal(shorten(one_line(said), QUOTE_LIMIT))}”"


def _escaped(text: str) -> str:
    safe = _SIGN.sub(lambda sign: "\\" + sign[0], text)
    return "".join(_ENTITIES.get(sign, sign) for sign in safe)


def evidence(place: int, permalink: str | None) -> str:
    """A link to a message if there is one, else to the entry's row of the timeline."""
    there = permalink if permalink and _PERMALINK.fullmatch(permalink) else f"#entry-{place}"
    return f"[{place}]({there})"


def message(name: str, permalink: str | None, place: int | None) -> str:
    """A link to where a message can be read, else to the entry's row, else only its name."""
    if place is not None:
        return evidence(place, permalink)
    return f"[{name}]({permalink})" if permalink and _PERMALINK.fullmatch(permalink) else name


def anchor(kind: str, number: int) -> str:
    return f'<a id="{kind}-{number}"></a>'


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells must be Markdown of our own or `literal`."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def for_canvas(document: str) -> str:
    """The same where anchors do not work, a table holds few cells and the title stands above the text."""
    bare = _INNER_LINK.sub(r"\1", _ANCHOR.sub("", document))
    _, _, body = bare.partition("\n\n")
    return "\n".join(line for block in _blocks(body.split("\n")) for line in _fitting(block))


def _blocks(lines: Sequence[str]) -> list[list[str]]:
    """Each table together, every other line alone."""
    blocks: list[list[str]] = []
    for line in lines:
        if line.startswith("|") and blocks and blocks[-1][0].startswith("|"):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _fitting(block: list[str]) -> list[str]:
    if not block[0].startswith("|") or sum(line.count("|") - 1 for line in block) <= CELLS_LIMIT:
        return block
    return [f"- {' · '.join(_cells(row))}" for row in block[2:]]


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in _CELL.split(row)[1:-1]]


def mrkdwn(document: str) -> str:
    """The same in Slack's own markup, for messages and modals."""
    shown = [line for block in _blocks(_ANCHOR.sub("", document).split("\n")) for line in _said(block)]
    return "\n".join(shown).strip()


def _said(block: list[str]) -> list[str]:
    if block[0].startswith("|"):
        return [f"• {' · '.join(filter(None, map(_inline, _cells(row))))}" for row in block[2:]]
    (line,) = block
    if line.startswith("#"):
        return [f"*{_inline(line.lstrip('# '))}*"]
    for mark, shown in (("> ", "> "), ("- [ ] ", "☐ "), ("- [x] ", "☑ "), ("- ", "• ")):
        if line.startswith(mark):
            return [shown + _inline(line.removeprefix(mark))]
    return [_inline(line)]


def _inline(text: str) -> str:
    return _INLINE.sub(lambda found: _shown(found.groupdict()), text)


def _shown(found: dict[str, str | None]) -> str:
    if found["entity"]:
        return found["entity"]
    if found["sign"]:
        return "-" if found["sign"] == "~" else found["sign"]
    if found["bold"]:
        return f"*{_inline(found['bold'])}*"
    if found["gone"]:
        return f"~{_inline(found['gone'])}~"
    if found["code"]:
        return f"`{slack.escape(found['code'])}`"
    words, url = str(found["words"]), str(found["url"])
    return words if url.startswith("#") else slack.link(url, words)


def sections(document: str) -> list[tuple[str, str]]:
    """Each heading of the second level with what stands under it; first the title with the head."""
    found: list[tuple[str, list[str]]] = []
    for line in document.split("\n"):
        if line.startswith(("# ", "## ")):
            found.append((line.lstrip("# "), []))
        elif found:
            found[-1][1].append(line)
    return [(heading, "\n".join(body).strip()) for heading, body in found]


def chunks(text: str, limit: int) -> list[str]:
    """Pieces of at most so many characters, cut between lines; a line that is longer is cut between words."""
    pieces: list[str] = []
    for line in text.split("\n"):
        for part in _parts(line, limit):
            if pieces and len(pieces[-1]) + 1 + len(part) <= limit:
                pieces[-1] += "\n" + part
            else:
                pieces.append(part)
    return [piece.strip("\n") for piece in pieces if piece.strip()]


def _parts(line: str, limit: int) -> Iterable[str]:
    while len(line) > limit:
        cut = line.rfind(" ", 1, limit) if " " in line[1:limit] else limit
        yield line[:cut]
        line = line[cut:].lstrip()
    yield line
