"""Who plays whom: each name in a record is somebody of the workspace, or an app of the company's."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox.replay.record import BadRecord, Kind, Record
from bot.sandbox.state import User

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

APP = "app"
MACHINES = re.compile(
    r"\b(monitor\w*|pager\w*|alert\w*|autoscaler|scheduler|ci|cd|bot|grafana|datadog|sentry|prometheus|teamcity|jenkins"
    r"|buildkite|argo|synthetics?|watchdog|aws|gcp|azure)\b",
    re.IGNORECASE,
)
VOICES = re.compile(r"communication|support", re.IGNORECASE)
BY_MACHINES = (Kind.ALERT, Kind.DEPLOY, Kind.CHANGE)


@dataclass(frozen=True)
class Cast:
    apps: frozenset[str]
    people: dict[str, str]  # a record's name: a user's id

    def is_app(self, who: str) -> bool:
        return who in self.apps


def machines(record: Record) -> frozenset[str]:
    """Who of a record is an app: who is said to be one, or is called like one and speaks for nobody."""
    found = set()
    for who in names(record):
        said = record.cast.get(who)
        voiced = any(event.who == who and event.kind not in (*BY_MACHINES, Kind.ACTION) for event in record.live)
        if said == APP or (said is None and not voiced and MACHINES.search(who)):
            found.add(who)
    return frozenset(found)


def names(record: Record) -> list[str]:
    """Everybody who does something, in the order of their first appearance."""
    given = [name for event in record.live for name in (event.who, event.kept_by, event.to) if name]
    return list(dict.fromkeys(given))


def people(record: Record) -> list[str]:
    apps = machines(record)
    return [name for name in names(record) if name not in apps]


def cast(slack: "Slack", record: Record) -> Cast:
    """Hires somebody for each name that is left when all have a part. Raises BadRecord for one who is not there."""
    free = [user for user in slack.workspace.users.values() if _may_play(user)]
    found: dict[str, str] = {}
    for who in people(record):
        user = _named(slack, record.cast.get(who), who)
        if user:
            found[who] = user.id
    free = [user for user in free if user.id not in found.values()]
    voices = {event.who for event in record.live if event.kind in (Kind.STATUS, Kind.UPDATE)}
    for who in people(record):
        if who not in found:
            user = _fitting(free, voice=who in voices)
            if user:
                free.remove(user)
            found[who] = user.id if user else _hired(slack, who)
    return Cast(machines(record), found)


def _may_play(user: User) -> bool:
    return not (user.is_bot or user.deleted or user.is_restricted or user.is_ultra_restricted or user.is_stranger)


def _named(slack: "Slack", said: str | None, who: str) -> User | None:
    wanted = said or who
    for user in slack.workspace.users.values():
        if wanted in (user.name, user.id) and not user.is_bot:
            return user
    if said:
        there = ", ".join(user.name for user in slack.workspace.users.values() if _may_play(user))
        raise BadRecord(f"cast: nobody here is called “{said}”, who is to play {who}. There are {there}; or write app.")
    return None


def _fitting(free: list[User], *, voice: bool) -> User | None:
    """Whose trade it is to speak to the world does that, and nobody else of them as long as others are free."""
    return next((user for user in free if bool(VOICES.search(user.title)) is voice), free[0] if free else None)


def _hired(slack: "Slack", who: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", who.lower()).strip("-") or "somebody"
    taken = {user.name for user in slack.workspace.users.values()}
    number = next(n for n in range(1, 1000) if (name if n == 1 else f"{name}-{n}") not in taken)
    return slack.admin.hires(name if number == 1 else f"{name}-{number}", who[:1].upper() + who[1:]).id
