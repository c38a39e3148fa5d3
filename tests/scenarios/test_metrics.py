"""What an operator sees of the bot: /metrics, /readyz, and a word in the announcements channel when it is not well."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from bot.kernel.clock import Stopwatch
from bot.kernel.effect import State
from bot.kernel.errors import Unavailable
from bot.kernel.ids import IncidentId
from bot.sandbox.faults import Fault
from bot.sandbox.people import Person
from bot.sandbox.state import Message
from tests.engine.errands import Office, Rescue, offices
from tests.scenarios.hands import types
from tests.stage import Stage, words

SECRET = "Zanzibar keys leaked"
A_MINUTE = timedelta(seconds=61)
FOREVER = timedelta(hours=20)


class Metrics:
    """One scrape."""

    def __init__(self, page: str) -> None:
        self.page = page
        self._samples = [sample for family in text_string_to_metric_families(page) for sample in family.samples]

    def __call__(self, name: str, **labels: str) -> float | None:
        found = [sample.value for sample in self._samples if sample.name == name and sample.labels == labels]
        assert len(found) <= 1, f"{len(found)} of {name}"
        return found[0] if found else None

    def labels(self) -> set[str]:
        return {f"{name}={value}" for sample in self._samples for name, value in sample.labels.items()}


async def scrape(stage: Stage) -> Metrics:
    url = f"http://127.0.0.1:{stage.bot.web.port}/metrics"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        return Metrics(await answer.text())


async def readyz(stage: Stage) -> tuple[int, str | None]:
    url = f"http://127.0.0.1:{stage.bot.web.port}/readyz"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, (await answer.json())["why"]


async def audits(stage: Stage, times: int = 1, after: timedelta = A_MINUTE) -> None:
    """Let a minute pass, and the audit that falls due in it; and what that owes be done, before the next."""
    await rests(stage)
    for _ in range(times):
        stage.clock.jump(after)
        await rests(stage)
        await stage.settle()


async def rests(stage: Stage) -> None:
    async with asyncio.timeout(20):
        while not stage.bot.auditor.is_at_rest:
            stage.bot.engine.beat()
            await stage.bot.engine.cycled()
            await stage.bot.auditor.ended()  # or each turn of this loop would be another beat beside it


def alarms(stage: Stage) -> list[Message]:
    return [message for message in stage.announcements() if "Tocsin itself" in words(message) or ended(message)]


def ended(message: Message) -> bool:
    return "white_check_mark: *Over:" in words(message)


@pytest.fixture
async def office(stage: Stage) -> AsyncIterator[Office]:
    """Where errands are run that stand for what gets stuck."""
    made = offices[stage.bot.db.url] = Office()
    yield made
    made.open_all()
    made.raises.clear()
    await stage.advance(hours=21)


class Spell:
    """While it lies on the database, no card can be marked overdue: the sweep that wants to is never done."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def cast(self) -> None:
        if self.stage.bot.db.postgres:
            await self._say(
                "CREATE OR REPLACE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'a spell'; END $$",
                "CREATE TRIGGER spell BEFORE UPDATE OF overdue_shown ON incident "
                "FOR EACH ROW WHEN (NEW.overdue_shown) EXECUTE FUNCTION no()",
            )
        else:
            await self._say(
                "CREATE TRIGGER spell BEFORE UPDATE OF overdue_shown ON incident WHEN NEW.overdue_shown "
                "BEGIN SELECT RAISE(ABORT, 'a spell'); END"
            )

    async def lift(self) -> None:
        await self._say("DROP TRIGGER spell ON incident" if self.stage.bot.db.postgres else "DROP TRIGGER spell")

    async def _say(self, *statements: str) -> None:
        async with self.stage.bot.db.engine.begin() as connection:
            for statement in statements:
                await connection.execute(text(statement))


async def test_a_bot_that_is_well_says_so(stage: Stage, ana: Person) -> None:
    await stage.declares(ana, "Checkout errors", severity="SEV1")
    await audits(stage)
    metrics = await scrape(stage)

    assert metrics("tocsin_ready") == 1
    assert (metrics("tocsin_engine_seconds_since_beat") or 0) < 5
    assert metrics("tocsin_audit_at_seconds") == pytest.approx(stage.clock.now().timestamp(), abs=60)
    assert metrics("tocsin_incidents_open", severity="SEV1") == 1
    assert metrics("tocsin_incidents_open", severity="SEV2") == 0
    assert metrics("tocsin_effects_open", urgency="page") == 0
    for check in ("duties_overdue", "sends_unsent", "pages_unsent", "leases_stale", "deliveries_left"):
        assert metrics("tocsin_audit_findings", check=check) == 0
        assert metrics("tocsin_audit_oldest_seconds", check=check) == 0
    assert any(label.startswith("version=") for label in metrics.labels())
    assert metrics("tocsin_effects_total", kind="PostCard", outcome="done") == 1
    assert metrics("tocsin_effect_seconds_count", urgency="now") == 3
    assert metrics("tocsin_slack_calls_total", method="conversations.create", outcome="ok") == 1
    assert (metrics("tocsin_event_loop_lag_seconds_count") or 0) > 0
    assert alarms(stage) == []


