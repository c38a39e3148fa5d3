"""Clock times and dates, in the ways they are written."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from bot.grounding.rounding import Rounded, said_before

_ZONE = r"(?:\s?(?P<zone>[Zz]|UTC|utc|GMT|[A-Z]{1,4}[SD]?T|local(?: time)?|[+-]\d{2}:?\d{2})\b)?"
_CLOCKS = (
    re.compile(
        r"(?<![\w:.])(?:(?P<day>\d{4}-\d{2}-\d{2})[T ])?(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)"
        r"(?::(?P<second>[0-5]\d)(?:\.\d+)?)?(?![\d:])(?:\s?(?P<half>[apAP]\.?[mM]\b\.?))?" + _ZONE,
    ),
    re.compile(r"(?<![\w:.])(?P<hour>1?\d)(?:\.(?P<minute>[0-5]\d))?\s?(?P<half>[apAP]\.?[mM]\b\.?)" + _ZONE),
    re.compile(r"(?<![\w:.$])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)\s?(?P<zone>Z|UTC|GMT|hrs|hours)\b"),
    re.compile(r"(?<![\w:.])(?P<hour>[01]?\d|2[0-3])h(?P<minute>[0-5]\d)\b"),
)
_WORDS = re.compile(r"\b(noon|midday|midnight)\b", re.IGNORECASE)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DATES = (
    re.compile(r"(?<![\w-])(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?![\w-])"),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+(?P<year>\d{{4}}))?\b"),
    re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year>\d{{4}}))?\b"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(rf"\b({'|'.join(day.title() for day in WEEKDAYS)})s?\b")


@dataclass(frozen=True)
class Clock:
    start: int
    end: int
    text: str
    hour: int
    minute: int
    second: int | None
    zone: str  # "" if none is said
    rounded: Rounded

    def is_at(self, moment: datetime, zone: tzinfo) -> bool:
        """Whether this may be said of that moment; without a zone it means UTC."""
        is_utc = self.zone in ("", "Z", "UTC", "GMT", "HRS", "HOURS")
        seen = moment.astimezone(UTC if is_utc else zone)
        if not is_utc and not self._is_named(seen):
            return False
        if self.second is not None:
            return (self.hour % 24, self.minute, self.second) == (seen.hour, seen.minute, seen.second)
        return self._minutes_off(seen.hour, seen.minute) <= self._slack()

    def is_same(self, other: "Clock") -> bool:
        """Whether a text says this time in so many words."""
        zones = {self.zone or "UTC", other.zone or "UTC"} - {"Z", "GMT"} or {"UTC"}
        seconds = self.second is None or self.second == (other.second or 0)
        near = self._minutes_off(other.hour, other.minute) <= self._slack()
        return near and seconds and (len(zones) == 1 or not self.zone or not other.zone)

    def _is_named(self, local: datetime) -> bool:
        offset = f"{local:%z}"
        return self.zone.startswith("LOCAL") or self.zone.replace(":", "") == offset or self.zone == local.tzname()

    def _minutes_off(self, hour: int, minute: int) -> int:
        apart = abs((self.hour % 24) * 60 + self.minute - hour * 60 - minute)
        return min(apart, 24 * 60 - apart)

    def _slack(self) -> int:
        """Minutes by which a rounded time may be off: it must itself be round."""
        if self.rounded is Rounded.NOT or self.minute % 5:
            return 0
        return 2 if self.minute % 15 else 5


@dataclass(frozen=True)
class Day:
    start: int
    end: int
    text: str
    month: int | None = None
    day: int | None = None
    year: int | None = None
    weekday: int | None = None

    def is_on(self, when: date) -> bool:
        told = ((self.month, when.month), (self.day, when.day), (self.year, when.year), (self.weekday, when.weekday()))
        return all(said is None or said == meant for said, meant in told)


def clocks(text: str) -> list[Clock]:
    found: list[Clock] = []
    taken: set[int] = set()
    for pattern in _CLOCKS:
        for match in pattern.finditer(text):
            if match.start() not in taken:
                found.append(_clock(text, match))
                taken.update(range(match.start(), match.end()))
    for match in _WORDS.finditer(text):
        hour = 0 if match[0].lower() == "midnight" else 12
        rounded = said_before(text, match.start())
        found.append(Clock(match.start(), match.end(), match[0], hour, 0, None, "", rounded))
    return found


def _clock(text: str, match: re.Match[str]) -> Clock:
    parts = match.groupdict()
    hour, half = int(parts["hour"]), (parts.get("half") or "").lower().replace(".", "")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    second = parts.get("second")
    return Clock(
        match.start(),
        match.end(),
        match[0].strip(),
        hour,
        int(parts["minute"] or 0),
        int(second) if second else None,
        (parts.get("zone") or "").upper(),
        said_before(text, match.start()),
    )


def days(text: str) -> list[Day]:
    """Dates and days of the week."""
    found: list[Day] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            if not any(match.start() < other.end and other.start < match.end() for other in found):
                found.append(_day(match))
    for match in _WEEKDAY.finditer(text):
        found.append(Day(match.start(), match.end(), match[0], weekday=WEEKDAYS.index(match[1].lower())))
    return found


def _day(match: re.Match[str]) -> Day:
    parts = match.groupdict()
    month = int(parts["number"]) if parts.get("number") else MONTHS.index(parts["month"][:3].lower()) + 1
    year = int(parts["year"]) if parts["year"] else None
    return Day(match.start(), match.end(), match[0], month, int(parts["day"]), year)
