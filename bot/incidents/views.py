"""What people see of an incident: its card, its announcement, and the messages to those who have a part in it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, ButtonElement

from bot.incidents.model import Incident
from bot.incidents.terms import Role, Roll, Severity
from bot.kernel.ids import UserId
from bot.organisation import Organisation
from bot.slack.blocks import actions, button, context, fields, header, section
from bot.slack.commands import COMMAND, Word
from bot.slack.message import Message
from bot.slack.text import channel_link, escape, isolate, mention, one_line, shorten, when

Names = Callable[[UserId], str]

TOPIC_LIMIT = 250  # characters, set by Slack
MAIN_ROLES = (Role.IC, Role.COMMS, Role.OPS)
BADGES = {
    Severity.SEV1: ":red_circle:",
    Severity.SEV2: ":large_orange_circle:",
    Severity.SEV3: ":large_yellow_circle:",
    Severity.SEV4: ":large_blue_circle:",
    Severity.SEV5: ":white_circle:",
}
NOT_INVITED = {  # Slack's words for why, as a sentence says them
    "user_is_restricted": "they are a guest",
    "user_is_ultra_restricted": "they are a guest of one channel",
    "ura_max_channels": "they are a guest of one channel",
    "user_disabled": "their account is deactivated",
    "user_not_found": "Slack does not know them",
    "cant_invite": "Slack does not let me",
}


def card(
    incident: Incident, roll: Roll, organisation: Organisation, words: Sequence[Word], name: Names, now: datetime
) -> Message:
    """The pinned card: all that a responder must know, and what can be done next."""
    blocks: list[Block] = [
        header(headline(incident)),
        fields(
            ("Severity", severity(incident, organisation)),
            ("Status", f"*{incident.status.spoken}*"),
            *roles(roll, organisation),
            ("Declared", f"{when(incident.declared_at)} by {escape(name(incident.declared_by))}"),
            *next_moment(incident, now),
        ),
        *details(incident),
        *last_update(incident),
    ]
    if words:
        blocks.append(actions(*(pressed(word, incident) for word in words)))
    if incident.is_private:
        blocks.append(context(":lock: Private: only the members of this channel know of it."))
    blocks.append(context(f"`{COMMAND}` in this channel shows everything that can be done now."))
    return Message(summary(incident), blocks)


def pressed(word: Word, incident: Incident) -> ButtonElement:
    return button(word.label, word.action, str(incident.id), style=word.style, sure=word.sure)


def announcement(incident: Incident, roll: Roll, organisation: Organisation) -> Message:
    """The one card in the announcements channel, edited in place."""
    place = f"Channel: {channel_link(incident.channel)}" if incident.channel else "Its channel is being opened."
    blocks: list[Block] = [
        header(headline(incident)),
        section(f"{severity(incident, organisation)} — *{incident.status.spoken}*"),
        *details(incident),
        *last_update(incident),
        context(
            place,
            f"{escape(title_of(Role.IC, organisation))}: {holder(roll, Role.IC)}",
            f"Declared {when(incident.declared_at)}",
        ),
    ]
    return Message(summary(incident), blocks)


def headline(incident: Incident) -> str:
    """Its number and title, in plain words."""
    return f"{incident.name} · {isolate(incident.title)}"


def titled(incident: Incident) -> str:
    """Its number and title, in mrkdwn. The title stands outside of the bold, which an asterisk in it would end."""
    return f"*{incident.name}* {escape(isolate(incident.title))}"


def summary(incident: Incident) -> str:
    """The card as a notification."""
    return f"{titled(incident)}: {incident.severity}, {incident.status.spoken}"


def details(incident: Incident) -> list[Block]:
    """What is affected and how; once it is over, also what ended it."""
    shown = [f"*Impact*\n{escape(isolate(incident.impact)) or '_not said yet_'}"]
    if incident.affected:
        shown.insert(0, f"*Affected*\n{escape(isolate(incident.affected))}")
    if incident.resolved_at and incident.resolution:
        shown.append(f"*What ended it*\n{escape(isolate(incident.resolution))}")
    return [section(text) for text in shown]


def last_update(incident: Incident) -> list[Block]:
    return [section(f"*Last update*\n{incident.last_update}")] if incident.last_update and incident.is_live else []


def severity(incident: Incident, organisation: Organisation) -> str:
    named = organisation.severities[incident.severity.value].name
    return f"{BADGES[incident.severity]} {incident.severity} {escape(named)}"


def title_of(role: Role, organisation: Organisation) -> str:
    return organisation.roles[role.value].title


def holder(roll: Roll, role: Role) -> str:
    return mention(roll[role]) if role in roll else "_nobody yet_"


def roles(roll: Roll, organisation: Organisation) -> list[tuple[str, str]]:
    """The three that every incident needs, and the optional ones that are held."""
    shown = [role for role in Role if role in MAIN_ROLES or role in roll]
    return [(escape(title_of(role, organisation)), holder(roll, role)) for role in shown]


def next_moment(incident: Incident, now: datetime) -> list[tuple[str, str]]:
    """When the next update is due; of one that is over, since when."""
    if incident.is_live:
        return [("Next update", update_due(incident, now))]
    if incident.merged_into:
        return [("Goes on in", f"*INC-{incident.merged_into}*")]
    return [("Over since", when(incident.resolved_at))] if incident.resolved_at else []


def update_due(incident: Incident, now: datetime) -> str:
    due = incident.next_update_due_at
    if due is None:
        return "when there is news"
    return f":warning: *overdue* since {when(due)}" if due <= now else f"due {when(due)}"


def topic(incident: Incident, roll: Roll, name: Names) -> str:
    """One line in plain words: a topic shows no mentions and no dates."""
    ic = name(roll[Role.IC]) if Role.IC in roll else "nobody yet"
    text = f"{incident.severity} {incident.status.spoken} · IC: {ic} · {isolate(one_line(incident.title))}"
    return shorten(text, TOPIC_LIMIT)


def duties(incident: Incident, role: Role, organisation: Organisation) -> Message:
    """What the new holder of a role is told, in a direct message."""
    terms = organisation.roles[role.value]
    place = f"Its channel is {channel_link(incident.channel)}." if incident.channel else "Its channel is being opened."
    return Message(
        f"You are {escape(terms.title)} of {titled(incident)}.",
        [
            section(f"You are now *{escape(terms.title)}* of {titled(incident)}\n{place}"),
            section(terms.duties),
            context(
                f"In the channel, `{COMMAND} assign {role} @somebody` hands the role over and `{COMMAND} leave {role}` "
                "puts it down."
            ),
        ],
    )


def declared(incident: Incident) -> Message:
    """What the declarer is told once there is a channel."""
    assert incident.channel
    return Message(
        f"{incident.name} is open in {channel_link(incident.channel)}. You are in; its card says what is next."
    )


def not_invited(failed: Mapping[UserId, str], name: Names) -> str:
    who = "; ".join(f"{name(user)} ({NOT_INVITED.get(why, why)})" for user, why in failed.items())
    return f":warning: I could not invite {escape(who)}. Please invite them by hand."
