"""What is going on while the bot is hurt. Another cycle (reminders) is another Script of these four acts."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.incidents.terms import Fact
from bot.kernel.clock import SystemClock
from tests.campaign import oracles
from tests.campaign.crew import Crew
from tests.campaign.model import Story, Verdict, all_pages, counted, judge, total
from tests.campaign.plans import THREE_LEVELS, Plans

Act = Callable[[Crew, str], Awaitable[None]]


@dataclass(frozen=True)
class Script:
    """`begin` somebody starts it; `finished` all that was to come has come; `close` somebody ends it; `judged` what
    became of all that was begun."""

    name: str
    plans: Plans
    begin: Act
    finished: Callable[[Crew, str], Awaitable[bool]]
    close: Act
    judged: Callable[[Crew], Awaitable[Verdict]]


async def stories(crew: Crew) -> list[Story]:
    """All that happened, for the model: pages from Slack's side, acts of people as they were committed."""
    pages = crew.ledger.pages()
    answers = await oracles.moments(crew.db, Fact.ACKNOWLEDGED)
    passed = await oracles.moments(crew.db, Fact.PAGE_PASSED)
    began = await oracles.moments(crew.db, Fact.DECLARED)
    now = SystemClock().now().timestamp()
    return [
        Story(
            title, crew.plans[severity], began.get(title, [at])[0], pages.get(title, []), _first(answers, title),
            passed.get(title, []), now,
        )
        for title, (severity, at) in crew.declared.items()
    ]  # fmt: skip


def _first(times: dict[str, list[float]], title: str) -> float | None:
    return times[title][0] if times.get(title) else None


async def _declares(crew: Crew, title: str) -> None:
    await crew.declares(crew.slack.person("ana"), title, "SEV1")


async def _nobody_answered(crew: Crew, title: str) -> bool:
    pages = crew.ledger.pages().get(title, [])
    story = Story(title, crew.plans["SEV1"], time.time(), pages)
    return not all_pages(story.plan) - counted(story)


async def _bo_answers(crew: Crew, title: str) -> None:
    """At last."""

    async def answered() -> bool:
        return title in await oracles.moments(crew.db, Fact.ACKNOWLEDGED)

    key = next(one.key for one in crew.ledger.pages()[title] if one.to == "U0BO")
    while not await answered():
        await crew.presses(key, crew.slack.person("bo"), "ack")
        await crew.until(answered, title)


async def _judged(crew: Crew) -> Verdict:
    return total(judge(story, grace_s=60) for story in await stories(crew))


ESCALATION = Script("escalation", THREE_LEVELS, _declares, _nobody_answered, _bo_answers, _judged)
