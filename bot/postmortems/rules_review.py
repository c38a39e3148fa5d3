"""When a postmortem should be published, and when its owner is reminded of that."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.incidents.model import Incident
from bot.learning import Stage, turn
from bot.organisation import Organisation
from bot.postmortems.model import Postmortem

LEAD = 1  # days before it is due that its owner hears of it
LATEST = timedelta(days=1)  # a digest that comes later is none


def due(organisation: Organisation, incident: Incident, resolved_at: datetime) -> date | None:
    """None where no postmortem is expected."""
    if not organisation.severities[incident.severity.value].postmortem:
        return None
    start = resolved_at.astimezone(ZoneInfo(organisation.timezone)).date()
    return organisation.postmortems.due(incident.severity.value, start)


def digest_due(organisation: Organisation, now: datetime) -> datetime | None:
    """The digest that should have come by now, if it is not too late for it. None without a board."""
    if organisation.postmortems.board is None:
        return None
    last = organisation.postmortems.last_digest(now, ZoneInfo(organisation.timezone))
    return last if now - last < LATEST else None


def duty(one: Postmortem, organisation: Organisation, now: datetime) -> tuple[Stage | None, datetime | None]:
    """Which reminder has come since somebody looked last, and when to look again."""
    if not one.is_open or one.due_on is None:
        return None, None
    return turn(one.due_on, LEAD, ZoneInfo(organisation.timezone), one.looked_at or now, now)
