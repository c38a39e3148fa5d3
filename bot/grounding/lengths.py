"""Lengths of time, in the ways they are written: `24 min`, `1 h 12 m`, `half an hour`, `an 18-hour restore`."""

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from bot.grounding.rounding import Rounded, fits, said_before

_SECONDS = {
    "ms": Decimal("0.001"), "s": Decimal(1), "min": Decimal(60), "h": Decimal(3600), "d": Decimal(86400),
    "w": Decimal(604800),
}  # fmt: skip
_SPELLED: dict[str, int | str] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
    "half an": "0.5", "half a": "0.5", "quarter of an": "0.25", "an": 1, "a": 1, "a single": 1,
}  # fmt: skip
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_AMOUNT = (
    rf"(?:\d+|{_ONES}|ten|eleven|twelve) and a half(?= )|\d+(?:[.,]\d+)?"
    rf"|(?:(?:twenty|thirty|forty|fifty)[ -](?:{_ONES})|{'|'.join(sorted(_SPELLED, key=len, reverse=True))})(?=[ -])"
)
_UNIT = r"(?:ms|milliseconds?|millis|m|mins?|minutes?|h|hrs?|hours?|s|secs?|seconds?|d|days?|weeks?)(?![\w%])"
_LENGTH = re.compile(
    rf"(?<![\w.,:$/-])(?P<first>{_AMOUNT})(?P<gap>[ \u202f\u00a0-]?)(?P<unit>{_UNIT})(?P<half> and a half)?"
    r"(?P<rest>(?: (?:and )?\d+ ?(?:m|mins?|minutes?|s|secs?|seconds?)(?![\w%]))*)"
    r"|(?<![\w.,:$/-])(?P<tight>\d+h ?\d+m(?:in)?(?: ?\d+s)?)(?!\w)",
    re.IGNORECASE,
)
_PIECE = re.compile(rf"(?<!\d)(\d{{1,9}}) ?({_UNIT}|[hms])", re.IGNORECASE)
# `a second`, `the day`: not a length unless something says that it is.
_MEASURED = re.compile(
    r"\b(?:within|about|around|for|after|over|under|nearly|almost|roughly|than|took|lasted|approximately|just|of|in|by"
    r"|every|only|almost|some)\s+$",
    re.IGNORECASE,
)
_STATUS = re.compile(r"[45]\d\ds", re.IGNORECASE)  # 502s are answers, not seconds


@dataclass(frozen=True)
class Length:
    start: int
    end: int
    text: str
    seconds: Decimal
    step: Decimal  # seconds in its smallest unit
    rounded: Rounded

    def repeats(self, other: "Length") -> bool:
        """Whether this may be said where a text says the other."""
        return fits(self.seconds / self.step, other.seconds / self.step, self.rounded)

    def fits(self, meant: timedelta) -> bool:
        """Whether this may be said of a computed length: exactly, cut or rounded to the minute, or rounded by a
        word."""
        actual = Decimal(str(meant.total_seconds()))
        if abs(self.seconds - actual) < 1 or (self.step == 60 and self.seconds / 60 in _minutes(actual)):
            return True
        return fits(self.seconds / self.step, actual / self.step, self.rounded) or self._rounds(actual)

    def _rounds(self, actual: Decimal) -> bool:
        """`About 18 hours` of 18 h 14 min: a whole number of the unit is rounder than a broken one."""
        if self.rounded is Rounded.NOT or self.seconds % self.step:
            return False
        return fits(self.seconds, actual, self.rounded) or (
            (actual / 60) % 1 == 0 and fits(self.seconds / 60, actual / 60, self.rounded)
        )


def lengths(text: str) -> list[Length]:
    return [_length(text, match) for match in _LENGTH.finditer(text) if _is_one(text, match)]


def _is_one(text: str, match: re.Match[str]) -> bool:
    if _STATUS.fullmatch(match[0]):
        return False
    if match["first"] and match["first"].lower() in ("a", "an", "one") and match["unit"].lower() not in ("h", "min"):
        later = re.match(r"\s+(?:later|earlier|before|after|ago|of|long|into)\b", text[match.end() :])
        return bool(later or _MEASURED.search(text[: match.start()]) or match["half"])
    if match["first"] and match["unit"].lower() in ("m", "s", "d", "h") and match["gap"] not in ("", " "):
        return False
    return not (match["first"] and not match["first"][0].isdigit() and len(match["unit"]) < 3)


def _length(text: str, match: re.Match[str]) -> Length:
    if match["tight"]:
        pieces = [(Decimal(amount), _unit(unit)) for amount, unit in _PIECE.findall(match["tight"])]
    else:
        pieces = [(_amount(match["first"]), _unit(match["unit"]))]
        if match["half"]:
            pieces.append((Decimal("0.5"), pieces[0][1]))
        pieces += [(Decimal(amount), _unit(unit)) for amount, unit in _PIECE.findall(match["rest"])]
    total = sum((amount * _SECONDS[unit] for amount, unit in pieces), Decimal(0))
    step = min(_SECONDS[unit] for _, unit in pieces)
    return Length(match.start(), match.end(), match[0].strip(), total, step, said_before(text, match.start()))


def _amount(said: str) -> Decimal:
    small = said.lower().replace(",", ".")
    if small.endswith(" and a half"):
        return _amount(small.removesuffix(" and a half")) + Decimal("0.5")
    if small[0].isdigit():
        return Decimal(small)
    if small in _SPELLED:
        return Decimal(_SPELLED[small])
    tens, ones = re.split(r"[ -]", small)
    return Decimal(_SPELLED[tens]) + Decimal(_SPELLED[ones])


def _unit(said: str) -> str:
    small = said.lower()
    if small.startswith(("ms", "milli")):
        return "ms"
    return {"m": "min", "h": "h", "s": "s", "d": "d", "w": "w"}[small[0]]


def _minutes(seconds: Decimal) -> tuple[Decimal, Decimal]:
    """In whole minutes, cut and rounded."""
    return seconds // 60, (seconds / 60).quantize(Decimal(1), ROUND_HALF_UP)
