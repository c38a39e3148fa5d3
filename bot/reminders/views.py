"""What a reminder says, why it came and how to stop it; and what it says once it is dealt with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from slack_sdk.models.blocks import ButtonElement

from bot.incidents.model import Incident, TimelineEntry
from bot.incidents.rules import pace, terms
from bot.incidents.terms import Fact, Role, Roll, Status
from bot.incidents.views import Names, pressed, title_of, titled
from bot.kernel.ids import UserId
from bot.organisation import Organisation
from bot.reminders.model import Kind, Reminder, Stage
from bot.reminders.rules import MITIGATED_FOR
from bot.slack.blocks import actions, button, context, section
from bot.slack.commands import Words
from bot.slack.message import Message
from bot.slack.text import channel_link, clip, escape, when

NOTICE_LIMIT = 500  # characters of a notification
OVERTAKEN = ":arrow_right: a later reminder took its place."
ICONS = {
    Kind.NO_COMMANDER: ":busts_in_silhouette:",
    Kind.UPDATE: ":hourglass_flowing_sand:",
    Kind.NO_COMMS: ":mega:",
    Kind.SILENT: ":thinking_face:",
    Kind.SLOW_DOWN: ":snail:",
    Kind.MITIGATED: ":seedling:",
}


@dataclass(frozen=True)
class Scene:
    """What a reminder is drawn from."""

    incident: Incident
    roll: Roll
    organisation: Organisation
    words: Words
    name: Names

    def title(self, role: Role) -> str:
        return escape(title_of(role, self.organisation))


def reminder(scene: Scene, shown: Reminder, late: timedelta | None) -> Message:
    said = f"{ICONS[shown.kind]} {titled(scene.incident)}: {asked(scene, shown)}"
    if late:
        said += f" _This comes {spoken(late)} late: I could not send it in time._"
    if shown.diverted and shown.to:
        said += f" _I could not write to {escape(scene.name(shown.to))} directly, so I say it here._"
    blocks = [section(said), actions(*buttons(scene, shown)), context(why(scene, shown))]
    return Message(clip(said, NOTICE_LIMIT), blocks)


def asked(scene: Scene, shown: Reminder) -> str:
    """What it asks for, after the incident's name."""
    incident, since = scene.incident, when(shown.about)
    match shown.kind:
        case Kind.UPDATE:
            return _update(scene, shown)
        case Kind.NO_COMMANDER:
            return f"nobody is {scene.title(Role.IC)} yet. Who takes command?"
        case Kind.NO_COMMS:
            return f"an update was due {since}, and nobody is {scene.title(Role.COMMS)}. Who writes to those outside?"
        case Kind.SILENT if incident.status is Status.TRIAGE:
            return f"it is in triage, and nobody has said anything since {since}. Accept, decline or merge it?"
        case Kind.SILENT:
            return f"nobody has said anything since {since}. Is it still going?"
        case Kind.SLOW_DOWN:
            slow, now = _paces(scene)
            return f"it has been going since {since}. Is an update every {slow} enough now, rather than every {now}?"
        case Kind.MITIGATED:
            return f"it has been mitigated since {since} and is not resolved. Is it over?"


def _update(scene: Scene, shown: Reminder) -> str:
    due = when(shown.about)
    if shown.stage == Stage.SOON:
        return f"the next status update is due {due}."
    if shown.stage == Stage.DUE:
        return f"a status update is due now ({due})."
    if shown.stage == Stage.COMMANDER or scene.roll:
        return f"the status update that was due {due} has not come yet."
    return f"a status update was due {due}, and nobody has a role yet. Who writes it?"


def why(scene: Scene, shown: Reminder) -> str:
    """Why it came, and how to stop it."""
    incident = scene.incident
    level, place = incident.severity, _addressed(scene, shown)
    match shown.kind:
        case Kind.UPDATE:
            return f"{place}: {_promise(scene)} Any update moves the time; resolving it stops these reminders."
        case Kind.NO_COMMANDER:
            return f"{place}: a {level} is led by somebody within 5 minutes. Taking the role stops it."
        case Kind.NO_COMMS:
            return f"{place}: an update is overdue. Taking the role stops it; so does an update, until the next is due."
        case Kind.SILENT:
            return f"{place}: it has been quiet for {_quiet(shown)}. Anything that is said or done here stops it."
        case Kind.SLOW_DOWN:
            return f"{place}: after two hours I ask once. Either answer stops it."
        case Kind.MITIGATED:
            return f"{place}: it has been mitigated for {spoken(MITIGATED_FOR)}. Resolving or reopening it stops it."


def _addressed(scene: Scene, shown: Reminder) -> str:
    if shown.to is None or shown.diverted:
        return "I ask everybody here"
    held = [scene.title(role) for role in (Role.COMMS, Role.IC) if scene.roll.get(role) == shown.to]
    place = f" in {channel_link(scene.incident.channel)}" if scene.incident.channel else ""
    return f"You get this as {' and '.join(held)}{place}" if held else f"You get this{place}"


def _promise(scene: Scene) -> str:
    every = pace(scene.organisation, scene.incident)
    return f"a {scene.incident.severity} has an update every {spoken(every)}." if every else "an update was promised."


def _quiet(shown: Reminder) -> str:
    return spoken(shown.due_at - shown.about)


