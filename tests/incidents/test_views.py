"""Whatever is drawn of an incident, Slack takes it, and it calls nobody who is not meant."""

from collections.abc import Callable
from itertools import product

import pytest

from bot.floors import open_door
from bot.incidents import modals, views, views_lists, views_timeline
from bot.incidents.model import Said
from bot.incidents.terms import NEXT, Fact, Role, Roll, Status
from bot.kernel.ids import ChannelId, MessageTs, UserId
from bot.organisation import Organisation
from bot.sandbox.blockkit import mrkdwn
from bot.sandbox.blockkit.mrkdwn import blocks_text
from bot.slack import door
from bot.slack.message import Message
from bot.slack.text import escape, length
from tests.incidents.nouns import (
    ANA,
    BO,
    CY,
    DEFAULTS,
    HOSTILE,
    NOW,
    ODD,
    ROLLS,
    TEXTS,
    called,
    entries,
    entry,
    holders,
    incident,
    incidents,
    meant,
    shown,
)

WORDS = open_door().words
EACH_TEXT = pytest.mark.parametrize("write", TEXTS.values(), ids=TEXTS.keys())
EACH_ROLL = pytest.mark.parametrize("roll", ROLLS, ids=["nobody", "one", "all"])
EACH_APP = pytest.mark.parametrize(
    "app", [None, "x" * 80, HOSTILE[:80], "🔥" * 80], ids=["none", "long", "hostile", "emoji"]
)
EACH_ORGANISATION = pytest.mark.parametrize("organisation", [DEFAULTS, ODD], ids=["defaults", "odd"])
Write = Callable[[int], str]


# --- messages


@EACH_TEXT
@EACH_ROLL
@EACH_ORGANISATION
def test_a_card_calls_its_role_holders_only(write: Write, roll: Roll, organisation: Organisation) -> None:
    for one in incidents(write):
        words = WORDS.buttons(one.status.value, roll, card=True)
        assert words, "something can be done in every state"
        calls = meant(views.card(one, roll, organisation, words, called, NOW))
        assert (calls.users, calls.groups, calls.broadcast) == (holders(roll), (), ())


@EACH_TEXT
@EACH_ROLL
@EACH_ORGANISATION
def test_an_announcement_calls_its_commander_only(write: Write, roll: Roll, organisation: Organisation) -> None:
    for one in incidents(write):
        calls = meant(views.announcement(one, roll, organisation))
        assert (calls.users, calls.groups, calls.broadcast) == (holders(roll)[:1], (), ())


@EACH_TEXT
@EACH_ORGANISATION
def test_duties_call_nobody(write: Write, organisation: Organisation) -> None:
    for one, role in product(incidents(write), Role):
        assert not meant(views.duties(one, role, organisation))


@EACH_TEXT
def test_lists_of_fifty_call_nobody(write: Write) -> None:
    many = [*incidents(write), *incidents(write)][:50]
    assert len(many) == 50
    for live, over in product(([], many), ([], many[:10])):
        assert not meant(views_lists.listing(live, 7, over))


def test_help_calls_nobody_and_names_every_word() -> None:
    message = views_lists.help_text(WORDS)
    assert not meant(message)
    words = blocks_text([block.to_dict() for block in message.blocks])
    assert [word.name for word in WORDS if f"`/incident {word.name}" not in words] == []


def test_who_could_not_be_invited_is_not_called_but_named() -> None:
    failed = {UserId(f"U0{n}"): ("user_disabled" if n % 2 else "a_new_reason") for n in range(20)}
    said = Message(views.not_invited(failed, called))
    assert not meant(said)
    assert escape(HOSTILE) in said.text


@EACH_TEXT
@EACH_ROLL
def test_a_topic_fits_in_one_line(write: Write, roll: Roll) -> None:
    for one in incidents(write):
        topic = views.topic(one, roll, called)
        assert 0 < length(topic) <= 250
        assert "\n" not in topic


# --- modals


@EACH_TEXT
@EACH_ROLL
@EACH_ORGANISATION
def test_the_panel_can_be_opened_in_every_state(write: Write, roll: Roll, organisation: Organisation) -> None:
    for one in incidents(write):
        words = WORDS.buttons(one.status.value, roll, card=False)
        for said in ("", escape(write(2000))):
            calls = shown(modals.panel(one, roll, organisation, words, said))
            assert (calls.users, calls.groups, calls.broadcast) == (holders(roll), (), ())


@EACH_TEXT
@EACH_ORGANISATION
def test_the_forms_can_be_opened_in_every_state(write: Write, organisation: Organisation) -> None:
    for one in incidents(write):
        forms = [
            modals.severity(one, organisation), modals.resolve(one), modals.resolve(one, write(2000)),
            modals.note(one), modals.details(one), *(modals.reason(one, to) for to in modals.REASONS),
            *(modals.roles(one, roll, organisation) for roll in ROLLS),
        ]  # fmt: skip
        if NEXT[one.status]:
            forms.append(modals.status(one))
        for form in forms:
            assert not shown(form)


@EACH_TEXT
@EACH_ORGANISATION
def test_the_form_to_declare_takes_any_text(write: Write, organisation: Organisation) -> None:
    for title, source in product(("", write(120), write(5000)), ("", write(5000))):
        assert not shown(modals.declare(organisation, title, source))


