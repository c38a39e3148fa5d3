"""Write the next migration from the difference between the models and the migrations so far.

python -m tests.tools.new_migration "what it does"
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import Connection

from bot import schema
from bot.kernel.clock import SystemClock
from bot.kernel.db import Database


async def main(what: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/empty.db", SystemClock())
        await schema.migrate(database.engine)
        async with database.engine.connect() as connection:
            await connection.run_sync(lambda sync: write(sync, what))
        await database.close()


def write(connection: Connection, what: str) -> None:
    number = len(list((schema.MIGRATIONS / "versions").glob("[0-9]*.py"))) + 1
    config = schema.configuration()
    config.attributes.update(connection=connection, batch=False)
    made = command.revision(config, what, autogenerate=True, rev_id=f"{number:04}")
    print(Path(getattr(made, "path", "")).name)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
