"""Records to draft from, made without a database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.incidents.export import Record
from bot.incidents.model import Incident, RoleHolding, TimelineEntry
from bot.incidents.terms import Fact, Role, Severity, Status
from bot.kernel.ids import ChannelId, IncidentId, MessageTs, UserId
from bot.organisation import Organisation
from bot.slack.text import escape

ANA, BO, CY, DEE = UserId("U0ANA"), UserId("U0BO"), UserId("U0CY"), UserId("U0DEE")
NAMES = {ANA: "Ana Ruiz", BO: "Bo Lindqvist", CY: "Cy Okafor", DEE: "Dee Marsh"}
START = datetime(2026, 3, 2, 14, 5, 12, tzinfo=UTC)
ORGANISATION = Organisation.load(None)


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@dataclass
class Story:
    """An incident told step by step; `minutes` are since it was declared."""

    incident: Incident
    holdings: list[RoleHolding] = field(default_factory=list)
    entries: list[TimelineEntry] = field(default_factory=list)
    names: dict[UserId, str] = field(default_factory=lambda: dict(NAMES))

    def happens(
        self, minutes: float, fact: Fact, by: UserId | None = None, text: str = "", **details: Any
    ) -> TimelineEntry:
        """`text` is as Slack stores it."""
        at = after(minutes)
        entry = TimelineEntry(
            incident_id=self.incident.id, place=len(self.entries) + 1, fact=fact, at=at, recorded_at=at, by=by,
            text=text, details=details,
        )  # fmt: skip
        self.entries.append(entry)
        return entry

    def says(self, minutes: float, by: UserId | None, text: str) -> TimelineEntry:
        """A message that was kept, with its permalink. `text` is as typed."""
        entry = self.happens(minutes, Fact.MESSAGE_KEPT, by, escape(text))
        entry.recorded_at = after(minutes + 0.5)
        entry.source_channel, entry.source_ts = ChannelId("C0INC"), MessageTs(f"{entry.at.timestamp():.6f}")
        entry.permalink = f"https://acme.slack.com/archives/C0INC/p{entry.source_ts.replace('.', '')}"
        return entry

    def notes(self, minutes: float, by: UserId, text: str) -> TimelineEntry:
        return self.happens(minutes, Fact.NOTED, by, escape(text))

    def takes(self, minutes: float, user: UserId, role: Role) -> None:
        held = [one for one in self.holdings if one.role is role and one.until is None]
        for one in held:
            one.until = after(minutes)
            self.happens(
                minutes, Fact.ROLE_HANDED_OVER, user, **{"role": role.value, "from": one.user, "to": user}
            )  # fmt: skip
        if not held:
            self.happens(minutes, Fact.ROLE_TAKEN, user, role=role.value, to=user)
        place = len(self.holdings) + 1
        self.holdings.append(
            RoleHolding(id=place, incident_id=self.incident.id, role=role, user=user, since=after(minutes))
        )

    def becomes(self, minutes: float, by: UserId, severity: Severity, why: str = "") -> None:
        before, self.incident.severity = self.incident.severity, severity
        self.happens(
            minutes, Fact.SEVERITY_CHANGED, by, escape(why), **{"from": before.value, "to": severity.value}
        )  # fmt: skip

    def is_mitigated(self, minutes: float, by: UserId, how: str = "") -> None:
        self.incident.mitigate(after(minutes))
        self.happens(minutes, Fact.MITIGATED, by, escape(how))

    def is_resolved(self, minutes: float, by: UserId, what: str) -> None:
        self.incident.resolve(after(minutes), what)
        self.happens(minutes, Fact.RESOLVED, by, escape(what))

    def is_reopened(self, minutes: float, by: UserId, why: str) -> None:
        self.incident.move(Status.ACTIVE)
        self.incident.resolved_at = self.incident.mitigated_at = None
        self.happens(minutes, Fact.REOPENED, by, escape(why))

    @property
    def record(self) -> Record:
        return Record(self.incident, self.holdings, self.entries, lambda user: self.names.get(user, str(user)))

    def shuffled(self) -> Record:
        """The same record, its rows in another order."""
        return Record(self.incident, self.holdings[::-1], self.entries[::-1], self.record.name)


def bare(title: str = "Checkout errors", status: Status = Status.ACTIVE, **fields: Any) -> Story:
    """An incident of which nothing else is recorded."""
    incident = Incident(
        id=IncidentId(42), title=title, severity=Severity.SEV2, status=status, declared_by=CY, declared_at=START,
        channel=ChannelId("C0INC"), channel_name="inc-42-checkout-errors", **fields,
    )  # fmt: skip
    return Story(incident)


def declared(title: str = "Checkout errors", **fields: Any) -> Story:
    story = bare(title, **fields)
    story.happens(0, Fact.DECLARED, CY, escape(title), severity="SEV2")
    return story


def resolved(what: str = "Rolled back release 412.") -> Story:
    """The shortest whole story."""
    story = declared()
    story.takes(1, ANA, Role.IC)
    story.is_resolved(30, ANA, what)
    return story


def full() -> Story:
    """A whole evening: every kind of entry that a real one has, and some that are not nice."""
    story = declared(affected="checkout, EU", impact="Customers in Europe cannot pay.")
    story.says(-48, None, "Deploy finished: checkout-api release 412 rolled out to eu-west-1")
    story.says(-12, None, "ALERT checkout error rate above 5 % (p1)")
    story.happens(0.1, Fact.CHANNEL_OPENED, channel="inc-42-checkout-errors")
    story.takes(1, ANA, Role.IC)
    story.takes(2, BO, Role.OPS)
    story.takes(4, CY, Role.COMMS)
    story.says(6, CY, "About 30 % of payments in the EU fail, 1,200 customers so far.")
    story.becomes(8, ANA, Severity.SEV1, "Payments fail for a whole region")
    story.happens(9, Fact.UPDATE_POSTED, CY, "Payments in Europe fail. We are looking into it.")
    story.says(15, BO, "Could it be the connection pool? Maybe the pool is too small.")
    story.says(22, BO, "The cause is a connection leak introduced by release 412, see https://ci.example.com/412")
    story.says(23, DEE, "Bo Lindqvist should have tested that, human error")
    wrong = story.says(25, DEE, "It was DNS because it is always DNS")
    wrong.withdraw(after(27), "the message was deleted")
    story.notes(31, BO, "Rolled back to release 411")
    story.is_mitigated(37, ANA, "Error rate is back to normal")
    story.takes(45, DEE, Role.IC)
    story.says(50, BO, "TODO: alert on connections in use, @Ana Ruiz please")
    story.says(52, CY, "Luckily it was a quiet evening. The rollback worked well.")
    story.happens(55, Fact.TOLD_LOST, text="user_not_found", what=f"invite <@{DEE}>")
    late = story.notes(-20, BO, "Connections in use began to climb")
    late.recorded_at = after(58)
    edited = story.says(60, DEE, "Follow-up: the runbook was wrong about the pool size")
    words = "Follow-up: the runbook was wrong about the pool size &amp; the dashboard"
    edited.edit(words, after(61), MessageTs(f"{after(61).timestamp():.6f}"))
    story.incident.started_at, story.incident.detected_at = after(-18), after(-11)
    story.is_resolved(78.5, DEE, "Release 412 is rolled back; the pool recovered.")
    return story


def many(count: int) -> Story:
    story = declared()
    for number in range(count):
        story.says(number / 10, (ANA, BO, CY, DEE)[number % 4], f"Step {number}: restarted shard {number}")
    story.is_resolved(count / 10 + 1, ANA, "Restarted all shards.")
    return story


def texts(story: Story) -> Sequence[str]:
    """Everything that is recorded, as strings."""
    incident = story.incident
    words = [incident.title, incident.affected, incident.impact, incident.resolution, *story.names.values()]
    return [*words, *(entry.text for entry in story.entries), *(str(entry.details) for entry in story.entries)]
