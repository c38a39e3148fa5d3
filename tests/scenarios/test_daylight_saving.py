"""Nights in which the clock is set, in six zones: a delay is a delay, and what people type with a time is sane."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.incidents.rules import said_at
from bot.organisation import Organisation
from bot.sandbox.people import Person
from tests.conftest import SQLITE, NewDatabase
from tests.scenarios.hands import types
from tests.scenarios.test_paging import page, pages
from tests.stage import PAGING, SOCKET, Stage, stage_of, with_api_url, words

# Zone, the moment at which the clock is set, and by how many minutes.
GAPS = [
    ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC), 60),
    ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC), 60),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC), 30),
    ("Africa/Casablanca", datetime(2026, 3, 22, 2, tzinfo=UTC), 60),
    ("America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC), 60),
    ("Pacific/Auckland", datetime(2026, 9, 26, 14, tzinfo=UTC), 60),
]
FOLDS = [
    ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC), -60),
    ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC), -60),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC), -30),
    ("Africa/Casablanca", datetime(2026, 2, 15, 2, tzinfo=UTC), -60),
    ("America/Santiago", datetime(2026, 4, 5, 3, tzinfo=UTC), -60),
    ("Pacific/Auckland", datetime(2026, 4, 4, 14, tzinfo=UTC), -60),
]
EDGES = [*GAPS, *FOLDS]
zones = pytest.mark.parametrize(("zone", "edge", "minutes"), EDGES, ids=[f"{z}-{m}" for z, _, m in EDGES])
folds = pytest.mark.parametrize(("zone", "edge", "minutes"), FOLDS, ids=[z for z, *_ in FOLDS])
gaps = pytest.mark.parametrize(("zone", "edge", "minutes"), GAPS, ids=[z for z, *_ in GAPS])
MINUTE = timedelta(minutes=1)


@zones
def test_these_are_the_moments(zone: str, edge: datetime, minutes: int) -> None:
    here = ZoneInfo(zone)
    before, after = (edge - MINUTE).astimezone(here).utcoffset(), edge.astimezone(here).utcoffset()
    assert before is not None
    assert after is not None
    assert after - before == minutes * MINUTE


@zones
def test_a_note_with_the_time_on_the_wall_means_that_moment(zone: str, edge: datetime, minutes: int) -> None:
    """From three hours before to three after, minute by minute: what people read off their clock and type."""
    here = ZoneInfo(zone)
    for offset in range(-180, 181, 7):
        moment = edge + offset * MINUTE
        for later in (0, 1, 20, 61):
            now = moment + later * MINUTE
            meant, said = said_at(f"{moment.astimezone(here):%H:%M} looked", here, now)
            assert said == "looked"
            assert meant <= now
            assert meant.astimezone(here).strftime("%H:%M") == moment.astimezone(here).strftime("%H:%M")
            twice = meant - moment
            assert twice in (timedelta(0), -minutes * MINUTE), (moment, now, meant)


@folds
def test_of_two_moments_of_the_same_name_the_last_one_is_meant(zone: str, edge: datetime, minutes: int) -> None:
    here = ZoneInfo(zone)
    second = edge + 10 * MINUTE
    first = second + minutes * MINUTE
    name = f"{second.astimezone(here):%H:%M} looked"
    assert f"{first.astimezone(here):%H:%M} looked" == name
    assert said_at(name, here, first + 5 * MINUTE)[0] == first
    assert said_at(name, here, second + 5 * MINUTE)[0] == second


@gaps
def test_a_time_that_no_clock_showed_is_taken_as_one_close_by(zone: str, edge: datetime, minutes: int) -> None:
    """Typed from memory, or off a clock that nobody has set."""
    here = ZoneInfo(zone)
    never = (edge - MINUTE).astimezone(here).replace(tzinfo=None) + (minutes // 2) * MINUTE
    meant, _ = said_at(f"{never:%H:%M} looked", here, edge + timedelta(hours=2))
    assert abs(meant - edge) <= minutes * MINUTE


@pytest.fixture
async def stage(request: pytest.FixtureRequest, new_database: NewDatabase) -> AsyncIterator[Stage]:
    """Two and a half minutes before the clock is set where everybody lives."""
    zone, edge, _ = request.param
    start = edge - timedelta(minutes=2, seconds=30)
    made = stage_of(await new_database(SQLITE), SOCKET, organisation=Organisation.load(PAGING), start=start)
    for user in made.slack.workspace.users.values():
        user.tz = zone
    await made.slack.start()
    made.settings = with_api_url(made.settings, made.slack.api_url)
    await made.start_bot()
    yield made
    assert made.violations() == []
    await made.bot.stop()
    await made.slack.stop()


HALF = [*GAPS[::2], *FOLDS[1::2]]  # each zone once; what is asked here does not ask for a zone


@pytest.mark.parametrize("stage", HALF, ids=[f"{zone}-{minutes}" for zone, _, minutes in HALF], indirect=True)
async def test_five_minutes_are_five_minutes(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    zone = ZoneInfo(str(ana.user.tz))
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    before = stage.clock.now()
    assert before.astimezone(zone).utcoffset() != (before + 5 * MINUTE).astimezone(zone).utcoffset()
    shown = [datetime.fromtimestamp(int(unix), UTC) for unix in re.findall(r"<!date\^(\d+)", words(page(bo)))]
    assert shown == [incident.declared_at.replace(microsecond=0)]

    await stage.advance(minutes=4, seconds=45)
    assert pages(cy) == []
    await stage.advance(seconds=20)
    assert len(pages(cy)) == 1
    assert len(pages(bo)) == 1

    for moment in (before, stage.clock.now()):
        typed = f"{moment.astimezone(zone):%H:%M}"
        await types(stage, ana, f"/incident note INC-1 {typed} looked at {moment.timestamp()}")
        (note,) = [e for e in await stage.timeline(incident) if str(moment.timestamp()) in e.text]
        assert note.at == moment.replace(second=0, microsecond=0), (note.at, moment)
