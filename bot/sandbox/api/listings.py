"""Lists of conversations, and of who is in one."""

from bot.sandbox import shapes
from bot.sandbox.api.paging import page
from bot.sandbox.api.registry import ApiError, Call, method
from bot.sandbox.state import Channel, Json, Kind

TYPES: dict[str, Kind] = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


@method("conversations.list")
async def everywhere(call: Call) -> Json:
    places, metadata = page(call, [place for place in _wanted(call) if call.slack.visible(place)])
    shown = [shapes.channel(call.slack, place) | {"num_members": len(place.members)} for place in places]
    return {"channels": shown, "response_metadata": metadata}


@method("users.conversations")
async def of_user(call: Call) -> Json:
    """Where the bot is; with `user`, where that person is, as far as the bot may know."""
    user = call.user().id if "user" in call.args else call.slack.bot.id
    places = [place for place in _wanted(call) if user in place.members and call.slack.visible(place)]
    places, metadata = page(call, places)
    shown = [shapes.channel(call.slack, place) for place in places]
    for one in shown:
        one.pop("is_member", None)
    return {"channels": shown, "response_metadata": metadata}


@method("conversations.members")
async def members(call: Call) -> Json:
    channel = call.channel()
    users, metadata = page(call, channel.members)
    return {"members": users, "response_metadata": metadata}


def _wanted(call: Call) -> list[Channel]:
    """The conversations of the types asked for, each of which needs its scope."""
    names = str(call.args.get("types", "public_channel")).split(",")
    if not set(names) <= TYPES.keys():
        raise ApiError("invalid_types")
    kinds = {TYPES[name] for name in names}
    for kind in kinds:
        call.covers(kind)
    everything = call.slack.workspace.channels.values()
    open_only = bool(call.args.get("exclude_archived"))
    return [place for place in everything if place.kind in kinds and not (open_only and place.is_archived)]
