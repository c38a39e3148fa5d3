"""What the follow-up's form says, typed, and what was typed after the word."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from bot.followups.model import TITLE_LIMIT, FollowUpKind, Priority
from bot.incidents import forms
from bot.kernel.errors import Refused
from bot.kernel.ids import UserId
from bot.slack.commands import split
from bot.slack.text import one_line

_LINK = re.compile(r"https?://[^\s<>|\"`]{3,500}")
_NUMBER = re.compile(r"(?:f-?)?(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True)
class Wish:
    """What shall be done. Without a day the priority decides."""

    title: str
    kind: FollowUpKind
    priority: Priority
    owner: UserId | None
    due_on: date | None
    link: str

    @classmethod
    def parse(cls, values: dict[str, Any]) -> "Wish":
        title = one_line(forms.needed(values, "title", "Say what shall be done, beginning with a verb."))
        if len(title) > TITLE_LIMIT:
            raise Refused(f"That is {len(title)} characters; at most {TITLE_LIMIT} fit.", "title")
        due = values.get("due")
        return cls(
            title, FollowUpKind(values["kind"]), Priority(values["priority"]),
            UserId(values["owner"]) if values.get("owner") else None,
            date.fromisoformat(due) if due else None, _link(values),
        )  # fmt: skip


def _link(values: dict[str, Any]) -> str:
    found = one_line(forms.words(values, "link"))
    if found and not _LINK.fullmatch(found):
        raise Refused("That is no web address. Write one that begins with https://, or leave it empty.", "link")
    return found


class Verb(StrEnum):
    DONE = "done"
    EDIT = "edit"
    DROP = "drop"
    REOPEN = "reopen"


VERBS = {verb.value: verb for verb in Verb} | {"not-doing": Verb.DROP, "finish": Verb.DONE, "close": Verb.DONE}


@dataclass(frozen=True)
class Act:
    """Something to be done with one follow-up. `rest`: a reason, or the list in which it was pressed."""

    verb: Verb
    number: int
    rest: str

    @classmethod
    def parse(cls, said: str) -> "Act | None":
        """None if it is the name of a list."""
        first, rest = split(said)
        number, rest = split(rest)
        found = _NUMBER.fullmatch(number)
        if first.lower() not in VERBS or (found is None and number):
            return None
        if found is None:
            raise Refused(f"Say which follow-up: `/incident followups {first.lower()} F-12`.")
        return cls(VERBS[first.lower()], int(found[1]), rest)
