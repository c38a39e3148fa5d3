"""The short part of the crash campaign; the long one is `python -m tests.campaign`."""

import time
from pathlib import Path

import pytest

from tests.campaign import crash
from tests.campaign.reminding import REMINDER
from tests.campaign.scripts import ESCALATION
from tests.conftest import POSTGRES, SQLITE, NewDatabase

LONG_S = 300
# Before and after: the channel, the first page, a page of the second level, the page in the channel.
SPOTS = {SQLITE: [(2, True), (12, True), (18, False)], POSTGRES: [(16, False)]}


@pytest.mark.parametrize("database", [SQLITE, POSTGRES])
async def test_killed_at_a_call_of_an_escalation(new_database: NewDatabase, tmp_path: Path, database: str) -> None:
    until = time.monotonic() + LONG_S
    row = await crash.at_calls(await new_database(database), database, tmp_path, ESCALATION, SPOTS[database], until)
    assert row.breaches == []
    assert row.kills == len(SPOTS[database]), "a kill hit nothing"


async def test_killed_at_a_call_of_a_reminder(new_database: NewDatabase, tmp_path: Path) -> None:
    """The post of the reminder, before and after its effect; and its edit."""
    spots = [(9, False), (10, True), (12, True)]
    until = time.monotonic() + LONG_S
    row = await crash.at_calls(await new_database(SQLITE), SQLITE, tmp_path, REMINDER, spots, until)
    assert row.breaches == []
    assert row.kills > 1, "a kill hit nothing"


async def test_killed_at_random(new_database: NewDatabase, tmp_path: Path) -> None:
    row = await crash.at_random(await new_database(SQLITE), SQLITE, tmp_path, ESCALATION, 3, seed=3)
    assert row.breaches == []
    assert row.verdict.pages > 10, "needs pages to lose"


async def test_a_repeat_says_so_where_nobody_can_look(new_database: NewDatabase, tmp_path: Path) -> None:
    url = await new_database(SQLITE)
    row = await crash.where_history_cannot_be_read(url, SQLITE, tmp_path, ESCALATION, 1)
    assert row.breaches == []
