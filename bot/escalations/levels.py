"""How escalations go on, level after level. Many at a time: what they need is asked for all at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.escalations import queries, rules, views
from bot.escalations.changes import begin, end, heed
from bot.escalations.effects import SendPage, ShowPaging
from bot.escalations.model import NAG, Cause, Ending, Escalation, Outcome, Page, Spot, Stage
from bot.escalations.rules import Duty, Missing, Recipient, Whom
from bot.incidents.changes import bring_in
from bot.incidents.effects import Say, TellPerson
from bot.incidents.model import Incident
from bot.incidents.terms import Fact
from bot.incidents.timeline import record
from bot.kernel.db import Transaction
from bot.kernel.ids import IncidentId, UserId
from bot.kernel.sweep import Sweep
from bot.organisation import Organisation
from bot.people import queries as people
from bot.policies import Policy
from bot.slack.text import escape
from bot.targets import Target


def sweeps(organisation: Organisation) -> tuple[Sweep, ...]:
    async def look(tx: Transaction, number: int) -> None:
        await heed(tx, organisation, IncidentId(number))

    async def go_on(tx: Transaction, escalations: Sequence[int]) -> None:
        await advance(tx, organisation, escalations)

    async def go_on_with(tx: Transaction, escalation: int) -> None:
        await advance(tx, organisation, [escalation])

    return (
        Sweep("heed incidents", queries.unheeded, look, _never),
        Sweep("page the next level", queries.due, go_on_with, queries.next_due, go_on),
    )


async def _never(_snap: object) -> None:
    """What people do wakes us by itself."""


async def advance(tx: Transaction, organisation: Organisation, numbers: Sequence[int]) -> None:
    """The next step of each of these that is due still."""
    locked = await queries.locked_incidents(tx, numbers)
    escalations = await queries.still_due(tx, numbers, locked)
    rolls = await queries.rolls(tx, locked)
    policies = {one.id: one.terms for one in escalations}
    held = [user for roll in rolls.values() for user in roll.values()]
    directory = await people.directory_of(tx, policies.values(), held)
    turns = []
    for one in escalations:
        incident = locked[one.incident_id]
        whom = Whom(directory, rolls[incident.id], organisation.announce, incident.is_private, incident.channel)
        turns.append(Turn(tx, organisation, incident, one, policies[one.id], whom))
    for turn in turns:
        await turn.take()
    new = await queries.add_pages(tx, [page for turn in turns for page in turn.pages])
    for turn in turns:
        turn.owe(new)


@dataclass
class Turn:
    """One step of one escalation."""

    tx: Transaction
    organisation: Organisation
    incident: Incident
    escalation: Escalation
    policy: Policy
    whom: Whom

    def __post_init__(self) -> None:
        self.pages: list[dict[str, Any]] = []  # rows to be

    async def take(self) -> None:
        escalation, now = self.escalation, self.tx.now
        match rules.duty(self.incident, escalation, self.organisation, now):
            case Duty.END:
                await end(self.tx, escalation, Ending.OVER)
            case Duty.STAND_DOWN:
                await end(self.tx, escalation, Ending.NOT_SEVERE)
            case Duty.WAIT:
                escalation.due_at = now + rules.LOOK_AGAIN
            case Duty.HOLD:
                escalation.due_at = rules.held_until(self.incident, escalation, now)
            case Duty.LAPSE:
                await self._lapse()
            case Duty.LEVEL | Duty.EXHAUSTED:
                await self._page()

    async def _page(self) -> None:
        """The next level at which there is somebody; those with nobody are passed over at once, and recorded."""
        while spot := self.escalation.next_spot():
            level = self.policy.levels[spot.level - 1]
            if self._waits_for_names(level.notify):
                return
            recipients, missing = self.whom.found(level.notify)
            self._miss(spot, missing, is_empty=not recipients)
            if recipients:
                self._call(recipients, spot)
                self.escalation.fire(spot, len(self.pages), self.tx.now, level.ack_within)
                await self._let_in(recipients)
                return
            self.escalation.round, self.escalation.level = spot
        await self._exhaust()

    def _waits_for_names(self, targets: Iterable[Target]) -> bool:
        """At the very first start Slack may not have told us yet who is here: then nobody is not nobody."""
        young = self.tx.now - self.escalation.started_at < rules.NAMES_SOON
        if not young or not self.whom.is_blind_to(targets):
            return False
        self.escalation.due_at = self.tx.now + rules.ASK_AGAIN
        return True

    def _call(self, recipients: Sequence[Recipient], spot: Spot) -> None:
        self.pages += [self._new(one, spot) for one in recipients]

    def _new(self, one: Recipient, spot: Spot) -> dict[str, Any]:
        """A page, as a row."""
        return {
            "escalation_id": self.escalation.id, "incident_id": self.incident.id, "round": spot.round,
            "level": spot.level, "recipient": one.id, "is_channel": one.is_channel, "why": one.why,
            "due_at": self.escalation.due_at or self.tx.now, "outcome": Outcome.OWED, "error": "",
        }  # fmt: skip

    async def _let_in(self, recipients: Sequence[Recipient]) -> None:
        """Whoever is called to a private incident may know of it."""
        if self.incident.is_private:
            await bring_in(self.tx, self.incident, [UserId(one.id) for one in recipients if not one.is_channel])

    def _miss(self, spot: Spot, missing: Sequence[Missing], *, is_empty: bool) -> None:
        """Who could not be found is shown among those who were called. A role that nobody holds is left out, as long as
        there is somebody else."""
        lacking = [one for one in missing if is_empty or not one.target.startswith("role:")]
        for one in lacking:
            page = self._new(Recipient(one.target, True, one.target), spot)
            self.tx.add(Page(**{**page, "outcome": Outcome.FAILED, "error": one.because}))
            if not is_empty:
                details = {"whom": one.target, **self._at(spot)}
                record(self.tx, self.incident, Fact.PAGE_FAILED, text=escape(one.because), details=details)
        if is_empty:
            why = escape("; ".join(map(str, lacking)))
            record(self.tx, self.incident, Fact.LEVEL_EMPTY, text=why, details=self._at(spot))

    async def _exhaust(self) -> None:
        """Nobody answered. Loud, and again and again, until somebody does."""
        first_time = self.escalation.stage is not Stage.EXHAUSTED
        told = self.policy.when_exhausted
        if told:
            recipients, missing = self.whom.found(told.notify)
            self._call(recipients, Spot(self.escalation.nags + 1, NAG))
            await self._let_in(recipients)
            self._miss(Spot(self.escalation.nags + 1, NAG), missing if first_time else (), is_empty=False)
        self.escalation.exhaust(self.tx.now, told.every if told else None)
        if self.pages and not first_time:
            return
        assert self.escalation.id is not None
        tried = await queries.pages_of(self.tx, self.escalation.id)
        name = await people.names(self.tx, [page.user for page in tried if page.user])
        who = escape(views.tried(tried, name))
        if first_time:
            record(self.tx, self.incident, Fact.EXHAUSTED, text=who, details=self._at(None))
        self.tx.owe(Say(incident=self.incident.id, text=views.nobody_answered(who)))
        self.tx.owe(ShowPaging(incident=self.incident.id, escalation=self.escalation.id))
        if self.escalation.asked_by and first_time:
            words = f"{views.where(self.incident)}: nobody answered your page. Tried: {who}."
            self.tx.owe(TellPerson(incident=self.incident.id, user=self.escalation.asked_by, text=words))

    def _at(self, spot: Spot | None) -> dict[str, object]:
        where = {"level": spot.level, "round": spot.round} if spot else {}
        return {"policy": self.escalation.policy_name, **where}

    async def _lapse(self) -> None:
        """It was acknowledged, and then silence: people are paged again, and whoever had it too."""
        escalation, now = self.escalation, self.tx.now
        since = escalation.due_at
        holder = escalation.acknowledged_by
        assert holder
        silence = (now - max(self.incident.heard_at, escalation.acknowledged_at or now)).total_seconds()
        details = {"to": holder, "after_s": round(silence)}
        record(self.tx, self.incident, Fact.WENT_SILENT, details=details)
        await end(self.tx, escalation, Ending.LAPSED)
        if any(one.is_open for one in await queries.unfinished(self.tx, self.incident.id)):
            return  # people are being paged: nobody twice for one silence
        policy = rules.after_silence(self.policy, holder)
        await begin(
            self.tx, self.incident, Cause.LAPSED, escalation.policy_name, policy, by=escalation.asked_by,
            since=since,
        )  # fmt: skip

    def owe(self, numbers: Mapping[tuple[int, str], int]) -> None:
        """`numbers`: of the pages of all turns, by escalation and recipient. What is shown of them in the channel is
        owed by what becomes of each."""
        for page in self.pages:
            number = numbers[page["escalation_id"], page["recipient"]]
            self.tx.owe(SendPage(incident=self.incident.id, page=number))
