"""When clocks change, half an hour stays half an hour, and what people read is their own clock."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.people import Person
from tests.conftest import BOTH_WAYS, NewDatabase
from tests.scenarios.hands import types
from tests.scenarios.reminding import told, with_roles
from tests.stage import Stage, stage_of, with_api_url, words

# An hour is left out or comes twice a few minutes after each of these.
CHANGES = {
    "spring in Berlin": (datetime(2026, 3, 29, 0, 52, tzinfo=UTC), "Europe/Berlin", ("01:52", "03:02", "03:32")),
    "autumn in Berlin": (datetime(2026, 10, 25, 0, 52, tzinfo=UTC), "Europe/Berlin", ("02:52", "02:02", "02:32")),
    "spring in New York": (datetime(2026, 3, 8, 6, 52, tzinfo=UTC), "America/New_York", ("01:52", "03:02", "03:32")),
    "autumn in New York": (datetime(2026, 11, 1, 5, 52, tzinfo=UTC), "America/New_York", ("01:52", "01:02", "01:32")),
}


@pytest.fixture(params=list(CHANGES.values()), ids=list(CHANGES))
def change(request: pytest.FixtureRequest) -> tuple[datetime, str, tuple[str, str, str]]:
    found: tuple[datetime, str, tuple[str, str, str]] = request.param
    return found


@pytest.fixture(params=BOTH_WAYS, ids="-".join)
async def stage(
    request: pytest.FixtureRequest, new_database: NewDatabase, change: tuple[datetime, str, tuple[str, str, str]]
) -> AsyncIterator[Stage]:
    kind, transport = request.param
    made = stage_of(await new_database(kind), transport, start=change[0])
    await made.slack.start()
    made.settings = with_api_url(made.settings, made.slack.api_url)
    await made.start_bot()
    yield made
    await made.settle()
    violations = made.violations()
    await made.bot.stop()
    await made.slack.stop()
    assert violations == []


async def test_intervals_are_real_minutes_when_clocks_change(
    stage: Stage, change: tuple[datetime, str, tuple[str, str, str]], bo: Person, cy: Person
) -> None:
    start, zone, clocks = change
    incident = await with_roles(stage, "Checkout errors", bo, cy)
    first = incident.next_update_due_at
    assert first
    assert timedelta(minutes=10) <= first - start < timedelta(minutes=10, seconds=50)

    for before in (timedelta(minutes=5), timedelta(0)):
        await stage.advance(seconds=(first - before - stage.clock.now()).total_seconds() - 2)
        shown = len(cy.inbox)
        await stage.advance(seconds=3)
        assert len(cy.inbox) == shown + 1
        (asked,) = told(cy)
        assert f"<!date^{int(first.timestamp())}^" in words(asked)

    await types(stage, cy, "/incident nothing-new", stage.room(incident))
    second = (await stage.incident(incident.id)).next_update_due_at
    assert second
    assert timedelta(0) <= second - first - timedelta(minutes=30) < timedelta(seconds=50)
    await stage.advance(minutes=24)
    assert told(cy) == []
    await stage.advance(minutes=1, seconds=30)
    (again,) = told(cy)
    assert f"<!date^{int(second.timestamp())}^" in words(again)
    # The wall's clock jumps, or goes through an hour again; nothing else does.
    walls = [f"{moment.astimezone(ZoneInfo(zone)):%H:%M}" for moment in (start, first, second)]
    assert walls == list(clocks)
