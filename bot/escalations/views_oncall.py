"""Who would be paged now, policy by policy."""

from collections.abc import Callable, Iterator, Sequence

from slack_sdk.models.blocks import Block

from bot.escalations.rules import Missing, Recipient
from bot.escalations.views import SHOWN
from bot.incidents.views import Names
from bot.kernel.ids import UserId
from bot.organisation import Organisation
from bot.policies import Level, Policy
from bot.slack.blocks import context, header, lines, section
from bot.slack.message import Message
from bot.slack.text import escape, how_long

Found = Callable[[Level], tuple[Sequence[Recipient], Sequence[Missing]]]


def oncall(organisation: Organisation, found: Found, name: Names) -> Message:
    if not organisation.policies:
        return Message("No policy says whom to page. The organisation's file is the place for it.")
    blocks: list[Block] = [header("Who would be paged now")]
    for key, policy in organisation.policies.items():
        uses = "; ".join(_uses(key, organisation)) or "only by hand"
        told = [_level(n, level, *found(level), name) for n, level in enumerate(policy.levels, 1)]
        blocks += [section(f"*{escape(key)}* — {uses}"), *lines(told), context(_rounds(policy))]
    return Message("Who would be paged now", blocks)


def _uses(key: str, organisation: Organisation) -> Iterator[str]:
    """Which incidents ask for this policy."""
    severe = [level for level, terms in organisation.severities.items() if terms.page]
    for kind, is_private in (("", False), ("private ", True)):
        found = [level for level in severe if organisation.policy_for(level, is_private=is_private) == key]
        if found:
            yield f"for {kind}{', '.join(found)}"


def _rounds(policy: Policy) -> str:
    times = {0: "Once", 1: "Twice"}.get(policy.repeat, f"{policy.repeat + 1} times")
    return f"{times} through these levels, until somebody acknowledges"


def _level(number: int, level: Level, recipients: Sequence[Recipient], missing: Sequence[Missing], name: Names) -> str:
    who = [escape(one.id if one.is_channel else name(UserId(one.id))) for one in recipients[:SHOWN]]
    who += [_lacking(one) for one in missing]
    return f"{number}. {', '.join(who)} — {how_long(level.ack_within.total_seconds())} to answer"


def _lacking(one: Missing) -> str:
    """A role that nobody holds is no fault: who it is shows in an incident."""
    if one.target.startswith("role:"):
        return f"whoever is {escape(one.target.removeprefix('role:'))} then"
    return f":warning: {escape(str(one))}"
