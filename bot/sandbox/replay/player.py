"""The player: step after step at the pace that is asked for, the workspace's clock going with it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.sandbox.people import CannotDo
from bot.sandbox.replay.acting import Actors
from bot.sandbox.replay.casting import cast
from bot.sandbox.replay.customs import Customs, Deed
from bot.sandbox.replay.planning import Step, plan
from bot.sandbox.replay.record import Kind, Record
from bot.sandbox.state import Channel

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

DAY = timedelta(days=1)
SOON = timedelta(seconds=5)  # what falls due so soon after a step belongs to it
VERY_SOON = timedelta(seconds=2)
TENDED_S = 1.0
MOST_DUTIES = 200  # between two steps; what goes on for ever must not hold up the story
LONGEST_LOOK_S = 0.5  # real seconds between two looks at the clock
SETTLES_S = 60.0  # real seconds until the app must be through with a step


class Pace(StrEnum):
    PAUSED = "paused"
    TIMED = "timed"  # each step in its time, at some speed
    AT_ONCE = "at once"  # as fast as it goes
    OVER = "over"


@dataclass(frozen=True)
class App:
    """What the player has to know of the app whose story it is. Both may be left out."""

    settle: Callable[[], Awaitable[None]] | None = None  # until it is through with all that is due
    next_due: Callable[[], Awaitable[datetime | None]] | None = None  # when it does something next by itself


@dataclass(frozen=True)
class Trouble:
    step: Step
    why: str


class Player:
    """Paused at first. A person who takes a part over does what it does from then on; the player passes those steps."""

    def __init__(
        self,
        slack: "Slack",
        record: Record,
        customs: Customs,
        app: App | None = None,
        *,
        shift: timedelta | None = None,
    ) -> None:
        """Without `shift` the story begins at the next moment at which it is its time of day. Raises BadRecord."""
        self.record = record
        self.steps = plan(record, customs)
        self.cast = cast(slack, record)
        self.shift = shift if shift is not None else next_time_of_day(self.steps[0].at, slack.clock.now())
        self.done = 0  # how many steps are behind us
        self.pace = Pace.PAUSED
        self.speed = 1.0
        self.taken: set[str] = set()  # user ids
        self.passed: list[Step] = []  # which the player left to a person
        self.troubles: list[Trouble] = []
        self.revision = 0
        self._slack = slack
        self._app = app or App()
        self._actors = Actors(slack, record, customs, self.cast, self.shift)
        self._one_at_a_time = asyncio.Lock()
        self._stirred = asyncio.Event()
        self._playing: asyncio.Task[None] | None = None
        self._on_change = asyncio.Event()
        slack.clock.on_jump(self._stirred.set)

    @property
    def next(self) -> Step | None:
        return self.steps[self.done] if self.done < len(self.steps) else None

    @property
    def room(self) -> Channel | None:
        return self._actors.room

    @property
    def alarm(self) -> datetime:
        """When it was noticed, in the record's time: the first alert, or what the record says."""
        alerts = [event.at for event in self.record.live if event.kind is Kind.ALERT]
        return self.record.known("detected_at") or min(alerts, default=self.steps[0].at)

    def due(self, step: Step) -> datetime:
        """When it is its turn, by the workspace's clock."""
        return step.at + self.shift

    def user(self, who: str) -> str:
        """The user's id who plays this name; nothing for an app."""
        return self._actors.user(who)

    # Asking

    def play(self, speed: float) -> None:
        """Each step in its time, at so many seconds a second."""
        self.speed = speed
        self._slack.clock.run(speed)
        self._goes(Pace.TIMED)

    def play_at_once(self) -> None:
        self._slack.clock.run(0)
        self._goes(Pace.AT_ONCE)

    def pause(self) -> None:
        """Time stands still too, after what is being done."""
        if self.pace is not Pace.OVER:
            self._slack.clock.run(0)
            self._turn(Pace.PAUSED)

    async def step(self) -> None:
        """The next step, at its moment."""
        self.pause()
        async with self._one_at_a_time:
            await self._reach_and_act()

    async def tend(self) -> None:
        """For ever: while time stands still, the app may owe somebody who acts by hand an answer in a second or two."""
        while True:
            await asyncio.sleep(TENDED_S)
            if self.pace is Pace.PAUSED:
                async with self._one_at_a_time:
                    await self._duties_until(self._slack.clock.now() + VERY_SOON)

    async def finished(self) -> None:
        """Until it is over or paused. Raises what went wrong with the player itself."""
        if self._playing:
            await self._playing

    async def stop(self) -> None:
        if self._playing:
            self._playing.cancel()
            await asyncio.gather(self._playing, return_exceptions=True)

    def take_over(self, user: str) -> None:
        self.taken.add(user)
        self._changed()

    def give_back(self, user: str) -> None:
        self.taken.discard(user)
        self._changed()

    async def changes(self, since: int, timeout: float) -> None:
        """Until something is different from that revision, or time is up."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while self.revision == since:
                    await self._on_change.wait()

    # Doing

    def _goes(self, pace: Pace) -> None:
        if self.next is None:
            return
        self._turn(pace)
        self._stirred.set()
        if self._playing is None or self._playing.done():
            self._playing = asyncio.create_task(self._play(), name=f"replay {self.record.slug}")

    def _turn(self, pace: Pace) -> None:
        self.pace = pace
        self._stirred.set()
        self._changed()

    def _changed(self) -> None:
        self.revision += 1
        self._on_change.set()
        self._on_change = asyncio.Event()

    async def _play(self) -> None:
        while self.next and self.pace in (Pace.TIMED, Pace.AT_ONCE):
            async with self._one_at_a_time:
                if self.pace is Pace.AT_ONCE or await self._time_has_come(self.next):
                    await self._reach_and_act()

    async def _time_has_come(self, step: Step) -> bool:
        """Wait a little; whether it is its turn now. What the app does by itself meanwhile is not slept through."""
        clock = self._slack.clock
        wait = (self.due(step) - clock.now()).total_seconds()
        duty = await self._next_duty()
        if duty and clock.now() < duty < self.due(step):
            wait = (duty - clock.now()).total_seconds()
        if wait > 0:
            self._stirred.clear()
            try:
                async with asyncio.timeout(min(wait / max(self.speed, 0.001), LONGEST_LOOK_S)):
                    await self._stirred.wait()
            except TimeoutError:
                if duty and duty <= clock.now():
                    clock.jump(timedelta(0))  # so that who sleeps by this clock looks at it
        return self.pace is Pace.TIMED and clock.now() >= self.due(step)

    async def _reach_and_act(self) -> None:
        step = self.next
        if step is None:
            return
        await self._reach(self.due(step))
        if self._waits_for_a_person(step):
            self.pause()
            return
        if self.user(step.who) in self.taken:
            self.passed.append(step)
        else:
            await self._act(step)
        self.done += 1
        await self._settle()
        if self.pace is not Pace.AT_ONCE or self.next is None:
            await self._duties_until(self._slack.clock.now() + SOON)
        self._changed()
        if self.next is None:
            self._slack.clock.run(1)
            self._turn(Pace.OVER)

    def _waits_for_a_person(self, step: Step) -> bool:
        """Without a declaration there is no story: whoever took that part over has to make it first."""
        mine = self.user(step.who) in self.taken
        return mine and step.deed is Deed.DECLARE and self.room is None

    async def _act(self, step: Step) -> None:
        try:
            await self._actors.act(step)
        except (CannotDo, TimeoutError, LookupError) as why:
            self.troubles.append(Trouble(step, str(why).splitlines()[0]))

    async def _reach(self, moment: datetime) -> None:
        """Jump there; on the way, stop at each moment at which the app does something by itself."""
        await self._duties_until(moment)
        self._slack.clock.jump(max(moment - self._slack.clock.now(), timedelta(0)))

    async def _duties_until(self, moment: datetime) -> None:
        for _ in range(MOST_DUTIES):
            duty = await self._next_duty()
            if duty is None or duty > moment:
                return
            self._slack.clock.jump(max(duty - self._slack.clock.now(), timedelta(0)))
            await self._settle()

    async def _next_duty(self) -> datetime | None:
        return await self._app.next_due() if self._app.next_due else None

    async def _settle(self) -> None:
        await self._slack.settled()
        if self._app.settle:
            try:
                async with asyncio.timeout(SETTLES_S):
                    await self._app.settle()
            except TimeoutError:
                return  # it is busy with something long; the story goes on


def next_time_of_day(first: datetime, now: datetime) -> timedelta:
    """By how many whole days a story has to be moved so that it is still to come: what it says of the time is true."""
    days = -((first - now) // DAY)
    return days * DAY
