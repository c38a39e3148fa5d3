"""Whom an organisation's policies page, in plain words: the reference that the bot is held against. Knows nothing of
the bot; time is what it is told."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

INCIDENTS = "#incidents"
MINUTE = timedelta(minutes=1)
PAGING, LEASED = ("SEV1", "SEV2"), ("SEV1", "SEV2")
LIVE = ("triage", "active", "mitigated")
ROLE_IC = "role:ic"


@dataclass(frozen=True)
class Policy:
    name: str
    levels: tuple[tuple[tuple[str, ...], timedelta], ...]  # who, and how long they have
    rounds: int
    lease: timedelta | None = None
    loud: tuple[tuple[str, ...], timedelta] | None = None  # who hears that nobody answers, and how often


DEFAULT = Policy(
    "default",
    (
        (("bo",), 5 * MINUTE),
        ((), 2 * MINUTE),
        (("cy", "dee"), 5 * MINUTE),
        ((ROLE_IC, INCIDENTS), 10 * MINUTE),
    ),
    2,
    30 * MINUTE,
    ((INCIDENTS,), 10 * MINUTE),
)
DISCREET = Policy("discreet", ((("eli",), 5 * MINUTE),), 1)


def by_name(*people: str) -> Policy:
    return Policy("by hand", ((people, 5 * MINUTE),), 3)


@dataclass
class Run:
    """One policy, gone through for one incident."""

    policy: Policy
    by_hand: bool
    due: datetime | None
    state: str = "running"  # running, answered, exhausted, ended
    round: int = 1
    level: int = 0
    rounds: int = 0
    hurried: bool = False
    heard: bool = False  # Slack took a page of this level
    shouts: int = 0
    answered_by: str = ""
    answered_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.state in ("running", "exhausted")

    def following(self) -> tuple[int, int] | None:
        if self.level < len(self.policy.levels):
            return self.round, self.level + 1
        return (self.round + 1, 1) if self.round < self.rounds else None


@dataclass
class Incident:
    number: int
    severity: str
    state: str
    private: bool
    declarer: str
    heard: datetime
    insiders: set[str]
    ic: str = ""
    runs: list[Run] = field(default_factory=list)
    calls: list[tuple[Run, str, int, int]] = field(default_factory=list)  # whom, round and level, as they were called

    @property
    def live(self) -> bool:
        return self.state in LIVE

    def may(self, who: str) -> bool:
        return not self.private or who in self.insiders

    def policy(self) -> Policy | None:
        if not self.private:
            return DEFAULT
        return DISCREET if self.severity == "SEV1" else None


class Model:
    def __init__(self, now: datetime) -> None:
        self.now = now
        self.incidents: dict[int, Incident] = {}
        self.owed: list[tuple[Run, int, str, int, int]] = []  # run, incident, whom, round, level
        self.pages: Counter[tuple[int, str]] = Counter()  # every page there should have been
        self.answers: Counter[int] = Counter()

    # --- time

    def tick(self, now: datetime) -> None:
        """It is this late now. Whatever fell due meanwhile happens once: what is late comes in no burst."""
        self.now = now
        for incident in self.incidents.values():
            for run in list(incident.runs):
                if run.due and run.due <= now and run.state != "ended":
                    self._step(incident, run)
            for run in incident.runs:
                if run.due and run.due <= now and run.state != "ended":
                    self._step(incident, run)  # begun in this moment, after a silence

    def _step(self, incident: Incident, run: Run) -> None:
        if run.state == "answered":
            self._look_whether_silent(incident, run)
        elif run.state == "exhausted" and not run.hurried:
            self._shout(incident, run)
        else:
            self._next_level(incident, run)

    def _next_level(self, incident: Incident, run: Run) -> None:
        while spot := run.following():
            run.round, run.level = spot
            names, time = run.policy.levels[run.level - 1]
            whom = self._who(incident, names)
            if whom:
                run.state, run.hurried, run.heard, run.due = "running", False, False, self.now + time
                self._call(incident, run, whom, *spot)
                return
        self._shout(incident, run)

    def _shout(self, incident: Incident, run: Run) -> None:
        run.state, run.hurried, run.due = "exhausted", False, None
        run.shouts += 1
        if run.policy.loud:
            names, every = run.policy.loud
            self._call(incident, run, self._who(incident, names), run.shouts, 0)
            run.due = self.now + every

    def _who(self, incident: Incident, names: tuple[str, ...]) -> list[str]:
        found = [incident.ic if name == ROLE_IC else name for name in names]
        return [n for n in dict.fromkeys(found) if n and not (incident.private and n == INCIDENTS)]

    def _call(self, incident: Incident, run: Run, whom: list[str], round_: int, level: int) -> None:
        for one in whom:
            incident.calls.append((run, one, round_, level))
            self.owed.append((run, incident.number, one, round_, level))
            self.pages[incident.number, one] += 1
            incident.insiders.add(one)

    def _look_whether_silent(self, incident: Incident, run: Run) -> None:
        lease = run.policy.lease if incident.severity in LEASED else None
        if lease is None:
            run.due = None
            return
        assert run.answered_at
        until = max(incident.heard, run.answered_at) + lease
        if self.now < until or incident.state == "mitigated":
            run.due = max(until, self.now + timedelta(seconds=15))
            return
        run.state, run.due = "ended", None
        if any(other.open for other in incident.runs):
            return  # people are being paged: nobody twice for one silence
        (first, time), *others = run.policy.levels
        if run.answered_by not in first:
            first = (run.answered_by, *first)
        again = Policy(run.policy.name, ((first, time), *others), run.policy.rounds, lease, run.policy.loud)
        self._begin(incident, again, by_hand=False)

    # --- what Slack took

    def accepted(self, number: int, whom: str, at: datetime) -> None:
        """Slack took a page. Raises AssertionError if none is owed."""
        fitting = [owed for owed in self.owed if owed[1:3] == (number, whom)]
        assert fitting, f"nobody owed {whom} a page for INC-{number}"
        owed = fitting[0]
        self.owed.remove(owed)
        run, _, _, round_, level = owed
        if (run.round, run.level) == (round_, level) and run.state == "running" and not (run.heard or run.hurried):
            run.heard, run.due = True, at + run.policy.levels[level - 1][1]

    # --- people

    def declare(self, who: str, severity: str, *, triage: bool, private: bool) -> Incident:
        number = len(self.incidents) + 1
        made = Incident(number, severity, "triage" if triage else "active", private, who, self.now, {who})
        self.incidents[number] = made
        if not triage:
            self._alarm(made)
        return made

    def _alarm(self, incident: Incident) -> None:
        """It needs people anew: those called for the last reason are no longer waited for."""
        if incident.severity not in PAGING:
            return
        for run in incident.runs:
            if not run.by_hand and run.state != "ended":
                run.state, run.due = "ended", None
        policy = incident.policy()
        if policy:
            self._begin(incident, policy, by_hand=False)

    def _begin(self, incident: Incident, policy: Policy, *, by_hand: bool) -> None:
        run = Run(policy, by_hand, self.now, rounds=policy.rounds)
        incident.runs.append(run)

    def settle(self) -> None:
        """What is due at this very moment happens."""
        self.tick(self.now)

    def _done(self, incident: Incident) -> None:
        """A person did something: nobody is forgotten, and what no longer pages stops."""
        incident.heard = self.now
        for run in incident.runs:
            if run.state == "ended":
                continue
            if not incident.live or (not run.by_hand and incident.severity not in PAGING):
                run.state, run.due = "ended", None

    def severity(self, n: int, who: str, to: str) -> None:
        incident = self.incidents[n]
        if not incident.live or not incident.may(who) or incident.severity == to:
            return
        raised = to < incident.severity
        incident.severity = to
        self._done(incident)
        if raised and incident.state != "triage":
            self._alarm(incident)

    def move(self, n: int, who: str, to: str) -> None:
        """accept, decline, mitigate, resolve, cancel, reopen."""
        incident = self.incidents[n]
        froms = {
            "accept": ("triage",), "decline": ("triage",), "mitigate": ("active",), "cancel": LIVE,
            "resolve": ("active", "mitigated"), "reopen": ("mitigated", "resolved", "declined", "canceled"),
        }  # fmt: skip
        if incident.state not in froms[to] or not incident.may(who):
            return
        before = incident.state
        incident.state = {
            "accept": "active", "decline": "declined", "mitigate": "mitigated", "resolve": "resolved",
            "cancel": "canceled", "reopen": "active",
        }[to]  # fmt: skip
        self._done(incident)
        if to == "accept" or (to == "reopen" and before != "mitigated"):
            self._alarm(incident)

    def merge(self, n: int, into: int) -> None:
        incident, other = self.incidents[n], self.incidents[into]
        if n == into or not incident.live or not other.live or incident.private != other.private:
            return
        incident.state = "merged"
        self._done(incident)
        self._done(other)
        other.insiders |= {incident.declarer, *filter(None, [incident.ic])}

    def note(self, n: int, who: str) -> None:
        if self.incidents[n].may(who):
            self._done(self.incidents[n])

    def acknowledge(self, n: int, who: str) -> None:
        incident = self.incidents[n]
        if not incident.live or not incident.may(who):
            return
        unanswered = [run for run in incident.runs if run.open]
        called = [run for run, whom, *_ in incident.calls if whom == who]
        mine = [run for run in unanswered if not run.by_hand or any(run is one for one in called)] or unanswered
        for run in mine:
            self._answer(incident, run, who)
        if mine:
            self._done(incident)

    def _answer(self, incident: Incident, run: Run, who: str) -> None:
        lease = run.policy.lease if incident.severity in LEASED else None
        run.state, run.answered_by, run.answered_at = "answered", who, self.now
        run.due = self.now + lease if lease else None
        self.answers[incident.number] += 1
        incident.heard = self.now
        incident.insiders.add(who)

    def take_command(self, n: int, who: str) -> None:
        incident = self.incidents[n]
        if not incident.live or not incident.may(who) or incident.ic:
            return
        self._holds(incident, who)
        self._done(incident)
        for run in incident.runs:
            by_name = run.policy.name == "by hand"  # who was asked for so is not called off by others
            if run.open and (not by_name or any(call[0] is run and call[1] == who for call in incident.calls)):
                self._answer(incident, run, who)

    def give_command(self, n: int, who: str, to: str) -> None:
        incident = self.incidents[n]
        if not incident.live or not incident.may(who) or incident.ic == to:
            return
        if who == to:
            incident.ic = ""
            self.take_command(n, who)
            return
        self._holds(incident, to)
        self._done(incident)

    def _holds(self, incident: Incident, who: str) -> None:
        incident.ic = who
        incident.insiders.add(who)

    def leave_command(self, n: int, who: str) -> None:
        incident = self.incidents[n]
        if incident.live and incident.may(who) and incident.ic == who:
            incident.ic = ""
            self._done(incident)

    def pass_on(self, n: int, who: str) -> None:
        incident = self.incidents[n]
        mine = [(run, round_, level) for run, whom, round_, level in incident.calls if whom == who]
        if not incident.live or not incident.may(who) or not mine:
            return
        run, round_, level = mine[-1]
        if not run.open:
            return
        self._done(incident)
        if (run.round, run.level) == (round_, level) and run.state == "running" and not run.hurried:
            run.due, run.hurried = self.now, True

    def escalate(self, n: int, who: str) -> None:
        incident = self.incidents[n]
        if not incident.live or not incident.may(who):
            return
        going = [run for run in incident.runs if run.state != "ended" and run.policy.name != "by hand"]
        if not going:
            policy = incident.policy()
            if policy:
                self._begin(incident, policy, by_hand=True)
                self._done(incident)
            return
        run = going[-1]
        if run.following() is None:
            run.rounds = run.round + 1
        run.state, run.due, run.hurried = "running", self.now, True
        self._done(incident)

    def page(self, n: int, who: str, whom: str) -> None:
        incident = self.incidents[n]
        if incident.live and incident.may(who):
            self._begin(incident, by_name(whom), by_hand=True)
            self._done(incident)

    def page_policy(self, n: int, who: str) -> None:
        incident = self.incidents[n]
        if incident.live and incident.may(who):
            self._begin(incident, DEFAULT, by_hand=True)
            self._done(incident)
