"""The update form, and the update as it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.incidents.forms import prints
from bot.incidents.model import TEXT_LIMIT, Incident
from bot.incidents.terms import LIVE, NEXT, Status
from bot.incidents.views import BADGES, Names, titled
from bot.organisation import Organisation
from bot.slack.blocks import actions, button, context, modal, section, select, text_input
from bot.slack.commands import Word
from bot.slack.message import Message
from bot.slack.text import clip, escape, isolate, unescape, when
from bot.updates.model import StatusUpdate

NOTICE_LIMIT = 500  # characters of a notification
WAITS = (10, 15, 20, 30, 45, 60, 90, 120, 240, 480, 1440)  # minutes


@dataclass(frozen=True)
class Drafting:
    """Words that were put into the form for somebody, and how they came about; `proof` is mrkdwn. Without `at` they
    are still being made."""

    text: str = ""
    told: str = ""
    proof: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Form:
    """`usual`: how soon the severity asks for the next one. `helps`: words that fill the form in. `carries`: what it
    carried when it was first drawn."""

    incident: Incident
    organisation: Organisation
    usual: timedelta | None
    helps: Sequence[Word] = ()
    drafted: Drafting | None = None
    carries: Mapping[str, Any] = field(default_factory=dict)


def form(of: Form, text: str = "") -> View:
    """Message, status, severity and the next update, at once. Whoever brings no words starts from those of the last
    update."""
    incident = of.incident
    states = [incident.status, *(to for to in Status if to in NEXT[incident.status] & LIVE)]
    levels = [(key, f"{key} {terms.name}") for key, terms in sorted(of.organisation.severities.items())]
    minutes = max(1, round(of.usual.total_seconds() / 60)) if of.usual else 0
    waits = [(str(wait), f"in {spoken(wait)}") for wait in sorted({*WAITS, minutes} - {0})]
    shown = {"incident": incident.id, "status": incident.status.value, "severity": incident.severity.value}
    drafted = prints({"drafted": of.drafted.text}) if of.drafted else {}
    return modal(
        "update",
        "Post an update",
        [
            *_message(of, text),
            select("status", "Status", [(to.value, to.spoken) for to in states], initial=incident.status),
            select("severity", "Severity", levels, initial=incident.severity),
            select("next", "The next update comes", [*waits, ("0", "when there is news")], initial=str(minutes)),
        ],
        submit="Post",
        carries={**shown, **of.carries, **drafted},
    )  # fmt: skip


def _message(of: Form, text: str) -> list[Block]:
    """The field, with who could fill it in below. It is not there while it is being filled: nothing that somebody types
    meanwhile may be lost."""
    if of.drafted and of.drafted.at is None:
        return [section(":hourglass_flowing_sand: The model is being asked for a draft. It takes some seconds.")]
    first = text or unescape(of.incident.last_update)
    hint = "This is what was said last. Change what is no longer so." if first and not text else None
    block = None
    if of.drafted and of.drafted.at:
        first, hint, block = of.drafted.text, of.drafted.told, f"message:{of.drafted.at.timestamp():.3f}"
    shown: list[Block] = [
        text_input("message", "What should people know?", initial=first, multiline=True, limit=TEXT_LIMIT,
                   placeholder="Who is affected and how, what we are doing.", hint=hint, block=block)
    ]  # fmt: skip
    if of.drafted and of.drafted.proof:
        shown.append(context(f"It rests on {of.drafted.proof}."))
    helps = [button(word.label, word.action, str(of.incident.id)) for word in of.helps]
    return [*shown, actions(*helps)] if helps else shown


def update(incident: Incident, said: StatusUpdate, organisation: Organisation, name: Names) -> Message:
    """As people read it, in the incident's channel and under its announcement: as it was when it was posted."""
    coming = f"Next update {when(said.next_due_at)}" if said.next_due_at else "The next update comes when there is news"
    terms = organisation.severities[said.severity.value]
    level = f"{BADGES[said.severity]} {said.severity} {escape(terms.name)}"
    return Message(
        clip(f"Update on {incident.name}: {escape(said.text)}", NOTICE_LIMIT),
        [
            section(f":mega: *Update* on {titled(incident)}"),
            section(escape(isolate(said.text))),
            context(f"{level} · {said.status.spoken} · {coming} · by {escape(name(said.by))}"),
        ],
    )


def spoken(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join(f"{n} {unit}{'s' if n > 1 else ''}" for n, unit in ((hours, "hour"), (rest, "minute")) if n)
