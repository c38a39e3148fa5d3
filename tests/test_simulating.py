"""`tocsin policy simulate` prints what would really happen."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import simulating
from bot.kernel.clock import SystemClock
from bot.kernel.db import Database
from bot.kernel.errors import Refused
from bot.kernel.ids import UserId
from bot.organisation import Organisation
from bot.people.model import GroupId, Person, UserGroup
from tests.stage import PAGING

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 10, 21, 12, 30, 45, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Sun 03:00", "2026-10-25 03:00"), ("wed 9:00", "2026-10-21 09:00"), ("2026-12-24 18:30", "2026-12-24 18:30"),
     ("03:00", "2026-10-21 03:00")],
)  # fmt: skip
def test_a_moment_is_read_on_the_organisations_clock(written: str, meant: str) -> None:
    found = simulating.moment(written, BERLIN, NOW)
    assert f"{found:%Y-%m-%d %H:%M}" == meant
    assert found.tzinfo is BERLIN


@pytest.mark.parametrize("written", ["tomorrow-ish", "25:00", "Sun 3 o'clock sharp"])
def test_what_is_no_moment_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(Refused, match="Sun 03:00"):
        simulating.moment(written, BERLIN, NOW)


async def test_a_policy_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(Refused, match="default, discreet"):
        await simulating.report(None, Organisation.load(PAGING), "defaults", NOW)


async def test_without_a_database_the_names_of_the_file_are_shown() -> None:
    told = await simulating.report(None, Organisation.load(PAGING), "default", NOW.replace(hour=3, minute=0, second=0))
    lines = [line for line in told.splitlines() if "level" in line or "answered" in line]
    assert [line.split()[3] for line in lines] == [
        "03:00:00", "03:05:00", "03:10:00", "03:20:00", "03:25:00", "03:30:00", "03:40:00",
    ]  # fmt: skip
    assert lines[1].endswith("level 2           U0CY, U0DEE; 5m to answer")
    assert lines[-1].endswith("#incidents; again every 10m until somebody does")
    assert simulating.NO_NAMES in told


async def test_people_are_named_and_levels_with_nobody_are_passed_at_once(database_url: str, file: Path) -> None:
    file.write_text(
        "policies:\n  default:\n    repeat: 0\n    levels:\n"
        '      - {notify: ["@sre", "x@acme.example"], ack_within: 5m}\n'
        '      - {notify: ["role:ic", "@ghosts"], ack_within: 5m}\n'
        '      - {notify: ["#incidents"], ack_within: 5m}\n'
    )
    db = Database(database_url, SystemClock())
    async with db.transaction() as tx:
        tx.add(Person(id=UserId("U0ANA"), name="Ana Álvarez", email="x@acme.example", updated_at=tx.now))
        tx.add(Person(id=UserId("U0BO"), name="Bo Berg", updated_at=tx.now))
        tx.add(UserGroup(id=GroupId("S0SRE"), handle="sre", members=["U0BO", "U0ANA"], updated_at=tx.now))
    async with db.snapshot() as snap:
        told = await simulating.report(snap, Organisation.load(file), "default", NOW)
    await db.close()
    first, second, third, last = told.splitlines()[2:]
    assert "@sre (Bo Berg, Ana Álvarez)" in first
    assert "nobody to page: role:ic: nobody holds it; @ghosts: there is no such group; the next level at once" in second
    assert second.split()[3] == third.split()[3]
    assert "it is said in the incident's channel" in last or "announce" in last


async def test_real_minutes_pass_in_the_night_in_which_the_clock_is_set_back() -> None:
    at = datetime(2026, 10, 25, 2, 55, tzinfo=BERLIN)
    told = await simulating.report(None, Organisation.load(PAGING), "default", at)
    shown = [" ".join(line.split()[3:5]) for line in told.splitlines()[2:6]]
    assert shown == ["02:55:00 CEST", "02:00:00 CET", "02:05:00 CET", "02:15:00 CET"]
