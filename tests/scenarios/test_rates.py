"""Slack's published rates: we keep to them by ourselves, and nothing is lost for it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.kernel.effect import State
from bot.sandbox.faults import Fault
from bot.sandbox.methods import METHODS
from bot.sandbox.people import Person
from bot.sandbox.rules import Rules
from bot.sandbox.state import User
from bot.slack.pace import TIER, Bucket, Limits, Pace
from tests.conftest import BOTH_WAYS, NewDatabase
from tests.stage import Stage, stage_of, with_api_url, words
from tests.wholeness import assert_whole

CROWD = 20


@pytest.fixture(params=BOTH_WAYS, ids="-".join)
async def stage(request: pytest.FixtureRequest, new_database: NewDatabase) -> AsyncIterator[Stage]:
    """Slack counts, and we keep our real pace; both by the stage's clock."""
    kind, transport = request.param
    made = stage_of(await new_database(kind), transport, rules=Rules(rates="published"), limits=Limits())
    await made.slack.start()
    made.settings = with_api_url(made.settings, made.slack.api_url)
    await made.start_bot()
    yield made
    assert made.violations() == []
    assert await made.lost_effects() == []
    await made.bot.stop()
    await made.slack.stop()


def crowd(stage: Stage) -> list[Person]:
    """More people in the company than there are."""
    place = stage.slack.workspace
    for n in range(CROWD):
        user = User(id=f"U0CROWD{n:02}", name=f"p{n:02}", real_name=f"Person {n}", team_id=place.team_id, updated=0)
        place.users[user.id] = user
        stage.slack.channel("#general").members.append(user.id)
    return [stage.person(f"p{n:02}") for n in range(CROWD)]


def refused(stage: Stage) -> list[str]:
    return [call.method for call in stage.slack.journal.refused() if call.error == "ratelimited"]


async def test_twenty_declarations_in_a_row_are_all_announced_and_slack_never_had_to_refuse(stage: Stage) -> None:
    people = crowd(stage)
    began = stage.clock.now()
    for n, who in enumerate(people):
        await stage.submits_declaration(who, f"Trouble {n}")
    await stage.catches_up()
    for n, who in enumerate(people):
        await assert_whole(stage.slack, stage.bot.db, f"Trouble {n}", who)
    assert refused(stage) == []
    assert len(stage.announcements()) == CROWD
    ages = [float(message.ts) - began.timestamp() for message in stage.announcements()]
    assert max(ages) < 40, "at one a second, and not much later"
    tries = [row.attempts for row in await stage.effects(State.DONE) if row.kind == "RefreshAnnouncement"]
    assert sum(tries) <= 3 * CROWD, "each was told its own time, so they do not come back in vain"


async def test_a_busy_channel_gets_everything_in_order_at_its_pace(stage: Stage) -> None:
    ana = stage.person("ana")
    await stage.submits_declaration(ana, "Checkout errors")
    await stage.catches_up()
    (incident,) = await stage.incidents()
    began = stage.clock.now()
    for n in range(12):
        await ana.types(f"/incident note step {n}", stage.room(incident))
    await stage.catches_up()
    notes = [m for m in stage.said(stage.room(incident)) if "noted" in words(m)]
    assert [words(m)[words(m).index("step") :].strip() for m in notes] == [f"step {n}" for n in range(12)]
    assert refused(stage) == []
    assert 10 < float(notes[-1].ts) - began.timestamp() < 30


async def test_when_slack_refuses_all_the_same_everybody_waits_not_only_the_one_who_asked(stage: Stage) -> None:
    """Somebody else uses up what is ours: the others do not run into the same wall one by one."""
    people = crowd(stage)[:8]
    for who in people:
        await stage.opens_declaration(who)
    await stage.settle()
    stage.slack.faults.next("conversations.create", Fault.status(429, retry_after=20))
    async with stage.slack.faults.hold("conversations.create") as gate:
        await people[0].submits({"title": "Trouble 0", "severity": "SEV3"})
        await gate.reached()
    await stage.settle()
    for n, who in enumerate(people):
        if n:
            await who.submits({"title": f"Trouble {n}", "severity": "SEV3"})
    await stage.settle()
    asked = [call for call in stage.slack.journal.calls if call.method == "conversations.create"]
    assert len(asked) == 1, "nobody knocks while it is shut"
    await stage.catches_up()
    for n, who in enumerate(people):
        await assert_whole(stage.slack, stage.bot.db, f"Trouble {n}", who)
    asked = [call for call in stage.slack.journal.calls if call.method == "conversations.create"]
    assert asked[1].at - asked[0].at >= timedelta(seconds=20)


