"""Column types mean the same on both databases."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import DateTime
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError
from sqlmodel import col, select

from bot.kernel.columns import ByValue, UtcDateTime
from bot.kernel.db import Database
from bot.kernel.delivery import Delivery, DeliveryState


def delivery(key: str, at: datetime, **others: Any) -> Delivery:
    return Delivery(key=key, state=DeliveryState.DONE, received_at=at, due_at=at, **others)


async def test_a_time_comes_back_aware_in_utc_and_sorts_by_what_it_means(db: Database) -> None:
    noon_in_new_york = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("America/New_York"))  # 16:00 UTC
    one_in_london = datetime(2026, 7, 1, 13, tzinfo=UTC)
    async with db.transaction() as tx:
        tx.add(delivery("new york", noon_in_new_york))
        tx.add(delivery("london", one_in_london))
    async with db.snapshot() as snap:
        rows = (await snap.session.execute(select(Delivery).order_by(col(Delivery.received_at)))).scalars().all()
    assert [row.key for row in rows] == ["london", "new york"]
    assert rows[1].received_at == noon_in_new_york
    assert rows[1].received_at.tzinfo is UTC


async def test_microseconds_are_kept(db: Database) -> None:
    moment = datetime(2026, 7, 1, 12, 0, 0, 123_456, tzinfo=UTC)
    async with db.transaction() as tx:
        tx.add(delivery("exact", moment))
    async with db.snapshot() as snap:
        row = await snap.session.get(Delivery, "exact")
    assert row
    assert row.received_at == moment


async def test_a_time_without_its_zone_is_refused(db: Database) -> None:
    with pytest.raises(StatementError, match="a time without its zone"):
        async with db.transaction() as tx:
            tx.add(delivery("naive", datetime(2026, 7, 1, 12)))  # noqa: DTZ001


async def test_json_comes_back_as_it_was(db: Database) -> None:
    body = {"text": "caf\u00e9 \u2713 <@U1>", "nested": [1, 2.5, None, {"a": True}]}
    async with db.transaction() as tx:
        tx.add(delivery("json", datetime(2026, 7, 1, tzinfo=UTC), body=body))
    async with db.snapshot() as snap:
        row = await snap.session.get(Delivery, "json")
    assert row
    assert row.body == body


def test_an_enum_is_kept_by_its_value() -> None:
    class Color(StrEnum):
        CRIMSON = "red"

    column = ByValue(Color)
    for dialect in (sqlite.dialect(), postgresql.dialect()):  # type: ignore[no-untyped-call]
        written, read = column.bind_processor(dialect), column.result_processor(dialect, None)
        assert written(Color.CRIMSON) == written("red") == "red"
        assert read("red") is Color.CRIMSON
        assert read(None) is written(None) is None
        for strange in (written, read):
            with pytest.raises(ValueError, match="blue"):
                strange("blue")


def test_a_time_is_written_as_sqlalchemy_writes_it() -> None:
    """What stands in a file is compared with it, as text."""
    dialect = sqlite.dialect()
    for moment in (datetime(2026, 7, 1, 9, 5, tzinfo=UTC), datetime(2026, 7, 1, 9, 5, 0, 7, tzinfo=UTC)):
        theirs = DateTime().dialect_impl(dialect).bind_processor(dialect)
        assert theirs
        assert UtcDateTime().bind_processor(dialect)(moment) == theirs(moment.replace(tzinfo=None))
