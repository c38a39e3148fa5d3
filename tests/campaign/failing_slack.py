"""Slack refuses, stalls, and is away. In one process and by the stage's clock: half an hour passes in a moment."""

import json
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from bot.incidents.effects import RefreshCard, Say
from bot.incidents.model import Incident
from bot.kernel.effect import State
from bot.kernel.ids import IncidentId
from bot.organisation import Organisation
from bot.sandbox.api.registry import Call
from bot.sandbox.faults import Fault
from bot.sandbox.state import Channel
from tests.campaign import oracles
from tests.campaign.ledger import Ledger
from tests.campaign.model import NAG, Arrived, Story, Wanted, all_pages, counted
from tests.campaign.plans import Plan, Plans, step, workplace, write
from tests.campaign.table import Row
from tests.stage import Stage, stage_of, with_api_url

ERRORS: dict[str, list[str]] = json.loads(Path(__file__).with_name("errors.json").read_text(encoding="utf-8"))
# Any method may answer these.
COMMON = (
    "access_denied", "account_inactive", "ekm_access_denied", "fatal_error", "internal_error", "invalid_auth",
    "missing_scope", "no_permission", "not_authed", "org_login_required", "ratelimited", "request_timeout",
    "service_unavailable", "team_added_to_org", "token_expired", "token_revoked", "an_error_of_tomorrow",
)  # fmt: skip
CALL_TIMEOUT = timedelta(seconds=0.4)
TRANSPORT = {
    "429": Fault.status(429, retry_after=3), "500": Fault.status(500), "500 after": Fault.status(500, after=True),
    "503": Fault.status(503), "503 after": Fault.status(503, after=True), "reset": Fault.reset(),
    "reset after": Fault.reset(after=True), "timeout": Fault.hang(0.6), "timeout after": Fault.hang(0.6, after=True),
    "no JSON": Fault.status(200, after=True), "fatal_error after": Fault.error("fatal_error", after=True),
}  # fmt: skip
MINUTES_5 = 300
PLANS: Plans = {
    "SEV1": Plan(
        "three",
        (step(MINUTES_5, "U0BO"), step(MINUTES_5, "U0CY", "U0DEE"), step(MINUTES_5, "#incidents")),
        nag=step(3600, "#incidents"),
    )
}
CALLS_AT_MOST = 400  # in one run; an undisturbed one takes about forty


class Case(NamedTuple):
    method: str
    name: str
    fault: Fault


def cases() -> list[Case]:
    """Every error of every method, and every way in which an answer can fail to come."""
    told = [
        Case(method, error, Fault.error(error))
        for method, errors in ERRORS.items()
        for error in sorted({*errors, *COMMON})
    ]
    return told + [Case(method, name, fault) for method in ERRORS for name, fault in TRANSPORT.items()]


@asynccontextmanager
async def on_stage(database_url: str, transport: str, place: Path) -> AsyncIterator[Stage]:
    made = stage_of(database_url, transport, organisation=Organisation.load(write(PLANS, place / "slack.yaml")))
    made.call_timeout = CALL_TIMEOUT
    made.slack.workspace = workplace()
    await made.slack.start()
    made.settings = with_api_url(made.settings, made.slack.api_url)
    await made.start_bot()
    yield made
    made.slack.faults.clear()
    await made.bot.stop()
    await made.slack.stop()


async def table(database_url: str, database: str, transport: str, place: Path, chosen: list[Case], until: float) -> Row:
    """Each case hits the first call of its method in an escalation that nobody answers."""
    row = Row(database, 1, transport, "every error of every method")
    async with on_stage(database_url, transport, place) as stage:
        for n, case in enumerate(chosen):
            if time.monotonic() > until:
                row.remarks.append(f"time was up after {n} of {len(chosen)} cases")
                break
            try:
                found = await _one(stage, case, n, row)
            except TimeoutError as why:
                found = [str(why)]
            row.found += [f"{case.method} {case.name}: {what}" for what in found]
            row.faults += 1
        row.found += await oracles.broken(stage.bot.db, stage.slack)
    return row


