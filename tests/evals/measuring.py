"""An incident with 10,000 messages, drafted with a model in a process of its own, so that its memory is only what that
takes. The model answers at once, from the process that asked for it."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.llm import prompts
from bot.llm.openai_model import OpenAIModel
from bot.postmortems.draft import draft
from bot.postmortems.evidence import gathered
from bot.postmortems.weaving import Weaving
from bot.sandbox.clock import Clock
from bot.settings import ModelAccess
from tests.evals import actors
from tests.evals.casefiles import CaseFile, load
from tests.evals.running import peak_megabytes
from tests.evals.scores import MOST_MEGABYTES, MOST_SECONDS
from tests.evals.staging import staged
from tests.model_server.server import ModelServer

MESSAGES = 10_000
TICK_S = 0.01
MOST_STILL_S = 1.0  # how long the loop may stand still: pages wait meanwhile


@dataclass(frozen=True)
class Long:
    """`still`: the longest time in which nothing else in the process could run."""

    model: str
    messages: int
    read: str
    claims: int
    seconds: float
    cpu: float  # seconds of it that this process was busy: other work on the machine does not count
    still: float
    megabytes: float
    before: float  # megabytes, with everything imported and the messages in memory
    tokens: int

    @property
    def words(self) -> str:
        return (
            f"{self.messages:,} messages, a {self.model} model: {self.seconds:.1f} s ({self.cpu:.1f} s busy),"
            f" {self.megabytes:.0f} MB at most"
            f" ({self.before:.0f} MB before), {self.tokens:,} tokens, {self.claims} claims, the loop stood still for at"
            f" most {self.still:.2f} s; {self.read}"
        )


def told(models: Sequence[str] = ("good", "lying")) -> list[str]:
    """One line for each, and what it misses."""
    lines = []
    for name in models:
        long = asyncio.run(in_a_process(name))
        lines.append(f"LONG {long.words}")
        if long.seconds > MOST_SECONDS:
            lines.append(f"MISSED {MOST_SECONDS:.0f} s")
        if long.megabytes > MOST_MEGABYTES:
            lines.append(f"MISSED {MOST_MEGABYTES:.0f} MB")
    return lines


async def in_a_process(name: str, messages: int = MESSAGES) -> Long:
    case = _case()
    async with ModelServer(actors.answering(name, case.known, ["Ines Duarte"])) as server:
        command = [sys.executable, "-m", "tests.evals.measuring", server.base_url, name, str(messages)]
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
        said, _ = await process.communicate()
    assert process.returncode == 0, "the measured process failed"
    return Long(**json.loads(said.decode().splitlines()[-1]))


def _case() -> CaseFile:
    return next(case for case in load()[0] if case.slug.startswith("primary"))


async def _long(base_url: str, name: str, messages: int) -> Long:
    stage, shipped = staged(_case(), messages), prompts.load()
    access = ModelAccess(
        base_url=base_url, api_key=SecretStr("sk-test"), model="good", timeout=timedelta(seconds=60),
        context_tokens=32_000, temperature=None, price_in=None, price_out=None,
    )  # fmt: skip
    model = OpenAIModel(access, Clock())
    before, began, busy = peak_megabytes(), time.monotonic(), time.process_time()
    watch = asyncio.create_task(_longest_pause())
    evidence = await asyncio.to_thread(gathered, stage.sources)
    woven = await Weaving(model, shipped, evidence).weave()
    await asyncio.to_thread(draft, stage.record, stage.organisation, woven.added)
    seconds = time.monotonic() - began
    watch.cancel()
    await model.close()
    return Long(
        name, messages, woven.added.read, len(woven.added.claims), seconds,
        time.process_time() - busy, _PAUSES[0], peak_megabytes(), before,
        woven.added.tokens_in,
    )  # fmt: skip


_PAUSES = [0.0]


async def _longest_pause() -> None:
    """How late this task is whenever it would like to run."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + TICK_S
        done = asyncio.Event()
        loop.call_at(due, done.set)
        await done.wait()
        _PAUSES[0] = max(_PAUSES[0], loop.time() - due)


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(_long(sys.argv[1], sys.argv[2], int(sys.argv[3]))))))
