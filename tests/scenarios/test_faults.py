"""One thing goes wrong at each call of a declaration: nothing is lost, doubled or left unsaid."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.rules import Rules
from tests.conftest import POSTGRES, SQLITE, NewDatabase
from tests.stage import HTTP, SOCKET, Stage, stage_of, with_api_url, words
from tests.wholeness import DECLARING, FIRST_TIME_ONLY, assert_whole, spot

TIMEOUT = timedelta(seconds=0.25)
TOO_LONG_S = 0.4
FAULTS = {
    "429": Fault.status(429, retry_after=1),
    "500": Fault.status(500),
    "500 after the effect": Fault.status(500, after=True),
    "fatal_error after the effect": Fault.error("fatal_error", after=True),
    "internal_error": Fault.error("internal_error"),
    "lost question": Fault.reset(),
    "lost reply": Fault.reset(after=True),
    "timeout": Fault.hang(TOO_LONG_S),
    "timeout after the effect": Fault.hang(TOO_LONG_S, after=True),
    "an answer that is none": Fault.status(200, after=True),
}
UNCERTAIN_ON_POSTGRES = ("conversations.create", "chat.postMessage card")
CASES = [(SQLITE, SOCKET, call) for call in DECLARING] + [(POSTGRES, HTTP, call) for call in UNCERTAIN_ON_POSTGRES]


@pytest.fixture
async def stage(request: pytest.FixtureRequest, new_database: NewDatabase) -> AsyncIterator[Stage]:
    """A bot that does not wait long for an answer, and a Slack whose history lags behind."""
    kind, transport = request.param
    made = stage_of(await new_database(kind), transport, rules=Rules(history_lag=2.0))
    made.call_timeout = TIMEOUT
    await made.slack.start()
    made.settings = with_api_url(made.settings, made.slack.api_url)
    await made.start_bot()
    yield made
    await made.bot.stop()
    await made.slack.stop()


@pytest.mark.parametrize(
    ("stage", "call"), [(case[:2], case[2]) for case in CASES], indirect=["stage"], ids=["-".join(c) for c in CASES]
)
async def test_one_fault_at_each_call(stage: Stage, call: str, subtests: pytest.Subtests) -> None:
    ana = stage.person("ana")
    for name, fault in FAULTS.items():
        with subtests.test(fault=name):
            if call in FIRST_TIME_ONLY:
                await stage.restart_bot()
            hits = len(stage.slack.journal.calls)
            stage.slack.faults.next(call.split()[0], fault, when=lambda c: spot(stage.slack, c) == call)
            await stage.submits_declaration(ana, f"Trouble: {name}")
            await stage.catches_up()
            spoilt = [c for c in stage.slack.journal.calls[hits:] if c.fault]
            assert [spot(stage.slack, c) for c in spoilt] == [call], "the fault hit nothing"
            incident = await assert_whole(stage.slack, stage.bot.db, f"Trouble: {name}")
            assert ana.id in stage.room(incident).members
            about = [m for m in ana.inbox if incident.channel and incident.channel in m.text]
            assert len(about) == 1, f"{len(about)} direct messages"


@pytest.mark.parametrize("stage", [(SQLITE, SOCKET)], indirect=True, ids="-".join)
async def test_the_list_above_names_every_call_of_a_declaration(stage: Stage) -> None:
    before = len(stage.slack.journal.calls)
    await stage.submits_declaration(stage.person("ana"), "Checkout errors")
    await stage.catches_up()
    made = [spot(stage.slack, call) for call in stage.slack.journal.calls[before:]]
    assert sorted(made) == sorted(["views.open", *DECLARING])
    await assert_whole(stage.slack, stage.bot.db, "Checkout errors", stage.person("ana"))


@pytest.mark.parametrize("stage", [(SQLITE, SOCKET), (POSTGRES, HTTP)], indirect=True, ids="-".join)
async def test_slack_away_for_an_hour_is_caught_up_with(stage: Stage) -> None:
    ana = stage.person("ana")
    stage.slack.faults.next("*", Fault.status(503), times=1_000, when=lambda call: call.name != "views.open")
    await stage.submits_declaration(ana, "First")
    for _ in range(30):
        await stage.advance(minutes=2)
    assert await stage.open_effects()
    stage.slack.faults.clear()
    await stage.catches_up()
    await assert_whole(stage.slack, stage.bot.db, "First", ana)


@pytest.mark.loses
@pytest.mark.parametrize("stage", [(SQLITE, SOCKET), (POSTGRES, HTTP)], indirect=True, ids="-".join)
async def test_what_slack_refuses_for_good_stands_on_the_timeline_and_is_told(stage: Stage) -> None:
    ana, bo = stage.person("ana"), stage.person("bo")
    incident = await stage.declares(ana, "Checkout errors")
    await stage.paid()
    typed = await bo.types(f"/incident ic INC-{incident.id}", "#general")
    assert not typed.error
    await stage.paid()
    assert (await stage.roll(incident))["ic"] == bo.id

    stage.slack.faults.next("conversations.setTopic", Fault.error("restricted_action"))
    await ana.types("/incident severity SEV1", stage.room(incident))
    await stage.catches_up()
    (lost,) = [entry for entry in await stage.timeline(incident) if entry.fact == "told_lost"]
    assert "restricted_action" in lost.text
    told = [words(message) for message in bo.inbox if "restricted_action" in words(message)]
    assert len(told) == 1
    assert f"INC-{incident.id}" in told[0]
    assert not [message for message in ana.inbox if "restricted_action" in words(message)]


@pytest.mark.parametrize("stage", [(SQLITE, SOCKET), (POSTGRES, HTTP)], indirect=True, ids="-".join)
async def test_what_was_owed_while_slack_had_signed_us_out_is_paid_once_we_are_in_again(stage: Stage) -> None:
    ana = stage.person("ana")
    async with stage.slack.faults.hold("conversations.create") as gate:
        await stage.submits_declaration(ana, "Checkout errors")
        await gate.reached()
        stage.slack.faults.token_trouble = "token_revoked"
    await stage.settle()
    assert stage.bot.unready() == "Slack no longer takes our token: token_revoked"
    stage.slack.faults.token_trouble = None
    await stage.bot.slack.sign_in()
    assert stage.bot.unready() is None
    await stage.catches_up()
    await assert_whole(stage.slack, stage.bot.db, "Checkout errors", ana)
