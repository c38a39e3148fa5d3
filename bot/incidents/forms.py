"""What a submitted modal says, or what was typed after a word. Raises Refused with the field that is wrong and the
mend."""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.incidents.model import TEXT_LIMIT, TITLE_LIMIT
from bot.incidents.terms import Role, Severity, Status
from bot.kernel.errors import Refused
from bot.kernel.ids import IncidentId, UserId
from bot.slack.text import clean, escape, one_line, shorten

Values = dict[str, Any]
MEANT = {
    "lead": Role.IC, "commander": Role.IC, "im": Role.IC, "communications": Role.COMMS, "operations": Role.OPS,
}  # fmt: skip
SPOKEN = {"reopened": Status.ACTIVE, "open": Status.ACTIVE, "stable": Status.MITIGATED, "cancelled": Status.CANCELED}


@dataclass(frozen=True)
class Declaration:
    title: str
    severity: Severity
    affected: str = ""
    impact: str = ""
    is_private: bool = False
    in_triage: bool = False

    @classmethod
    def parse(cls, values: Values) -> "Declaration":
        return cls(
            title=title(values),
            severity=Severity(values["severity"]),
            affected=words(values, "affected"),
            impact=words(values, "impact"),
            is_private=bool(values.get("options")),
            in_triage=bool(values.get("triage")),
        )


@dataclass(frozen=True)
class Details:
    """Title, what is affected, impact. `shown` are the prints of what the form had in it."""

    title: str
    affected: str
    impact: str
    shown: dict[str, str]

    @classmethod
    def parse(cls, values: Values, carries: Values) -> "Details":
        return cls(title(values), words(values, "affected"), words(values, "impact"), carries.get("shown", {}))


def prints(values: dict[str, str]) -> dict[str, str]:
    """So much of each value that another one is told from it: a form cannot carry whole texts."""
    return {name: hashlib.sha256(value.encode()).hexdigest()[:16] for name, value in values.items()}


@dataclass(frozen=True)
class Cast:
    """Who shall hold which role, and who held it when the form was drawn."""

    wanted: dict[Role, UserId | None]
    shown: dict[Role, UserId | None]

    @classmethod
    def parse(cls, values: Values, carries: Values) -> "Cast":
        return cls(_users(values), _users(carries.get("shown", {})))

    @property
    def changed(self) -> dict[Role, UserId | None]:
        """Only what the person changed: others may have changed the rest meanwhile."""
        return {role: user for role, user in self.wanted.items() if user != self.shown[role]}


def _users(values: Values) -> dict[Role, UserId | None]:
    return {role: UserId(values[role.value]) if values.get(role.value) else None for role in Role}


@dataclass(frozen=True)
class Resolution:
    what: str
    started: datetime | None
    detected: datetime | None
    mitigated: datetime | None

    @classmethod
    def parse(cls, values: Values, now: datetime) -> "Resolution":
        """Times must have happened. It can have stopped hurting before anybody noticed, but nothing ends before it
        begins."""
        found = cls(
            needed(values, "resolution", "Say in a few words what ended it."),
            at(values, "started", now), at(values, "detected", now), at(values, "mitigated", now),
        )  # fmt: skip
        if found.started and found.detected and found.detected < found.started:
            raise Refused("That is before users began to be hurt. One of the two times is wrong.", "detected")
        if found.started and found.mitigated and found.mitigated < found.started:
            raise Refused("That is before users began to be hurt. One of the two times is wrong.", "mitigated")
        return found


def severity(word: str) -> Severity:
    """`SEV1`, `sev1` or `1`."""
    digits = word.strip().upper().removeprefix("SEV").removeprefix("-")
    try:
        return Severity(f"SEV{digits}")
    except ValueError:
        raise Refused(f"“{_quoted(word)}” is no severity. Write SEV1 (the worst) to SEV5.") from None


def status(word: str) -> Status:
    """A status as people say it."""
    try:
        return SPOKEN.get(word.lower()) or Status(word.lower())
    except ValueError:
        known = ", ".join(status.value for status in Status)
        raise Refused(f"“{_quoted(word)}” is no status. They are {known}.") from None


def role(word: str) -> Role:
    """A role by its short or its full name."""
    found = word.strip().lower()
    try:
        return MEANT.get(found) or Role(found)
    except ValueError:
        roles = ", ".join(role.value for role in Role)
        wrong = f"“{_quoted(word)}” is no role." if found else "Say which role too."
        raise Refused(f"{wrong} The roles are {roles}: `/incident assign comms @bo`.") from None


def _quoted(word: str) -> str:
    return escape(shorten(one_line(word), 30)).replace("`", "'")


def incident(carries: Values) -> IncidentId:
    number = carries.get("incident")
    if not isinstance(number, int):
        raise Refused("This form has lost its incident. Please open it again.")
    return IncidentId(number)


def title(values: Values) -> str:
    found = one_line(needed(values, "title", "Give it a few words that others will recognise."))
    if len(found) > TITLE_LIMIT:
        raise Refused(
            f"That is {len(found)} characters; at most {TITLE_LIMIT} fit. The rest can go into the impact.", "title"
        )
    return found


def words(values: Values, field: str) -> str:
    return typed(values.get(field) or "", field)


def typed(said: str, field: str | None = None) -> str:
    """A person's words, as plain text."""
    found = clean(said).strip()
    if len(found) > TEXT_LIMIT:
        raise Refused(f"That is {len(found)} characters; at most {TEXT_LIMIT} fit. Please shorten it.", field)
    return found


def needed(values: Values, field: str, mend: str) -> str:
    found = words(values, field)
    if not any(unicodedata.category(sign)[0] not in "CZ" for sign in found):  # nothing that can be seen
        raise Refused(mend, field)
    return found


def at(values: Values, field: str, now: datetime) -> datetime | None:
    found = values.get(field)
    if found is None:
        return None
    moment = datetime.fromtimestamp(int(found), UTC)
    if moment > now:
        raise Refused("That is still to come. Please choose a time in the past.", field)
    return moment
