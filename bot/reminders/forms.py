"""What was typed or pressed, typed."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.kernel.errors import Refused
from bot.reminders.model import Kind

USUAL = timedelta(minutes=10)
LONGEST = timedelta(days=1)
_LENGTH = re.compile(r"(\d{1,5})\s*(m|min|minutes?|h|hours?)?", re.ASCII | re.IGNORECASE)


class Pace(StrEnum):
    SLOW = "slow"
    FULL = "full"


PACES = {"slow": Pace.SLOW, "slower": Pace.SLOW, "half": Pace.SLOW}
PACES |= {"keep": Pace.FULL, "full": Pace.FULL, "normal": Pace.FULL}


@dataclass(frozen=True)
class Snooze:
    """`kind` is None where it was typed: whatever waits for an answer is meant."""

    kind: Kind | None
    length: timedelta

    @classmethod
    def parse(cls, said: str) -> "Snooze":
        """`30`, `30 min`, `2h`, or what a button carries: the kind and the minutes. Nothing means ten minutes."""
        first, _, rest = said.partition(" ")
        kind = Kind(first) if first in set(Kind) else None
        written = rest if kind else said
        found = _LENGTH.fullmatch(written.strip() or f"{USUAL // timedelta(minutes=1)}")
        if found is None:
            raise Refused("Say for how long, in minutes: `/incident snooze 30`.")
        hours = (found[2] or "m").lower().startswith("h")
        length = timedelta(minutes=int(found[1]) * (60 if hours else 1))
        if not timedelta(0) < length <= LONGEST:
            raise Refused("A reminder can be snoozed for up to a day: `/incident snooze 30` is half an hour.")
        return cls(kind, length)


def pace(said: str) -> Pace:
    """Raises Refused with the two that there are."""
    found = PACES.get(said.strip().lower())
    if found is None:
        raise Refused(
            "Say `/incident pace slow` for updates half as often, or `/incident pace normal` for the usual pace."
        )
    return found
