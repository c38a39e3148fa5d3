"""Decisions with some arithmetic in them."""

import contextlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.incidents.model import Incident, Said
from bot.incidents.terms import Severity, Status
from bot.kernel.errors import Refused
from bot.kernel.ids import ChannelId, MessageTs, UserId
from bot.organisation import Organisation, SeverityTerms
from bot.slack.text import channel_name
from bot.transcript.rules import app, author, said_in

TWIN_WINDOW = timedelta(minutes=10)  # the same title declared again within this is the same incident
NAME_TRIES = 5
YEARS = range(1970, 9999)  # those that have a time in every zone
LAST_NIGHT = timedelta(hours=12)  # a time still to come today is yesterday's only if that was so lately
_CLOCK = re.compile(
    r"(?:(\d{4}-\d{2}-\d{2})[ T])?([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(?:\s*[,:–-](?=\s))?(?:\s+|$)", re.ASCII
)


def terms(organisation: Organisation, severity: Severity) -> SeverityTerms:
    return organisation.severities[severity.value]


def first_update_due(organisation: Organisation, severity: Severity, now: datetime) -> datetime | None:
    asked = terms(organisation, severity)
    wait = asked.first_update or asked.update_every
    return now + wait if wait else None


def next_update_due(organisation: Organisation, incident: Incident, now: datetime) -> datetime | None:
    """When the next status update is due after one now."""
    every = pace(organisation, incident)
    return now + every if every and incident.is_live else None


def pace(organisation: Organisation, incident: Incident) -> timedelta | None:
    """How often updates come. Half as often once users are no longer hurt, or where its Commander said so."""
    every = terms(organisation, incident.severity).update_every
    return every * 2 if every and (incident.is_slow or incident.status is Status.MITIGATED) else every


def twin(title: str, recent: Iterable[Incident]) -> Incident | None:
    """The one of these that says the same."""
    return next((incident for incident in recent if incident.title.casefold() == title.casefold()), None)


def channel_names(organisation: Organisation, incident: Incident) -> list[str]:
    """The names to try, best first: Slack keeps archived names taken, so we number instead of reusing."""
    best = channel_name(organisation.channel_prefix, str(incident.id), incident.title)
    return [best, *(channel_name(best[:76], str(n)) for n in range(2, NAME_TRIES + 1))]


def said_at(words: str, zone: ZoneInfo, now: datetime) -> tuple[datetime, str]:
    """A note such as `14:05 rolled back` says when: on the speaker's clock today, or last night; a date may stand
    before the time. Without a time it is now. Raises Refused for a time still to come."""
    found = _CLOCK.match(words)
    if not found:
        return now, words
    clock, today = time(int(found[2]), int(found[3]), int(found[4] or 0), tzinfo=zone), now.astimezone(zone)
    moment = _latest(_day(found[1]) or today.date(), clock, now)
    if not found[1] and moment > now:
        last_night = _latest(today.date() - timedelta(days=1), clock, now)
        moment = last_night if now - last_night < LAST_NIGHT else moment
    if moment > now:
        raise Refused(
            f"{found[0].strip()} is still to come: where you are it is {today:%H:%M}. For another day, write the date "
            f"before the time: `{today - timedelta(days=1):%Y-%m-%d} {clock:%H:%M}`."
        )
    return moment, words[found.end() :]


def _latest(day: date, clock: time, now: datetime) -> datetime:
    """In UTC. In the night in which the clock is set back an hour comes twice: the one that was last is meant."""
    twice = [datetime.combine(day, clock.replace(fold=fold)).astimezone(UTC) for fold in (0, 1)]
    return max((moment for moment in twice if moment <= now), default=min(twice))


def _day(written: str | None) -> date | None:
    if not written:
        return None
    with contextlib.suppress(ValueError):
        day = date.fromisoformat(written)
        if day.year in YEARS:
            return day
    raise Refused(f"There is no {written}. Write the date as year, month and day: `2026-01-31 14:05`.")


def read(channel: ChannelId, message: Mapping[str, Any], workspace_url: str) -> Said:
    """A message as Slack tells it."""
    ts = MessageTs(str(message["ts"]))
    where = permalink(workspace_url, channel, ts, message)
    return Said(channel, ts, author(message), app(message), said_in(message), where)


def permalink(workspace_url: str, channel: ChannelId, ts: MessageTs, message: Mapping[str, Any]) -> str:
    """Where a message is read in its place. Made, not asked for: Slack tells only of channels that we are in."""
    thread = message.get("thread_ts")
    inside = f"?thread_ts={thread}&cid={channel}" if thread and thread != ts else ""
    return f"{workspace_url}archives/{channel}/p{ts.replace('.', '')}{inside}"


def toneless(reaction: str) -> str:
    """`pushpin` for `pushpin::skin-tone-3`."""
    return reaction.partition("::")[0]


def has_reacted(message: Mapping[str, Any], user: UserId, wanted: str) -> bool:
    """Whether this person's reaction is on it. Of many, Slack does not name all."""
    return any(
        toneless(reaction["name"]) == wanted
        and (user in reaction["users"] or len(reaction["users"]) < reaction.get("count", 0))
        for reaction in message.get("reactions") or ()
    )
