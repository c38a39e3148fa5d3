"""Every door to a private incident is shut to those who are not in its channel, and looks like a wall."""

import asyncio

import pytest

from bot.floors import open_door
from bot.incidents.model import Incident
from bot.sandbox.people import Person
from bot.slack.commands import Where
from tests.conftest import SQLITE
from tests.scenarios.hands import form, is_told, presses, reads, sends, types
from tests.stage import SOCKET, Stage, view_words

SECRET = "Zanzibar keys leaked"
WORDS = [word.name for word in open_door().words if word.where is Where.INCIDENT]


async def leak(stage: Stage, who: Person, title: str = SECRET) -> Incident:
    return await stage.declares(who, title, options=["yes"], impact=f"{title} to everybody")


async def answered(stage: Stage, who: Person, typed: str) -> str:
    """In words, or in a modal where the answer took its time."""
    return (await types(stage, who, f"/incident {typed}")).removeprefix("Tocsin\n").strip()


@pytest.mark.parametrize("stage", [(SQLITE, SOCKET)], indirect=True, ids="-".join)
async def test_by_its_number_no_word_tells_it_from_one_that_does_not_exist(
    stage: Stage, ana: Person, bo: Person
) -> None:
    await leak(stage, ana)
    before = await stage.facts(await stage.incident(1))
    assert len(WORDS) > 15, "needs the words"

    for word in WORDS:
        for rest in ("", " because", " SEV1 x", " @bo", " 2"):
            told = await answered(stage, bo, f"{word} 1{rest}")
            assert told == "I know no incident INC-1. `/incident list` shows those there are.", f"{word} 1{rest}"
            assert await answered(stage, bo, f"{word} 7{rest}") == told.replace("INC-1", "INC-7")
    assert await stage.facts(await stage.incident(1)) == before


async def test_by_its_number_its_people_come_in_from_anywhere(stage: Stage, ana: Person) -> None:
    """Else the test above would prove nothing."""
    await leak(stage, ana)
    assert "INC-1" in await answered(stage, ana, "panel 1")
    assert "declared the incident" in await answered(stage, ana, "timeline #1")
    assert "You are Incident Commander of INC-1" in await answered(stage, ana, "ic inc-1")


@pytest.mark.parametrize(
    ("word", "values"),
    [
        ("severity", {"severity": "SEV1"}),
        ("status", {"status": "mitigated"}),
        ("assign", {"ic": "U0BO"}),
        ("note", {"text": "hm"}),
        ("edit", {"title": "Seen"}),
        ("update", {"message": "Seen"}),
        ("resolve", {"resolution": "Seen"}),
        ("merge", {"into": "2"}),
        ("mitigate", {"reason": "Seen"}),
        ("cancel", {"reason": "Seen"}),
    ],
)
async def test_a_form_that_was_open_when_they_left_does_nothing(
    stage: Stage, ana: Person, bo: Person, word: str, values: dict[str, object]
) -> None:
    incident, other = await leak(stage, ana), await leak(stage, ana, "Another")
    for one in (incident, other):
        await ana.invites(stage.room(one), bo.id)
    await stage.settle()
    await types(stage, bo, f"/incident {word}", stage.room(incident))
    assert bo.modal
    await bo.leaves(stage.room(incident))
    await stage.settle()
    before = (await stage.incident(1)).model_dump()

    told = await is_told(bo, **values)

    assert list(told.values()) == ["I know no incident INC-1. /incident list shows those there are."]
    assert (await stage.incident(1)).model_dump() == before
    assert (await stage.roll(incident)) == {}


async def test_nobody_merges_into_one_that_they_saw_before(stage: Stage, ana: Person, bo: Person) -> None:
    first, second = await leak(stage, ana), await leak(stage, ana, "Another")
    for one in (first, second):
        await ana.invites(stage.room(one), bo.id)
    await stage.settle()
    await types(stage, bo, "/incident merge", stage.room(second))
    assert f"INC-1 {SECRET}" in form(bo)
    await bo.leaves(stage.room(first))
    await stage.settle()

    assert list((await is_told(bo, into="1")).values()) == [
        "I know no incident INC-1. /incident list shows those there are."
    ]
    assert bo.id not in stage.room(first).members
    assert (await stage.incident(2)).status == "active"


