"""What was typed after `/incident postmortem`, and what the forms of the review say."""

from datetime import date
from enum import StrEnum
from typing import Any

from bot.kernel.errors import Refused
from bot.kernel.ids import UserId
from bot.postmortems.parts import PIECE_LIMIT
from bot.slack.commands import split
from bot.slack.text import clean, users_in


class Verb(StrEnum):
    READ = ""
    EDIT = "edit"
    CHECK = "check"
    REVIEW = "review"
    APPROVE = "approve"
    PUBLISH = "publish"
    OWNER = "owner"
    REVIEWERS = "reviewers"
    DUE = "due"


ALSO = {"read": Verb.READ, "show": Verb.READ, "reviewed": Verb.APPROVE, "checklist": Verb.CHECK, "lint": Verb.CHECK,
        "reviewer": Verb.REVIEWERS}  # fmt: skip


def verb(said: str) -> tuple[Verb, str]:
    """What is to be done, and what follows it. Raises Refused with all that can be."""
    first, rest = split(said)
    found = {each.value: each for each in Verb} | ALSO
    if first.lower() not in found:
        known = ", ".join(f"`{each}`" for each in Verb if each)
        raise Refused(f"After `/incident postmortem` may follow {known}; alone it shows the document.")
    return found[first.lower()], rest


def people(said: str, verb: Verb) -> list[UserId]:
    found = users_in(said)
    if not found:
        raise Refused(f"Say who: `/incident postmortem {verb} @bo`.")
    return found[:1] if verb is Verb.OWNER else found


def due(said: str, today: date) -> date | None:
    """A day, or `none`."""
    if said.strip().lower() in ("none", "never", "no"):
        return None
    try:
        found = date.fromisoformat(said.strip())
    except ValueError:
        raise Refused("Write the day like 2026-12-01: `/incident postmortem due 2026-12-01`, or `none`.") from None
    if found < today:
        raise Refused("That day has passed. Please choose one that is still to come.")
    return found


def text(values: dict[str, Any]) -> str:
    """The new words of a section; none at all leave it out."""
    found = clean(values.get("text") or "").strip()
    if len(found) > PIECE_LIMIT + 100:
        raise Refused(f"That is {len(found)} characters; at most {PIECE_LIMIT} fit.", "text")
    return found