@pytest.mark.parametrize("stage", BOTH_WAYS[:1], indirect=True, ids="-".join)
async def test_a_long_listing_waits_for_its_turns_instead_of_beginning_anew(stage: Stage) -> None:
    """Else the list of a company that takes more calls than there are in a minute would never come to its end."""
    place = stage.slack.workspace
    for n in range(1_500):
        key = f"U0MANY{n:04}"
        place.users[key] = User(id=key, name=f"m{n:04}", real_name=f"Many {n}", team_id=place.team_id, updated=0)
    stage.slack.faults.next("users.list", Fault.status(429, retry_after=1), when=lambda call: "cursor" in call.args)
    before = len(stage.slack.journal.calls)
    await stage.restart_bot()
    listed = [call for call in stage.slack.journal.calls[before:] if call.method == "users.list"]
    assert [(bool(call.args.get("cursor")), call.error) for call in listed] == [
        (False, None), (True, "ratelimited"), (True, None),
    ]  # fmt: skip
    assert (await stage.effects(State.DONE))[-1].attempts == 1


# --- the pace itself


def test_a_bucket_gives_a_burst_and_then_one_at_a_time() -> None:
    now = 100.0
    bucket = Bucket(burst=3, per_second=0.5, level=3, at=now)
    for _ in range(3):
        assert bucket.wait_s(now) == 0
        bucket.take()
    assert bucket.wait_s(now) == 2
    assert bucket.wait_s(now + 1) == 1
    assert bucket.wait_s(now + 2) == 0
    assert bucket.wait_s(now + 60) == 0
    assert bucket.level == 3


def test_those_who_wait_are_told_different_times() -> None:
    now = 0.0
    pace = Pace(Limits(), lambda: now)
    waits = [pace.claim("chat.postMessage", "C1") for _ in range(6)]
    assert waits == [0, 1, 2, 3, 4, 5]
    assert pace.claim("chat.postMessage", "C2") == 0, "another channel has its own"
    now = 1.0
    assert pace.claim("chat.postMessage", "C1") == 0


def test_nobody_is_told_to_wait_for_long_because_those_before_may_give_up() -> None:
    pace = Pace(Limits(), lambda: 0.0)
    waits = [pace.claim("chat.postMessage", "C1") for _ in range(60)]
    assert max(waits) == 30


def test_what_slack_has_refused_stays_shut_for_as_long_as_it_said() -> None:
    now = 0.0
    pace = Pace(Limits(), lambda: now)
    pace.refused("conversations.create", None, 30)
    assert pace.claim("conversations.create", None) > 0
    assert pace.claim("conversations.invite", "C1") == 0
    now = 29.9
    assert pace.claim("conversations.create", None) > 0
    now = 30.0
    assert pace.claim("conversations.create", None) == 0
    assert pace.claim("conversations.create", None) > 0, "one at a time at first"


def test_posts_in_many_channels_are_held_to_what_the_workspace_bears() -> None:
    now = 0.0
    pace = Pace(Limits(), lambda: now)
    waits = [pace.claim("chat.postMessage", f"C{n}") for n in range(52)]
    assert waits == [0.0] * 48 + [0.25, 0.5, 0.75, 1.0]
    pages = [pace.claim("chat.postMessage", f"D{n}", urgent=True) for n in range(14)]
    assert pages == [0.0] * 12 + [0.25, 0.5], "what is kept for pages is theirs, and they queue behind each other only"
    pace.refused("chat.postMessage", "C1", 30)
    now = 4.0
    assert pace.claim("chat.postMessage", "C99") == 0, "one channel's trouble is not the others'"


def test_without_limits_nobody_waits() -> None:
    pace = Pace(Limits.none(), lambda: 0.0)
    assert {pace.claim("chat.postMessage", "C1") for _ in range(100)} == {0.0}


def test_the_tiers_are_those_that_slack_publishes() -> None:
    assert {method: METHODS[method].tier for method in TIER} == TIER