async def _one(stage: Stage, case: Case, n: int, row: Row) -> list[str]:
    title, slack = f"Case {n}", stage.slack
    slack.journal.calls.clear()
    ledger = Ledger(slack)
    forgotten = case.method in ("conversations.join", "conversations.list", "conversations.open")
    if forgotten:  # asked once in the life of a process
        await stage.restart_bot()
    slack.faults.next(case.method, case.fault)
    if case.method == "conversations.history":  # asked only where an outcome is unknown
        slack.faults.next("chat.postMessage", Fault.status(500, after=True), when=is_to(slack, "U0BO"))
    incident = await declared(stage, title)
    for _ in range(8):  # three levels and the last word; what was put off meanwhile comes a level later here
        if not (await what_came(stage, ledger, incident))[0]:
            break
        await _in_again(stage)
        await stage.advance(minutes=5, seconds=20)
    await _paid(stage)
    row.incidents += 1
    missing, doubled, failed = await what_came(stage, ledger, incident)
    row.verdict.pages += sum(len(pages) for pages in ledger.pages().values())
    row.verdict.lost += [f"{case.method} {case.name}: {one}" for one in missing]
    row.verdict.doubled += [f"{case.method} {case.name}: {one}" for one in doubled]
    calls = len(slack.journal.calls)
    await _end(stage, incident)
    slack.faults.clear()
    return [f"{calls} calls"] if calls > CALLS_AT_MOST else [f"{failed} pages failed"] if failed > 1 else []


async def declared(stage: Stage, title: str) -> Incident:
    await stage.submits_declaration(stage.person("ana"), title, severity="SEV1")
    await stage.settle()
    for _ in range(4):  # its channel, or the time after which nobody waits for it any more
        await _in_again(stage)
        await stage.advance(seconds=4)
    return await stage.incident_called(title)


async def _in_again(stage: Stage) -> None:
    """What the engine does every few seconds of real time, which do not pass here."""
    if stage.bot.slack.signed_out and not stage.slack.faults.token_trouble:
        await stage.bot.slack.sign_in()
        await stage.advance(seconds=31)


async def _paid(stage: Stage) -> None:
    for _ in range(60):
        await stage.settle()
        if not await stage.open_effects():
            return
        await _in_again(stage)
        stage.clock.jump(timedelta(seconds=5))
    still = [f"{row.kind} ({row.last_error})" for row in await stage.effects(State.OWED, State.CLAIMED)]
    raise TimeoutError(f"after five minutes these are still owed: {', '.join(still)}")


async def what_came(stage: Stage, ledger: Ledger, incident: Incident) -> tuple[list[str], list[str], int]:
    """What is missing and was not said to have failed; what came twice; how many are said to have failed."""
    story = Story(incident.title, PLANS["SEV1"], 0.0, ledger.pages().get(incident.title, []))
    failed = [
        Wanted(entry.details["round"], entry.details["level"], entry.details.get("to") or entry.details["whom"])
        for entry in await stage.timeline(incident)
        if entry.fact == "page_failed"
    ]
    first: dict[str, Arrived] = {}
    twice = [one for one in story.arrived if first.setdefault(one.key, one) is not one]
    story.arrived = list(first.values())
    came, wanted = counted(story), all_pages(story.plan)
    missing = [str(one) for one in wanted - came if one not in failed]
    doubled = [str(one) for one in twice if not one.may_be_a_repeat]
    doubled += [str(one) for one in (came - wanted) if one.level != NAG]
    return missing, doubled, len(failed)


async def _end(stage: Stage, incident: Incident) -> None:
    typed = await stage.person("ana").types(f"/incident cancel INC-{incident.id} over", "#general")
    assert not typed.error
    await stage.settle()


def is_to(slack: object, user: str) -> Callable[[Call], bool]:
    """Whether a call is a page to this person."""

    def asked(call: Call) -> bool:
        channel = call.slack.workspace.channels.get(str(call.args.get("channel")))
        return bool(channel and channel.kind == "im" and user in channel.members) and "paged" in str(call.args["text"])

    return asked


