"""What is done after an incident, as the organisation's file says it: when follow-ups and reviews are due, by which
calendar, and when people are reminded of them."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import holidays
from pydantic import AfterValidator, Field, model_validator

from bot.fields import Channel, Part, SeverityKey

PriorityKey = Literal["urgent", "high", "normal", "low"]
Days = Annotated[int, Field(ge=1, le=365, strict=True)]
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MORNING = time(9)  # in the organisation's zone: when people are reminded
_MOMENT = re.compile(r"(\w+)\s+(\d{1,2}):(\d{2})", re.ASCII)


def moment(value: str) -> str:
    """`Mon 09:00`."""
    found = _MOMENT.fullmatch(value.strip())
    day = found[1].capitalize()[:3] if found else ""
    if found is None or day not in WEEKDAYS or int(found[2]) > 23 or int(found[3]) > 59:
        raise ValueError(f'"{value}" is not a time in the week. Write it like Mon 09:00.')
    return f"{day} {int(found[2]):02}:{found[3]}"


class FollowUpTerms(Part):
    """In how many days a follow-up is due, by its priority."""

    due_days: Mapping[PriorityKey, Days]


class ReviewTerms(Part):
    """How a postmortem is reviewed. `due_days` are business days from the resolution until it is published;
    `country` and `region` say whose holidays are none, and without them only weekends are."""

    due_days: Mapping[SeverityKey, Days | None]
    country: str | None
    region: str | None
    board: Channel | None
    digest: Annotated[str, AfterValidator(moment)]

    @model_validator(mode="after")
    def _known(self) -> "ReviewTerms":
        if self.region and not self.country:
            raise ValueError("names a region and no country. Write country too, such as AT.")
        try:
            self.calendar()
        except NotImplementedError:
            where = f"{self.country}, {self.region}" if self.region else self.country
            raise ValueError(f'knows no holidays of "{where}". Write an ISO code, such as AT or US.') from None
        return self

    def calendar(self) -> "holidays.HolidayBase | None":
        return holidays.country_holidays(self.country, subdiv=self.region) if self.country else None

    def due(self, severity: str, start: date) -> date | None:
        """When a postmortem should be published that could be begun then; None where no date is set."""
        days = self.due_days.get(severity)  # type: ignore[call-overload]
        return self.business_day(start, days) if days else None

    def business_day(self, start: date, days: int) -> date:
        """The day so many business days after this one."""
        calendar, day = self.calendar(), start
        while days:
            day += DAY
            if calendar.is_working_day(day) if calendar is not None else day.weekday() < 5:
                days -= 1
        return day

    def last_digest(self, now: datetime, zone: ZoneInfo) -> datetime:
        """When the latest digest was due, in UTC."""
        day, _, clock = self.digest.partition(" ")
        local = now.astimezone(zone)
        back = (local.weekday() - WEEKDAYS.index(day)) % 7
        at = datetime.combine(local.date() - timedelta(days=back), time.fromisoformat(clock), zone)
        if at > local:
            at = datetime.combine(at.date() - WEEK, at.timetz().replace(tzinfo=None), zone)
        return at.astimezone(UTC)

    def next_digest(self, now: datetime, zone: ZoneInfo) -> datetime:
        last = self.last_digest(now, zone).astimezone(zone)
        return datetime.combine(last.date() + WEEK, last.time(), zone).astimezone(UTC)


class Stage(IntEnum):
    """How near or how far past its day something is when somebody is reminded of it."""

    SOON = 1
    DUE = 2
    OVERDUE = 3


def reminders(due: date, lead: int, zone: ZoneInfo) -> list[tuple[datetime, Stage]]:
    """`lead` days before, on the day, and then week by week for a year, each in the morning."""
    days = [(due - timedelta(days=lead), Stage.SOON), (due, Stage.DUE)]
    days += [(due + week * WEEK, Stage.OVERDUE) for week in range(1, 53)]
    return [(datetime.combine(day, MORNING, zone).astimezone(UTC), stage) for day, stage in days]


def turn(due: date, lead: int, zone: ZoneInfo, since: datetime, now: datetime) -> tuple[Stage | None, datetime | None]:
    """The reminder that has come since then, if any has, and when the next one comes. Of several only the last is
    worth saying."""
    all_of = reminders(due, lead, zone)
    come = [stage for at, stage in all_of if since < at <= now]
    return come[-1] if come else None, next((at for at, _ in all_of if at > now), None)
