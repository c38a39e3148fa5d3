"""Whatever people do, in whatever order: those are paged whom the policy names, and nobody else."""

from collections.abc import Awaitable

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conftest import POSTGRES, SQLITE, NewDatabase
from tests.properties.machine import Paging

LONG = "long"


def budget(examples: int, steps: int) -> settings:
    """The same every time, unless the profile says that there is time."""
    if settings.get_current_profile_name() == LONG:
        return settings()
    return settings(
        max_examples=examples, stateful_step_count=steps, derandomize=True, database=None, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck), verbosity=Verbosity.normal,
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "examples", "steps"), [(SQLITE, 4, 25), (POSTGRES, 1, 15)])
def test_those_are_paged_whom_the_policy_names(new_database: NewDatabase, kind: str, examples: int, steps: int) -> None:
    def fresh() -> Awaitable[str]:
        return new_database(kind)

    run_state_machine_as_test(lambda: Paging(fresh), settings=budget(examples, steps))  # type: ignore[arg-type]


def test_the_reference_and_the_bot_agree_on_the_stories(new_database: NewDatabase) -> None:
    """Whatever chance does not come to within its budget."""
    told = Paging(lambda: new_database(SQLITE))
    told.begin()
    told.declares("ana", "SEV1", "public")
    told.whoever_commands_wants_more(0, "ana")
    told.nobody_answers(12)
    told.somebody_has_it_and_is_heard_of(0, "bo")
    told.teardown()
