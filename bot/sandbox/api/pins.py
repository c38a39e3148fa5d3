"""Pinned messages."""

from bot.sandbox import shapes, talk
from bot.sandbox.api.arguments import is_ts
from bot.sandbox.api.registry import ApiError, Call, method
from bot.sandbox.state import Channel, Json, Message


@method("pins.add")
async def add(call: Call) -> Json:
    channel, said = _item(call)
    if said.subtype == "tombstone":
        raise ApiError("not_pinnable")
    if said.pinned:
        raise ApiError("already_pinned")
    if len(channel.pins) >= call.slack.rules.pins_limit:
        raise ApiError("too_many_pins")
    talk.pin(call.slack, channel, said, call.slack.bot.id)
    return {}


@method("pins.remove")
async def remove(call: Call) -> Json:
    channel, said = _item(call)
    if not said.pinned:
        raise ApiError("no_pin")
    talk.unpin(call.slack, channel, said, call.slack.bot.id)
    return {}


@method("pins.list")
async def pinned(call: Call) -> Json:
    channel = call.member_channel()
    items = []
    for pin in reversed(channel.pins):
        said = channel.messages[pin.ts]
        shown = shapes.message(call.slack, channel, said, metadata=False)
        shown["permalink"] = shapes.permalink(call.slack, channel, said)
        about = {"type": "message", "created": pin.created, "created_by": pin.created_by, "channel": channel.id}
        items.append(about | {"message": shown})
    return {"items": items}


def _item(call: Call) -> tuple[Channel, Message]:
    channel = call.member_channel()
    ts = call.args.get("timestamp")
    if not ts:
        raise ApiError("no_item_specified")
    if not is_ts(ts):
        raise ApiError("bad_timestamp")
    said = channel.messages.get(ts)
    if said and said.ephemeral_for:
        raise ApiError("not_pinnable")
    if channel.is_archived:
        raise ApiError("is_archived")
    return channel, call.message(channel)
