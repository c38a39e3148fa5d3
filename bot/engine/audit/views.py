"""What people read when an audit stays red, and when that is over."""

from datetime import datetime, timedelta

from bot.engine.audit.model import AuditAlarm
from bot.slack.message import Message
from bot.slack.text import when

NAMED = 10  # incidents in one message


def alarm(found: AuditAlarm, now: datetime) -> Message:
    late = lasting(now - found.oldest_at)
    return Message(
        f":warning: *Tocsin itself needs a look. {found.what}.*\n"
        f"{found.count} found, the oldest late by {late}.{_incidents(found.incidents)}\n"
        "Please have whoever runs Tocsin look at `/readyz` and at its log; `docs/operations.md` says what this check "
        f"(`{found.name}`) means. I will edit this message when it is over."
    )


def over(found: AuditAlarm) -> Message:
    spell = ""
    if found.red_since and found.over_at:
        spell = f" It was so from {when(found.red_since)} to {when(found.over_at)}."
    return Message(f":white_check_mark: *Over: {found.what[:1].lower()}{found.what[1:]}.*{spell}")


def _incidents(numbers: list[int]) -> str:
    if not numbers:
        return ""
    more = ", …" if len(numbers) > NAMED else ""
    return f" It touches {', '.join(f'INC-{number}' for number in numbers[:NAMED])}{more}."


def lasting(length: timedelta) -> str:
    """In the largest unit that says enough."""
    seconds = max(0, int(length.total_seconds()))
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}s"
    return f"{seconds} seconds"