async def test_what_slack_answers_is_counted(stage: Stage, ana: Person) -> None:
    before = await scrape(stage)
    stage.slack.faults.next("conversations.create", Fault.status(429, retry_after=1))
    stage.slack.faults.next("conversations.invite", Fault.status(503))
    stage.slack.faults.next("pins.add", Fault.error("already_pinned"))
    await stage.submits_declaration(ana, "Checkout errors")
    await stage.catches_up()
    after = await scrape(stage)

    def more(name: str, **labels: str) -> float:
        return (after(name, **labels) or 0) - (before(name, **labels) or 0)

    for method, outcome in (
        ("conversations.create", "rate_limited"), ("conversations.invite", "unavailable"), ("pins.add", "refused"),
        ("conversations.create", "ok"), ("conversations.invite", "ok"),
    ):  # fmt: skip
        assert more("tocsin_slack_calls_total", method=method, outcome=outcome) == 1, (method, outcome)
    assert more("tocsin_effects_total", kind="OpenChannel", outcome="put_off") == 1
    assert more("tocsin_effects_total", kind="OpenChannel", outcome="done") == 1


async def test_a_duty_that_is_never_done_is_red_then_told_then_over(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    assert incident.next_update_due_at
    spell = Spell(stage)
    await spell.cast()
    await audits(stage, after=incident.next_update_due_at - stage.clock.now() + timedelta(seconds=30))
    assert (await scrape(stage))("tocsin_audit_findings", check="duties_overdue") == 0, "it is late by half a minute"

    await audits(stage)
    metrics = await scrape(stage)
    assert metrics("tocsin_audit_findings", check="duties_overdue") == 1
    assert 60 < (metrics("tocsin_audit_oldest_seconds", check="duties_overdue") or 0) < 120
    await audits(stage)
    assert alarms(stage) == [], "two in a row may be a bad moment"
    await audits(stage)
    (alarm,) = alarms(stage)
    said = words(alarm)
    assert "Tocsin itself needs a look. What time has brought due is not being done." in said
    assert re.search(r"1 found, the oldest late by [34] minutes\.", said)  # time goes on while we look
    assert "`/readyz`" in said
    assert "`docs/operations.md`" in said
    assert "`duties_overdue`" in said

    await audits(stage, 3)
    await stage.restart_bot()
    await audits(stage, 3)
    assert alarms(stage) == [alarm], "one is enough, whoever runs"

    await spell.lift()
    await audits(stage)
    assert alarms(stage) == [alarm]
    assert ended(alarm)
    assert "what time has brought due is not being done" in words(alarm)
    assert (await scrape(stage))("tocsin_audit_findings", check="duties_overdue") == 0

    await spell_again(stage, ana, spell)
    assert [ended(message) for message in alarms(stage)] == [True, False], "another time is another message"
    await spell.lift()


async def spell_again(stage: Stage, ana: Person, spell: Spell) -> None:
    other = await stage.declares(ana, "Search is slow", severity="SEV1")
    assert other.next_update_due_at
    await spell.cast()
    await audits(stage, after=other.next_update_due_at - stage.clock.now() + A_MINUTE)
    await audits(stage, 3)


async def test_of_what_is_stuck_only_public_incidents_are_named(stage: Stage, ana: Person, office: Office) -> None:
    hidden = await stage.declares(ana, SECRET, options=["yes"])
    shown = await stage.declares(ana, "Checkout errors")
    office.raises = {name: [Unavailable("away", retry_after=FOREVER)] for name in ("a", "b")}
    async with stage.bot.db.transaction() as tx:
        tx.owe(
            Rescue(name="a", way="a", incident=IncidentId(hidden.id)),
            Rescue(name="b", way="b", incident=IncidentId(shown.id)),
        )
    await stage.settle()
    await audits(stage, 4)
    assert alarms(stage) == [], "they are not old enough to be wrong"
    await audits(stage, 4)

    metrics = await scrape(stage)
    assert metrics("tocsin_audit_findings", check="pages_unsent") == 2
    assert metrics("tocsin_effects_open", urgency="page") == 2
    assert metrics("tocsin_incidents_open", severity="SEV2") == 2, "private ones are counted"
    (alarm,) = alarms(stage)
    said = words(alarm)
    assert "2 found" in said
    assert f"It touches INC-{shown.id}." in said
    assert f"INC-{hidden.id}" not in said
    room = stage.room(hidden)
    assert "zanzibar" in room.name, "or the next lines prove nothing"
    for secret in ("anzibar", room.name, room.id, f"INC-{hidden.id}", ana.id):
        assert secret not in metrics.page
        assert secret not in said
    names = {label.partition("=")[0] for label in metrics.labels()}
    assert names == {"check", "kind", "le", "method", "outcome", "severity", "urgency", "version"}

    await stage.advance(hours=21)
    await audits(stage)
    assert sorted(office.done) == ["a", "b"]
    assert alarms(stage) == [alarm]
    assert ended(alarm)


async def page_is_stuck(stage: Stage, office: Office) -> None:
    office.raises = {"a": [Unavailable("away", retry_after=FOREVER)]}
    async with stage.bot.db.transaction() as tx:
        tx.owe(Rescue(name="a"))
    await stage.settle()


async def page_is_done(stage: Stage) -> None:
    async with stage.bot.db.engine.begin() as connection:
        await connection.execute(text("UPDATE effect SET state = 'done' WHERE kind = 'Rescue'"))


async def test_an_alarm_whose_post_was_answered_by_nobody_is_one_alarm(stage: Stage, office: Office) -> None:
    await page_is_stuck(stage, office)
    stage.slack.faults.next("chat.postMessage", Fault.reset(after=True))
    await audits(stage, 5 + 3)
    await stage.advance(minutes=2)
    assert [bool(call.fault) for call in stage.slack.journal.calls if call.method == "chat.postMessage"] == [True]
    (alarm,) = alarms(stage)
    await page_is_done(stage)
    await audits(stage)
    assert ended(alarm)


async def test_an_alarm_that_is_over_before_we_know_of_its_post_is_ended_all_the_same(
    stage: Stage, office: Office
) -> None:
    await page_is_stuck(stage, office)
    stage.slack.faults.next("chat.postMessage", Fault.reset(after=True))
    stage.slack.faults.next("conversations.history", Fault.status(503), times=1_000)
    await audits(stage, 5 + 3)
    await page_is_done(stage)
    await audits(stage)
    (alarm,) = alarms(stage)
    assert not ended(alarm), "or the next lines prove nothing"
    stage.slack.faults.clear()
    await stage.advance(minutes=2)
    assert alarms(stage) == [alarm]
    assert ended(alarm)


async def test_an_alarm_that_is_over_before_it_could_be_posted_is_not_posted(stage: Stage, office: Office) -> None:
    await page_is_stuck(stage, office)
    stage.slack.faults.next("chat.postMessage", Fault.status(429, retry_after=300), times=2)
    await audits(stage, 5 + 3)
    assert [row.kind for row in await stage.effects(State.OWED)] == ["Rescue", "ShowAuditAlarm"]
    await page_is_done(stage)
    await audits(stage)
    stage.slack.faults.clear()
    await stage.advance(minutes=6)
    assert await stage.open_effects() == 0
    assert alarms(stage) == []


async def test_whoever_deletes_the_message_hears_no_more_of_it(stage: Stage, office: Office) -> None:
    await page_is_stuck(stage, office)
    await audits(stage, 5 + 3)
    (alarm,) = alarms(stage)
    stage.slack.faults.next("chat.update", Fault.error("message_not_found"))
    await page_is_done(stage)
    await audits(stage)
    assert alarms(stage) == [alarm]
    assert await stage.open_effects() == 0


async def test_without_announcements_it_is_in_the_log(stage: Stage, office: Office) -> None:
    stage.organisation = stage.organisation.model_copy(update={"announce": None})
    await stage.restart_bot()
    await page_is_stuck(stage, office)
    await audits(stage, 5 + 3)
    assert (await scrape(stage))("tocsin_audit_findings", check="pages_unsent") == 1
    assert alarms(stage) == []


async def test_a_revoked_token_is_said_and_asked_about_now_and_then(stage: Stage, ana: Person) -> None:
    await stage.declares(ana, "Checkout errors")
    before = await scrape(stage)
    stage.slack.faults.token_trouble = "token_revoked"
    calls, since = len(stage.slack.journal.calls), Stopwatch()

    def asked(method: str = "auth.test") -> int:
        return len([call for call in stage.slack.journal.calls[calls:] if call.method == method])

    await ana.types("/incident severity SEV1", stage.room(await stage.incident(1)))
    await beats(stage, lambda: stage.bot.slack.signed_out is not None)
    assert await readyz(stage) == (503, "Slack no longer takes our token: token_revoked")
    assert (await scrape(stage))("tocsin_ready") == 0
    await beats(stage, lambda: asked() > 0)
    for _ in range(100):
        stage.clock.jump(timedelta(seconds=31))  # all that is owed wants to be tried each time
        stage.bot.engine.beat()
        await stage.bot.engine.cycled()
    assert 1 <= asked() <= 1 + since.seconds() / 5
    others = len(stage.slack.journal.calls) - calls - asked()
    assert others <= 10, "nothing is asked of Slack but to be let in again"
    counted = await scrape(stage)
    was = before("tocsin_slack_calls_total", method="auth.test", outcome="refused") or 0
    assert (counted("tocsin_slack_calls_total", method="auth.test", outcome="refused") or 0) - was == asked()

    stage.slack.faults.token_trouble = None
    await beats(stage, lambda: stage.bot.unready() is None)
    assert await readyz(stage) == (200, None)
    await stage.catches_up()
    assert await types(stage, ana, "/incident list")


async def beats(stage: Stage, until: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not until():
            stage.bot.engine.beat()
            await stage.bot.engine.cycled()
