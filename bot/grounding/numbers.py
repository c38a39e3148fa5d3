"""Numbers with their units, as digits or as words."""

import itertools
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from bot.grounding.rounding import Rounded, fits, said_before
from bot.grounding.stems import STOP, stem

_SMALL: dict[str, int | Decimal] = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twice": 2, "dozen": 12, "half": Decimal("0.5"),
    "third": Decimal(1) / 3, "quarter": Decimal("0.25"),
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90
}  # fmt: skip
_TIMES = {
    "k": 10**3, "thousand": 10**3, "thousands": 10**3, "m": 10**6, "mn": 10**6, "million": 10**6, "bn": 10**9,
    "billion": 10**9, "hundred": 100,
}  # fmt: skip
_UNITS = {
    "%": ("%", 1), "percent": ("%", 1), "per cent": ("%", 1), "pct": ("%", 1), "percentage points": ("%", 1),
    "b": ("byte", 1), "bytes": ("byte", 1), "byte": ("byte", 1), "kb": ("byte", 10**3), "mb": ("byte", 10**6),
    "gb": ("byte", 10**9), "tb": ("byte", 10**12), "pb": ("byte", 10**15), "kib": ("byte", 2**10),
    "mib": ("byte", 2**20), "gib": ("byte", 2**30), "tib": ("byte", 2**40), "gigabytes": ("byte", 10**9),
    "megabytes": ("byte", 10**6), "terabytes": ("byte", 10**12), "kbps": ("bps", 10**3), "mbps": ("bps", 10**6),
    "gbps": ("bps", 10**9), "rps": ("rate", 1), "qps": ("rate", 1), "req/s": ("rate", 1), "x": ("times", 1),
    "×": ("times", 1), "times": ("times", 1), "fold": ("times", 1), "hz": ("hz", 1), "mhz": ("hz", 10**6),
    "ghz": ("hz", 10**9), "°c": ("degree", 1),
}  # fmt: skip
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_DIGITS = r"\d{1,3}(?:[,\u202f\u00a0'’]\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?![\d.])|\d+(?:\.\d+)?"
_FOUND = re.compile(
    rf"(?<![\w.,#])(?<![A-Za-z]-)(?P<money>[$€£])?(?P<digits>{_DIGITS})(?![\d:])"
    r"(?:\s?(?P<times>k|K|M|mn|bn|thousand|million|billion|hundred)(?![A-Za-z]))?"
    rf"(?:[\s-]?(?P<unit>{_UNIT})(?![A-Za-z]))?(?P<plural>s)?(?:st|nd|rd|th)?(?![\w])",
    re.IGNORECASE,
)
_SPELLED = re.compile(
    rf"(?<![\w-])(?:(?P<tens>{'|'.join(_TENS)})(?:[\s-](?P<ones>one|two|three|four|five|six|seven|eight|nine))?"
    rf"|(?P<small>{'|'.join(_SMALL)}))"
    r"(?:\s(?P<times>hundred|thousand|million|billion))?"
    rf"(?:[\s-](?P<unit>percent|per cent|percentage points|times|fold|gigabytes|megabytes)(?![A-Za-z]))?(?![\w])",
    re.IGNORECASE,
)
# `one of`, `the one that`, `no one`: not a count.
_NO_COUNT = re.compile(r"\b(?:no|any|every|some|each|the|this|that|which|another|a|only)\s+$", re.IGNORECASE)
_NO_NOUN = re.compile(
    r"\s*(?:of\b|another\b|more\b|by\b|or\b|that\b|who\b|at\b|was\b|is\b|[.,;:!?]|$|-)", re.IGNORECASE
)
_COUNTED = re.compile(r"(\w+) of (?:about |some |over )?$")  # batches of 5
_NEXT = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True)
class Number:
    start: int
    end: int
    text: str
    value: Decimal  # in the unit
    unit: str  # "%", "byte", "$", …; "" for a bare number
    factor: int  # of the unit as it was written: 1,000,000,000 for GB
    nouns: frozenset[str]  # stems of the next two words, and of `batches` in `batches of 5`
    rounded: Rounded

    def fits(self, other: "Number") -> bool:
        """Whether this may be said where a text says the other."""
        if self.unit and self.unit != other.unit:
            return other.unit == "" and self._shares_a_word(other) and fits(self.value, other.value, self.rounded)
        if not self.unit and other.unit in ("%", "byte", "$", "€", "£") and self.value >= 1:
            return False
        return any(fits(value, other.value, self.rounded) for value in (self.value, *self._plain()))

    def _plain(self) -> tuple[Decimal, ...]:
        """`half` may be said of 50 %."""
        return (self.value * 100,) if self.value < 1 and self.text.isalpha() else ()

    def _shares_a_word(self, other: "Number") -> bool:
        return self.unit in ("times", "rate") and bool(self.nouns & other.nouns)


