"""What people see of a postmortem's review."""

from collections.abc import Sequence
from datetime import date, datetime

from slack_sdk.models.blocks import ButtonElement
from slack_sdk.models.views import View

from bot.grounding.lint import Remark
from bot.incidents.model import Incident
from bot.incidents.views import Names, titled
from bot.kernel.ids import UserId
from bot.learning import Stage
from bot.postmortems import parts, views
from bot.postmortems.criteria import Criterion, Verdict
from bot.postmortems.model import Place, Postmortem, PostmortemState
from bot.slack.blocks import actions, button, context, divider, lines, modal, section, select, text_input
from bot.slack.commands import COMMAND, Sure
from bot.slack.message import Message
from bot.slack.text import escape, shorten, when

STATES = {
    PostmortemState.DRAFT: ":pencil2: *Draft*, not reviewed",
    PostmortemState.IN_REVIEW: ":mag: *In review*",
    PostmortemState.REVIEWED: ":ok: *Approved*, not published",
    PostmortemState.PUBLISHED: ":books: *Published*",
    PostmortemState.SUPERSEDED: ":wastebasket: *Superseded*: the incident was reopened",
}
NEXT = {
    PostmortemState.DRAFT: ("Ask for review", "review"),
    PostmortemState.IN_REVIEW: ("Approve", "approve"),
    PostmortemState.REVIEWED: ("Publish", "publish"),
}
SURE = Sure("Publish it?", "Published, it counts as finished. A review takes it up again for changes.", "Publish")
STAGES = {Stage.SOON: "should be published by", Stage.DUE: "should be published today,", Stage.OVERDUE: "was due on"}
MARKS = {Verdict.MET: ":white_check_mark:", Verdict.NOT_MET: ":x:", Verdict.PEOPLE: ":bust_in_silhouette:"}
MOST_REMARKS = 8
SENTENCE_LIMIT = 200  # characters
COMMENTS = "Comments go into this thread."


def message(incident: Incident, postmortem: Postmortem, name: Names, today: date) -> Message:
    """Where it is, how far it is, and what can be done next."""
    said = views.ready(incident, postmortem)
    if postmortem.place is Place.THREAD:
        said = views.parent_text(incident, postmortem)
    how = context(f"{standing(postmortem, name, today)}\n{COMMENTS}")
    if postmortem.state is PostmortemState.SUPERSEDED:
        return Message(said, [section(said), how])
    return Message(said, [section(said), actions(*buttons(incident, postmortem)), how])


def standing(postmortem: Postmortem, name: Names, today: date) -> str:
    """How far it is, and whose turn it is."""
    parts = [STATES[postmortem.state]]
    if postmortem.owner:
        parts.append(f"owner: {escape(name(postmortem.owner))}")
    if postmortem.reviewers:
        parts.append("reviewers: " + ", ".join(escape(name(UserId(user))) for user in postmortem.reviewers))
    if postmortem.due_on and postmortem.is_open:
        late = ":red_circle: overdue since" if postmortem.due_on < today else "due"
        parts.append(f"{late} {postmortem.due_on:%Y-%m-%d}")
    if postmortem.published_at:
        parts.append(when(postmortem.published_at))
    return " · ".join(parts)


def buttons(incident: Incident, postmortem: Postmortem) -> Sequence[ButtonElement]:
    number, found = incident.id, [button("Read", "word:postmortem", str(incident.id))]
    if postmortem.is_open:
        found.append(button("Edit", "word:postmortem:edit", f"{number} edit"))
    if postmortem.state in NEXT:
        label, verb = NEXT[postmortem.state]
        sure = SURE if verb == "publish" else None
        found.append(button(label, "word:postmortem:next", f"{number} {verb}", style="primary", sure=sure))
    found.append(button("Checklist", "word:postmortem:check", f"{number} check"))
    if postmortem.state is PostmortemState.PUBLISHED:
        found.append(button("Review again", "word:postmortem:again", f"{number} review"))
    return found


def choosing(incident: Incident, postmortem: Postmortem) -> View:
    options = parts.editable(postmortem.markdown)
    field = select("choice", "Which section?", options, initial=options[0][0])
    about = context("The timeline is not edited here: it follows what people note and write.")
    return modal("postmortem-choose", "Edit the postmortem", [field, about], submit="Next",
                 carries={"incident": incident.id})  # fmt: skip