# --- Slack as a whole


async def away(stage: Stage, row: Row) -> None:
    """Down for half an hour in the middle of a run: what is still wanted comes once, late and saying so, one level
    at a time."""
    ledger = Ledger(stage.slack)
    incident = await declared(stage, "Away")
    answered = await declared(stage, "Answered meanwhile")
    stage.slack.faults.next("*", Fault.status(503), times=100_000, when=lambda call: call.name != "views.open")
    for _ in range(30):
        await stage.advance(minutes=1)
    (bo,) = [one for one in ledger.pages()[answered.title] if one.to == "U0BO"]
    found = ledger.message(bo.key)
    assert found
    await stage.person("bo").clicks(found[1], "word:ack")
    await stage.settle()
    at_return = {one.key for pages in ledger.pages().values() for one in pages}
    stage.slack.faults.clear()
    for _ in range(90):
        await stage.advance(seconds=1)
    came = [one for one in ledger.pages()[incident.title] if one.key not in at_return]
    row.verdict.pages += len(came)
    row.faults += 1
    if sorted(one.to for one in came) != ["U0CY", "U0DEE"]:
        row.found.append(f"after the outage came {came}")
    if not all("late" in _read(ledger, one) for one in came):
        row.found.append("a late page does not say so")
    after = [one for one in ledger.pages()[answered.title] if one.key not in at_return]
    row.verdict.after_the_answer += [str(one) for one in after]
    await stage.advance(minutes=5, seconds=10)
    last = [one.to for one in ledger.pages()[incident.title]][-1]
    if last != "#incidents":
        row.found.append("after the outage the next level did not come")
    await _end(stage, incident)


def _read(ledger: Ledger, one: Arrived) -> str:
    found = ledger.message(one.key)
    return json.dumps(found[1].blocks) if found else ""


async def revoked(stage: Stage, row: Row) -> None:
    """It stops, says so in /readyz and does not spin; in again, it goes on."""
    ledger = Ledger(stage.slack)
    incident = await declared(stage, "Revoked")
    stage.slack.faults.token_trouble = "token_revoked"
    await stage.advance(minutes=5, seconds=10)
    if "token_revoked" not in (stage.bot.unready() or ""):
        row.found.append(f"/readyz says {stage.bot.unready()}")
    before = len(stage.slack.journal.calls)
    began = time.monotonic()
    for _ in range(60):
        await stage.advance(seconds=30)
    asked = len(stage.slack.journal.calls) - before
    if asked > 2 + (time.monotonic() - began) / 5:  # one look every five seconds of real time
        row.found.append(f"signed out, it made {asked} calls")
    stage.slack.faults.token_trouble = None
    await stage.bot.slack.sign_in()
    for _ in range(40):
        await stage.advance(seconds=1)
    row.faults += 1
    row.remarks.append(f"signed out for half an hour: {asked} calls")
    if stage.bot.unready() or not [one for one in ledger.pages()[incident.title] if one.to == "U0CY"]:
        row.found.append(f"in again, it does not go on: {stage.bot.unready()}")
    await _end(stage, incident)


async def stuck(stage: Stage, row: Row) -> None:
    """Every slot for what is not a page hangs at a channel that does not answer. Another incident's page goes out."""
    quiet = [await _calm(stage, f"Stuck {n}") for n in range(20)]
    gates = [stage.slack.faults.hold("chat.postMessage", when=_is_in(str(one.channel))) for one in quiet]
    async with stage.bot.db.transaction() as tx:
        tx.owe(*(Say(incident=one.id, text="Something to say") for one in quiet))
    await stage.slack.waits_for(lambda: sum(not call.ended for call in stage.slack.journal.calls) >= 16)
    ledger = Ledger(stage.slack)
    began = time.monotonic()
    await stage.submits_declaration(stage.person("ana"), "Not stuck", severity="SEV1")
    stage.clock.jump(timedelta(seconds=4))  # its channel cannot be opened, since no slot is free for that
    await stage.slack.waits_for(lambda: ledger.pages().get("Not stuck"), timeout=8)
    row.remarks.append(f"with every other slot stuck a page took {time.monotonic() - began:.1f} s of real time")
    held = sum(not call.ended for call in stage.slack.journal.calls)
    row.faults += held
    if held < 16:
        row.found.append(f"only {held} calls were stuck")
    for gate in gates:
        gate.release()
    await stage.settle()
    await _end(stage, await stage.incident_called("Not stuck"))