def numbers(text: str) -> list[Number]:
    """Every number in the text, in its order. Times, dates, lengths and names are to be blanked out before."""
    found = [_number(text, match) for match in _FOUND.finditer(text)]
    found += [_spelled(text, match) for match in _SPELLED.finditer(text) if _counts(text, match)]
    return _elliptic(sorted(found, key=lambda number: number.start), text)


_JOIN = re.compile(r"\s?(?:to|and|or|-|–)\s?")


def pairs(found: list[Number] | tuple[Number, ...], text: str) -> list[tuple[Number, Number, bool]]:
    """Numbers joined by `to`, `and` or a dash, and whether their order counts."""
    joined = [(one, other, text[one.end : other.start]) for one, other in itertools.pairwise(found)]
    return [(one, other, "to" in between) for one, other, between in joined if _JOIN.fullmatch(between)]


def _elliptic(found: list[Number], text: str) -> list[Number]:
    """`13 to 26 GB` is `13 GB to 26 GB`, `20 to 35 pods` is `20 pods to 35 pods`."""
    lent = {one.start: other for one, other, _ in pairs(found, text) if not one.unit and not one.nouns}
    return [_with(one, lent[one.start]) if one.start in lent else one for one in found]


def _with(one: Number, other: Number) -> Number:
    return replace(one, unit=other.unit, value=one.value * other.factor, factor=other.factor, nouns=other.nouns)


def _number(text: str, match: re.Match[str]) -> Number:
    value = Decimal(re.sub(r"[^\d.]", "", match["digits"]))
    value *= _TIMES[match["times"].lower()] if match["times"] else 1
    return _with_unit(text, match, value, match["unit"], match["money"] or "")


def _spelled(text: str, match: re.Match[str]) -> Number:
    if match["tens"]:
        value = Decimal(_TENS[match["tens"].lower()] + int(_SMALL[(match["ones"] or "zero").lower()]))
    else:
        value = Decimal(_SMALL[match["small"].lower()])
    value *= _TIMES[match["times"].lower()] if match["times"] else 1
    return _with_unit(text, match, value, match["unit"], "")


def _with_unit(text: str, match: re.Match[str], value: Decimal, unit: str | None, money: str) -> Number:
    kind, factor = _UNITS[unit.lower()] if unit else (money, 1)
    counted = _COUNTED.search(text[max(0, match.start() - 30) : match.start()])
    nouns = _nouns(text[match.end() : match.end() + 40]) | ({stem(counted[1])} if counted else set())
    return Number(
        match.start(),
        match.end(),
        match[0].strip(),
        value * factor,
        kind,
        factor,
        nouns,
        said_before(text, match.start()),
    )


@cache
def _nouns(after: str) -> frozenset[str]:
    near = re.split(r"[.,;:!?()·]", after, maxsplit=1)[0]
    following = itertools.takewhile(lambda word: word.lower() not in STOP, _NEXT.findall(near))
    return frozenset(stem(word) for word in itertools.islice(following, 2))


def _counts(text: str, match: re.Match[str]) -> bool:
    word = match[0].lower()
    if word in ("third", "quarter", "half"):
        return re.match(r"\s+(?:of|the|all)\b", text[match.end() :]) is not None
    if word != "one":
        return True
    return not _NO_COUNT.search(text[: match.start()]) and not _NO_NOUN.match(text[match.end() :])
