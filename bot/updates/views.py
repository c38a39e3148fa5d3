"""The update form, and the update as it is read."""

from datetime import timedelta

from slack_sdk.models.views import View

from bot.incidents.model import TEXT_LIMIT, Incident
from bot.incidents.terms import LIVE, NEXT, Status
from bot.incidents.views import BADGES, Names, titled
from bot.organisation import Organisation
from bot.slack.blocks import context, modal, section, select, text_input
from bot.slack.message import Message
from bot.slack.text import clip, escape, isolate, unescape, when
from bot.updates.model import StatusUpdate

NOTICE_LIMIT = 500  # characters of a notification
WAITS = (10, 15, 20, 30, 45, 60, 90, 120, 240, 480, 1440)  # minutes


def form(incident: Incident, organisation: Organisation, usual: timedelta | None, text: str = "") -> View:
    """Message, status, severity and the next update, at once. `usual` is what the severity asks for. Whoever brings no
    words starts from those of the last update."""
    states = [incident.status, *(to for to in Status if to in NEXT[incident.status] & LIVE)]
    levels = [(key, f"{key} {terms.name}") for key, terms in sorted(organisation.severities.items())]
    first = text or unescape(incident.last_update)
    hint = "This is what was said last. Change what is no longer so." if first and not text else None
    minutes = max(1, round(usual.total_seconds() / 60)) if usual else 0
    waits = [(str(wait), f"in {spoken(wait)}") for wait in sorted({*WAITS, minutes} - {0})]
    return modal(
        "update",
        "Post an update",
        [
            text_input("message", "What should people know?", initial=first, multiline=True, limit=TEXT_LIMIT,
                       placeholder="Who is affected and how, what we are doing.", hint=hint),
            select("status", "Status", [(to.value, to.spoken) for to in states], initial=incident.status),
            select("severity", "Severity", levels, initial=incident.severity),
            select("next", "The next update comes", [*waits, ("0", "when there is news")], initial=str(minutes)),
        ],
        submit="Post",
        carries={"incident": incident.id, "status": incident.status.value, "severity": incident.severity.value},
    )  # fmt: skip


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
