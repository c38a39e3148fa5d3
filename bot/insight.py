"""What Tocsin will do next, what it owes and what it has recorded, told to the sandbox's page.

It reads a database of its own account, so that it can tell while the bot is dead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine import queries as engine
from bot.escalations import queries as escalations
from bot.escalations import rules as paging
from bot.escalations.model import Escalation, Spot
from bot.escalations.rules import Duty
from bot.incidents import queries as incidents
from bot.incidents.model import Incident
from bot.incidents.views_timeline import sentence
from bot.kernel.db import Database, Snapshot
from bot.kernel.effect import OwedEffect, State
from bot.kernel.ids import ChannelId, IncidentId
from bot.organisation import Organisation
from bot.people import queries as people
from bot.reminders import queries as reminders
from bot.reminders import rules as reminding
from bot.reminders.model import Kind, Stage
from bot.updates import queries as updates

SHOWN = 30  # duties to come, incidents to choose from

ASKED = {
    Kind.NO_COMMANDER: "ask who takes command",
    Kind.UPDATE: "ask for the update that is due",
    Kind.NO_COMMS: "ask who writes updates",
    Kind.SILENT: "ask whether it is still going",
    Kind.SLOW_DOWN: "ask whether updates may come less often",
    Kind.MITIGATED: "ask whether it is resolved",
}


@dataclass(frozen=True)
class Due:
    at: datetime
    what: str
    about: str


@dataclass(frozen=True)
class Owed:
    what: str
    about: str
    since: datetime
    due_at: datetime
    is_under_way: bool
    attempts: int
    trouble: str


@dataclass(frozen=True)
class Case:
    about: str
    channel: str


@dataclass(frozen=True)
class Fact:
    at: datetime
    what: str


@dataclass(frozen=True)
class Story:
    about: str
    facts: Sequence[Fact]


class Insight:
    """`db` is asked and never changed."""

    def __init__(self, db: Database, organisation: Organisation) -> None:
        self._db = db
        self._organisation = organisation

    async def due(self) -> Sequence[Due]:
        async with self._db.snapshot() as snap:
            found = [
                *(self._step(*row) for row in await escalations.upcoming(snap, SHOWN)),
                *[due for one in await reminders.upcoming(snap, SHOWN) for due in await self._asks(snap, one)],
                *[
                    Due(one.next_update_due_at, "show the update as overdue", one.name)
                    for one in await updates.upcoming(snap, SHOWN)
                    if one.next_update_due_at and one.is_live
                ],
                *[
                    Due(row.due_at, f"try again: {spoken(row)}", about(row))
                    for row in await engine.unpaid(snap)
                    if row.due_at > snap.now
                ],
            ]
        return sorted(found, key=lambda due: due.at)[:SHOWN]

    async def owed(self) -> Sequence[Owed]:
        async with self._db.snapshot() as snap:
            return [
                Owed(
                    spoken(row), about(row), row.created_at, row.due_at, row.state is State.CLAIMED, row.attempts,
                    row.last_error or "",
                )
                for row in await engine.unpaid(snap)
            ]  # fmt: skip

    async def cases(self) -> Sequence[Case]:
        async with self._db.snapshot() as snap:
            return [Case(one.name, one.channel or "") for one in await incidents.latest(snap, SHOWN)]

    async def story(self, channel: str) -> Story | None:
        async with self._db.snapshot() as snap:
            incident = await incidents.in_channel(snap, ChannelId(channel))
            if incident is None:
                return None
            entries = await incidents.timeline(snap, incident.id)
        return Story(incident.name, [Fact(one.at, sentence(one, self._organisation)) for one in entries])

    def _step(self, escalation: Escalation, incident: Incident) -> Due:
        at = escalation.due_at or escalation.started_at
        duty = paging.duty(incident, escalation, self._organisation, at)
        return Due(at, step(duty, escalation.next_spot()), incident.name)

    async def _asks(self, snap: Snapshot, incident: Incident) -> list[Due]:
        """A look that leads to nothing is not worth a word."""
        at = incident.review_at
        if at is None:
            return []
        roll, shown = await incidents.roll(snap, incident.id), await reminders.shown(snap, incident.id)
        steps, _ = reminding.duties(incident, roll, shown, self._organisation, at)
        asked = [one for one in steps if isinstance(one, reminding.Show)]
        name = await people.names(snap, [one.rung.to for one in asked if one.rung.to])
        return [Due(at, asking(one, name(one.rung.to) if one.rung.to else ""), incident.name) for one in asked]


def step(duty: Duty, spot: Spot | None) -> str:
    match duty:
        case Duty.LEVEL:
            again = f", round {spot.round}" if spot and spot.round > 1 else ""
            return f"page level {spot.level if spot else 1}{again}"
        case Duty.EXHAUSTED:
            return "say that nobody has answered"
        case Duty.LAPSE:
            return "page again after the silence"
        case Duty.HOLD:
            return "see whether anything is heard"
        case Duty.WAIT:
            return "see whether Slack has taken the page"
        case Duty.END | Duty.STAND_DOWN:
            return "end the paging"


def asking(show: reminding.Show, name: str) -> str:
    what = "say that an update will be due" if show.rung.stage is Stage.SOON else ASKED[show.kind]
    return f"{what}: {name or 'in the channel'}"


def spoken(row: OwedEffect) -> str:
    """`SendPage` reads "send page"."""
    return "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in row.kind).strip()


def about(row: OwedEffect) -> str:
    return f"INC-{IncidentId(row.incident_id)}" if row.incident_id else ""