async def test_the_choices_to_merge_into_are_those_that_they_may_see(stage: Stage, ana: Person, bo: Person) -> None:
    await leak(stage, ana)
    mine, _ = await leak(stage, bo, "Mine"), await leak(stage, bo, "Mine too")
    checkout, _ = await stage.declares(bo, "Checkout errors"), await stage.declares(bo, "Payments fail")

    private = await types(stage, bo, "/incident merge", stage.room(mine))
    assert "INC-3 Mine too" in private
    public = await types(stage, bo, "/incident merge", stage.room(checkout))
    assert "INC-5 Payments fail" in public
    assert not any(hidden in private + public for hidden in ("INC-1", "anzibar"))


async def test_home_and_panel_that_are_out_of_date_open_nothing(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await leak(stage, ana)
    await ana.invites(stage.room(incident), bo.id)
    await stage.settle()
    await bo.opens_home()
    await stage.settle()
    assert bo.home
    assert f":lock: *INC-1* {SECRET}" in view_words(bo.home.body)
    await types(stage, bo, "/incident panel 1")
    await bo.leaves(stage.room(incident))
    await stage.settle()

    panel = bo.modal
    assert panel
    told = await reads(stage, bo, "#general", bo.clicks(panel, "word:timeline"))
    assert "I know no incident INC-1." in told
    await bo.closes_all()
    told = await reads(stage, bo, "#general", bo.clicks(bo.home, "word:panel", "1"))
    assert "I know no incident INC-1." in told
    await bo.closes_all()
    await bo.opens_home()
    await stage.settle()
    assert "Nothing is going on. :herb:" in view_words(bo.home.body)
    assert "anzibar" not in view_words(bo.home.body)


async def test_its_files_and_its_postmortem_stay_in_its_channel(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await leak(stage, ana)
    assert "I know no incident" in await answered(stage, bo, "export 1")
    assert stage.slack.workspace.files == {}

    await types(stage, ana, "/incident export 1")  # from #general
    files = list(stage.slack.workspace.files.values())
    assert len(files) == 2
    assert all(SECRET in file.content for file in files)
    assert [list(file.shares) for file in files] == [[incident.channel]] * 2

    await presses(stage, ana, incident, "resolve")
    await sends(stage, ana, resolution="Zanzibar keys are rotated.")
    assert "I know no incident" in await answered(stage, bo, "postmortem 1")
    canvases = [canvas for canvas in stage.slack.workspace.canvases.values() if "anzibar" in canvas.markdown]
    assert canvases, "needs the postmortem"
    assert {canvas.channel_id for canvas in canvases} == {incident.channel}


async def test_one_declared_in_private_does_not_join_a_public_one(stage: Stage, ana: Person, bo: Person) -> None:
    await stage.declares(ana, "Checkout errors")
    await stage.submits_declaration(bo, "Checkout errors", options=["yes"], impact="Zanzibar")
    await stage.settle()

    public, private = await stage.incidents()
    assert (public.is_private, private.is_private) == (False, True)
    assert "anzibar" not in "".join(entry.text for entry in await stage.timeline(public))
    assert bo.id not in stage.room(public).members
    assert ana.id not in stage.room(private).members


async def test_two_who_declare_the_same_in_private_have_each_their_own(stage: Stage, ana: Person, bo: Person) -> None:
    await asyncio.gather(*(stage.submits_declaration(who, SECRET, options=["yes"]) for who in (ana, bo)))
    await stage.settle()

    first, second = await stage.incidents()
    assert {first.declared_by, second.declared_by} == {ana.id, bo.id}
    for one, outsider in ((first, second.declared_by), (second, first.declared_by)):
        assert outsider not in stage.room(one).members


async def test_who_comes_back_sees_it_again(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await leak(stage, ana)
    room = stage.room(incident)
    await ana.invites(room, bo.id)
    await stage.settle()
    await bo.leaves(room)
    await stage.settle()
    assert "I know no incident" in await answered(stage, bo, "timeline 1")
    await ana.invites(room, bo.id)
    await stage.settle()
    assert "declared the incident" in await answered(stage, bo, "timeline 1")


async def test_the_public_is_told_nothing_by_an_overdue_update(stage: Stage, ana: Person, bo: Person) -> None:
    await leak(stage, ana)
    await stage.advance(minutes=15)
    await bo.opens_home()
    await stage.settle()

    assert (await stage.incident(1)).overdue_shown, "needs something to tell"
    assert stage.announcements() == []
    assert bo.home
    assert "overdue" not in view_words(bo.home.body)
    assert bo.inbox == []
