"""Who is notified, in which order and how long each may take; and which incident asks for which policy."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.fields import Duration, Part, SeverityKey
from bot.targets import Target, TargetField

Targets = Annotated[tuple[TargetField, ...], Field(min_length=1, max_length=25)]


def policy_name(value: str) -> str:
    """Kept apart from what `/incident page` takes for a person, a group or a channel."""
    if not re.fullmatch(r"[a-z0-9_-]{1,40}", value):
        raise ValueError(
            f'"{value}" cannot name a policy. Use up to 40 lower-case letters, digits, - and _, and no @ or #.'
        )
    return value


PolicyName = Annotated[str, AfterValidator(policy_name)]


class Level(Part):
    """These are notified together. After `ack_within` without an answer it is the next level's turn."""

    notify: Targets
    ack_within: Duration


class Exhausted(Part):
    """Who is told, and how often, once all the levels went unanswered."""

    notify: Targets
    every: Duration


class Policy(Part):
    """`repeat` times round again after the first. `ack_lease`: how long an acknowledgement holds without news."""

    levels: Annotated[tuple[Level, ...], Field(min_length=1, max_length=20)]
    repeat: Annotated[int, Field(ge=0, le=9, strict=True)] = 2
    ack_lease: Duration | None = None
    when_exhausted: Exhausted | None = None

    @property
    def targets(self) -> list[Target]:
        """Everybody whom it names."""
        exhausted = self.when_exhausted.notify if self.when_exhausted else ()
        return [target for level in self.levels for target in level.notify] + list(exhausted)


class Route(Part):
    """Which incidents ask for this policy. No severity: any. Private incidents only if it says so, and no others."""

    severity: tuple[SeverityKey, ...] = ()
    private: bool = False
    policy: str

    def takes(self, severity: str, *, is_private: bool) -> bool:
        return self.private == is_private and (not self.severity or severity in self.severity)
