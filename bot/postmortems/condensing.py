"""A record that is too long to be read at once: read in parts side by side, each part giving facts that are verified
before anybody builds on them. The timeline stays whole as long as it fits; the end is never cut off."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.grounding.claims import Claim
from bot.grounding.entries import Entry, Record, utc
from bot.grounding.verify import verify, widen
from bot.llm.answers import Facts
from bot.llm.model import Declined
from bot.llm.prompts import Task
from bot.postmortems.evidence import Evidence

if TYPE_CHECKING:
    from bot.postmortems.weaving import Weaving

READERS = (Task.OVERVIEW, Task.RESPONSE, Task.LESSONS)
MOST_FACTS = 12  # of one part, as its prompt asks for


@dataclass(frozen=True)
class Condensed:
    """`lines`: what the next reader is given. `told`: what was made of the channel, for people."""

    lines: Sequence[str]
    told: str


async def condense(weaving: Weaving, until: float) -> Condensed:
    """As it is if it fits, else its messages as facts. Parts that nobody could read are left out, and said to be."""
    plan = await asyncio.to_thread(planned, weaving)
    if not plan.parts:
        return Condensed(plan.lines, told(weaving.evidence, 0, 0))
    found = await asyncio.gather(*(facts(weaving, part, until) for part in plan.parts))
    noted = [fact for some in found if some is not None for fact in some]
    lines = await asyncio.to_thread(joined, weaving, plan, noted)
    return Condensed(lines, told(weaving.evidence, len(plan.parts), found.count(None)))


@dataclass(frozen=True)
class Plan:
    """`parts`: what is to be read by others first; nothing, if `lines` are all there is."""

    lines: Sequence[str]
    room: int  # tokens that the next reader has for it all
    timeline: Sequence[Entry] = ()
    parts: Sequence[Sequence[Entry]] = ()


def planned(weaving: Weaving) -> Plan:
    """Takes a while with a long record, as all below do: not for the loop."""
    model, readable = weaving.model, weaving.evidence.record.readable
    room = min(weaving.prompts[task].room(model) for task in READERS) - model.tokens(weaving.known)
    lines = [one.line for one in readable]
    if model.tokens("\n".join(lines)) <= room:
        return Plan(lines, room)
    timeline = [one for one in readable if one.id.startswith("E")]
    if model.tokens("\n".join(one.line for one in timeline)) > room // 2:
        timeline = []  # it is read in parts too
    whole = {one.id for one in timeline}
    return Plan(lines, room, timeline, chunks(weaving, [one for one in readable if one.id not in whole]))


def joined(weaving: Weaving, plan: Plan, noted: Sequence[Claim]) -> Sequence[str]:
    """The timeline and the facts in the order of time, as much of them as has room."""
    at = {one.id: n for n, one in enumerate(weaving.evidence.record.readable)}
    given = [(at[one.id], one.line) for one in plan.timeline]
    given += [(at[fact.cites[0]], spoken(weaving, fact)) for fact in noted]
    return fitting(weaving, [line for _, line in sorted(given)], plan.room)


async def facts(weaving: Weaving, part: Sequence[Entry], until: float) -> list[Claim] | None:
    """What of this part is worth knowing and stands. None if nobody could read it."""
    record = weaving.evidence.record
    entries = "\n".join(one.line for one in part)
    try:
        answer = await weaving.ask(Task.FACTS, Facts, until, incident=weaving.known, entries=entries)
    except Declined:
        return None
    assert isinstance(answer, Facts)
    return await asyncio.to_thread(standing, answer.facts[:MOST_FACTS], record)


def standing(noted: Sequence[Claim], record: Record) -> list[Claim]:
    checked = [verify(widen(one, record), record) for one in noted]
    return [verdict.claim for verdict in checked if verdict.stands]


def spoken(weaving: Weaving, fact: Claim) -> str:
    """A fact as a line of the record, under the ids of the entries that say it."""
    first = weaving.evidence.record.by_id[fact.cites[0]]
    return f"{' '.join(fact.cites)} | {utc(first.at)} | fact | {first.who} | {fact.text}"


def chunks(weaving: Weaving, entries: Sequence[Entry]) -> list[list[Entry]]:
    """Parts that one reader can read, in order."""
    room = weaving.prompts[Task.FACTS].room(weaving.model) - weaving.model.tokens(weaving.known)
    parts: list[list[Entry]] = []
    left = 0
    for one in entries:
        size = weaving.model.tokens(one.line) + 1
        if not parts or size > left:
            parts.append([])
            left = room
        parts[-1].append(one)
        left -= size
    return parts


def fitting(weaving: Weaving, lines: Sequence[str], room: int) -> Sequence[str]:
    """Thinned evenly until they fit."""
    while len(lines) > 2 and weaving.model.tokens("\n".join(lines)) > room:
        lines = [line for n, line in enumerate(lines) if n % 4 != 1]
    return lines


def told(evidence: Evidence, parts: int, unread: int) -> str:
    choice, left_out = evidence.choice, sum(evidence.left_out.values())
    words = [f"{len(choice.kept)} of {choice.heard} messages of the channel used"]
    if parts:
        words.append(f"read in {parts} parts" + (f", {unread} of which nobody could read" if unread else ""))
    if left_out:
        words.append(f"{left_out} entries kept back because they speak to a model")
    return "; ".join(words)
