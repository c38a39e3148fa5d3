"""Decisions about paging: whether people are needed, what is due, and who that is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from bot.escalations.model import OPEN, Cause, Escalation, Page, Stage
from bot.incidents.model import Incident
from bot.incidents.terms import LIVE, Alarm, Role, Roll, Severity, Status
from bot.kernel.ids import ChannelId, UserId
from bot.organisation import Organisation
from bot.people.directory import Directory
from bot.policies import Level, Policy
from bot.targets import Kind, Target

LEASED = (Severity.SEV1, Severity.SEV2)  # in these an acknowledgement holds only as long as something is heard
HELD = timedelta(hours=1)  # so long a level waits for Slack to take one of its pages
LOOK_AGAIN = timedelta(seconds=15)
ASK_AGAIN = timedelta(seconds=2)
NAMES_SOON = timedelta(minutes=1)  # by then Slack has told us who is here, or it is not well
CHANNEL_SOON = timedelta(seconds=3)  # a new incident's channel is open by then, or Slack is not well
LATE = timedelta(minutes=1)  # a page that comes later than this says so
BY_HAND = timedelta(minutes=5)  # how long somebody has who was asked for by name
CAUSES = {
    Alarm.DECLARED: Cause.DECLARED,
    Alarm.ACCEPTED: Cause.ACCEPTED,
    Alarm.RAISED: Cause.RAISED,
    Alarm.REOPENED: Cause.REOPENED,
}


class Need(Enum):
    """Whether an incident needs that people are paged of themselves."""

    NONE = "nothing calls for it"
    PAGE = "people are to be paged"
    NOBODY = "people are to be paged, and nobody says whom"


def need(incident: Incident, organisation: Organisation, last_alarm: int) -> Need:
    """`last_alarm`: the latest alarm of the incident that an escalation has answered; 0 for none."""
    is_confirmed = incident.status in (Status.ACTIVE, Status.MITIGATED)
    if not is_confirmed or not pages(incident.severity, organisation) or incident.alarms <= last_alarm:
        return Need.NONE
    name = organisation.policy_for(incident.severity, is_private=incident.is_private)
    return Need.PAGE if name else Need.NOBODY


def pages(severity: Severity, organisation: Organisation) -> bool:
    return organisation.severities[severity.value].page


class Duty(Enum):
    """What an escalation that is due asks for."""

    END = "the incident is over"
    STAND_DOWN = "its severity pages nobody now"
    WAIT = "Slack has not taken the pages of this level yet"
    LEVEL = "the next level is to be paged"
    EXHAUSTED = "all levels are used up"
    HOLD = "whoever has it is still heard of"
    LAPSE = "nothing was heard since it was acknowledged"


def duty(incident: Incident, escalation: Escalation, organisation: Organisation, now: datetime) -> Duty:
    if not incident.is_live:
        return Duty.END
    if not escalation.is_by_hand and not pages(incident.severity, organisation):
        return Duty.STAND_DOWN
    if escalation.stage is Stage.ACKNOWLEDGED:
        return Duty.HOLD if holds(incident, escalation, now) else Duty.LAPSE
    if escalation.stage is Stage.EXHAUSTED and not escalation.is_hurried:
        return Duty.EXHAUSTED
    if is_waiting_for_slack(escalation, now):
        return Duty.WAIT
    return Duty.LEVEL if escalation.next_spot() else Duty.EXHAUSTED


def is_waiting_for_slack(escalation: Escalation, now: datetime) -> bool:
    """While Slack is away the next level would not hear of it either; and when it is back, all would at once."""
    if escalation.is_hurried or escalation.heard or not escalation.outstanding or escalation.fired_at is None:
        return False
    return now < escalation.fired_at + HELD


def holds(incident: Incident, escalation: Escalation, now: datetime) -> bool:
    length = lease(incident.severity, escalation.terms)
    if length is None or incident.status is Status.MITIGATED:
        return True
    return now < _heard(incident, escalation) + length


def held_until(incident: Incident, escalation: Escalation, now: datetime) -> datetime | None:
    length = lease(incident.severity, escalation.terms)
    if length is None or incident.status is Status.MITIGATED:
        return None  # asked again when a person does something, such as saying that it is not mitigated after all
    return max(_heard(incident, escalation) + length, now + LOOK_AGAIN)


def _heard(incident: Incident, escalation: Escalation) -> datetime:
    return max(incident.heard_at, escalation.acknowledged_at or incident.heard_at)


def lease(severity: Severity, policy: Policy) -> timedelta | None:
    return policy.ack_lease if severity in LEASED else None


class Standing(NamedTuple):
    """As much of a page's incident and escalation as says whether it is wanted still."""

    status: Status
    severity: Severity
    stage: Stage
    cause: Cause
    is_commanded: bool  # somebody took command of themselves since it began: that is an answer
    is_stale: bool  # it says that nobody answers, and that was said anew since


