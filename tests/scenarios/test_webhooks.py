"""Another service is told how far a postmortem is: signed, once, and again until it has heard."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.app import CannotStart
from bot.organisation import Organisation
from bot.sandbox.people import Person
from tests.conftest import SQLITE
from tests.scenarios.test_postmortem import resolves
from tests.stage import QUIET, SOCKET, Stage

SECRET = "a secret that nobody can guess"
pytestmark = pytest.mark.parametrize("stage", [(SQLITE, SOCKET)], indirect=True, ids="-".join)


@dataclass
class Wiki:
    """Hears what it is told. `answers`: the status of each of the first answers; after them 204."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append(({name.lower(): held for name, held in request.headers.items()}, await request.read()))
        return web.Response(status=self.answers.pop(0) if self.answers else 204)

    def told(self, place: int = -1) -> dict[str, Any]:
        """Raises if it is not signed as agreed."""
        headers, body = self.heard[place]
        signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
        wanted = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{wanted}"
        return dict(json.loads(body))


@pytest.fixture
async def wiki() -> AsyncIterator[Wiki]:
    made, app = Wiki(), web.Application()
    app.router.add_post("/hooks", made.hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hooks"
    yield made
    await runner.cleanup()


async def has(stage: Stage, wiki: Wiki, folder: Path) -> None:
    """The organisation's file names this service."""
    file = folder / "with-webhooks.yaml"
    hook = f"webhooks:\n  - {{url: '{wiki.url}', events: [postmortem.drafted, postmortem.published]}}\n"
    file.write_text(QUIET.read_text(encoding="utf-8") + hook, encoding="utf-8")
    stage.organisation = Organisation.load(file)
    stage.settings = stage.settings.model_copy(update={"webhook_secret": SecretStr(SECRET)})
    await stage.restart_bot()


async def test_it_is_told_of_the_draft_with_all_of_it(stage: Stage, wiki: Wiki, tmp_path: Path, ana: Person) -> None:
    await has(stage, wiki, tmp_path)
    await resolves(stage, ana, await stage.declares(ana, "Checkout errors"))

    assert len(wiki.heard) == 1
    told = wiki.told()
    assert (told["event"], told["incident"]["title"], told["postmortem"]["state"]) == (
        "postmortem.drafted", "Checkout errors", "draft"
    )  # fmt: skip
    assert "## Summary" in told["postmortem"]["markdown"]
    assert "<h2>Summary</h2>" in told["postmortem"]["html"]
    assert "<table>" in told["postmortem"]["html"]


async def test_it_is_told_again_under_the_same_id_until_it_has_heard(
    stage: Stage, wiki: Wiki, tmp_path: Path, ana: Person
) -> None:
    await has(stage, wiki, tmp_path)
    wiki.answers = [500, 429]
    await resolves(stage, ana, await stage.declares(ana, "Checkout errors"))
    await stage.catches_up()

    assert len({headers["webhook-id"] for headers, _ in wiki.heard}) == 1
    assert len(wiki.heard) == 3


@pytest.mark.loses
async def test_what_it_refuses_is_said_to_the_commander(stage: Stage, wiki: Wiki, tmp_path: Path, ana: Person) -> None:
    await has(stage, wiki, tmp_path)
    wiki.answers = [410]
    await resolves(stage, ana, await stage.declares(ana, "Checkout errors"))

    assert len(wiki.heard) == 1
    assert "could not tell another service of the postmortem" in " ".join(message.text for message in ana.inbox)


async def test_nobody_is_told_of_a_private_incident(stage: Stage, wiki: Wiki, tmp_path: Path, ana: Person) -> None:
    await has(stage, wiki, tmp_path)
    await resolves(stage, ana, await stage.declares(ana, "Checkout errors", options=["yes"]))
    assert wiki.heard == []


async def test_without_a_secret_it_does_not_start(stage: Stage, wiki: Wiki, tmp_path: Path) -> None:
    await has(stage, wiki, tmp_path)
    stage.settings = stage.settings.model_copy(update={"webhook_secret": None})
    with pytest.raises(CannotStart, match="WEBHOOK_SECRET is not set"):
        await stage.restart_bot()
    await has(stage, wiki, tmp_path)
