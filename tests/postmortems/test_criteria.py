"""The thirty criteria: what a machine can tell, it tells right."""

from collections.abc import Sequence
from datetime import date

import pytest

from bot.followups.model import FollowUp, FollowUpKind, Priority
from bot.kernel.ids import IncidentId, UserId
from bot.postmortems import criteria, parts, views_review
from bot.postmortems.criteria import Verdict
from bot.postmortems.model import Postmortem, PostmortemState
from bot.postmortems.rules import Case
from bot.sandbox.blockkit.mrkdwn import blocks_text
from tests.postmortems.records import ANA, BO, ORGANISATION, Story, after, full, resolved
from tests.postmortems.test_views import postmortem_of

TODAY = date(2026, 3, 6)


def follow_up(owner: UserId | None = BO, entry: int | None = 3) -> FollowUp:
    return FollowUp(
        id=1, incident_id=IncidentId(42), title="Alert on it", kind=FollowUpKind.DETECT, priority=Priority.HIGH,
        owner=owner, due_on=date(2026, 4, 1), entry=entry, made_by=ANA, made_at=after(90), looked_at=after(90),
    )  # fmt: skip


def verdicts(story: Story, postmortem: Postmortem, agreed: Sequence[FollowUp] = ()) -> dict[int, tuple[Verdict, str]]:
    found = criteria.checklist(criteria.Review(Case(story.record, ORGANISATION, follow_ups=agreed), postmortem, TODAY))
    assert len(found) == 30
    return {one.number: (one.answer.verdict, one.answer.where) for one in found}


def edited(postmortem: Postmortem, section: str, words: str) -> Postmortem:
    choice = next(value for value, name in parts.editable(postmortem.markdown) if name == section)
    place = int(choice.split(":")[0])
    postmortem.revise(parts.put(postmortem.markdown, place, words), after(120))
    return postmortem


def test_an_untouched_draft_meets_what_a_draft_can() -> None:
    found = verdicts(full(), postmortem_of(full()))
    met = [number for number, (verdict, _) in found.items() if verdict is Verdict.MET]
    assert {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 18, 21, 28} <= set(met), found


@pytest.mark.parametrize(
    ("number", "section", "words"),
    [
        (1, "Where we were lucky", parts.LEFT_OUT),
        (4, "Response", "It went quickly and well."),
        (5, "Impact", "In all 98765 people could not pay ([1](#entry-1))"),
        (6, "Summary", "See https://evil.example/x ([1](#entry-1))"),
        (13, "Contributing factors", "The engineer should have tested that ([1](#entry-1))"),
        (13, "Contributing factors", "Bo Lindqvist released it ([1](#entry-1))"),
        (23, "Summary", "It was bad. " * 30),
    ],
)
def test_what_people_changed_for_the_worse_is_pointed_at(number: int, section: str, words: str) -> None:
    assert verdicts(full(), postmortem_of(full()))[number][0] is not Verdict.NOT_MET or number == 23
    verdict, where = verdicts(full(), edited(postmortem_of(full()), section, words))[number]
    assert verdict is Verdict.NOT_MET
    assert section in where


def test_what_came_after_the_draft_and_times_that_are_missing_are_named() -> None:
    story, made = resolved(), postmortem_of(resolved())
    assert verdicts(story, made)[3] == (
        Verdict.NOT_MET,
        "began to hurt, noticed, mitigated: not recorded, so lengths are unknown",
    )
    story.takes(31, BO, next(iter(story.holdings)).role)
    assert verdicts(story, made)[8][0] is Verdict.NOT_MET


def test_follow_ups_need_an_owner_and_an_origin() -> None:
    story, made = full(), postmortem_of(full())
    assert verdicts(story, made)[19] == (Verdict.NOT_MET, "Follow-ups: none is agreed")
    found = verdicts(story, made, [follow_up()])
    assert (found[19][0], found[20][0]) == (Verdict.MET, Verdict.MET)
    found = verdicts(story, made, [follow_up(None, None)])
    assert (found[19], found[20]) == (
        (Verdict.NOT_MET, "F-1 has no owner"), (Verdict.NOT_MET, "F-1: not made from a message"),
    )  # fmt: skip


def test_it_should_be_published_in_time() -> None:
    story, made = full(), postmortem_of(full())
    assert verdicts(story, made)[30] == (Verdict.MET, "no date is set")
    made.expect(date(2026, 3, 9), after(100))
    assert verdicts(story, made)[30][1] == "not published yet, due 2026-03-09"
    made.expect(date(2026, 3, 5), after(100))
    assert verdicts(story, made)[30][1] == "overdue since 2026-03-05"
    assert verdicts(story, made)[29][1] == "it was not sent to review"
    made.ask_review(after(110))
    made.approve(ANA, after(110))
    made.publish(ANA, after(110))
    assert made.state is PostmortemState.PUBLISHED
    assert (verdicts(story, made)[29][0], verdicts(story, made)[30][0]) == (Verdict.MET, Verdict.MET)


def test_it_fits_a_modal() -> None:
    story, made = full(), postmortem_of(full())
    edited(made, "Contributing factors", "The engineer should have tested that. " * 30)
    asked = criteria.Review(Case(story.record, ORGANISATION), made, TODAY)
    view = views_review.checklist(story.incident, criteria.checklist(asked), criteria.remarks(asked)).to_dict()
    assert "“The engineer should have tested that.”" in blocks_text(view["blocks"])
    assert "_And 22 more._" in blocks_text(view["blocks"])
    assert all(f"R{number} " in blocks_text(view["blocks"]) for number in range(1, 31))
    assert len(view["blocks"]) < 100
