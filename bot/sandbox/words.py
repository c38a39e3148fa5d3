"""Text: as Slack stores it, as people read it, and the story of what happened for those who debug."""

from typing import TYPE_CHECKING

from bot.sandbox.blockkit import mrkdwn
from bot.sandbox.state import Json, Message

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

LAST = 12  # entries of each kind in a story
WIDTH = 160  # characters of each line of it


def stored(text: str) -> str:
    """A text with everything escaped that is no token, as Slack keeps and returns it."""
    return "".join(token.raw if token.kind != "text" else _escaped(token.raw) for token in mrkdwn.tokens(text))


def _escaped(text: str) -> str:
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def readable(message: Message) -> str:
    """Everything that can be read in a message."""
    inside = [attachment.get("blocks", []) for attachment in message.attachments]
    words = [message.text, mrkdwn.blocks_text(message.blocks), *map(mrkdwn.blocks_text, inside)]
    words += [str(attachment.get("text", "")) for attachment in message.attachments]
    return "\n".join(word for word in words if word)


def story(slack: "Slack") -> str:
    """What was asked, delivered, tolerated and said last."""
    journal = slack.journal
    lines = ["calls:"]
    lines += [f"  {call.method} {_brief(call.args)} -> {call.error or 'ok'}" for call in journal.calls[-LAST:]]
    lines += ["deliveries:"]
    lines += [
        f"  {record.kind} #{record.attempt} {record.outcome} {record.detail}" for record in journal.deliveries[-LAST:]
    ]
    lines += ["violations:", *(f"  {said.kind}: {said.detail}" for said in journal.violations[-LAST:])]
    for channel in slack.workspace.channels.values():
        said = [message for message in channel.messages.values() if not message.subtype]
        lines += [f"{channel.id} {channel.name}:"] if said else []
        lines += [f"  {message.user}: {readable(message)!r}" for message in said[-LAST:]]
    return "\n".join(line[:WIDTH] for line in lines)


def _brief(args: Json) -> str:
    return " ".join(f"{name}={value!r}"[:60] for name, value in args.items())
