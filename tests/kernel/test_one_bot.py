"""One bot at a time on one SQLite file."""

from pathlib import Path

import pytest

from bot.kernel.clock import SystemClock
from bot.kernel.db import Database


def at(file: Path) -> Database:
    return Database(f"sqlite+aiosqlite:///{file}", SystemClock())


async def test_a_second_bot_on_the_same_file_is_told_what_to_do(tmp_path: Path) -> None:
    first, second = at(tmp_path / "tocsin.db"), at(tmp_path / "tocsin.db")
    first.keep_others_out()
    with pytest.raises(RuntimeError, match=r"Another Tocsin already runs on .*tocsin\.db.*use PostgreSQL"):
        second.keep_others_out()
    await first.close()
    second.keep_others_out()
    await second.close()


async def test_the_same_file_by_another_name_is_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "tocsin.db")
    first, second = at(tmp_path / "tocsin.db"), at(tmp_path / "link.db")
    first.keep_others_out()
    with pytest.raises(RuntimeError, match="Another Tocsin"):
        second.keep_others_out()
    await second.close()
    await first.close()


async def test_postgresql_is_shared(new_database: object, database_url: str) -> None:
    first, second = Database(database_url, SystemClock()), Database(database_url, SystemClock())
    if first.postgres:
        first.keep_others_out()
        second.keep_others_out()
    await first.close()
    await second.close()
