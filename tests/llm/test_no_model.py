"""Without a key nothing is asked of anybody."""

import subprocess
import sys

import pytest

from bot.kernel.clock import SystemClock
from bot.llm.answers import Overview
from bot.llm.choosing import choose
from bot.llm.model import Asked, Declined, Kind, NoModel
from bot.llm.openai_model import OpenAIModel
from bot.settings import Settings
from tests.house.tree import ROOT
from tests.llm.conftest import KEY

ASKS = """
import asyncio, sys
from bot.floors import open_door
from bot.kernel.clock import SystemClock
from bot.llm import prompts
from bot.llm.answers import Overview
from bot.llm.choosing import choose
from bot.llm.model import Declined
from bot.settings import Settings

reached = []
sys.addaudithook(lambda event, given: reached.append(event) if event in ("socket.connect", "socket.getaddrinfo") else 0)

async def ask():
    model = choose(Settings.load(None), SystemClock())
    asked = prompts.load()["postmortem_overview"].ask({"incident": "INC-7", "entries": "E1 | it broke"})
    try:
        await model.complete(asked, Overview)
    except Declined as why:
        print(why.kind, len(why.calls), why)
    await model.close()

asyncio.run(ask())
print(reached, "openai" in sys.modules)
"""
TALKS = """
import logging, os
logging.basicConfig(level=logging.DEBUG)
from datetime import timedelta
from bot.kernel.clock import SystemClock
from bot.llm.openai_model import OpenAIModel
from bot.settings import ModelAccess
access = ModelAccess("http://127.0.0.1:9/v1", None, "x", timedelta(seconds=1), 9000, None, None, None)
OpenAIModel(access, SystemClock())
print(logging.getLogger("openai._base_client").isEnabledFor(logging.INFO))
"""


def run(program: str, **environment: str) -> list[str]:
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={"PYTHONPATH": str(ROOT), **environment},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return ended.stdout.splitlines()


def test_without_a_key_there_is_no_request_and_not_even_the_sdk() -> None:
    assert run(ASKS) == ["not_configured 0 no model is configured (OPENAI_API_KEY is not set)", "[] False"]


def test_the_test_above_would_notice_a_request() -> None:
    said = run(ASKS, OPENAI_BASE_URL="http://127.0.0.1:9/v1", OPENAI_MODEL="x")
    assert said[-2] == "unreachable 2 the model's server cannot be reached"
    assert said[-1].startswith("['socket.connect'")
    assert said[-1].endswith("True")


def test_the_sdk_does_not_log_questions_whatever_the_environment_asks_for() -> None:
    assert run(TALKS, OPENAI_LOG="debug") == ["False"]


async def test_no_model_says_why_and_can_be_planned_with(asked: Asked) -> None:
    model = NoModel()
    with pytest.raises(Declined) as declined:
        await model.complete(asked, Overview)
    assert (declined.value.kind, declined.value.calls) == (Kind.NOT_CONFIGURED, ())
    assert model.unavailable().reason == declined.value.reason
    assert model.tokens("x" * 3500) == pytest.approx(1100, abs=1)
    await model.close()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "no model is configured (OPENAI_API_KEY is not set)"),
        ({"openai_model": "m"}, "no model is configured (OPENAI_API_KEY is not set)"),
        ({"openai_api_key": KEY}, "no model is configured (OPENAI_MODEL is not set)"),
        ({"openai_base_url": "http://127.0.0.1:9/v1"}, "no model is configured (OPENAI_MODEL is not set)"),
        ({"openai_api_key": KEY, "openai_model": "m"}, None),
        ({"openai_base_url": "http://127.0.0.1:9/v1", "openai_model": "m"}, None),
    ],
)
async def test_a_model_needs_a_name_and_a_key_or_an_address(given: dict[str, str], why: str | None) -> None:
    model = choose(Settings(_env_file=None, **given), SystemClock())  # type: ignore[arg-type]
    away = model.unavailable()
    assert isinstance(model, OpenAIModel) == (why is None)
    assert (away and away.reason) == why
    await model.close()