def still_wanted(standing: Standing, organisation: Organisation) -> bool:
    """Asked right before a page goes out."""
    if standing.status not in LIVE or standing.stage not in OPEN or standing.is_commanded or standing.is_stale:
        return False
    return standing.cause is Cause.BY_HAND or pages(standing.severity, organisation)


def lateness(page: Page, now: datetime) -> timedelta | None:
    """By how much a page comes too late, if that is worth saying."""
    late = now - page.due_at
    return late if late > LATE else None


def by_hand(targets: Iterable[Target]) -> Policy:
    """Somebody was asked for: they are paged a few times, and whoever asked is told if they do not answer."""
    return Policy(levels=(Level(notify=tuple(targets), ack_within=BY_HAND),), repeat=2)


def after_silence(policy: Policy, holder: UserId) -> Policy:
    """From the first level again, and whoever had it hears of it too."""
    first, *others = policy.levels
    had = Target(Kind.USER, holder)
    if had in first.notify:
        return policy
    return policy.model_copy(update={"levels": (first.model_copy(update={"notify": (had, *first.notify)}), *others)})


@dataclass(frozen=True)
class Recipient:
    """A user's id, or a channel's name or id; `why` is the target that led there."""

    id: str
    is_channel: bool
    why: str


@dataclass(frozen=True)
class Missing:
    """A target that leads to nobody now."""

    target: str
    because: str

    def __str__(self) -> str:
        return f"{self.target} ({self.because})"


@dataclass(frozen=True)
class Whom:
    """Who is meant by a target, at this moment and in this incident."""

    directory: Directory
    roll: Roll
    announce: str | None
    is_private: bool = False
    own_channel: ChannelId | None = None

    def found(self, targets: Iterable[Target]) -> tuple[list[Recipient], list[Missing]]:
        """Each recipient once, in the order of the targets."""
        recipients: dict[str, Recipient] = {}
        missing: list[Missing] = []
        for target in targets:
            found = self._found(target)
            if isinstance(found, Missing):
                missing.append(found)
                continue
            for one in found:
                recipients.setdefault(one.id, one)
        return list(recipients.values()), missing

    def is_blind_to(self, targets: Iterable[Target]) -> bool:
        """Whether somebody is named by a name of which Slack has not told us yet whose it is."""
        lists = {Kind.EMAIL: "people", Kind.GROUP: "groups"}
        return any(lists[one.kind] not in self.directory.learned for one in targets if one.kind in lists)

    def _found(self, target: Target) -> list[Recipient] | Missing:
        said = str(target)
        match target.kind:
            case Kind.USER:
                return self._person(said, UserId(target.name))
            case Kind.EMAIL:
                owner = self.directory.by_email(target.name)
                return self._person(said, owner.id) if owner else Missing(said, "nobody here has this address")
            case Kind.GROUP:
                return self._group(said, target.name)
            case Kind.ROLE:
                holder = self.roll.get(Role(target.name))
                return self._person(said, holder) if holder else Missing(said, "nobody holds it")
            case Kind.CHANNEL:
                return self._channel(said, target.name)
            case Kind.ANNOUNCE:
                return self._channel(said, self.announce) if self.announce else Missing(said, "there is none")

    def _person(self, said: str, user: UserId) -> list[Recipient] | Missing:
        """Somebody we never heard of is tried: Slack may know them."""
        known = self.directory.person(user)
        if known is None or known.is_able:
            return [Recipient(user, False, said)]
        if known.is_gone:
            return Missing(said, "the account is deactivated")
        return Missing(said, "that is an app" if known.is_bot else "they belong to another organisation")

    def _group(self, said: str, name: str) -> list[Recipient] | Missing:
        group = self.directory.group(name)
        if group is None:
            return Missing(said, "there is no such group")
        found = (self._person(said, UserId(user)) for user in group.members)
        able = [one for each in found if not isinstance(each, Missing) for one in each]
        return able or Missing(said, "nobody in it can be paged")

    def _channel(self, said: str, name: str) -> list[Recipient] | Missing:
        if self.is_private and name != self.own_channel:
            return Missing(said, "a private incident is told in no other channel")
        return [Recipient(name, True, said)]


def names_groups(policy: Policy) -> bool:
    return any(target.kind is Kind.GROUP for level in policy.levels for target in level.notify)
