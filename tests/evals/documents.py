"""A draft taken apart as a reader sees it: its headings, the model's sentences with what they cite, the timeline, and
the prose without what is quoted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.postmortems import claims

HEADINGS = (
    "Summary", "Impact", "Numbers", "Timeline", "Detection", "Response", "Contributing factors", "What ended it",
    "What went well", "What went badly", "Where we were lucky", "Follow-ups", "Questions",
)  # fmt: skip
BLOCKS = (claims.ADDED, claims.CAUSE, claims.HYPOTHESES, claims.ACTIONS)
LINK = re.compile(r"\[([QM]?\d+)\]\(([^)\s]+)\)")
_CITE = r"(?:\[[M]?\d+\]\([^)\s]+\)|M\d+)"
_BULLET = re.compile(
    rf"- (?P<text>.*?)(?: \((?P<marks>(?:inferred|reported by )[^()]*)\))? \((?P<cites>{_CITE}(?:, {_CITE})*)\)"
)
_CODE = re.compile(r"`[^`]*`")
_QUOTE = re.compile(r"“[^”]*”")
_ASKED = re.compile(r'- <a id="q-\d+"></a>\*\*Q\d+ for (?P<whom>.*?):\*\* (?P<question>.*)')


@dataclass(frozen=True)
class Sentence:
    """What a model says. `cites`: what it links to, a name and an address for each."""

    section: str
    block: str
    text: str
    cites: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Document:
    markdown: str

    @cached_property
    def headings(self) -> list[str]:
        return [line[3:] for line in self.markdown.split("\n") if line.startswith("## ")]

    @cached_property
    def sections(self) -> dict[str, str]:
        parts = re.split(r"^## (.*)$", self.markdown, flags=re.MULTILINE)
        return dict(zip(parts[1::2], parts[2::2], strict=True))

    @cached_property
    def sentences(self) -> list[Sentence]:
        return list(self._said())

    def _said(self) -> Iterator[Sentence]:
        for section, body in self.sections.items():
            block = ""
            for line in body.split("\n"):
                if line in BLOCKS:
                    block = line
                elif block and line.startswith("- "):
                    found = _BULLET.fullmatch(line)
                    cites = tuple(_cited(found["cites"])) if found else ()
                    yield Sentence(section, block, plain(found["text"] if found else line[2:]), cites)
                elif line:
                    block = ""

    @cached_property
    def questions(self) -> list[str]:
        found = [_ASKED.fullmatch(line) for line in self.sections.get("Questions", "").split("\n")]
        return [plain(one["question"]) for one in found if one]

    @cached_property
    def rows(self) -> list[str]:
        """The timeline's, as text."""
        return [plain(line) for line in self.sections.get("Timeline", "").split("\n") if line.startswith("|")]

    @cached_property
    def prose(self) -> str:
        """All but the title, the timeline, the tables, and what is quoted from the record. What a model would have
        said is no such quotation, even in quotes."""
        kept = []
        for section, body in self.sections.items():
            if section == "Timeline":
                continue
            lines = [line for line in body.split("\n") if not line.startswith("|")]
            if section == "Questions":
                kept += [plain(found["question"]) for line in lines if (found := _ASKED.fullmatch(line))]
            else:
                kept += [_QUOTE.sub("“”", plain(line)) for line in lines]
        return "\n".join(kept)

    @cached_property
    def live_links(self) -> list[str]:
        """Every address that a reader's program would make a link of."""
        bare = _CODE.sub("", self.markdown)
        inside = re.findall(r"\]\(([^)\s]*)\)", bare)
        outside = re.findall(r"(?:https?://|www\.|mailto:)[^\s)|]+|<[@#!][^>]*>", re.sub(r"\]\([^)\s]*\)", "]", bare))
        return [*inside, *outside]


def plain(markdown: str) -> str:
    """As it is read: without what escapes and marks."""
    bare = LINK.sub(r"\1", re.sub(r'<a id="[^"]*"></a>', "", markdown))
    bare = re.sub(r"\\([\\`*_\[\]~|#])", r"\1", bare.replace("`", ""))
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("%7C", "|")


def _cited(cites: str) -> Iterator[tuple[str, str]]:
    for cite in cites.split(", "):
        found = LINK.fullmatch(cite)
        yield (found[1], found[2]) if found else (cite, "")