def editing(incident: Incident, postmortem: Postmortem, choice: str) -> View:
    heading, words = parts.chosen(postmortem.markdown, choice)
    hint = "Markdown. A number in parentheses links a sentence to the timeline. Left empty, the section is left out."
    warning = "Saving writes the canvas anew: what was written there by hand goes."
    return modal(
        "postmortem-edit",
        "Edit the postmortem",
        [
            text_input("text", heading, initial=words, multiline=True, optional=True, hint=hint),
            context(warning if postmortem.place is Place.CANVAS else COMMENTS),
        ],
        submit="Save",
        carries={"incident": incident.id, "choice": choice, "was": parts.printed(words)},
    )


def asked_to_review(incident: Incident, postmortem: Postmortem) -> str:
    return (
        f":mag: Please review the postmortem of {titled(incident)}: {views.where(postmortem)}."
        f" `{COMMAND} postmortem {incident.name} approve` approves it."
    )


def given(incident: Incident, postmortem: Postmortem) -> str:
    due = f" It should be published by {postmortem.due_on:%Y-%m-%d}." if postmortem.due_on else ""
    return f":memo: You own the postmortem of {titled(incident)} now: {views.where(postmortem)}.{due}"


def reminder(incident: Incident, postmortem: Postmortem, to: UserId | None) -> Message:
    stage, day = Stage(postmortem.stage or Stage.DUE), f"{postmortem.due_on:%Y-%m-%d}"
    said = f":memo: The postmortem of {titled(incident)} {STAGES[stage]} {day}, and is {_far(postmortem)}."
    if to is None:
        said += " Its owner could not be told directly, so I say it here."
    stops = f"Publishing it stops these; `{COMMAND} postmortem {incident.name} due …` moves the day."
    return Message(said, [section(said), actions(*buttons(incident, postmortem)), context(stops)])


def _far(postmortem: Postmortem) -> str:
    return {PostmortemState.DRAFT: "a draft", PostmortemState.IN_REVIEW: "in review"}.get(postmortem.state, "approved")


def closed(incident: Incident, postmortem: Postmortem) -> Message:
    due = f" · due {postmortem.due_on:%Y-%m-%d}" if postmortem.due_on and postmortem.is_open else ""
    said = f":memo: The postmortem of {titled(incident)}: {STATES[postmortem.state]}{due}"
    return Message(said, [section(said)])


def published_mark(at: datetime) -> str:
    return f"> **Published** on {at:%Y-%m-%d}. The line below says how it was drafted.\n"


def checklist(incident: Incident, found: Sequence[Criterion], remarks: Sequence[tuple[str, Remark]]) -> View:
    """What is met, what is not and where, and what people must judge; and words that could be others."""
    groups = {verdict: [one for one in found if one.answer.verdict is verdict] for verdict in Verdict}
    met = len(groups[Verdict.MET])
    told = f"*{incident.name}*: {met} of {len(found)} are met, {len(groups[Verdict.PEOPLE])} are for people to judge."
    blocks = [section(told)]
    for verdict, title in ((Verdict.NOT_MET, "Not met"), (Verdict.PEOPLE, "For people"), (Verdict.MET, "Met")):
        if groups[verdict]:
            blocks += [divider(), section(f"*{title}*"), *lines(map(_criterion, groups[verdict]))]
    if remarks:
        more = [f"_And {len(remarks) - MOST_REMARKS} more._"] if len(remarks) > MOST_REMARKS else []
        shown = [_remark(heading, one) for heading, one in remarks[:MOST_REMARKS]]
        blocks[1:1] = [divider(), section("*Wording*"), *lines([*shown, *more])]
    return modal("postmortem-checklist", "Checklist", blocks)


def _remark(heading: str, one: Remark) -> str:
    said = f":speech_balloon: {escape(heading)}: “{escape(shorten(one.sentence, SENTENCE_LIMIT))}”"
    return f"{said}\n_{escape(one.why)}_ {escape(one.instead)}"


def _criterion(one: Criterion) -> str:
    where = f" — _{escape(one.answer.where)}_" if one.answer.where else ""
    return f"{MARKS[one.answer.verdict]} R{one.number} {escape(one.words)}{where}"
