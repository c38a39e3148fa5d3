"""The Markdown of canvases: its sections, and what a canvas does not take."""

import re

SECTION = re.compile(r"\n{2,}")
HEADING = re.compile(r"(#{1,6})\s+(.*)")
CELLS_LIMIT = 300  # of a table, set by Slack
DEEPEST = 3  # levels of headings a canvas has


def sections(markdown: str) -> list[str]:
    """The pieces that can be found and replaced: headings stand alone, the rest parts at blank lines."""
    found: list[str] = []
    fenced = False
    fresh = True
    for line in markdown.splitlines():
        alone = not fenced and HEADING.match(line) is not None
        if not fenced and not line.strip():
            fresh = True
            continue
        if fresh or alone or not found:
            found.append(line)
        else:
            found[-1] += "\n" + line
        fenced ^= line.lstrip().startswith("```")
        fresh = alone
    return found


def join(pieces: list[str]) -> str:
    return "\n\n".join(pieces)


def level(piece: str) -> int:
    """1 to 6 for a heading, 0 for anything else."""
    match = HEADING.match(piece)
    return len(match[1]) if match else 0


def refusal(markdown: str) -> str | None:
    """Why a canvas refuses this, in the words of its `detail`; or None."""
    cells = 0
    for number, line in enumerate(markdown.splitlines(), start=1):
        bare = line.strip()
        if re.match(r">\s*([-*+]|\d+\.)\s", bare):
            return f"'content' error: line {number}: Unsupported block type (List) within block quote"
        cells = cells + bare.count("|") - 1 if bare.startswith("|") else 0
        if cells > CELLS_LIMIT:
            return f"'content' error: line {number}: Table exceeds {CELLS_LIMIT} cells"
    return None


def oddities(markdown: str) -> list[str]:
    """What a canvas takes and does not draw as meant."""
    found = [f"a heading of level {level(piece)}" for piece in sections(markdown) if level(piece) > DEEPEST]
    if re.search(r"<(@|#|!)[A-Z]?\w+", markdown):
        found.append("a mention in mrkdwn: in a canvas it is ![](@U…) or ![](#C…)")
    if re.search(r"<https?://[^>|]+\|", markdown):
        found.append("a link in mrkdwn: in a canvas it is [text](url)")
    return found
