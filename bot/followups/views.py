"""What people see of follow-ups."""

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from bot.followups.model import TITLE_LIMIT, FollowUp, FollowUpKind, FollowUpState, Priority, spoken
from bot.followups.rules import Counts
from bot.incidents.model import TEXT_LIMIT, Incident
from bot.incidents.views import Names
from bot.kernel.ids import UserId
from bot.learning import Stage
from bot.organisation import Organisation
from bot.slack.blocks import actions, button, context, day, modal, person, section, select, text_input
from bot.slack.commands import COMMAND
from bot.slack.message import Message
from bot.slack.text import escape, isolate, link, mention

PAGE = 20  # follow-ups at once
KINDS = {
    FollowUpKind.PREVENT: "Prevent: it does not come again",
    FollowUpKind.MITIGATE: "Mitigate: it hurts less",
    FollowUpKind.DETECT: "Detect: it is noticed sooner",
    FollowUpKind.PROCESS: "Process: we work better together",
}
STAGES = {Stage.SOON: "is due on", Stage.DUE: "is due today", Stage.OVERDUE: "is overdue since"}


def form(
    incident: Incident, organisation: Organisation, title: str, owner: UserId | None, source: dict[str, str] | None
) -> View:
    """`source`: the message that it came from, for the timeline."""
    carries = {"incident": incident.id, "source": source or {}}
    return _form("Add a follow-up", organisation, carries, title, owner, None)


def editing(one: FollowUp, organisation: Organisation) -> View:
    carries: dict[str, object] = {"incident": one.incident_id, "follow_up": one.id}
    return _form(f"Edit {one.name}", organisation, carries, one.title, one.owner, one)


def _form(
    title: str, organisation: Organisation, carries: dict[str, object], words: str, owner: UserId | None,
    one: FollowUp | None,
) -> View:  # fmt: skip
    days = organisation.follow_ups.due_days
    levels = [(level.value, f"{level.value.capitalize()}: due in {days[level.value]} days") for level in Priority]
    kinds = [(kind.value, label) for kind, label in KINDS.items()]
    return modal(
        "followup",
        title,
        [
            text_input("title", "What shall be done?", initial=words, limit=TITLE_LIMIT,
                       placeholder="A verb first, and so that one can tell when it is done."),
            person("owner", "Who does it?", initial=owner),
            select("kind", "What is it for?", kinds, initial=(one.kind if one else FollowUpKind.PREVENT).value),
            select("priority", "Priority", levels, initial=(one.priority if one else Priority.NORMAL).value),
            day("due", "Due on", initial=one.due_on if one else None, hint="Left empty, the priority decides."),
            text_input("link", "Ticket", initial=one.link if one else None, optional=True, limit=500,
                       placeholder="https://…"),
        ],
        submit="Save",
        carries=carries,
    )  # fmt: skip


def dropping(one: FollowUp) -> View:
    words = section(f"*{one.name}* {escape(isolate(one.title))}")
    why = text_input("why", "Why will it not be done?", multiline=True, limit=TEXT_LIMIT,
                     hint="Not doing something is a fine decision, as long as one can read why.")  # fmt: skip
    return modal("followup-drop", "Not doing it", [words, why], submit="Save",
                 carries={"incident": one.incident_id, "follow_up": one.id})  # fmt: skip


