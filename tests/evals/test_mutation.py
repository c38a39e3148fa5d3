"""The verifier keeps its goals; `python -m tests.evals.mutation` prints them."""

import pytest

from tests.evals.casefile import cases, paraphrases
from tests.evals.mutation import FALSE_ALARMS, GOALS, PARAPHRASES, Score, alarms, scores


@pytest.fixture(scope="module")
def measured() -> dict[str, Score]:
    return {score.way: score for score in scores()}


@pytest.mark.parametrize("way", GOALS)
def test_false_claims_are_caught(way: str, measured: dict[str, Score]) -> None:
    score = measured[way]
    assert score.tried > 100, "needs claims to make false"
    assert score.is_met, [one.claim.text for one in score.missed][:5]


def test_what_has_no_goal_stays_as_good_as_it_was(measured: dict[str, Score]) -> None:
    floors = {"causes invented": 95, "outcomes added": 90, "negations inserted": 75, "wrong entry cited": 93}
    assert {way: measured[way].percent for way, floor in floors.items() if measured[way].percent < floor} == {}


def test_true_claims_are_left_alone() -> None:
    found = alarms()
    assert found.tried >= PARAPHRASES
    assert found.percent <= FALSE_ALARMS, [claim.text for _, claim in found.flagged]


def test_the_paraphrases_are_all_different_and_cite_what_is_there() -> None:
    told = paraphrases()
    assert len({claim.text for _, claim in told}) == len(told)
    for slug, claim in told:
        assert claim.cites
        assert set(claim.cites) <= set(cases()[slug].record.by_id), claim.text
