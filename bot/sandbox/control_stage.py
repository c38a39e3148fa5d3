"""What the page does to the workspace rather than in it: its clock, trouble, and the life of the app; and what the app
tells of itself."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.sandbox.insight import Due, Insight, Owed
from bot.sandbox.people import CannotDo
from bot.sandbox.state import Json

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

LONGEST_JUMP = timedelta(days=366)
FASTEST = 3600.0  # seconds of the workspace in one of the room
LOOK_EVERY_S = 1.0  # at what the app tells of itself, which may change without a word to Slack
LOOKS_APART_S = 0.1
QUIET = {"insight", "clock", "trouble"}  # changes that tell nothing of the app
NOTHING: Json = {"due": [], "owed": [], "cases": []}
NOBODY_KEEPS = "The bot was not started by this page, so it cannot be stopped or started from here."


def set_clock(slack: "Slack", jump: float | None, to: float | None, speed: float | None) -> str | None:
    """Minutes, Unix seconds, and a factor; each may be left out. What is wrong with them, or None: then it is done."""
    now = slack.clock.now()
    if to is not None:
        jump = max(0.0, to - now.timestamp()) / 60
    if jump is not None and not 0 <= jump <= LONGEST_JUMP / timedelta(minutes=1):
        return "Time only moves forward, by a year at most."
    if speed is not None and not 0 <= speed <= FASTEST:
        return "Time can stand still, or go up to 3600 times as fast."
    if jump is not None:
        slack.clock.jump(timedelta(minutes=jump))
    if speed is not None:
        slack.clock.run(speed)
    return None


async def disturb(slack: "Slack", what: str, *, on: bool) -> None:
    """A switch of trouble, or something that happens once: `cut`, `kill` and `start`. Raises CannotDo."""
    match what:
        case "cut":
            if not slack.deliveries.cut(reset=True):
                raise CannotDo("There is no open connection to cut.")
        case "kill" | "start":
            await _life(slack, what)
        case _:
            try:
                slack.troubles.switch(what, on=on)
            except KeyError:
                raise CannotDo(f"There is no trouble called {what!r}.") from None


async def _life(slack: "Slack", what: str) -> None:
    keeper = slack.keeper
    if keeper is None:
        raise CannotDo(NOBODY_KEEPS)
    if keeper.running == (what == "start"):
        raise CannotDo("The bot is running already." if keeper.running else "The bot is dead already.")
    await (keeper.kill() if what == "kill" else keeper.start())
    slack.changed("trouble")
    if what == "start" and not keeper.running:
        raise CannotDo("The bot did not come up. Its log says why.")


def trouble(slack: "Slack") -> Json:
    """What is wrong on purpose, and whether the app lives, as far as this page has a hand in it."""
    kept = slack.keeper
    bot = {"kept": kept is not None, "running": kept is None or kept.running}
    return {"trouble": {"switches": slack.troubles.told(), "bot": bot}}


async def story(slack: "Slack", channel: str) -> Json:
    found = await slack.insight.story(channel) if slack.insight else None
    facts = [{"at": fact.at.timestamp(), "what": fact.what} for fact in found.facts] if found else []
    return {"about": found.about if found else "", "facts": facts}


class Watch:
    """Looks at what the app tells of itself, while somebody wants to know; `told` is called when it has changed."""

    def __init__(self, slack: "Slack", told: Callable[[], None]) -> None:
        self.latest: Json = NOTHING | {"looks": 0}
        self._slack = slack
        self._told = told
        self._looking: asyncio.Task[None] | None = None
        self._stirred = asyncio.Event()
        slack.on_change.append(self._changed)
        slack.clock.on_jump(self._stirred.set)

    def begin(self) -> None:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())

    async def end(self) -> None:
        looking, self._looking = self._looking, None
        if looking:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    def _changed(self, kind: str, _ids: dict[str, str]) -> None:
        if kind not in QUIET:
            self._stirred.set()

    async def _look(self) -> None:
        while True:
            self._stirred.clear()
            insight = self._slack.insight
            found = await _told(insight) if insight else NOTHING
            looks = self.latest["looks"]
            if self.latest != found | {"looks": looks}:
                self.latest = found | {"looks": looks + 1}
                self._told()
            await asyncio.sleep(LOOKS_APART_S)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._stirred.wait()


async def _told(insight: Insight) -> Json:
    return {
        "due": [_due(due) for due in await insight.due()],
        "owed": [_owed(owed) for owed in await insight.owed()],
        "cases": [{"about": case.about, "channel": case.channel} for case in await insight.cases()],
    }


def _due(due: Due) -> Json:
    return {"at": due.at.timestamp(), "what": due.what, "about": due.about}


def _owed(owed: Owed) -> Json:
    return {
        "what": owed.what, "about": owed.about, "since": owed.since.timestamp(), "due_at": owed.due_at.timestamp(),
        "under_way": owed.is_under_way, "attempts": owed.attempts, "trouble": owed.trouble,
    }  # fmt: skip
