"""The verifier measured: how many false claims it catches, how many true ones it flags.

`python -m tests.evals.mutation` prints the table and ends with 1 where a goal is missed; `--missed WAY` lists what got
through."""

import argparse
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from bot.grounding.claims import Claim
from bot.grounding.verify import verify
from tests.evals.casefile import FILES, Case, cases, paraphrases
from tests.evals.mutants import WAYS, Mutant, moved_evidence, mutants, verbatim

SEED = 20261125
GOALS = {
    "times shifted": 100.0, "numbers changed": 100.0, "names swapped": 95.0, "strange names": 95.0,
    "links added": 100.0, "blame added": 100.0,
}  # fmt: skip
FALSE_ALARMS = 3.0  # percent
PARAPHRASES = 200


@dataclass(frozen=True)
class Score:
    way: str
    caught: int
    tried: int
    missed: tuple[Mutant, ...] = ()

    @property
    def percent(self) -> float:
        return 100 * self.caught / self.tried if self.tried else 0.0

    @property
    def is_met(self) -> bool:
        goal = GOALS.get(self.way)
        return goal is None or (self.tried > 0 and self.percent >= goal)


@dataclass(frozen=True)
class Alarms:
    name: str
    flagged: tuple[tuple[str, Claim], ...]
    tried: int
    ms_each: float

    @property
    def percent(self) -> float:
        return 100 * len(self.flagged) / self.tried


def scores() -> list[Score]:
    """Each way of making the paraphrases and the entries themselves false. Only those that stand unchanged count."""
    dice = random.Random(SEED)
    standing = [(case, claim) for case, claim in _faithful() if verify(claim, case.record).stands]
    found = [_score(way, [one for case, claim in standing for one in mutants(way, case, claim, dice)]) for way in WAYS]
    return [*found, _score("wrong entry cited", [moved_evidence(case, claim, dice) for case, claim in standing])]


def alarms(*files: str) -> Alarms:
    told = paraphrases(*files)
    begun = time.process_time()
    flagged = [(slug, claim) for slug, claim in told if not verify(claim, cases()[slug].record).stands]
    return Alarms(
        ", ".join(files) or "all", tuple(flagged), len(told), 1000 * (time.process_time() - begun) / len(told)
    )


def _faithful() -> Iterator[tuple[Case, Claim]]:
    yield from ((cases()[slug], claim) for slug, claim in paraphrases())
    yield from ((case, claim) for case in cases().values() for claim in verbatim(case))


def _score(way: str, tried: list[Mutant]) -> Score:
    missed = tuple(one for one in tried if verify(one.claim, one.case.record).stands)
    return Score(way, len(tried) - len(missed), len(tried), missed)


def table(found: list[Score], quiet: list[Alarms]) -> str:
    lines = ["| made false by | caught | of | percent | goal |", "|---|---|---|---|---|"]
    for one in found:
        goal = f"{GOALS[one.way]:.0f}" if one.way in GOALS else "reported"
        mark = "" if one.is_met else " missed"
        lines.append(f"| {one.way} | {one.caught} | {one.tried} | {one.percent:.1f} | {goal}{mark} |")
    lines += ["", "| faithful paraphrases | flagged | of | percent | goal | ms each |", "|---|---|---|---|---|---|"]
    for alarm in quiet:
        lines.append(
            f"| {alarm.name} | {len(alarm.flagged)} | {alarm.tried} | {alarm.percent:.1f} | {FALSE_ALARMS:.0f}"
            f" | {alarm.ms_each:.2f} |"
        )
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--missed", metavar="WAY", help="list what got through")
    asked = parser.parse_args()
    found = scores()
    quiet = [alarms(), *map(alarms, FILES)]
    print(table(found, quiet))
    for score in found:
        for one in score.missed if score.way == asked.missed else ():
            print(f"- {one.case.slug} {one.claim.cites}: {one.claim.text}\n    was: {one.faithful.text}")
    return 0 if is_good(found, quiet[0]) else 1


def is_good(found: list[Score], every: Alarms) -> bool:
    return all(one.is_met for one in found) and every.percent <= FALSE_ALARMS and every.tried >= PARAPHRASES


if __name__ == "__main__":
    sys.exit(main())
