"""The verifier keeps its goals; `python -m tests.evals.mutation` prints them."""

import pytest

from tests.evals.casefile import cases, paraphrases
from tests.evals.mutation import FALSE_ALARMS, GOALS, PARAPHRASES, alarms, scores


def test_false_claims_are_caught(subtests: pytest.Subtests) -> None:
    """One test: each worker that took a part of it would make all the false claims anew."""
    measured = {score.way: score for score in scores()}
    for way in GOALS:
        with subtests.test(way):
            score = measured[way]
            assert score.tried > 100, "needs claims to make false"
            assert score.is_met, [one.claim.text for one in score.missed][:5]
    floors = {"causes invented": 95, "outcomes added": 90, "negations inserted": 75, "wrong entry cited": 93}
    for way, floor in floors.items():
        with subtests.test(f"{way} stays as good as it was"):
            assert measured[way].percent >= floor


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
