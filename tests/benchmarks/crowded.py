"""Databases with a great many incidents in them, written in bulk as the bot would have left them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlmodel import SQLModel

from bot.escalations.effects import SendPage
from bot.escalations.model import Cause, Escalation, Page
from bot.incidents.model import Incident
from bot.incidents.terms import Alarm, Severity, Status
from bot.kernel.db import Database
from bot.kernel.effect import OwedEffect, State
from bot.kernel.ids import IncidentId, UserId
from bot.people.model import Person

Row = dict[str, Any]

AT_ONCE = 5_000  # rows in one statement
PEOPLE = 400
LONG = timedelta(days=30)
SEVERITIES = tuple(Severity)[:2]  # those that page somebody
OWED_TO_NOBODY = 7  # the number of a process that is dead


async def crowd(database: Database, dues: Sequence[datetime | None], now: datetime) -> None:
    """As many active incidents as there are `dues`, each with an escalation whose first level is due then. None: it was
    acknowledged, and its update and its lease are far from due."""
    await _write(database, Person, (_person(n, now) for n in range(PEOPLE)))
    await _write(database, Incident, _incidents(range(1, len(dues) + 1), now))
    await _write(database, Escalation, _escalations(dues, now))


async def owe_pages(database: Database, count: int, now: datetime) -> None:
    """The first level of so many was fired, and whoever had their pages in hand died of it."""
    await crowd(database, [now + LONG] * count, now)
    await _write(database, Page, _pages(range(1, count + 1), now))
    await _write(database, OwedEffect, _sends(range(1, count + 1), now))


def severity(number: int) -> Severity:
    return SEVERITIES[number % len(SEVERITIES)]


async def _write(database: Database, table: type[SQLModel], rows: Iterator[Row]) -> None:
    while batch := list(islice(rows, AT_ONCE)):
        async with database.transaction() as tx:
            await (await tx.session.connection()).execute(insert(table), batch)


def _person(n: int, now: datetime) -> Row:
    return Person(id=UserId(f"U0P{n:04}"), name=f"Person {n}", updated_at=now).model_dump()


def _incidents(numbers: Iterable[int], now: datetime) -> Iterator[Row]:
    """One is made, and the others are like it: to make each would take minutes."""
    like = Incident(
        id=IncidentId(1), title="", severity=SEVERITIES[0], status=Status.ACTIVE, impact="Some people cannot pay.",
        declared_by=UserId("U0P0000"), declared_at=now - LONG, next_update_due_at=now + LONG, heard_at=now - LONG,
        alarms=1, alarm=Alarm.DECLARED, alarmed_at=now - LONG, review_at=now + LONG,
    ).model_dump()  # fmt: skip
    for n in numbers:
        yield like | {
            "id": n, "title": f"Checkout errors in shop {n}", "severity": severity(n), "channel": f"C0I{n:07}",
            "channel_name": f"inc-{n}",
        }  # fmt: skip


def _escalations(dues: Sequence[datetime | None], now: datetime) -> Iterator[Row]:
    running, held = (_escalation(is_held=is_held, now=now) for is_held in (False, True))
    for n, due in enumerate(dues, start=1):
        levels = [{"notify": [f"U0P{(n + k) % PEOPLE:04}"], "ack_within": "5m"} for k in range(3)]
        policy = {"levels": levels, "repeat": 2, "ack_lease": "30m"}
        new = {"incident_id": n, "severity": severity(n), "policy": policy}
        yield running | new | {"due_at": due} if due else held | new


def _escalation(*, is_held: bool, now: datetime) -> Row:
    made = Escalation(
        incident_id=IncidentId(1), alarm=1, cause=Cause.DECLARED, severity=SEVERITIES[0], policy_name="default",
        policy={}, rounds=3, started_at=now - LONG, due_at=now,
    )  # fmt: skip
    if is_held:
        made.acknowledge(UserId("U0P0000"), now, LONG)
    return made.model_dump(exclude={"id"})


def _pages(numbers: Iterable[int], now: datetime) -> Iterator[Row]:
    like = Page(escalation_id=1, incident_id=IncidentId(1), round=1, level=1, recipient="", due_at=now)
    row = like.model_dump(exclude={"id"})
    for n in numbers:
        yield row | {"escalation_id": n, "incident_id": n, "recipient": f"U0P{n % PEOPLE:04}"}


def _sends(numbers: Iterable[int], now: datetime) -> Iterator[Row]:
    like = OwedEffect(
        key="", kind="SendPage", lane="", payload={}, urgency=SendPage.urgency, due_at=now, created_at=now,
        state=State.OWED, owner=OWED_TO_NOBODY,
    ).model_dump(exclude={"id"})  # fmt: skip
    for n in numbers:
        owed = SendPage(incident=IncidentId(n), page=n)
        yield like | {
            "key": f"key-{n}", "lane": owed.lane(), "incident_id": n, "payload": owed.model_dump(mode="json"),
        }  # fmt: skip
