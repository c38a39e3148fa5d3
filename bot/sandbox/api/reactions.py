"""Reactions to messages."""

import re

from bot.sandbox import shapes, talk
from bot.sandbox.api.arguments import is_ts
from bot.sandbox.api.registry import ApiError, Call, method
from bot.sandbox.state import Channel, Json, Message

NAME = re.compile(r"[a-z0-9_+'\-]{1,100}(::skin-tone-[2-6])?")


@method("reactions.add")
async def add(call: Call) -> Json:
    name = _name(call)
    channel, said = _item(call)
    if channel.is_archived:
        raise ApiError("is_archived")
    mine = call.slack.bot.id
    present = {reaction.name: reaction.users for reaction in said.reactions}
    if mine in present.get(name, []):
        raise ApiError("already_reacted")
    if name not in present and len(present) >= call.slack.rules.emoji_limit:
        raise ApiError("too_many_emoji")
    if sum(mine in users for users in present.values()) >= call.slack.rules.reactions_limit:
        raise ApiError("too_many_reactions")
    talk.react(call.slack, channel, said, mine, name)
    return {}


@method("reactions.remove")
async def remove(call: Call) -> Json:
    name = _name(call)
    channel, said = _item(call)
    mine = call.slack.bot.id
    if not any(reaction.name == name and mine in reaction.users for reaction in said.reactions):
        raise ApiError("no_reaction")
    talk.unreact(call.slack, channel, said, mine, name)
    return {}


@method("reactions.get")
async def get(call: Call) -> Json:
    channel, said = _item(call)
    shown = shapes.message(call.slack, channel, said, metadata=False)
    shown["permalink"] = shapes.permalink(call.slack, channel, said)
    return {"type": "message", "channel": channel.id, "message": shown}


def _name(call: Call) -> str:
    name = str(call.args["name"])
    if not NAME.fullmatch(name):
        raise ApiError("invalid_name")
    return name


def _item(call: Call) -> tuple[Channel, Message]:
    if not call.args.get("channel") or not call.args.get("timestamp"):
        raise ApiError("no_item_specified")
    channel = call.member_channel()
    if not is_ts(call.args["timestamp"]):
        raise ApiError("bad_timestamp")
    said = call.message(channel)
    if said.subtype == "tombstone":
        raise ApiError("not_reactable")
    return channel, said
