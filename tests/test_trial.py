"""`tocsin sandbox` as a person runs it: the workspace in one process, the bot in another that can be killed."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.processes import ROOT

PATIENCE_S = 60.0
Json = dict[str, Any]


class Trial:
    """A running `tocsin sandbox`, used through what its page uses."""

    def __init__(self, process: asyncio.subprocess.Process, web: ClientSession) -> None:
        self.process = process
        self.web = web

    async def post(self, path: str, **said: object) -> Json:
        async with self.web.post(f"/sandbox/{path}", json=said) as answer:
            told: Json = await answer.json()
            return told

    async def state(self, channel: str = "C0GENERAL") -> Json:
        async with self.web.get("/sandbox/state", params={"as": "ana", "channel": channel}) as answer:
            told: Json = await answer.json()
            return told

    async def act(self, act: str, **args: object) -> Json:
        return await self.post("act", who="U0ANA", act=act, args=args)

    async def shows(self, condition: Callable[[Json], Any], channel: str = "C0GENERAL") -> Any:
        """The first truthy answer of the condition about what Ana sees; looked at again after each change."""
        async with asyncio.timeout(PATIENCE_S), self.web.ws_connect("/sandbox/live?as=ana") as wire:
            while not (found := condition(await self.state(channel))):
                await wire.receive()
        return found


@pytest.fixture
async def trial() -> AsyncIterator[Trial]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "sandbox", "--port", "0", cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "LOG_LEVEL": "warning"},
    )  # fmt: skip
    assert process.stdout
    async with asyncio.timeout(PATIENCE_S):
        said = ""
        while "http://" not in said:
            line = await process.stdout.readline()
            assert line, "it did not come up"
            said = line.decode()
    async with ClientSession(said.split()[-1]) as web:
        yield Trial(process, web)
    if process.returncode is None:
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE_S):
            assert await process.wait() == 0


async def test_a_killed_bot_goes_on_where_it_was_and_by_the_clock_of_the_workspace(trial: Trial) -> None:
    await trial.act("types", channel="C0GENERAL", text="/incident declare Checkout errors")
    form = await trial.shows(lambda state: next((m for m in state["modals"] if m["body"].get("submit")), None))
    await trial.post("trouble", what="down", on=True)
    entered = [{"name": "title", "value": "Checkout errors"}, {"name": "severity", "value": "SEV1"}]
    sent = await trial.act("submits", view=form["id"], entered=entered)
    assert sent["closed"], sent
    assert await trial.post("trouble", what="kill") == {"ok": True}
    assert (await trial.state())["trouble"]["bot"] == {"kept": True, "running": False}
    assert "dead already" in (await trial.post("trouble", what="kill"))["why"]
    await trial.post("trouble", what="down", on=False)
    assert room(await trial.state()) is None, "nobody was there to open it"

    assert await trial.post("trouble", what="start") == {"ok": True}
    channel = await trial.shows(room)
    await trial.shows(lambda state: "Paging" in str(state["messages"]), channel)
    await trial.post("clock", jump=10)
    await trial.shows(lambda state: "Next: level 3" in str(state["messages"]), channel)


def room(state: Json) -> str | None:
    return next((c["id"] for c in state["channels"].values() if c["name"].startswith("inc-1-")), None)
