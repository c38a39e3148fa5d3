"""`tocsin doctor`, as a process beside a local Slack: what is fine, what is not, and the mend."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.organisation import ACME
from tests.conftest import BOTH_WAYS, SQLITE, NewDatabase
from tests.model_server.server import ModelServer
from tests.processes import PATIENCE_S, ROOT, Beside, beside
from tests.stage import SOCKET

NO_CHANNEL = "Tocsin sees no such channel: create it, unarchive it or, if it is private, invite Tocsin to it."
POLICY = """\
policies:
  default:
    levels:
      - notify: ["@sre-oncall", "ana@acme.example", "U0BO", "role:ic"]
        ack_within: 5m
      - notify: ["@nobody", "S0COMMS", "x@acme.example", "U0HAL", "U0NOBODY1"]
        ack_within: 30s
    when_exhausted:
      notify: ["#incidents", "#nowhere", "C0GENERAL"]
      every: 10m
"""


async def doctor(place: Beside, **settings: str) -> tuple[int, list[str], str]:
    """Its exit code, what it said line by line, and what it said at the end."""
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "doctor", cwd=ROOT, env={**environment, **place.bot.settings, **settings},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(PATIENCE_S):
        said, complained = await started.communicate()
    assert started.returncode is not None
    return started.returncode, said.decode().splitlines(), complained.decode()


def faults(said: list[str]) -> list[str]:
    return [line.removeprefix("✗ ") for line in said if line.startswith("✗")]


@pytest.mark.parametrize(("kind", "transport"), BOTH_WAYS)
async def test_all_is_well_beside_a_bot_that_runs(new_database: NewDatabase, kind: str, transport: str) -> None:
    async with beside(await new_database(kind), transport) as place:
        await place.start_bot()
        code, said, complained = await doctor(place, TOCSIN_CONFIG=str(ACME))
        assert (code, complained, faults(said)) == (0, "", [])
        way_in = "✓ Socket Mode works." if transport == SOCKET else "– Slack calls Tocsin by HTTP"
        fine = ["The settings", "The organisation's", "The database", "Slack takes", "The app has"]
        fine = [f"✓ {words}" for words in fine]
        fine += [way_in, "✓ Incidents are announced in #incidents.", "✓ Everybody whom a policy names can be reached ("]
        assert len(said) == len(fine), said
        assert all(line.startswith(words) for line, words in zip(said, fine, strict=True)), said
        assert place.bot.runs


async def test_everybody_who_cannot_be_reached_is_named(new_database: NewDatabase, file: Path) -> None:
    file.write_text(POLICY)
    async with beside(await new_database(SQLITE), SOCKET) as place:
        for gone in ("cy", "dee"):
            place.slack.admin.deactivates(gone)
        place.slack.channel("#general").is_archived = True
        code, said, complained = await doctor(place, TOCSIN_CONFIG=str(file))
    assert (code, complained) == (1, "Mend what is marked ✗, then run this again.\n")
    assert faults(said) == [
        "Policy default, level 2: @nobody: There is no such user group, or it is disabled.",
        "Policy default, level 2: S0COMMS: Nobody in this user group can be paged: add somebody to it.",
        "Policy default, level 2: x@acme.example: Nobody in the workspace has this address.",
        "Policy default, level 2: U0HAL: Hal Ruiz's account is deactivated.",
        "Policy default, level 2: U0NOBODY1: Nobody in the workspace has this id.",
        f"Policy default, when_exhausted: #nowhere: {NO_CHANNEL}",
        "Policy default, when_exhausted: C0GENERAL: This channel is archived.",
    ]
    (warning,) = [line for line in said if line.startswith("⚠")]
    assert warning.startswith(
        f"⚠ Organisation: {file.name}:7: policies.default.levels[2].ack_within: is 30s. Under 60s"
    )


async def test_what_slack_does_not_let_us_do(new_database: NewDatabase, file: Path) -> None:
    file.write_text(POLICY.replace(', "U0HAL", "U0NOBODY1"', "").replace(', "#nowhere", "C0GENERAL"', ""))
    async with beside(await new_database(SQLITE), SOCKET) as place:
        for scope in ("usergroups:read", "users:read.email"):
            place.slack.app.scopes.remove(scope)
        code, said, _ = await doctor(place, TOCSIN_CONFIG=str(file), SLACK_APP_TOKEN="xapp-wrong")
        assert code == 1
        assert [line.split(":")[0] for line in faults(said)[:2]] == [
            "Scopes are missing",
            "Slack refuses SLACK_APP_TOKEN (invalid_auth). Make one with the scope connections",
        ]
        assert faults(said)[0].startswith("Scopes are missing: usergroups:read, users:read.email. Reinstall")
        may_not = [line for line in faults(said)[2:] if "may not see" in line]
        assert len(may_not) == len(faults(said)) - 2 == 5, said


async def test_what_it_hangs_on_is_wrong(new_database: NewDatabase, file: Path, tmp_path: Path) -> None:
    file.write_text("policies: {default: {levels: [{notify: [nobody], ack_within: 5m}]}}")
    nothing = tmp_path / "nothing.db"
    async with beside(await new_database(SQLITE), SOCKET) as place:
        database = f"sqlite+aiosqlite:///{nothing}"
        code, said, _ = await doctor(
            place, TOCSIN_CONFIG=str(file), DATABASE_URL=database, SLACK_BOT_TOKEN="xoxb-wrong"
        )
        assert code == 1
        assert said[0] == "✓ The settings can be used."
        assert said[1].startswith(f"✗ Organisation: {file.name}:1:")
        assert said[2:] == [
            f"✗ Database: there is no file {nothing}. Run `tocsin migrate`.",
            "✗ Slack refuses SLACK_BOT_TOKEN (invalid_auth). Copy it again from the app's page, OAuth & Permissions.",
        ]
        assert not nothing.exists(), "it only reads"
        code, said, _ = await doctor(place, SLACK_BOT_TOKEN="nonsense", PORT="x")
        assert code == 1
        assert [line.split(" must")[0] for line in said] == ["✗ Settings: SLACK_BOT_TOKEN", "✗ Settings: PORT"]


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("good", "✓ The language model good answers (by json_schema, in "),
        (
            "unauthorized",
            "✗ The language model: the model's server refuses OPENAI_API_KEY (401). Until then drafts are",
        ),
        (
            "failing",
            "⚠ The language model: the model's server failed (500). Until then drafts are made from the record",
        ),
        ("", "✗ The language model: no model is configured (OPENAI_MODEL is not set)."),
    ],
)
async def test_a_language_model_is_asked_one_small_question(new_database: NewDatabase, model: str, said: str) -> None:
    async with beside(await new_database(SQLITE), SOCKET) as place, ModelServer() as server:
        _, lines, complained = await doctor(
            place, OPENAI_BASE_URL=server.base_url, OPENAI_API_KEY="sk-0123456789", OPENAI_MODEL=model
        )
    assert "Traceback" not in complained
    (line,) = [line for line in lines if "language model" in line]
    assert line.startswith(said)
    assert not any("sk-0123456789" in line for line in lines)
    assert all("INC" not in body.text for body in server.bodies)


async def test_prompts_of_one_s_own_are_tried_out(new_database: NewDatabase, tmp_path: Path) -> None:
    (tmp_path / "title.md").write_text("Give it a title.")
    async with beside(await new_database(SQLITE), SOCKET) as place:
        code, said, _ = await doctor(place, TOCSIN_PROMPTS=str(tmp_path))
        assert code == 1
        assert faults(said)[0].startswith("Prompts: title.md: begin with")
        (tmp_path / "title.md").unlink()
        code, said, _ = await doctor(place, TOCSIN_PROMPTS=str(tmp_path))
    assert f"✓ The prompts in {tmp_path} can be used." in said


async def test_nobody_answers(new_database: NewDatabase) -> None:
    async with beside(await new_database(SQLITE), SOCKET) as place:
        away = "http://127.0.0.1:9/api/"
        code, said, complained = await doctor(
            place, SLACK_API_URL=away, DATABASE_URL="postgresql://me:secret@127.0.0.1:9/tocsin"
        )
    assert code == 1
    assert "Traceback" not in complained
    assert faults(said)[0].startswith("Database: postgresql+asyncpg://me:***@127.0.0.1:9/tocsin does not answer (")
    assert faults(said)[1].startswith("Slack does not answer (auth.test: Slack cannot be reached)")
    assert "secret" not in "".join(said)


async def test_a_database_of_another_name(new_database: NewDatabase) -> None:
    url = await new_database("postgres")
    async with beside(await new_database(SQLITE), SOCKET) as place:
        name = url.partition("@/")[2].partition("?")[0]
        code, said, complained = await doctor(place, DATABASE_URL=url.replace(name, "elsewhere"))
    assert (code, "Traceback" in complained) == (1, False), complained
    (fault,) = faults(said)
    assert 'database "elsewhere" does not exist' in fault