def buttons(scene: Scene, shown: Reminder) -> Sequence[ButtonElement]:
    incident = scene.incident
    match shown.kind:
        case Kind.UPDATE:
            nothing = button("Nothing new", "word:nothing-new", str(incident.id))
            comms = _word(scene, "comms") if shown.to is None and Role.COMMS not in scene.roll else []
            return [*_word(scene, "update"), *comms, nothing, *_snoozes(incident, shown.kind, 10, 30)]
        case Kind.NO_COMMANDER:
            return [*_word(scene, "ic"), *_snoozes(incident, shown.kind, 10)]
        case Kind.NO_COMMS:
            return [*_word(scene, "comms"), *_snoozes(incident, shown.kind, 30)]
        case Kind.SILENT if incident.status is Status.TRIAGE:
            return _word(scene, "accept", "decline")
        case Kind.SILENT:
            going = button("Still going", "word:still-going", str(incident.id), style="primary")
            return [going, *_word(scene, *(["mitigate"] if incident.status is Status.ACTIVE else []), "resolve")]
        case Kind.SLOW_DOWN:
            slow, now = _paces(scene)
            return [
                button(f"Every {slow}", "word:pace:slow", f"{incident.id} slow", style="primary"),
                button(f"Keep every {now}", "word:pace:keep", f"{incident.id} keep"),
            ]
        case Kind.MITIGATED:
            return [*_word(scene, "resolve", "reopen"), *_snoozes(incident, shown.kind, 24 * 60)]


def _word(scene: Scene, *names: str) -> list[ButtonElement]:
    return [pressed(scene.words.find(name), scene.incident) for name in names]


def _snoozes(incident: Incident, kind: Kind, *minutes: int) -> list[ButtonElement]:
    return [
        button(f"Snooze {spoken(timedelta(minutes=n))}", f"word:snooze:{n}", f"{incident.id} {kind.value} {n}")
        for n in minutes
    ]


def _paces(scene: Scene) -> tuple[str, str]:
    every = terms(scene.organisation, scene.incident.severity).update_every or timedelta(0)
    return spoken(every * 2), spoken(every)


def spoken(length: timedelta) -> str:
    """`40 min`, `1 h 30 min`; what is shorter than a minute in seconds, else to the minute."""
    seconds = max(0, round(length.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "day" if days == 1 else "days"), (hours, "h"), (minutes, "min"))
    return " ".join(f"{n} {unit}" for n, unit in parts if n)


# --- once it is dealt with

DEEDS = {
    Fact.ACCEPTED: "accepted it",
    Fact.DECLINED: "declined it",
    Fact.RESOLVED: "resolved it",
    Fact.MERGED: "merged it",
    Fact.CANCELED: "canceled it",
    Fact.SEVERITY_CHANGED: "changed the severity",
    Fact.MITIGATED: "says it is mitigated",
    Fact.RELAPSED: "says it is not mitigated after all",
    Fact.REOPENED: "reopened it",
    Fact.UPDATE_POSTED: "posted an update",
    Fact.NOTHING_NEW: "says there is nothing new",
    Fact.STILL_GOING: "says it is still going",
    Fact.PACE_CHANGED: "changed how often updates come",
    Fact.ROLE_HANDED_OVER: "handed the role over",
    Fact.ROLE_LEFT: "put the role down",
    Fact.NOTED: "noted something",
    Fact.MESSAGE_KEPT: "wrote something",
}


def settled(kind: Kind, act: TimelineEntry | None, name: Names, now: datetime) -> str:
    """Who dealt with it, or what did."""
    if act and act.by:
        return f":white_check_mark: {escape(name(act.by))} {_deed(act, name)}, {when(act.recorded_at)}."
    if kind is Kind.SILENT:
        return f":white_check_mark: There was word of it, {when(now)}."
    return f":white_check_mark: No longer needed, {when(now)}."


def _deed(act: TimelineEntry, name: Names) -> str:
    if act.fact is Fact.ROLE_TAKEN and act.details.get("to"):
        to = UserId(str(act.details["to"]))
        return "took the role" if to == act.by else f"gave the role to {escape(name(to))}"
    return DEEDS.get(act.fact, "saw to it")


def passed_on(to: UserId | None, name: Names, now: datetime) -> str:
    where = escape(name(to)) if to else "everybody in the channel"
    return f":arrow_right: I asked {where}, {when(now)}."


def repeated(now: datetime) -> str:
    return f":arrow_right: I asked once more, {when(now)}."


def snoozed(by: UserId, until: datetime, name: Names) -> str:
    return f":zzz: {escape(name(by))} snoozed this until {when(until)}."


def kept(by: UserId, every: timedelta | None, name: Names, now: datetime) -> str:
    return f":white_check_mark: {escape(name(by))} keeps updates every {spoken(every or timedelta(0))}, {when(now)}."


def closed(incident: Incident, kind: Kind, words: str) -> Message:
    """The message as it stays, without anything to press. `words` begin with their icon."""
    icon, _, rest = words.partition(" ")
    said = f"{icon} {titled(incident)}, {ABOUT[kind]}: {rest}"
    return Message(clip(said, NOTICE_LIMIT), [section(said)])


ABOUT = {
    Kind.NO_COMMANDER: "who commands",
    Kind.UPDATE: "status update",
    Kind.NO_COMMS: "who communicates",
    Kind.SILENT: "still going?",
    Kind.SLOW_DOWN: "pace of updates",
    Kind.MITIGATED: "is it over?",
}
