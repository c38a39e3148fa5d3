"""Databases with a great many incidents in them, written in bulk as the bot would have left them."""

from collections.abc import Iterator, Sequence
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
from bot.kernel.ids import ChannelId, IncidentId, UserId
from bot.people.model import Person

AT_ONCE = 5_000  # rows in one statement
PEOPLE = 400
LONG = timedelta(days=30)
SEVERITIES = tuple(Severity)[:2]  # those that page somebody
OWED_TO_NOBODY = 7  # the number of a process that is dead


async def crowd(database: Database, dues: Sequence[datetime | None], now: datetime) -> None:
    """As many active incidents as there are `dues`, each with an escalation whose first level is due then. None: it was
    acknowledged, and its update and its lease are far from due."""
    numbers = range(1, len(dues) + 1)
    await _write(database, Person, (_person(n, now) for n in range(PEOPLE)))
    await _write(database, Incident, (_incident(n, now) for n in numbers))
    await _write(database, Escalation, (_escalation(n, due, now) for n, due in zip(numbers, dues, strict=True)))


async def owe_pages(database: Database, count: int, now: datetime) -> None:
    """The first level of so many was fired, and whoever had their pages in hand died of it."""
    await crowd(database, [now + LONG] * count, now)
    await _write(database, Page, (_page(n, now) for n in range(1, count + 1)))
    await _write(database, OwedEffect, (_send(n, now) for n in range(1, count + 1)))


def severity(number: int) -> Severity:
    return SEVERITIES[number % len(SEVERITIES)]


async def _write(database: Database, table: type[SQLModel], rows: Iterator[dict[str, Any]]) -> None:
    while batch := list(islice(rows, AT_ONCE)):
        async with database.transaction() as tx:
            await (await tx.session.connection()).execute(insert(table), batch)


def _person(n: int, now: datetime) -> dict[str, Any]:
    return Person(id=UserId(f"U0P{n:04}"), name=f"Person {n}", updated_at=now).model_dump()


def _incident(n: int, now: datetime) -> dict[str, Any]:
    return Incident(
        id=IncidentId(n), title=f"Checkout errors in shop {n}", severity=severity(n), status=Status.ACTIVE,
        impact="Some people cannot pay.", declared_by=UserId("U0P0000"), declared_at=now - LONG,
        next_update_due_at=now + LONG, channel=ChannelId(f"C0I{n:07}"), channel_name=f"inc-{n}", heard_at=now,
        alarms=1, alarm=Alarm.DECLARED, alarmed_at=now - LONG,
    ).model_dump()  # fmt: skip


def _escalation(n: int, due: datetime | None, now: datetime) -> dict[str, Any]:
    people = [f"U0P{(n + k) % PEOPLE:04}" for k in range(3)]
    levels = [{"notify": [person], "ack_within": "5m"} for person in people]
    made = Escalation(
        incident_id=IncidentId(n), alarm=1, cause=Cause.DECLARED, severity=severity(n), policy_name="default",
        policy={"levels": levels, "repeat": 2, "ack_lease": "30m"}, rounds=3, started_at=now - LONG,
        due_at=due or now + LONG,
    )  # fmt: skip
    if due is None:
        made.acknowledge(UserId("U0P0000"), now, LONG)
    return made.model_dump(exclude={"id"})


def _page(n: int, now: datetime) -> dict[str, Any]:
    return Page(
        escalation_id=n, incident_id=IncidentId(n), round=1, level=1, recipient=f"U0P{n % PEOPLE:04}", due_at=now,
    ).model_dump(exclude={"id"})  # fmt: skip


def _send(n: int, now: datetime) -> dict[str, Any]:
    owed = SendPage(incident=IncidentId(n), page=n)
    return OwedEffect(
        key=f"key-{n}", kind="SendPage", lane=owed.lane(), incident_id=n, payload=owed.model_dump(mode="json"),
        urgency=SendPage.urgency, due_at=now, created_at=now, state=State.OWED, owner=OWED_TO_NOBODY,
    ).model_dump(exclude={"id"})  # fmt: skip
