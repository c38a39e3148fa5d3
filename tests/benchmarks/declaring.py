"""From a submitted form to a channel that can be used: alone, forty at once, and twenty at Slack's pace."""

import asyncio
import statistics
from datetime import datetime, timedelta

from bot.kernel.effect import State
from bot.sandbox.people import Submitted
from bot.sandbox.rules import Rules
from tests.benchmarks.databases import Databases
from tests.benchmarks.ways import Measured, Verdict, Way, milliseconds, times
from tests.benchmarks.workplace import Workplace, ended_at, submitted_at, until, workplace

A_PROCESS = 12  # declarations by one process, so that its own restraint (20 channels a minute) plays no part
BURST, PACED = 40, 20
SLACKS_PATIENCE = timedelta(seconds=3)
USABLE_GOAL_S, ACK_GOAL_S = 0.3, 0.5


async def usable(way: Way, databases: Databases, rounds: int) -> Measured:
    """One after the other, each when the one before has been dealt with altogether."""
    took: list[float] = []
    while len(took) < rounds:
        async with workplace(way, databases) as place:
            for n in range(min(A_PROCESS, rounds - len(took))):
                took.append((await _declared(place, n)).total_seconds())
    return times(took, USABLE_GOAL_S)


async def burst(way: Way, databases: Databases, rounds: int) -> Measured:
    """Forty people press the button at one instant."""
    latest: list[float] = []
    worked: list[float] = []
    unheard = 0
    for _ in range(rounds):
        async with workplace(way, databases) as place:
            await _everybody_fills_in(place, BURST)
            before = place.bot.worked_s()
            sent = await _all_press(place, BURST)
            worked.append(place.bot.worked_s() - before)
            acks = [_acked_after(one) for one in sent]
            latest.append(max(acks).total_seconds())
            unheard += sum(ack > SLACKS_PATIENCE or not one.closed for ack, one in zip(acks, sent, strict=True))
    found = times(latest, ACK_GOAL_S)
    verdict = Verdict.MISSED if unheard else found.verdict
    work = f"{milliseconds(statistics.median(worked))} of processor time"
    return Measured(f"{found.words}; {unheard} over 3 s; {work}", verdict)


async def paced(way: Way, databases: Databases, rounds: int) -> Measured:
    """Twenty people press it at one instant, and Slack refuses whatever is faster than it publishes."""
    lost, refused, took = 0, 0, []
    for _ in range(rounds):
        async with workplace(way, databases, Rules(rates="published")) as place:
            await _everybody_fills_in(place, PACED)
            sent = await _all_press(place, PACED)
            began = min(submitted_at(one) for one in sent)
            await place.paid(300)
            took.append((place.slack.clock.now() - began).total_seconds())
            lost += PACED - _announced(place) + await place.count(State.LOST)
            refused += sum(call.status == 429 for call in place.slack.journal.calls)
    words = f"{lost} of {PACED * rounds} lost; 429s caused: {refused}; all done in {statistics.median(took):.0f} s"
    return Measured(words, Verdict.MISSED if lost else Verdict.MET)


async def _declared(place: Workplace, n: int) -> timedelta:
    """From the press of the button to both the invitation and the card being accepted."""
    ana = place.slack.person("ana")
    await place.opens_form(ana, f"Checkout errors {n}")
    since = submitted_at(await place.submits(ana))
    await until(lambda: _usable_at(place, since))
    await place.paid()
    usable_at = _usable_at(place, since)
    assert usable_at
    return usable_at - since


def _usable_at(place: Workplace, since: datetime) -> datetime | None:
    made = place.accepted("conversations.create", since)
    if not made:
        return None
    room = made[0].answer["channel"]["id"]
    invited = [c for c in place.accepted("conversations.invite", since) if c.args["channel"] == room]
    card = [c for c in place.accepted("chat.postMessage", since) if c.args["channel"] == room]
    return max(ended_at(invited[0]), ended_at(card[0])) if invited and card else None


async def _everybody_fills_in(place: Workplace, crowd: int) -> None:
    for n, who in enumerate(place.crowd[:crowd]):
        await place.opens_form(who, f"Something broke, case {n}")


async def _all_press(place: Workplace, crowd: int) -> list[Submitted]:
    return await asyncio.gather(*(place.submits(who) for who in place.crowd[:crowd]))


def _acked_after(sent: Submitted) -> timedelta:
    assert sent.delivery
    return sent.delivery.records[0].took


def _announced(place: Workplace) -> int:
    """Incidents that have their one card in the announcements channel."""
    bot = place.slack.bot.id
    said = [m for m in place.slack.channel("#incidents").messages.values() if m.user == bot and not m.subtype]
    rooms = [c.id for c in place.slack.workspace.channels.values() if c.name.startswith("inc-")]
    return sum(any(f"<#{room}>" in m.text or f"<#{room}>" in str(m.blocks) for m in said) for room in rooms)
