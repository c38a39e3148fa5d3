"""`python -m tests.campaign --minutes 60 --seed 1 --database both`: everything that can go wrong, for as long as you
like. Prints a table, and ends with 1 if anything was lost, doubled, late or untrue."""

import argparse
import asyncio
import io
import os
import platform
import secrets
import sys
import tempfile
import time
from pathlib import Path

from bot import logs
from tests.benchmarks.databases import Databases, databases
from tests.campaign.modes import DATABASES, MODES, Run
from tests.campaign.table import Row, markdown

FULL_MINUTES = 120  # in which all that the issue asks for fits, on two cores


def main() -> None:
    asked = arguments().parse_args()
    logs.set_up("error", "console", stream=io.StringIO())  # of bots in this process: it is what is done to them
    print(f"seed {asked.seed}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="tocsin-campaign-") as place, databases(Path(place)) as made:
        rows = asyncio.run(campaign(asked, made, Path(place)))
    print(markdown(rows))
    breaches = [f"{row.mode}, {row.database}: {one}" for row in rows for one in row.breaches]
    print("\n".join(["", *(f"BREACH {one}" for one in breaches)]))
    print(f"seed {asked.seed}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}")
    sys.exit(1 if breaches else 0)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="repeats the same choices")
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--only", action="append", choices=list(MODES), help="may be given several times")
    return parser


async def campaign(asked: argparse.Namespace, made: Databases, place: Path) -> list[Row]:
    """Time is shared out as it goes: whoever needs less leaves more to the next."""
    end = time.monotonic() + asked.minutes * 60
    stores = DATABASES if asked.database == "both" else (asked.database,)
    jobs = [(name, store) for store in stores for name in asked.only or MODES]
    share = len(jobs) / (len(stores) * len(MODES))  # of the whole that was asked for
    rows: list[Row] = []
    for n, (name, store) in enumerate(jobs):
        left = max(60.0, (end - time.monotonic()) / (len(jobs) - n))
        size = min(1.0, asked.minutes / (FULL_MINUTES * share))
        began = time.monotonic()
        try:
            new = await MODES[name](Run(made, place, store, asked.seed, size, began + left))
        except (
            TimeoutError,
            AssertionError,
        ) as why:  # it did not come to its end: that is a breach, not a crash of ours
            new = [Row(store, 0, "", name, found=[f"did not come to its end: {why}"])]
        print(f"{name} {store}: {time.monotonic() - began:.0f} s, {sum(len(row.breaches) for row in new)} breaches",
              file=sys.stderr)  # fmt: skip
        rows += new
    return rows


if __name__ == "__main__":
    main()
