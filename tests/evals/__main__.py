"""`python -m tests.evals --completer offline,good,lying --noise 0,300`: drafts the postmortem of each case and holds it
to goals that the project has set itself. Prints one table, then what is missed, and ends with 1 if anything is."""

import argparse
import asyncio
import io
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from bot import logs
from bot.llm import prompts
from tests.evals import completers, measuring
from tests.evals.casefiles import CASES, BadCase, CaseFile, load
from tests.evals.recording import RECORDINGS
from tests.evals.running import DISGUISED, PLAIN, Job, run
from tests.evals.scores import Score, markdown, misses

NOISE = "0,300,10000"


def main() -> None:
    asked = arguments().parse_args()
    logs.set_up("error", "console", stream=io.StringIO())  # what is logged is looked at while it is made
    try:
        cases, bad = load(asked.cases)
    except BadCase as why:
        sys.exit(f"{why}")
    for fault in bad:
        print(f"NOT READ {fault}", file=sys.stderr)
    jobs = [job for job in _jobs(asked, cases) if not asked.only or job.case.slug in asked.only]
    if not jobs:
        sys.exit(f"There is nothing to run. Cases: {', '.join(case.slug for case in cases)}.")
    scores = asyncio.run(_all(jobs))
    print(markdown(scores))
    missed = [*misses(scores), *([] if not asked.long else measuring.told())]
    print("\n".join(["", *missed]))
    print(f"seed {asked.seed}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}")
    sys.exit(1 if [one for one in missed if one.startswith("MISSED")] or bad else 0)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.evals", description=__doc__)
    parser.add_argument("--cases", type=Path, default=CASES, metavar="DIR", help="a folder of *.json, or one of them")
    parser.add_argument(
        "--completer", type=_named, default=["offline"],
        help=f"one or several, separated by commas: {', '.join(completers.NAMES)}",
    )  # fmt: skip
    parser.add_argument("--noise", type=_counts, default=_counts(NOISE), help=f"further messages; {NOISE} if left out")
    parser.add_argument("--variant", choices=(PLAIN, DISGUISED, "both"), default="both")
    parser.add_argument("--seed", type=int, default=1, help="repeats the same noise and the same disguise")
    parser.add_argument("--only", action="append", metavar="SLUG", help="may be given several times")
    parser.add_argument("--record", action="store_true", help="keep the model's answers, for --completer recorded")
    parser.add_argument("--recordings", type=Path, default=RECORDINGS, metavar="DIR")
    parser.add_argument("--long", action="store_true", help="also 10,000 messages in a process of their own")
    return parser


def _named(said: str) -> list[str]:
    names = [name.strip() for name in said.split(",")]
    strange = [name for name in names if name not in completers.NAMES]
    if strange:
        raise argparse.ArgumentTypeError(f"there is no {strange[0]}; there are {', '.join(completers.NAMES)}")
    return names


def _counts(said: str) -> list[int]:
    try:
        return [int(one.replace("_", "")) for one in said.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError("write numbers, such as 0,300,10000") from None


def _jobs(asked: argparse.Namespace, cases: list[CaseFile]) -> Iterator[Job]:
    variants = (PLAIN, DISGUISED) if asked.variant == "both" else (asked.variant,)
    for case in cases:
        for completer in asked.completer:
            for noise in asked.noise:
                for variant in variants:
                    yield Job(case, completer, noise, variant, asked.seed, asked.recordings, asked.record)


async def _all(jobs: list[Job]) -> list[Score]:
    shipped, scores = prompts.load(), []
    for n, job in enumerate(jobs, 1):
        print(f"{n}/{len(jobs)} {job.case.slug} {job.completer} {job.noise} {job.variant}", file=sys.stderr)
        scores.append(await run(job, shipped))
    return scores


if __name__ == "__main__":
    main()
