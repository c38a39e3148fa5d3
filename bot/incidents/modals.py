"""The forms of an incident. Field names are what `forms` reads."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.incidents import views
from bot.incidents.forms import prints
from bot.incidents.model import TEXT_LIMIT, TITLE_LIMIT, Incident, Said
from bot.incidents.terms import NEXT, Role, Roll, Severity, Status
from bot.organisation import Organisation
from bot.slack.blocks import (
    CARRIED_LIMIT,
    actions,
    choice,
    context,
    fields,
    header,
    modal,
    moment,
    person,
    section,
    select,
    text_input,
    tick,
)  # fmt: skip
from bot.slack.commands import COMMAND, Word
from bot.slack.text import channel_link, clip, length, one_line, shorten, tame


def declare(organisation: Organisation, title: str = "", source: str = "") -> View:
    """The first thing a responder sees. Only the title and the severity are needed. A title that does not fit goes
    into the impact too, whole."""
    whole = source or (title if length(title) > TITLE_LIMIT else "")
    return modal(
        "declare",
        "Declare an incident",
        [
            text_input("title", "What is wrong?", initial=shorten(one_line(title), TITLE_LIMIT), limit=TITLE_LIMIT,
                       placeholder="Checkout errors", hint="A few words. They name the channel too."),
            choice("severity", "How bad is it? If in doubt, take the worse one.", levels(organisation),
                   initial=Severity.SEV3),
            text_input("affected", "What is affected?", optional=True, limit=TEXT_LIMIT, placeholder="checkout, EU"),
            text_input("impact", "Who is hurt, and how? One sentence.", optional=True, multiline=True,
                       limit=TEXT_LIMIT, initial=whole),
            tick("options", "Who may see it?", "Private", hint="Only invited people see it; it is announced nowhere."),
            tick("triage", "Not sure yet?", "Start in triage", hint="To be accepted or declined once you know more."),
        ],
        submit="Declare",
    )  # fmt: skip


def levels(organisation: Organisation) -> list[tuple[str, str, str]]:
    return [(key, f"{key} {terms.name}", terms.meaning) for key, terms in sorted(organisation.severities.items())]


def panel(incident: Incident, roll: Roll, organisation: Organisation, words: Sequence[Word], said: str = "") -> View:
    """What can be done now. `said`: what has just been done."""
    place = f" · {channel_link(incident.channel)}" if incident.channel else ""
    blocks: list[Block] = [section(f":white_check_mark: {said}")] if said else []
    blocks += [
        header(views.headline(incident)),
        context(f"{views.severity(incident, organisation)} · {incident.status.spoken}{place}"),
        fields(*views.roles(roll, organisation)),
    ]
    for start in range(0, len(words), 5):
        blocks.append(actions(*(views.pressed(word, incident) for word in words[start : start + 5])))
    blocks.append(context(f"Everything here can be typed too: `{COMMAND} help` lists the words."))
    return modal("panel", incident.name, blocks)


def roles(incident: Incident, roll: Roll, organisation: Organisation) -> View:
    """Who does what; an empty field leaves a role to nobody."""
    return modal(
        "roles",
        "Roles",
        [
            person(role.value, views.title_of(role, organisation), initial=roll.get(role),
                   hint=None if role in views.MAIN_ROLES else "Optional.")
            for role in Role
        ],
        submit="Save",
        carries={"incident": incident.id, "shown": {role.value: user for role, user in roll.items()}},
    )  # fmt: skip


def severity(incident: Incident, organisation: Organisation) -> View:
    return modal(
        "severity",
        "Change severity",
        [
            choice("severity", f"{incident.name} is {incident.severity}. It should be", levels(organisation),
                   initial=incident.severity),
            text_input("reason", "Why?", optional=True, limit=TEXT_LIMIT),
        ],
        submit="Change",
        carries={"incident": incident.id},
    )  # fmt: skip


def status(incident: Incident) -> View:
    """Where it can go from here."""
    ways = [(to.value, to.spoken) for to in Status if to in NEXT[incident.status]]
    return modal(
        "status",
        "Change status",
        [
            select("status", f"{incident.name} is {incident.status.spoken}. It is now", ways),
            text_input("reason", "What changed?", optional=True, multiline=True, limit=TEXT_LIMIT,
                       hint="Needed to decline, cancel or reopen. Resolving and merging ask for a little more."),
        ],
        submit="Change",
        carries={"incident": incident.id},
    )  # fmt: skip


REASONS = {
    Status.MITIGATED: ("Mitigated", "What stopped the harm?"),
    Status.ACTIVE: ("Reopen", "What is going on again?"),
    Status.DECLINED: ("Decline", "Why is it no incident?"),
    Status.CANCELED: ("Cancel incident", "Why is it canceled?"),
}


def reason(incident: Incident, to: Status) -> View:
    """One question, which may be left open only where the answer is not needed to understand what happened."""
    title, question = REASONS[to]
    return modal(
        "reason",
        title,
        [text_input("reason", question, multiline=True, limit=TEXT_LIMIT, optional=to is Status.MITIGATED)],
        submit=title,
        carries={"incident": incident.id, "to": to.value},
    )


def resolve(incident: Incident, what: str = "") -> View:
    """What ended it, and the times that a postmortem needs, as far as they are known."""
    return modal(
        "resolve",
        "Resolve",
        [
            text_input("resolution", "What ended it?", initial=what, multiline=True, limit=TEXT_LIMIT,
                       placeholder="We rolled back release 412."),
            moment("started", "When did users begin to be hurt?", initial=incident.started_at,
                   hint="Leave empty what is not known; the postmortem asks for it."),
            moment("detected", "When was it noticed?", initial=incident.detected_at or incident.declared_at),
            moment("mitigated", "When were users no longer hurt?", initial=incident.mitigated_at),
        ],
        submit="Resolve",
        carries={"incident": incident.id},
    )  # fmt: skip


def merge(incident: Incident, others: Sequence[Incident], why: str = "") -> View:
    """Which one it is the same as."""
    options = [(str(other.id), f"{other.name} {other.title}") for other in others]
    return modal(
        "merge",
        "Merge",
        [
            select("into", f"{incident.name} is the same as", options,
                   hint="This one ends; its people are invited to the other's channel."),
            text_input("reason", "How do you know?", initial=why, optional=True, limit=TEXT_LIMIT),
        ],
        submit="Merge",
        carries={"incident": incident.id},
    )  # fmt: skip


def note(incident: Incident) -> View:
    return modal(
        "note",
        "Add to the timeline",
        [
            text_input("text", "What happened?", multiline=True, limit=TEXT_LIMIT),
            moment("at", "When?", hint="Empty means now."),
        ],
        submit="Add",
        carries={"incident": incident.id},
    )


def details(incident: Incident) -> View:
    now = {"title": incident.title, "affected": incident.affected, "impact": incident.impact}
    return modal(
        "details",
        "Edit details",
        [
            text_input("title", "Title", initial=incident.title, limit=TITLE_LIMIT),
            text_input("affected", "What is affected?", initial=incident.affected, optional=True, limit=TEXT_LIMIT),
            text_input("impact", "Who is hurt, and how?", initial=incident.impact, optional=True, multiline=True,
                       limit=TEXT_LIMIT),
        ],
        submit="Save",
        carries={"incident": incident.id, "shown": prints(now)},
    )  # fmt: skip


def keep(choices: Sequence[Incident], said: Said) -> View:
    """For which incident a message is kept, when it stands in no incident's channel. A very long one is cut: what a
    form carries is little, and the permalink leads to the rest."""
    text = said.text
    while length(json.dumps({**asdict(said), "text": text}, ensure_ascii=False)) > CARRIED_LIMIT:
        text = clip(text, length(text) * 9 // 10)
    return modal(
        "keep",
        "Add to timeline",
        [
            section("> " + tame(text).replace("\n", "\n> ") if text else "_A message without words._"),
            select("incident", "It belongs to", [(str(i.id), f"{i.name} {i.title}") for i in choices],
                   initial=str(choices[0].id)),
        ],
        submit="Add",
        carries={**asdict(said), "text": text},
    )  # fmt: skip
