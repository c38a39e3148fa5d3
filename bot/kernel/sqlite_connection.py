"""How we speak to SQLite: safe against a crash, and with transactions that we begin ourselves."""

from typing import Any

SQLITE_PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "wal_autocheckpoint=1000",
    "journal_size_limit=67108864", "temp_store=MEMORY", "trusted_schema=OFF",
)  # fmt: skip


def on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own mode loses updates silently
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def on_begin(connection: Any) -> None:
    asks_only = connection.get_execution_options().get("readonly")
    connection.exec_driver_sql("BEGIN" if asks_only else "BEGIN IMMEDIATE")
