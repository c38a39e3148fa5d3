"""Time as the bot tells it, on a machine whose clock is set and which may sleep."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.kernel.clock import SystemClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Machine:
    """`passes` is time that really passes; `is_set` only moves the hands; `sleeps` stops all but the hands."""

    def __init__(self) -> None:
        self._wall, self._steady = NOON, 0.0

    def wall(self) -> datetime:
        return self._wall

    def steady(self) -> float:
        return self._steady

    def passes(self, span: timedelta) -> None:
        self._wall += span
        self._steady += span.total_seconds()

    def is_set(self, by: timedelta) -> None:
        self._wall += by

    def sleeps(self, span: timedelta) -> None:
        self._wall += span


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def clock(machine: Machine) -> SystemClock:
    made = SystemClock(machine.wall, machine.steady)
    assert made.now() == NOON
    return made


def test_undisturbed_it_is_the_machines(machine: Machine, clock: SystemClock) -> None:
    machine.passes(HOUR)
    assert clock.now() == machine.wall()


def test_set_back_it_neither_runs_back_nor_stands_still(machine: Machine, clock: SystemClock) -> None:
    machine.is_set(-HOUR)
    assert clock.now() == NOON
    machine.passes(timedelta(minutes=5))
    assert NOON + timedelta(minutes=4, seconds=29) < clock.now() < NOON + timedelta(minutes=5)


def test_set_back_it_agrees_with_the_machine_again(machine: Machine, clock: SystemClock) -> None:
    machine.is_set(-HOUR)
    for _ in range(11 * 60):
        before = clock.now()
        machine.passes(timedelta(minutes=1))
        assert clock.now() > before
    assert clock.now() == machine.wall()


def test_a_slow_quartz_is_followed(machine: Machine, clock: SystemClock) -> None:
    """As the machine's own clock is corrected, by a few seconds a day."""
    for _ in range(1_000):
        machine.passes(timedelta(seconds=1))
        machine.is_set(timedelta(microseconds=-500))
        assert clock.now() == machine.wall()


@pytest.mark.parametrize("happens", ["is_set", "sleeps"])
def test_set_forward_or_after_sleep_it_follows_at_once(machine: Machine, clock: SystemClock, happens: str) -> None:
    getattr(machine, happens)(2 * HOUR)
    assert clock.now() == machine.wall() == NOON + 2 * HOUR


def test_what_is_measured_takes_as_long_as_it_takes(machine: Machine, clock: SystemClock) -> None:
    before = clock.seconds()
    machine.is_set(-HOUR)
    machine.passes(timedelta(seconds=10))
    machine.is_set(3 * HOUR)
    assert clock.seconds() - before == 10


def test_where_replicas_share_a_database_its_time_counts_even_if_it_is_earlier(
    machine: Machine, clock: SystemClock
) -> None:
    clock.agree_with(NOON - HOUR)
    assert clock.now() == NOON - HOUR
    machine.passes(timedelta(minutes=1))
    assert clock.now() == NOON - HOUR + timedelta(minutes=1)
