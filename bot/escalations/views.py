"""What people see of escalations: pages, the notice in the incident's channel, and why somebody was paged."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from bot.escalations import rules
from bot.escalations.model import NAG, Cause, Ending, Escalation, Outcome, Page, Stage
from bot.incidents.model import Incident
from bot.incidents.views import Names, severity, titled
from bot.kernel.ids import UserId
from bot.organisation import Organisation
from bot.policies import Policy
from bot.slack.blocks import (
    actions,
    button,
    context,
    fields,
    header,
    lines,
    modal,
    person,
    section,
    select,
    text_input,
)
from bot.slack.commands import COMMAND
from bot.slack.message import Message
from bot.slack.text import channel_link, escape, how_long, isolate, when

SHOWN = 12  # people named in one line
REFUSALS = {  # Slack's words for why, as a sentence says them
    "user_disabled": "their account is deactivated",
    "user_not_found": "Slack does not know them",
    "cannot_dm_bot": "that is an app",
    "channel_not_found": "there is no such channel",
    "is_archived": "the channel is archived",
    "not_in_channel": "Tocsin is not in the channel",
    "restricted_action": "Slack does not let Tocsin write there",
}
BECAUSE = {
    Cause.DECLARED: "the incident was declared",
    Cause.ACCEPTED: "the incident was accepted out of triage",
    Cause.RAISED: "its severity was raised",
    Cause.REOPENED: "the incident was reopened",
    Cause.BY_HAND: "somebody asked for you",
    Cause.LAPSED: "it was acknowledged, and then nothing was heard",
}


def page(
    incident: Incident, escalation: Escalation, called: Page, organisation: Organisation, name: Names, now: datetime
) -> Message:
    """What, how bad, since when, where, why you; and what to press, as long as nobody has answered."""
    asks = escalation.is_open and incident.is_live
    call = f":rotating_light: {_call(called)}" if asks else f"{_outcome(incident, escalation, name)} You were called"
    place = channel_link(incident.channel) if incident.channel else "its channel is being opened"
    told: list[Block] = [
        section(f"{call} for {titled(incident)}"),
        fields(
            ("Severity", severity(incident, organisation)),
            ("Since", when(incident.started_at or incident.declared_at)),
            ("Where", place),
            ("Why you", _why_you(escalation, called, name)),
        ),
    ]
    if incident.impact:
        told.append(section(f"*Impact*\n{escape(isolate(incident.impact))}"))
    late = rules.lateness(called, called.accepted_at or now)
    if late:
        told.append(
            context(
                f":hourglass: This page is {how_long(late.total_seconds())} late: it was due {when(called.due_at)}, "
                "and Tocsin or Slack could not be reached."
            )
        )
    if asks:
        told.append(actions(*_buttons(incident, called)))
    return Message(f"{call} for {titled(incident)}: {incident.severity}", told)


def _call(called: Page) -> str:
    """To a person it is a direct message; a channel is called so that every phone in it buzzes."""
    if called.level == NAG:
        return f"{'<!channel> ' if called.is_channel else ''}*Nobody has answered yet*"
    return "<!channel> *Somebody is needed*" if called.is_channel else "*You are paged*"


def _why_you(escalation: Escalation, called: Page, name: Names) -> str:
    if escalation.is_by_hand:
        return f"{_asker(escalation, name)} asks for you{_reason(escalation)}"
    level = "after all levels" if called.level == NAG else f"level {called.level}"
    return f"{_target(called)}, {level} of policy *{escape(escalation.policy_name)}*"


def _target(called: Page) -> str:
    """What led to them, in the words of the policy."""
    return "You by name" if called.why == called.recipient and called.user else escape(called.why)


def _buttons(incident: Incident, called: Page) -> list[ButtonElement]:
    value = f"{incident.id} {called.id}"
    found = [button("Acknowledge", "word:ack", value, style="primary")]
    if not called.is_channel:
        found.append(button("Can't take it", "word:pass", value))
    return [*found, button("Escalate", "word:escalate", value), button("Why me?", "word:why", value)]


def _outcome(incident: Incident, escalation: Escalation, name: Names) -> str:
    """Why there is nothing to press any more."""
    if escalation.acknowledged_by and escalation.acknowledged_at:
        return (
            f":white_check_mark: *{escape(name(escalation.acknowledged_by))}* has it since "
            f"{when(escalation.acknowledged_at)}."
        )
    if not incident.is_live:
        return f"It is over: {incident.name} is {incident.status.spoken}. Nothing is asked of you."
    if escalation.ended_why is Ending.NOT_SEVERE:
        return f"Its severity is {incident.severity} now, which pages nobody. Nothing is asked of you."
    return "A new call went out after this one. Look there."


def notice(incident: Incident, escalation: Escalation, pages: Sequence[Page], name: Names) -> Message:
    """In the incident's channel: who has been paged, what came of it, and who comes next."""
    policy = "by hand" if escalation.is_by_hand else f"policy *{escape(escalation.policy_name)}*"
    head = f":rotating_light: *Paging*, {policy}: {BECAUSE[escalation.cause]}"
    if escalation.is_by_hand:
        head = f":rotating_light: *Paging*: {_asker(escalation, name)} asked{_reason(escalation)}"
    blocks: list[Block] = [section(head), *lines(_levels(pages, name)), context(_next(incident, escalation, name))]
    if escalation.is_open and incident.is_live:
        value = str(incident.id)
        blocks.append(
            actions(
                button("Acknowledge", "word:ack", value, style="primary"), button("Escalate", "word:escalate", value)
            )
        )
    return Message(head, blocks)