def _is_in(channel: str) -> Callable[[Call], bool]:
    return lambda call: call.args["channel"] == channel


async def overtaking(stage: Stage, row: Row) -> None:
    """Much is owed and Slack is slow: the page is taken before the rest, and what is said before what is redrawn."""
    quiet = [await _calm(stage, f"Slow {n}") for n in range(24)]
    mark = len(stage.slack.journal.calls)
    stage.slack.faults.latency("*", 0.1)
    async with stage.bot.db.transaction() as tx:
        for one in quiet:
            tx.owe(RefreshCard(incident=IncidentId(one.id)))
            tx.owe(*(Say(incident=one.id, text=f"Word {n}") for n in range(3)))
        incident = await tx.session.get(Incident, quiet[0].id)
        assert incident
    await stage.person("ana").types(f"/incident page @bo now INC-{quiet[0].id}", stage.room(quiet[0]))
    await stage.settle()
    stage.slack.faults.clear()
    calls = [call for call in stage.slack.journal.calls[mark:] if call.took_effect]
    said = [n for n, call in enumerate(calls) if "Word" in str(call.args.get("text"))]
    paged = [n for n, call in enumerate(calls) if "paged" in str(call.args.get("text")) and call.method.endswith("age")]
    drawn = [n for n, call in enumerate(calls) if call.method == "chat.update"]
    row.remarks.append(
        f"of {len(said)} words owed before it, {sum(n < paged[0] for n in said)} were said before a page"
    )
    if not paged or paged[0] > said[-1] - 20:
        row.found.append(f"the page was call {paged}, the words were {said[:3]} to {said[-1]}")
    if sum(n < said[len(said) // 3] for n in drawn) > len(drawn) / 2:
        row.found.append("cards were redrawn before words were said")


async def _calm(stage: Stage, title: str) -> Incident:
    """An incident that pages nobody."""
    return await stage.declares(stage.person("ana"), title, severity="SEV5")


async def lost_place(
    stage: Stage, row: Row, title: str, hurt: Callable[[Stage], object], fact: str = "page_failed"
) -> None:
    """The channel of the last level can no longer be written to: that stands on the timeline, and so does that nobody
    answered."""
    facts, _ = await _last_level(stage, row, title, hurt)
    if fact not in facts or "exhausted" not in facts:
        row.found.append(f"{title}: {facts}")


async def kept_place(stage: Stage, row: Row, title: str, hurt: Callable[[Stage], object], channel: Channel) -> None:
    """Something is done to the channel of the last level, and its page arrives all the same."""
    facts, pages = await _last_level(stage, row, title, hurt)
    if "page_failed" in facts or f"#{channel.name}" not in [one.to for one in pages]:
        row.found.append(f"{title}: {facts}, {[one.to for one in pages]}")


async def _last_level(
    stage: Stage, row: Row, title: str, hurt: Callable[[Stage], object]
) -> tuple[list[str], list[Arrived]]:
    ledger = Ledger(stage.slack)
    incident = await declared(stage, title)
    ledger.pages()  # while what it holds can still be looked up
    hurt(stage)
    for _ in range(4):
        await stage.advance(minutes=5, seconds=10)
    row.faults += 1
    row.incidents += 1
    facts, pages = await stage.facts(incident), ledger.pages().get(title, [])
    await _end(stage, incident)
    row.verdict.pages += len(pages)
    return facts, pages


async def unsound(stage: Stage) -> list[str]:
    await _paid(stage)
    return await oracles.broken(stage.bot.db, stage.slack)


def shuffled(seed: int, few: int | None = None) -> list[Case]:
    chosen = cases()
    random.Random(seed).shuffle(chosen)
    return chosen[:few]
