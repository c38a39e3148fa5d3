"""`tocsin policy simulate`: a whole run of a policy if nobody answers, without anybody being called.

The run is made by the same rules as a real one. Who is behind a name is looked up in the database, if there is one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dateutil import parser
from dateutil.parser import ParserError

from bot.escalations.model import Cause, Escalation
from bot.escalations.rules import Missing, Recipient, Whom
from bot.fields import spelled
from bot.incidents.terms import Severity
from bot.kernel.db import Snapshot
from bot.kernel.errors import Refused
from bot.kernel.ids import IncidentId, UserId
from bot.organisation import Organisation
from bot.people import queries as people
from bot.people.directory import Directory
from bot.policies import Policy

NO_NAMES = "Names as the file has them: there is no database here that knows who is behind them."


@dataclass(frozen=True)
class Line:
    at: datetime
    what: str
    who: str


def moment(written: str, zone: ZoneInfo, now: datetime) -> datetime:
    """`Sun 03:00`, `2026-12-24 18:30`, `03:00`: the next such moment on the organisation's clock. Raises Refused."""
    here = now.astimezone(zone).replace(second=0, microsecond=0)
    try:
        named: datetime = parser.parse(written, default=here.replace(tzinfo=None))
        return named.replace(tzinfo=zone)
    except (ParserError, OverflowError):
        raise Refused(f'--at "{written}" is no moment. Write it like "Sun 03:00" or "2026-12-24 18:30".') from None


async def report(snap: Snapshot | None, organisation: Organisation, name: str, at: datetime) -> str:
    """Raises Refused, naming the policies there are, if there is none of this name."""
    policy = organisation.policies.get(name)
    if policy is None:
        known = ", ".join(organisation.policies) or "none"
        raise Refused(f'There is no policy "{name}". The policies of this file: {known}.')
    known_people = await people.directory_of(snap, [policy]) if snap else None
    lines = list(run(policy, name, organisation, known_people, at))
    zone = at.tzinfo
    wide = max(len(line.what) for line in lines)
    told = [f"{line.at.astimezone(zone):%a %d %b %H:%M:%S %Z}  {line.what:{wide}}  {line.who}" for line in lines]
    head = f"Policy {name}, begun at {at:%A %d %B %Y %H:%M %Z}, if nobody answers:"
    return "\n".join([head, "", *told, *([] if known_people else ["", NO_NAMES])]) + "\n"


def run(policy: Policy, name: str, organisation: Organisation, known: Directory | None, at: datetime) -> Iterator[Line]:
    """Level after level, as a real escalation goes on."""
    now = at.astimezone(UTC)
    escalation = Escalation(
        incident_id=IncidentId(0), cause=Cause.DECLARED, severity=Severity.SEV1, policy_name=name,
        policy=policy.model_dump(mode="json"), rounds=policy.repeat + 1, started_at=now, due_at=now,
    )  # fmt: skip
    whom = Whom(known, {}, organisation.announce) if known else None
    while spot := escalation.next_spot():
        level = policy.levels[spot.level - 1]
        again = f", round {spot.round}" if spot.round > 1 else ""
        what = f"level {spot.level}{again}"
        recipients, missing = whom.found(level.notify) if whom else (None, [])
        said = ", ".join(map(str, level.notify)) if recipients is None else _said(recipients, missing, known)
        if recipients == []:
            escalation.round, escalation.level = spot
            yield Line(now, what, f"nobody to page: {said}; the next level at once")
            continue
        yield Line(now, what, f"{said}; {spelled(level.ack_within)} to answer")
        escalation.fire(spot, 1, now, level.ack_within)
        now = escalation.due_at or now
    told = policy.when_exhausted
    if told is None:
        yield Line(now, "nobody answered", "it is said in the incident's channel, and ends there")
        return
    recipients, missing = whom.found(told.notify) if whom else (None, [])
    said = ", ".join(map(str, told.notify)) if recipients is None else _said(recipients, missing, known)
    yield Line(now, "nobody answered", f"{said}; again every {spelled(told.every)} until somebody does")


def _said(recipients: list[Recipient], missing: list[Missing], known: Directory | None) -> str:
    """Who is behind each target."""
    by_target: dict[str, list[str]] = {}
    for one in recipients:
        person = known.people.get(UserId(one.id)) if known and not one.is_channel else None
        by_target.setdefault(one.why, []).append(person.name if person else one.id)
    said = [why if who == [why] else f"{why} ({', '.join(who)})" for why, who in by_target.items()]
    return "; ".join([*said, *(f"{one.target}: {one.because}" for one in missing)])
