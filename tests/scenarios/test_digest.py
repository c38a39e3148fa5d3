"""The review board reads once a week what is due, overdue and published."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox.people import Person
from tests.conftest import SQLITE
from tests.scenarios.hands import called, does, types
from tests.scenarios.test_postmortem import resolves
from tests.stage import SOCKET, Stage, words

BOARD = Path(__file__).with_name("board.yaml")


@pytest.mark.organisation(BOARD)
@pytest.mark.parametrize("stage", [(SQLITE, SOCKET)], indirect=True, ids="-".join)
async def test_it_comes_once_a_week_with_plain_numbers(stage: Stage, ana: Person, bo: Person) -> None:
    await monday(stage)
    board = stage.slack.channel("#general")
    assert not [m for m in stage.said(board) if "Reviews:" in m.text], "nothing to say, so nothing is said"

    late = await stage.declares(ana, "Checkout errors")
    await does(stage, ana, "/incident followup Alert on it", late, owner=bo.id, due="2026-01-01")
    secret = await stage.declares(ana, "Leaked key", options=["yes"])
    await does(stage, ana, "/incident followup Rotate it", secret, due="2026-01-01")
    quick = await stage.declares(ana, "Search is slow")
    for incident in (late, secret, quick):
        await resolves(stage, ana, incident)
    for word in ("review", "approve", "publish"):
        await types(stage, ana, f"/incident postmortem {word}", stage.room(quick))
    await monday(stage)
    await monday(stage, restart=True)

    first, second = [m for m in stage.said(board) if "Reviews:" in m.text]
    assert first.text == "Reviews: 0 overdue, 1 due, 1 published in the last week; follow-ups overdue: 1."
    assert second.text == "Reviews: 1 overdue, 0 due, 0 published in the last week; follow-ups overdue: 1."
    assert "Checkout errors — a draft, due " in words(second)
    assert "*F-1* Alert on it (INC-1)" in words(second)
    assert f"overdue, {called(bo)}" in words(second)
    assert "Leaked key" not in words(second)
    assert "Rotate it" not in words(second)
    assert bo.pinged(board) == []


async def monday(stage: Stage, *, restart: bool = False) -> None:
    """The next Monday, some minutes after nine."""
    now = stage.clock.now()
    days = (7 - now.weekday()) % 7 or 7
    nine = datetime(now.year, now.month, now.day, 9, 5, tzinfo=UTC) + timedelta(days=days)
    await stage.advance(seconds=(nine - now).total_seconds())
    if restart:
        await stage.restart_bot()
    await stage.settle()
