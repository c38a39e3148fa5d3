"""The model notices what it is there for; and its plan and the bot's file say the same."""

from pathlib import Path

from bot.organisation import Organisation
from tests.campaign.model import Arrived, Spot, Story, Verdict, Wanted, all_pages, counted, judge
from tests.campaign.plans import THREE_LEVELS, Plan, of_many, step, write

PLAN = Plan("two", (step(2, "bo"), step(2, "cy", "dee")), rounds=1, nag=step(60, "#all"))
ALL = [(1.0, 1, "bo"), (3.2, 2, "cy"), (3.3, 2, "dee"), (5.5, 0, "#all")]


def verdict(
    pages: list[tuple[float, int, str]], answered: float | None = None, more: list[Arrived] | None = None
) -> Verdict:
    arrived = [Arrived(at, level, to, f"{level} {to}") for at, level, to in pages] + (more or [])
    return judge(Story("Trouble", PLAN, 0.0, arrived, answered, watched_until=30.0), grace_s=5)


def test_nothing_is_wrong_with_a_run_that_nobody_answers() -> None:
    assert verdict(ALL).breaches() == []
    assert verdict(ALL).pages == 4


def test_nothing_is_wrong_with_an_answer_after_which_nobody_is_called() -> None:
    assert verdict(ALL[:1], answered=2.5).breaches() == []
    assert verdict(ALL[:2], answered=3.25).breaches() == [], "the second page of a level may still be dropped"


def test_a_page_that_is_missing_is_lost() -> None:
    assert verdict([ALL[0], ALL[1], ALL[3]]).lost == ["Trouble: round 1 level 2 to dee"]
    assert len(verdict(ALL[:1]).lost) == 2, "nobody answered, and the next level never came"
    assert len(verdict([]).lost) == 1
    assert len(verdict(ALL[:1], answered=20.0).lost) == 2


def test_a_page_that_comes_twice_is_doubled_unless_it_says_so() -> None:
    again = Arrived(1.5, 1, "bo", "1 bo")
    assert verdict(ALL, more=[again]).doubled == ["Trouble: level 1 to bo"]
    said = verdict(ALL, more=[Arrived(1.5, 1, "bo", "1 bo", may_be_a_repeat=True)])
    assert (said.doubled, len(said.said_to_be_repeats)) == ([], 1)
    another = verdict(ALL, more=[Arrived(1.5, 1, "bo", "another mark")])
    assert another.doubled == ["Trouble: level 1 to bo: nobody asked for it"]


def test_a_page_after_the_answer_is_told() -> None:
    assert verdict(ALL[:3], answered=3.1).after_the_answer == [], "on the wire when it was committed"
    assert len(verdict(ALL[:3], answered=2.8).after_the_answer) == 2


def test_a_level_that_comes_too_early_is_told() -> None:
    assert len(verdict([ALL[0], (2.0, 2, "cy"), (2.0, 2, "dee"), ALL[3]]).early) == 1


def test_how_late_the_latest_was() -> None:
    late = verdict([ALL[0], (7.0, 2, "cy"), (7.0, 2, "dee"), (9.5, 0, "#all")])
    assert late.late_s == 4.0
    assert late.latest == "Trouble: round 1 level 2"


def test_all_pages_of_a_plan() -> None:
    assert len(all_pages(PLAN)) == 4
    assert set(all_pages(PLAN, until=Spot(1, 1))) == {Wanted(1, 1, "bo")}
    story = Story("Trouble", PLAN, 0.0, [Arrived(at, level, to, str(at)) for at, level, to in ALL])
    assert counted(story) == all_pages(PLAN)


def test_the_file_says_what_the_plans_say(tmp_path: Path) -> None:
    for plans in (THREE_LEVELS, of_many(3)):
        organisation = Organisation.load(write(plans, tmp_path / "plans.yaml"))
        for severity, plan in plans.items():
            name = organisation.policy_for(severity, is_private=False)
            assert name == plan.name
            policy = organisation.policies[name]
            assert [level.ack_within.total_seconds() for level in policy.levels] == [s.patience_s for s in plan.levels]
            assert policy.repeat + 1 == plan.rounds
