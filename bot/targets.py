"""Whom a page goes to, as the organisation's file names them. Slack is asked who that is when the page goes out."""

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, get_args

from pydantic import BeforeValidator, PlainSerializer

from bot.fields import RoleKey, channel

ROLES: tuple[str, ...] = get_args(RoleKey)
EVERYBODY = ("@here", "@channel", "@everyone")
EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
HANDLE = re.compile(r"@[\w.-]{1,80}")
PASTED = re.compile(r"<(?:@|#|!subteam\^)([A-Z0-9]+)(?:\|[^>]*)?>")
CHOICES = (
    'a user\'s id ("U024BE7LH"), an e-mail address, a group ("@sre-oncall"), a role ("role:ic"), '
    'a channel ("#incidents") or "announce"'
)


class Kind(StrEnum):
    """What a target is. There is a seat for schedules; nobody sits in it yet."""

    USER = "user"
    EMAIL = "email"
    GROUP = "group"
    ROLE = "role"
    CHANNEL = "channel"
    ANNOUNCE = "announce"


# Slack's ids are long; those of the local workspace are short, and begin with a zero.
IDS = {
    Kind.USER: re.compile(r"[UW](?:0[A-Z0-9]{2,}|[A-Z0-9]{7,})"),
    Kind.GROUP: re.compile(r"S(?:0[A-Z0-9]{2,}|[A-Z0-9]{7,})"),
    Kind.CHANNEL: re.compile(r"[CG](?:0[A-Z0-9]{2,}|[A-Z0-9]{7,})"),
}


@dataclass(frozen=True)
class Target:
    """`name` is an id, a lower-case e-mail address, a handle with its @, a channel's name with its #, or a role."""

    kind: Kind
    name: str

    def __str__(self) -> str:
        return f"role:{self.name}" if self.kind is Kind.ROLE else self.name


def target(value: object) -> object:
    """A target from its text. What is nearly one is refused with what to write instead."""
    if isinstance(value, Target):
        return value
    if not isinstance(value, str):
        raise ValueError(not_a_text(value))
    written = value.strip()
    if written == "announce":
        return Target(Kind.ANNOUNCE, written)
    for kind, shape in IDS.items():
        if shape.fullmatch(written):
            return Target(kind, written)
    return named(written)


def named(written: str) -> Target:
    """Anything but an id."""
    if written.startswith("#"):
        return Target(Kind.CHANNEL, channel(written))
    if written.startswith("@"):
        return Target(Kind.GROUP, group(written))
    if written.startswith("role:"):
        return Target(Kind.ROLE, role(written.removeprefix("role:").strip()))
    if EMAIL.fullmatch(written):
        return Target(Kind.EMAIL, written.lower())
    raise ValueError(near_miss(written))


def group(written: str) -> str:
    if written in EVERYBODY:
        raise ValueError(f'"{written}" would wake everybody. Write a group, such as "@sre-oncall", or a channel.')
    if written != written.lower() or not HANDLE.fullmatch(written):
        raise ValueError(f'"{written}" is not the handle of a user group. Write it as Slack shows it: "@sre-oncall".')
    return written


def role(name: str) -> str:
    if name not in ROLES:
        (meant,) = difflib.get_close_matches(name.lower(), ROLES, n=1) or ("ic",)
        raise ValueError(f'"{name}" is not a role. Write "role:{meant}". The roles are {", ".join(ROLES)}.')
    return name


def not_a_text(value: object) -> str:
    if value is None:
        return 'is empty. A text that begins with # goes in quotes: "#incidents".'
    if isinstance(value, dict) and [str(key) for key in value] == ["role"]:
        return f'must be one word. Write "role:{value["role"]}", without a space.'
    if isinstance(value, dict | list):
        return f"must be one text. Write {CHOICES}."
    return f'"{value}" is not somebody to notify. Write {CHOICES}.'


def near_miss(written: str) -> str:
    if pasted := PASTED.fullmatch(written):
        return f'"{written}" is how Slack writes a mention. Write the id alone: "{pasted[1]}".'
    if written.startswith("schedule:"):
        return f'"{written}": schedules are not here yet; name a person, @group, role:… or #channel.'
    if written.lower() in ROLES:
        return f'"{written}" needs a word before it. Write "role:{written.lower()}" for whoever has that role.'
    if written.lower().startswith("announce") or difflib.get_close_matches(written.lower(), ["announce"], cutoff=0.8):
        return f'"{written}" is not known here. Write "announce" for the announcements channel.'
    if re.fullmatch(r"[a-z0-9][\w.-]*", written):
        return f'"{written}" is not clear. Write "@{written}" for a group, "#{written}" for a channel.'
    return f'"{written}" is not somebody to notify. Write {CHOICES}.'


TargetField = Annotated[Target, BeforeValidator(target), PlainSerializer(str)]