def _levels(pages: Sequence[Page], name: Names) -> list[str]:
    spots: dict[tuple[int, int], list[Page]] = {}
    for one in pages:
        spots.setdefault((one.round, one.level), []).append(one)
    shown = list(spots.items())[-6:]
    return [f"• {_spot(*spot)}: {', '.join(_called(one, name) for one in called[:SHOWN])}" for spot, called in shown]


def _spot(round_: int, level: int) -> str:
    if level == NAG:
        return "Nobody answered"
    return f"Level {level}" + (f", round {round_}" if round_ > 1 else "")


def _called(one: Page, name: Names) -> str:
    who = escape(_recipient(one, name))
    match one.outcome:
        case Outcome.ACCEPTED:
            return f"{who} {when(one.accepted_at)}" if one.accepted_at else who
        case Outcome.FAILED:
            return f":warning: {who} ({escape(refusal(one.error))})"
        case Outcome.DROPPED:
            return f"{who} (not sent: no longer needed)"
        case Outcome.OWED:
            return f"{who} (on its way)"


def _next(incident: Incident, escalation: Escalation, name: Names) -> str:
    if not escalation.is_open or not incident.is_live:
        return _outcome(incident, escalation, name)
    if escalation.stage is Stage.EXHAUSTED:
        again = f" Said again {when(escalation.due_at)}." if escalation.due_at else ""
        return f"*Nobody answered.* All levels are used up.{again} `{COMMAND} page @somebody` calls somebody else."
    spot = escalation.next_spot()
    comes = f"level {spot.level}" if spot else "everybody hears that nobody answered"
    return f"Nobody has answered yet. Next: {comes}, {when(escalation.due_at)}." if escalation.due_at else "On its way."


def people_in(escalation: Escalation, pages: Iterable[Page]) -> list[UserId]:
    who = [one.user for one in pages] + [escalation.asked_by, escalation.acknowledged_by]
    return [user for user in who if user]


def _recipient(one: Page, name: Names) -> str:
    return name(one.user) if one.user else one.recipient


def tried(pages: Sequence[Page], name: Names) -> str:
    """Everybody who was called, each once, in plain words."""
    who = {one.recipient: f"{_recipient(one, name)}{_failed(one)}" for one in pages if one.level != NAG}
    shown = list(who.values())[:SHOWN]
    return (
        ", ".join(shown) + (f" and {len(who) - SHOWN} more" if len(who) > SHOWN else "") or "nobody was there to page"
    )


def _failed(one: Page) -> str:
    return f" (not reached: {refusal(one.error)})" if one.outcome is Outcome.FAILED else ""


def refusal(why: str) -> str:
    return REFUSALS.get(why.split(":")[0], why)


def nobody_answered(who: str) -> str:
    return (
        f":rotating_light: *Nobody has answered.* Tried: {who}. "
        f"`{COMMAND} page @somebody` calls somebody else; `{COMMAND} ack` says that you have it."
    )


def nobody(incident: Incident) -> str:
    """Why nobody is paged."""
    why = "it is private, and no route of the organisation's file is for private ones" if incident.is_private else (
        "no policy of the organisation's file covers it"
    )  # fmt: skip
    return f"{why}. `{COMMAND} page @somebody` calls somebody."


def has_it(name: str, after_s: float) -> str:
    return f":white_check_mark: {name} has it: acknowledged after {how_long(after_s)}."


def where(incident: Incident) -> str:
    place = f" in {channel_link(incident.channel)}" if incident.channel else ""
    return f"{titled(incident)}{place}"


def why(incident: Incident, escalation: Escalation, called: Page | None, others: Sequence[Page], name: Names) -> View:
    """Policy, level, who else, and at what time where the reader is."""
    policy = Policy.model_validate(escalation.policy)
    told: list[Block] = [
        header("Why you were paged"),
        section(f"For {where(incident)}, because {BECAUSE[escalation.cause]}."),
    ]
    if escalation.is_by_hand:
        told.append(section(_asked(escalation, name)))
    if called and called.level != NAG:
        level = policy.levels[called.level - 1]
        told.append(
            fields(
                ("Policy", escape(escalation.policy_name)),
                ("Level", f"{called.level} of {len(policy.levels)}, round {called.round} of {escalation.rounds}"),
                ("You are", _target(called)),
                ("Due", when(called.due_at)),
                ("Arrived", when(called.accepted_at) if called.accepted_at else "not yet"),
                ("Then", f"the next level, after {how_long(level.ack_within.total_seconds())} without an answer"),
            )
        )
    also = [one for one in others if called is None or one.recipient != called.recipient]
    if also:
        told.append(section("*Also called at this level*\n" + ", ".join(_called(one, name) for one in also[:SHOWN])))
    told.append(context(f"`{COMMAND} oncall` shows who is called for each policy now."))
    return modal("why", "Why me?", told)


def _asked(escalation: Escalation, name: Names) -> str:
    return f"{_asker(escalation, name)} asked for you{_reason(escalation) or '.'}"


def _asker(escalation: Escalation, name: Names) -> str:
    return escape(name(escalation.asked_by)) if escalation.asked_by else "Somebody"


def _reason(escalation: Escalation) -> str:
    return f": {escape(escalation.reason)}" if escalation.reason else ""


def choosing(incident: Incident, organisation: Organisation) -> View:
    """The form that asks whom to page."""
    policies = [(name, name) for name in organisation.policies]
    asked: list[Block] = [person("who", "Who is needed?")]
    if policies:
        asked.append(select("policy", "Or the people of a policy", policies[:100], optional=True))
    asked.append(text_input("reason", "Why them?", limit=500, optional=True, placeholder="What you need from them"))
    return modal("page", "Page somebody", asked, submit="Page", carries={"incident": incident.id})
