"""The words of the organisation's file: lengths of time, channels, and what else is read the same way everywhere."""

import re
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer

SeverityKey = Literal["SEV1", "SEV2", "SEV3", "SEV4", "SEV5"]
RoleKey = Literal["ic", "comms", "ops", "deputy", "scribe"]
WebhookEvent = Literal["postmortem.drafted", "postmortem.in_review", "postmortem.reviewed", "postmortem.published"]

DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
LONGEST = timedelta(days=31)


def web_address(value: str) -> str:
    """Where something can be sent."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or any(sign.isspace() for sign in value):
        raise ValueError(f'"{value}" is no web address. Write it whole, such as https://wiki.example.com/hooks/tocsin.')
    return value


def duration(value: object) -> object:
    """`5m`, `1h30m`, `90s`, `1d` as a timedelta. A bare number is refused: nobody remembers its unit."""
    if value is None or isinstance(value, timedelta):
        return value
    written = re.sub(r"\s+", "", str(value)).lower()
    found = DURATION.fullmatch(written)
    if type(value) in (int, float) or written.isdecimal():
        raise ValueError(f'"{value}" has no unit. Write {value}m or {value}s.')
    if found is None or not written:
        raise ValueError(f'"{value}" is not a length of time. Write it like 90s, 20m, 4h or 1h30m.')
    # More than six digits of anything is past the limit, and would not fit a timedelta.
    days, hours, minutes, seconds = (min(int(part or 0), 999_999_999) for part in found.groups())
    return checked(str(value), days * 86_400 + hours * 3_600 + minutes * 60 + seconds)


def checked(written: str, length_s: int) -> timedelta:
    if not 0 < length_s <= LONGEST.total_seconds():
        raise ValueError(f'"{written}" is not between 1s and 31d. Write null for never.')
    return timedelta(seconds=length_s)


def spelled(length: timedelta) -> str:
    """As one writes it: `1h30m`. The reverse of `duration`."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = zip((days, hours, minutes, seconds), "dhms", strict=True)
    return "".join(f"{count}{unit}" for count, unit in parts if count)


def channel(value: str) -> str:
    """A channel's id as it is, a channel's name with its #."""
    name = value.removeprefix("#")
    if re.fullmatch(r"[CG][A-Z0-9]{8,}", value):
        return value
    if name != name.lower() or not re.fullmatch(r"[\w-]{1,80}", name):
        raise ValueError(
            f'"{value}" is not a channel. Write its name, such as "#incidents" (lower case, no spaces), or its id.'
        )
    return f"#{name}"


def prefix(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,19}", value):
        raise ValueError(f'"{value}" cannot begin a channel name. Use up to 20 lower-case letters, digits, - and _.')
    return value


def emoji(value: str) -> str:
    name = value.strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]{1,100}", name):
        raise ValueError(f'"{value}" is not the name of an emoji. Write the name Slack shows, such as pushpin.')
    return name


def zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'"{value}" is not a time zone. Write one like UTC or Europe/Vienna.') from None


Duration = Annotated[
    timedelta, BeforeValidator(duration), PlainSerializer(spelled, when_used="json-unless-none", return_type=str)
]
Channel = Annotated[str, AfterValidator(channel)]


class Part(BaseModel):
    """A part of the file: read-only, and a key that means nothing is a fault, not a shrug."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
