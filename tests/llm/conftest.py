"""A server on which models do as they are named, and a bot's door to it with little patience."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.llm import prompts
from bot.llm.model import Asked
from bot.llm.openai_model import OpenAIModel
from bot.llm.prompts import Prompts
from bot.llm.server import Patience
from bot.sandbox.clock import Clock
from bot.settings import ModelAccess
from tests.model_server.server import ModelServer

KEY = "sk-test-0123456789abcdef"
ENTRIES = """\
E1 | 13:45Z | alert | pagerduty | checkout fails
E2 | 13:52Z | decision | Incident Commander | roll back
M1 | 14:01Z | message | responder 1 | it is back"""
PATIENCE = Patience(connect=timedelta(seconds=0.5), backoff=timedelta(milliseconds=5))

MakeModel = Callable[..., OpenAIModel]


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as made:
        yield made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def model_named(server: ModelServer, clock: Clock) -> AsyncIterator[MakeModel]:
    """The door to the model that does as it is named; anything of the access can be given otherwise."""
    async with AsyncExitStack() as cleanup:

        def make(name: str, **otherwise: Any) -> OpenAIModel:
            model = OpenAIModel(access(server.base_url, name, **otherwise), clock, PATIENCE)
            cleanup.push_async_callback(model.close)
            return model

        yield make


def access(base_url: str, name: str, **otherwise: Any) -> ModelAccess:
    given: dict[str, Any] = {
        "base_url": base_url, "api_key": SecretStr(KEY), "model": name, "timeout": timedelta(seconds=5),
        "context_tokens": 32_000, "temperature": None, "price_in": None, "price_out": None,
    }  # fmt: skip
    return ModelAccess(**given | otherwise)


@pytest.fixture(scope="session")
def shipped() -> Prompts:
    return prompts.load()


@pytest.fixture
def asked(shipped: Prompts) -> Asked:
    """For the summary and the impact of a small incident."""
    return shipped["postmortem_overview"].ask({"incident": "INC-7, SEV2", "entries": ENTRIES})
