"""The short part of the campaign with a failing Slack, and with deliveries that kill."""

import time
from pathlib import Path

import pytest

from tests.campaign import deliveries, failing_slack
from tests.campaign.modes import WHOLE
from tests.campaign.table import Row
from tests.conftest import SQLITE, NewDatabase
from tests.stage import HTTP, SOCKET

# Seeds whose cases have found something once stay here.
SEEDS = [7]


@pytest.mark.parametrize("seed", SEEDS)
async def test_an_error_of_a_method(new_database: NewDatabase, tmp_path: Path, seed: int) -> None:
    chosen = failing_slack.shuffled(seed, 4)
    row = await failing_slack.table(
        await new_database(SQLITE), SQLITE, SOCKET, tmp_path, chosen, until=time.monotonic() + 300
    )
    assert row.breaches == []
    assert row.faults == 4


@pytest.mark.parametrize("name", list(WHOLE))
async def test_slack_as_a_whole(new_database: NewDatabase, tmp_path: Path, name: str) -> None:
    row = Row(SQLITE, 1, HTTP, name)
    async with failing_slack.on_stage(await new_database(SQLITE), HTTP, tmp_path) as stage:
        await WHOLE[name](stage, row)
        row.found += await failing_slack.unsound(stage)
    assert row.breaches == []


async def test_killed_between_receipt_and_ack(new_database: NewDatabase, tmp_path: Path) -> None:
    row = await deliveries.killed_by_them(await new_database(SQLITE), SQLITE, tmp_path, 3, seed=9)
    assert row.breaches == []
