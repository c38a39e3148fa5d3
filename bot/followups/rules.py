"""When a follow-up is due, and when its owner is reminded of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.followups.model import FollowUp, Priority
from bot.learning import Stage, turn
from bot.organisation import Organisation

LEAD = 2  # days before it is due


@dataclass(frozen=True)
class Counts:
    """How many there are of a list, by what became of them."""

    open: int
    overdue: int
    done: int
    not_doing: int


def today(organisation: Organisation, now: datetime) -> date:
    return now.astimezone(ZoneInfo(organisation.timezone)).date()


def due_on(organisation: Organisation, priority: Priority, now: datetime) -> date:
    return today(organisation, now) + timedelta(days=organisation.follow_ups.due_days[priority.value])


def duty(one: FollowUp, organisation: Organisation, now: datetime) -> tuple[Stage | None, datetime | None]:
    """Which reminder has come since somebody looked last, and when to look again."""
    if not one.is_open:
        return None, None
    return turn(one.due_on, LEAD, ZoneInfo(organisation.timezone), one.looked_at, now)
