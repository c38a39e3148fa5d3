"""Trigger ids: the short, single permission to show somebody a modal."""

import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.sandbox.clock import Clock
from bot.sandbox.rules import Rules


class Spent(StrEnum):
    """Why a trigger id opens nothing; the values are Slack's error codes."""

    INVALID = "invalid_trigger_id"
    EXPIRED = "expired_trigger_id"
    EXCHANGED = "exchanged_trigger_id"


@dataclass
class Trigger:
    """Somebody did something that may be answered with a modal."""

    id: str
    user: str
    source: str  # slash_commands, block_actions, view_submission, shortcut, message_action
    issued: datetime
    issued_real: float  # monotonic seconds
    channel: str | None = None  # where it happened, for `default_to_current_conversation`
    view_id: str | None = None  # the modal it happened in
    used: bool = False


class Triggers:
    """All trigger ids ever given, bounded to the last thousand."""

    def __init__(self, clock: Clock, rules: Rules) -> None:
        self._clock = clock
        self._rules = rules
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str, source: str, *, channel: str | None = None, view_id: str | None = None) -> Trigger:
        now = self._clock.now()
        trigger_id = f"{int(now.timestamp() * 1000)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        trigger = Trigger(trigger_id, user, source, now, time.monotonic(), channel, view_id)
        self._issued[trigger_id] = trigger
        while len(self._issued) > 1000:
            self._issued.pop(next(iter(self._issued)))
        return trigger

    def look(self, trigger_id: str) -> Trigger | Spent:
        """The trigger if it still opens a modal. Does not use it up."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            return Spent.INVALID
        if trigger.used:
            return Spent.EXCHANGED
        return Spent.EXPIRED if self.age_s(trigger) > self._rules.trigger_ttl else trigger

    def age_s(self, trigger: Trigger) -> float:
        """Seconds since the trigger, by whichever is older: the room's clock, or the workspace's.

        A workspace that runs fast would expire every trigger before a bot could answer, so its pace is divided
        out; a jump of its clock counts in full.
        """
        by_workspace = (self._clock.now() - trigger.issued).total_seconds() / max(1.0, self._clock.speed)
        return max(by_workspace, time.monotonic() - trigger.issued_real)
