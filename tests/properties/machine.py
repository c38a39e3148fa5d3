"""Random people do random things in random order while time passes; the reference says whom that pages."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.organisation import Organisation
from bot.sandbox.api.registry import Call
from bot.sandbox.faults import Fault
from tests.properties.checks import SECRET, assert_sound
from tests.properties.model import INCIDENTS, Model
from tests.stage import SOCKET, Stage, stage_of, with_api_url

POLICIES = Path(__file__).with_name("paging.yaml")
PEOPLE = ("ana", "bo", "cy", "dee", "eli", "fay")
PAGE = re.compile(r"(?:You are paged|Somebody is needed|Nobody has answered yet|You were called)\b.* for .*?INC-(\d+)")
FAULTS = {
    "429": Fault.status(429, retry_after=2),
    "refused": Fault.status(503),
    "lost question": Fault.reset(),
    "lost reply": Fault.reset(after=True),
    "500 after the effect": Fault.status(500, after=True),
}
SPANS = (7, 45, 119, 121, 300, 301, 420, 610, 1805, 4000, 10_900)  # seconds

people = st.sampled_from(PEOPLE)
severities = st.sampled_from(["SEV1", "SEV2", "SEV3", "SEV4"])
which = st.integers(0, 1)
NewStage = Callable[[], Awaitable[Stage]]


async def set_up(url: str) -> Stage:
    made = stage_of(url, SOCKET, organisation=Organisation.load(POLICIES))
    made.clock.run(0)  # time passes when we say so, which the reference hears too
    await made.slack.start()
    made.settings = with_api_url(made.settings, made.slack.api_url)
    await made.start_bot()
    return made


class Paging(RuleBasedStateMachine):
    """Each rule is one act of one person, or time."""

    def __init__(self, new_database: Callable[[], Awaitable[str]]) -> None:
        super().__init__()
        self._new_database = new_database
        self._runner = asyncio.Runner()
        self._taken = 0  # of Slack's accept log, so much was read

    def _does(self, work: Coroutine[Any, Any, None]) -> None:
        self._runner.run(work)

    @initialize()
    def begin(self) -> None:
        async def starts() -> None:
            self.stage = await set_up(await self._new_database())
            self.model = Model(self.stage.clock.now())

        self._does(starts())

    def teardown(self) -> None:
        async def ends() -> None:
            await self.stage.bot.stop()
            await self.stage.slack.stop()

        if hasattr(self, "stage"):
            self._does(ends())
        self._runner.close()

    # --- the world

    @rule(seconds=st.sampled_from(SPANS))
    def time_passes(self, seconds: int) -> None:
        self._does(self._passes(seconds))

    @rule()
    def the_bot_restarts(self) -> None:
        async def restarts() -> None:
            await self._passes(1)
            await self.stage.bot.stop()
            await self.stage.start_bot()
            await self._compares()

        self._does(restarts())

    @rule(kind=st.sampled_from(sorted(FAULTS)), seconds=st.sampled_from(SPANS))
    def slack_fails_at_the_next_page(self, kind: str, seconds: int) -> None:
        self.stage.slack.faults.next("chat.postMessage", FAULTS[kind], when=_is_page)
        self._does(self._passes(seconds))

    # --- people

    @precondition(lambda self: len(self.model.incidents) < 2)
    @rule(who=people, severity=severities, kind=st.sampled_from(["public", "public", "private", "triage"]))
    def declares(self, who: str, severity: str, kind: str) -> None:
        async def declares() -> None:
            await self._passes(1)
            number = len(self.model.incidents) + 1
            private = kind == "private"
            given: dict[str, object] = {"severity": severity}
            given |= {"triage": ["yes"]} if kind == "triage" else {}
            given |= {"options": ["yes"]} if private else {}
            title = f"{SECRET if private else 'Trouble'} {number}"
            self.model.declare(who, severity, triage=kind == "triage", private=private)
            await self.stage.submits_declaration(self.stage.person(who), title, "#general", **given)
            await self._compares()

        self._does(declares())

    @precondition(lambda self: self.model.incidents)
    @rule(
        n=which, who=people,
        to=st.sampled_from(["accept", "accept", "decline", "mitigate", "cancel", "reopen", "reopen"]),
    )  # fmt: skip
    def moves(self, n: int, who: str, to: str) -> None:
        number = self._number(n)
        self._types(who, f"{to} INC-{number} as I see it", lambda: self.model.move(number, who, to))

    @precondition(lambda self: any(i.state in ("active", "mitigated") for i in self.model.incidents.values()))
    @rule(n=which)
    def resolves(self, n: int) -> None:
        open_ = [i for i in self.model.incidents.values() if i.state in ("active", "mitigated")]
        incident = open_[n % len(open_)]

        async def resolves() -> None:
            await self._passes(1)
            who = self.stage.person(incident.declarer)
            await who.types(f"/incident resolve INC-{incident.number} rolled back", "#general")
            await who.waits_for(lambda: who.modal and who.modal.body["callback_id"] == "resolve")
            self.model.move(incident.number, incident.declarer, "resolve")
            sent = await who.submits({})
            assert sent.closed, sent
            await self._compares()

        self._does(resolves())

    @precondition(lambda self: len(self.model.incidents) > 1)
    @rule(n=which, into=which)
    def merges(self, n: int, into: int) -> None:
        number, other = self._number(n), self._number(into)
        incident = self.model.incidents[number]
        if not self.model.incidents[other].may(incident.declarer):
            return
        room = self._runner.run(self.stage.incident(number))
        self._types(
            incident.declarer,
            f"merge INC-{other} the same",
            lambda: self.model.merge(number, other),
            room.channel or "",
        )

    @precondition(lambda self: self.model.incidents)
    @rule(n=which, who=people, to=severities)
    def changes_the_severity(self, n: int, who: str, to: str) -> None:
        number = self._number(n)
        self._types(who, f"severity INC-{number} {to}", lambda: self.model.severity(number, who, to))

    @precondition(lambda self: self.model.incidents)
    @rule(n=which, who=people)
    def acknowledges(self, n: int, who: str) -> None:
        number = self._number(n)
        self._types(who, f"ack INC-{number}", lambda: self.model.acknowledge(number, who))

    @precondition(lambda self: self.model.incidents)
    @rule(n=which, who=people)
    def cannot_take_it(self, n: int, who: str) -> None:
        number = self._number(n)
        self._types(who, f"pass INC-{number}", lambda: self.model.pass_on(number, who))

    @precondition(lambda self: self.model.incidents)
    @rule(n=which, who=people)
    def escalates(self, n: int, who: str) -> None:
        number = self._number(n)
        self._types(who, f"escalate INC-{number}", lambda: self.model.escalate(number, who))

    @precondition(lambda self: self.model.incidents)
    @rule(n=which, who=people, whom=people)
    def calls_somebody(self, n: int, who: str, whom: str) -> None:
        number = self._number(n)
        self._types(who, f"page INC-{number} @{whom} please", lambda: self.model.page(number, who, whom))

    @precondition(lambda self: self.model.incidents)
    @rule(n=which, who=people)
    def calls_a_policy(self, n: int, who: str) -> None:
        number = self._number(n)
        self._types(who, f"page INC-{number} default please", lambda: self.model.page_policy(number, who))

    @precondition(lambda self: self.model.incidents)
    @rule(n=which, who=people)
    def takes_command(self, n: int, who: str) -> None:
        number = self._number(n)
        self._types(who, f"ic INC-{number}", lambda: self.model.take_command(number, who))

    @precondition(lambda self: self.model.incidents)
    @rule(n=which, who=people, to=people)
    def gives_command(self, n: int, who: str, to: str) -> None:
        number = self._number(n)
        self._types(who, f"assign INC-{number} ic @{to}", lambda: self.model.give_command(number, who, to))

    @precondition(lambda self: self.model.incidents)
    @rule(n=which, who=people)
    def leaves_command(self, n: int, who: str) -> None:
        number = self._number(n)
        self._types(who, f"leave INC-{number} ic", lambda: self.model.leave_command(number, who))

    @precondition(lambda self: self.model.incidents)
    @rule(n=which, who=people)
    def notes(self, n: int, who: str) -> None:
        number = self._number(n)
        self._types(who, f"note INC-{number} looking at it", lambda: self.model.note(number, who))

    # --- stories that chance alone tells too seldom

    @precondition(lambda self: self.model.incidents)
    @rule(times=st.integers(8, 16))
    def nobody_answers(self, times: int) -> None:
        for _ in range(times):
            self.time_passes(301)

    @precondition(lambda self: self.model.incidents)
    @rule(n=which, who=people)
    def somebody_has_it_and_is_heard_of(self, n: int, who: str) -> None:
        self.acknowledges(n, who)
        self.time_passes(1200)
        self.notes(n, who)
        self.time_passes(1200)

    @precondition(lambda self: self.model.incidents)
    @rule(n=which, who=people)
    def whoever_commands_wants_more(self, n: int, who: str) -> None:
        self.takes_command(n, who)
        self.escalates(n, who)

    # --- how

    def _number(self, n: int) -> int:
        return n % len(self.model.incidents) + 1

    def _types(self, who: str, text: str, then: Callable[[], None], place: str = "#general") -> None:
        async def types() -> None:
            await self._passes(1)
            then()
            typed = await self.stage.person(who).types(f"/incident {text}", place)
            assert not typed.error, typed.error
            await self._compares()

        self._does(types())

    async def _passes(self, seconds: int) -> None:
        self.stage.clock.jump(timedelta(seconds=seconds))
        await self._compares()

    async def _compares(self) -> None:
        """Now, and after as much time as Slack's faults cost."""
        self.model.tick(self.stage.clock.now())
        for _ in range(30):
            await self.stage.settle()
            self._reads_what_slack_took()
            if not await self.stage.open_effects():
                break
            self.stage.clock.jump(timedelta(seconds=1))
            self.model.tick(self.stage.clock.now())
        missing = [(f"INC-{number}", whom) for _, number, whom, *_ in self.model.owed]
        assert missing == [], f"never paged: {missing}"
        self.stage.slack.faults.clear()
        await assert_sound(self.stage)
        for number, answers in self.model.answers.items():
            told = Counter(await self.stage.facts(await self.stage.incident(number)))
            assert told["acknowledged"] == answers
        for incident in self.model.incidents.values():
            kept = await self.stage.incident(incident.number)
            assert (kept.severity, kept.status) == (incident.severity, incident.state)
            roll = await self.stage.roll(kept)
            assert roll.get("ic", "") == (self.stage.person(incident.ic).id if incident.ic else "")

    def _reads_what_slack_took(self) -> None:
        calls = self.stage.slack.journal.accepted("chat.postMessage")
        for call in calls[self._taken :]:
            found = PAGE.search(str(call.args["text"]))
            if found:
                self.model.accepted(int(found[1]), self._called(str(call.args["channel"])), call.at)
        self._taken = len(calls)

    def _called(self, channel: str) -> str:
        place = self.stage.slack.channel(channel)
        if place.kind != "im":
            return INCIDENTS if place.name == "incidents" else place.name
        (user,) = {*place.members} - {self.stage.slack.bot.id}
        return next(name for name in PEOPLE if self.stage.person(name).id == user)


def _is_page(call: Call) -> bool:
    return bool(PAGE.search(str(call.args.get("text", ""))))
