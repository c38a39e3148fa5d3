"""A bot starts with the prompts and the model that its settings name, or says what is wrong."""

from pathlib import Path

import pytest

from bot.app import CannotStart, Tocsin
from bot.llm.answers import Overview
from bot.llm.model import Asked, Kind, NoModel
from bot.llm.openai_model import OpenAIModel
from bot.llm.prompts import Task
from bot.organisation import Organisation
from bot.settings import Settings
from tests.conftest import SQLITE, NewDatabase
from tests.model_server.server import ModelServer


def bot(database_url: str, **settings: str) -> Tocsin:
    """With a Slack that is away."""
    given = {
        "slack_bot_token": "xoxb-1", "slack_signing_secret": "5ecret", "slack_api_url": "http://127.0.0.1:9/api/",
        "database_url": database_url, "port": "0",
    }  # fmt: skip
    return Tocsin(Settings(_env_file=None, **given | settings), Organisation.load(None))  # type: ignore[arg-type]


async def test_a_bot_with_a_prompt_that_cannot_be_used_does_not_start(
    new_database: NewDatabase, tmp_path: Path
) -> None:
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "title.md").write_text("Give it a title.")
    with pytest.raises(CannotStart, match=r"^title\.md: begin with"):
        await bot(await new_database(SQLITE), tocsin_prompts=str(folder)).start()


async def test_a_bot_has_the_model_that_its_settings_name_until_it_stops(new_database: NewDatabase) -> None:
    async with ModelServer() as server:
        made = bot(await new_database(SQLITE), openai_base_url=server.base_url, openai_model="good")
        await made.start()
        assert set(made.world.prompts) == set(Task)
        assert isinstance(made.world.model, OpenAIModel)
        assert made.world.model.unavailable() is None
        await made.stop()
        away = made.world.model.unavailable()
        assert away
        assert away.kind is Kind.STOPPING
        assert server.asked == [], "starting asks nothing"


async def test_calls_of_the_model_are_counted(new_database: NewDatabase, asked: Asked) -> None:
    async with ModelServer() as server:
        made = bot(await new_database(SQLITE), openai_base_url=server.base_url, openai_model="no_schema")
        await made.start()
        answer = await made.world.model.complete(asked, Overview)
        page = made.metrics.page().decode()
        await made.stop()
    for line in (
        'tocsin_model_calls_total{outcome="failed",task="postmortem_overview"} 1.0',
        'tocsin_model_calls_total{outcome="answered",task="postmortem_overview"} 1.0',
        f'tocsin_model_tokens_total{{way="in"}} {float(answer.calls[-1].tokens_in or 0)}',
    ):
        assert line in page


async def test_a_bot_without_a_key_has_none(new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    made = bot(await new_database(SQLITE))
    await made.start()
    assert isinstance(made.world.model, NoModel)
    await made.stop()
