"""What a claim says and what its entries say, read once into things that can be compared."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from bot.grounding.claims import Claim
from bot.grounding.entries import Computed, Entry, Record
from bot.grounding.lengths import Length, lengths
from bot.grounding.names import Kind, Name, names, plain, words_of
from bot.grounding.numbers import Number, numbers
from bot.grounding.stems import stems
from bot.grounding.times import Clock, Day, clocks, days

_CLAUSE = re.compile(
    r"(?<=[.!?;])\s+|;|:\s|,?\s(?:but|then|while|when|whereas|after which|so that)\s|,\s(?:and|which|who|so)\s"
    r"|\s[–—]\s"
)
_QUOTE = re.compile(r"“([^”]{2,})”|\"([^\"]{2,})\"|`([^`]{2,})`|(?<!\w)[‘']([^‘’']{3,})[’'](?!\w)")


@dataclass(frozen=True)
class Reading:
    """A text taken apart."""

    text: str
    labels: tuple[Name, ...]  # who labels of the record
    clocks: tuple[Clock, ...]
    days: tuple[Day, ...]
    lengths: tuple[Length, ...]
    numbers: tuple[Number, ...]
    names: tuple[Name, ...]

    @cached_property
    def stems(self) -> frozenset[str]:
        return stems(self.text)


@dataclass(frozen=True)
class Heard:
    """What one cited entry says, with who said it and when."""

    entry: Entry
    reading: Reading
    words: frozenset[str]  # each in all its variants
    stems: frozenset[str]  # with who and kind

    @property
    def text(self) -> str:
        return self.entry.text


@dataclass(frozen=True)
class Source:
    """Everything that may be repeated in this claim."""

    record: Record
    heard: tuple[Heard, ...]

    @property
    def ids(self) -> str:
        return ", ".join(heard.entry.id for heard in self.heard)

    @cached_property
    def words(self) -> frozenset[str]:
        said = [words_of(form) for fact in self.record.computed for form in fact.words]
        return frozenset().union(*(heard.words for heard in self.heard), *said)

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset().union(*(heard.stems for heard in self.heard))

    @cached_property
    def text(self) -> str:
        return " \n ".join(f"{heard.entry.who}. {heard.text}" for heard in self.heard)

    @cached_property
    def spoken(self) -> frozenset[str]:
        """Stems of the words and of who said them."""
        return frozenset().union(*(heard.reading.stems | stems(heard.entry.who) for heard in self.heard))

    @cached_property
    def told(self) -> str:
        """The words of the entries without who said them."""
        return " \n ".join(heard.text for heard in self.heard)

    @property
    def computed(self) -> tuple[Computed, ...]:
        return self.record.computed


@dataclass(frozen=True)
class Clause:
    text: str
    start: int  # in the claim
    stems: frozenset[str]


@dataclass(frozen=True)
class Said:
    """A claim taken apart. Quotations are checked as they are and left out of the rest."""

    claim: Claim
    quotes: tuple[str, ...]
    reading: Reading

    @property
    def text(self) -> str:
        return self.reading.text

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        found: list[Clause] = []
        start = 0
        for cut in [*_CLAUSE.finditer(self.text), None]:
            end = cut.start() if cut else len(self.text)
            piece = self.text[start:end]
            if piece.strip():
                found.append(Clause(piece, start, stems(piece)))
            start = cut.end() if cut else end
        return tuple(found)

    def clause_at(self, place: int) -> Clause:
        return next((one for one in reversed(self.clauses) if one.start <= place), self.clauses[0])


def said(claim: Claim, record: Record) -> Said:
    text = claim.text
    quotes = tuple(next(filter(None, match.groups())) for match in _QUOTE.finditer(text))
    open_text = _QUOTE.sub(lambda match: " " * len(match[0]), text)
    return Said(claim, quotes, read(open_text, record.labels, record.known, record.capitals))


def source(claim: Claim, record: Record) -> Source:
    return Source(record, tuple(_hear(entry, record.labels) for entry in record.cited(claim.cites)))


@lru_cache(maxsize=4096)
def _hear(entry: Entry, labels: frozenset[str]) -> Heard:
    reading = read(entry.text, labels, frozenset(), frozenset())
    words = words_of(f"{entry.text} {entry.who} {entry.kind}") | {plain(entry.who), plain(entry.kind)}
    return Heard(entry, reading, words, reading.stems | stems(f"{entry.who} {entry.kind}"))


@lru_cache(maxsize=4096)
def read(text: str, labels: frozenset[str], known: frozenset[str], capitals: frozenset[str]) -> Reading:
    """Each kind is looked for in what the kinds before it left over."""
    left = text
    who = _labels(left, labels)
    left = _blank(left, who)
    at = clocks(left)
    left = _blank(left, at)
    on = days(left)
    left = _blank(left, on)
    long = lengths(left)
    left = _blank(left, long)
    named = names(left, known, capitals)
    left = _blank(left, named)
    return Reading(text, tuple(who), tuple(at), tuple(on), tuple(long), tuple(numbers(left)), tuple(named))


def _labels(text: str, labels: frozenset[str]) -> list[Name]:
    return (
        []
        if not labels
        else [Name(match.start(), match.end(), match[0], Kind.LABEL) for match in _pattern(labels).finditer(text)]
    )


@lru_cache(maxsize=64)
def _pattern(labels: frozenset[str]) -> re.Pattern[str]:
    each = "|".join(re.escape(label) for label in sorted(labels, key=lambda label: (-len(label), label)))
    return re.compile(rf"(?<![\w-])(?:{each})(?![\w-])", re.IGNORECASE)


def _blank(text: str, found: list[Name] | list[Clock] | list[Day] | list[Length]) -> str:
    """With dots of the same length, so that places stay and what comes after does not begin a sentence."""
    letters = list(text)
    for one in found:
        letters[one.start : one.end] = "·" * (one.end - one.start)
    return "".join(letters)