@EACH_TEXT
def test_a_title_that_does_not_fit_is_kept_in_the_impact(write: Write) -> None:
    title = "y" + write(119) + "z"
    form = modals.declare(DEFAULTS, title).to_dict()
    held = {block["block_id"]: block["element"].get("initial_value") for block in form["blocks"]}
    assert held["impact"] == (title if length(title) > 120 else None)


@EACH_TEXT
def test_the_choices_to_merge_into_fit(write: Write) -> None:
    others = [incident(id=n, title=write(120)) for n in range(1, 101)]
    assert not shown(modals.merge(incident(), others, write(2000)))


@EACH_TEXT
@EACH_APP
def test_any_message_can_be_kept_by_form(write: Write, app: str | None) -> None:
    """From an app with a long name, in a thread of a workspace with a long name."""
    choices = [incident(id=n, title=write(120)) for n in range(1, 61)]
    link = f"https://{'a' * 30}.enterprise.slack.com/archives/C0123456789/p1700000000000100"
    said = Said(
        ChannelId("C0123456789"), MessageTs("1700000000.000100"), None if app else BO, app, escape(write(40_000)),
        f"{link}?thread_ts=1700000000.000100&cid=C0123456789",
    )  # fmt: skip
    assert not shown(modals.keep(choices, said))


def test_a_kept_message_is_shown_without_its_calls() -> None:
    text = "<!channel> <!here> <!subteam^S0SRE|@sre> <@U0BO> look"
    calls = shown(modals.keep([incident()], Said(ChannelId("C1"), MessageTs("1.1"), ANA, None, text, "https://a.b")))
    assert (calls.users, calls.groups, calls.broadcast) == ((BO,), (), ())


@EACH_TEXT
def test_what_says_no_can_be_opened(write: Write) -> None:
    assert not shown(door.loading(write(120)))
    assert not shown(door.notice(Message(escape(write(2000)))))


# --- the timeline


@EACH_TEXT
@EACH_ORGANISATION
@pytest.mark.parametrize("page", [0, 1, 2, 99])
def test_a_timeline_of_sixty_can_be_paged(write: Write, organisation: Organisation, page: int) -> None:
    kept = entries(60, write)
    assert {one.fact for one in kept} == set(Fact)
    calls = shown(views_timeline.timeline(incident(), kept, organisation, page))
    assert set(calls.users) <= {ANA, BO}
    assert (calls.groups, calls.broadcast) == ((), ())


def test_each_page_has_its_own_entries_and_none_is_missing() -> None:
    kept = [entry(n, Fact.NOTED, CY, f"step {n}.") for n in range(1, 61)]
    pages = [blocks_text(views_timeline.timeline(incident(), kept, DEFAULTS, n).to_dict()["blocks"]) for n in (1, 2)]
    seen = [[n for n in range(1, 61) if f"step {n}." in page] for page in pages]
    assert seen == [list(range(21, 61)), list(range(1, 21))]


def test_an_empty_timeline_can_be_shown() -> None:
    assert not shown(views_timeline.timeline(incident(), [], DEFAULTS))


@pytest.mark.parametrize("fact", list(Fact))
def test_every_fact_has_its_words_though_its_details_are_lost(fact: Fact) -> None:
    """Rows of older versions are drawn too."""
    for by in (None, ANA):
        said = views_timeline.line(entry(1, fact, by, ""), DEFAULTS)
        assert mrkdwn.unescaped(said) == []
        assert len(said) > 50


def test_a_message_kept_with_calls_in_it_calls_only_people() -> None:
    said = views_timeline.line(entry(1, Fact.MESSAGE_KEPT, ANA, "<!channel> <!subteam^S0SRE> & <@U0BO> <b>"), DEFAULTS)
    calls = mrkdwn.mentions(said)
    assert (calls.users, calls.groups, calls.broadcast) == ((ANA, BO), (), ())
    assert mrkdwn.unescaped(said) == []


def test_a_withdrawn_entry_is_struck_out_whole() -> None:
    one = entry(1, Fact.NOTED, ANA, "rolled ~back~\nhere")
    one.withdraw(NOW, "nobody keeps it any more")
    said = views_timeline.line(one, DEFAULTS)
    assert "~<@U0ANA>: rolled -back- here~" in said
    assert "withdrawn: nobody keeps it any more" in said


# --- the words


@pytest.mark.parametrize("status", list(Status))
def test_what_is_offered_is_what_can_be_done(status: Status) -> None:
    offered = {word.name for word in WORDS.buttons(status.value, {}, card=False)}
    ways = {
        "accept": status is Status.TRIAGE, "decline": Status.DECLINED in NEXT[status],
        "mitigate": Status.MITIGATED in NEXT[status], "resolve": Status.RESOLVED in NEXT[status],
        "close": Status.CLOSED in NEXT[status], "cancel": Status.CANCELED in NEXT[status],
        "merge": Status.MERGED in NEXT[status],
        "reopen": Status.ACTIVE in NEXT[status] and status is not Status.TRIAGE,
        "ic": status in (Status.TRIAGE, Status.ACTIVE, Status.MITIGATED),
    }  # fmt: skip
    assert {name for name in ways if name in offered} == {name for name, way in ways.items() if way}