def listing(
    title: str, found: Sequence[tuple[FollowUp, str]], counts: Counts, today: date, back: str, said: str, page: int
) -> View:
    """`back`: the words that bring this list again."""
    blocks: list[Block] = [section(said)] if said else []
    blocks.append(section(f"*{escape(title)}*\n{summed(counts)}"))
    if not found:
        blocks.append(section("Nothing is open. :herb:"))
    for one, incident in found:
        blocks += [section(line(one, incident, today)), actions(*_buttons(one, back))]
    pages = max(1, -(-counts.open // PAGE))
    if pages > 1:
        turns = [("earlier", "← Back", page - 1), ("later", "More →", page + 1)]
        shown = [
            button(label, f"word:followups:{way}", f"home page {to} {back}")
            for way, label, to in turns
            if 1 <= to <= pages
        ]
        blocks += [context(f"Page {page} of {pages}, the most overdue first."), actions(*shown)]
    blocks.append(
        context(f"`{COMMAND} followups mine`, `all`, `INC-42` or a service shows others; `{COMMAND} followup …` adds.")
    )
    return modal("followups", "Follow-ups", blocks)


def summed(counts: Counts) -> str:
    total = counts.open + counts.done + counts.not_doing
    late = f", {counts.overdue} of them overdue" if counts.overdue else ""
    dropped = f", {counts.not_doing} not going to be done" if counts.not_doing else ""
    return f"{counts.done} of {total} done, {counts.open} open{late}{dropped}."


def _buttons(one: FollowUp, back: str) -> list[ButtonElement]:
    value = f"{one.incident_id} {{}} {one.id} {back}"
    return [
        button("Done", "word:followups:done", value.format("done"), style="primary"),
        button("Edit", "word:followups:edit", value.format("edit")),
        button("Not doing", "word:followups:drop", value.format("drop")),
    ]


def line(one: FollowUp, incident: str, today: date) -> str:
    """One follow-up with its incident's title, in mrkdwn."""
    ticket = f" · {link(one.link, 'ticket')}" if one.link else ""
    whose = mention(one.owner) if one.owner else "_nobody yet_"
    place = f"INC-{one.incident_id} {escape(isolate(incident))}"
    return (
        f"*{one.name}* {escape(isolate(one.title))}\n{_due(one, today)} · {whose} · {one.kind.value},"
        f" {one.priority.value}{ticket} · {place}"
    )


def _due(one: FollowUp, today: date) -> str:
    if one.is_overdue(today):
        days = (today - one.due_on).days
        return f":red_circle: {days} {'day' if days == 1 else 'days'} overdue"
    return f"due {one.due_on:%Y-%m-%d}"


def added(one: FollowUp, name: Names) -> str:
    whose = escape(name(one.owner)) if one.owner else "nobody yet"
    return (
        f":white_check_mark: {escape(name(one.made_by))} added the follow-up *{one.name}*"
        f" {escape(isolate(one.title))} ({whose}, due {one.due_on:%Y-%m-%d})."
    )


def reminder(one: FollowUp, incident: Incident, to: UserId | None, name: Names) -> Message:
    """To its owner, or in the incident's channel where there is none to be told."""
    stage = Stage(one.stage or Stage.DUE)
    said = f":ballot_box_with_check: *{one.name}* {escape(isolate(one.title))} {STAGES[stage]}"
    said += "." if stage is Stage.DUE else f" {one.due_on:%Y-%m-%d}."
    if to is None:
        said += f" {_to_all(one, name)}"
    why = f"A follow-up of {incident.name} {escape(isolate(incident.title))}."
    stops = "*Done* and *Not doing* stop the reminders; *Edit* gives it another day."
    return Message(said, [section(said), actions(*_buttons(one, "mine")), context(f"{why} {stops}")])


def _to_all(one: FollowUp, name: Names) -> str:
    if one.owner is None:
        return "Nobody has it yet: *Edit* says who does it."
    return f"I could not write to {escape(name(one.owner))} directly, so I say it here."


def closed(one: FollowUp, words: str) -> Message:
    said = f":ballot_box_with_check: *{one.name}* {escape(isolate(one.title))}\n{words}"
    return Message(said, [section(said)])


def became(one: FollowUp, name: Names) -> str:
    """What a reminder says once it is dealt with."""
    if one.is_open:
        return f":arrow_right: It is due {one.due_on:%Y-%m-%d} now."
    who = escape(name(one.ended_by)) if one.ended_by else "Somebody"
    if one.state is FollowUpState.DONE:
        return f":white_check_mark: {who} has done it."
    return f":no_entry_sign: {who} said that it is {spoken(one.state)}: {escape(isolate(one.why))}"
