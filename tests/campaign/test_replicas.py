"""The short part of the campaign with three replicas."""

from pathlib import Path

import pytest

from tests.campaign import deliveries, replicas
from tests.conftest import POSTGRES, NewDatabase
from tests.stage import HTTP, SOCKET

LEASE_S = 3.0  # the real one is 30 s: see tests/campaign/serve.py
PAST_IT_S = 4.5


@pytest.mark.parametrize(
    ("transport", "disturb"),
    [(HTTP, replicas.mixed(PAST_IT_S)), (SOCKET, replicas.pause(PAST_IT_S))],
    ids=[HTTP, SOCKET],
)
async def test_killed_and_paused_past_the_lease(
    new_database: NewDatabase, tmp_path: Path, transport: str, disturb: replicas.Disturb
) -> None:
    row, _ = await replicas.run(
        await new_database(POSTGRES), transport, tmp_path, "hurt", 5, 5, disturb, lease_s=LEASE_S,
        every_s=0.5, grace_s=30, rounds=1,
    )  # fmt: skip
    assert row.breaches == []
    assert row.kills + row.stops + row.terms > 0


async def test_replaced_one_after_the_other_nothing_is_late(new_database: NewDatabase, tmp_path: Path) -> None:
    row, _ = await replicas.run(
        await new_database(POSTGRES), HTTP, tmp_path, "rolling", 5, 6, replicas.roll, every_s=0.8, rounds=1
    )
    replicas.late(row)
    assert row.breaches == []
    assert row.terms > 0


async def test_three_page_as_one_does(new_database: NewDatabase, tmp_path: Path) -> None:
    pages = []
    for number in (1, 3):
        row, found = await replicas.run(
            await new_database(POSTGRES), SOCKET, tmp_path, "undisturbed", 4, 7, replicas.nothing, replicas=number,
            every_s=0.5, rounds=1,
        )  # fmt: skip
        assert row.breaches == []
        pages.append(found)
    assert replicas.differences(*pages) == []
    assert pages[0], "needs pages to compare"


async def test_told_twice_out_of_order_and_late(new_database: NewDatabase, tmp_path: Path) -> None:
    """Each thing at two replicas in the same instant."""
    row = await deliveries.doubled_and_late(await new_database(POSTGRES), HTTP, tmp_path, 4, seed=8, rounds=1)
    assert row.breaches == []
    assert row.faults > 20
