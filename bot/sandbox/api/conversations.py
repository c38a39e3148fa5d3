"""Making channels, and who is in them."""

from bot.sandbox import rooms, shapes
from bot.sandbox.api.registry import ApiError, Call, invalid_arguments, method
from bot.sandbox.state import Channel, Json, Kind, User

INVITE_LIMIT = 100  # users in one call, set by Slack
MPIM_LIMIT = 8  # people besides the bot


@method("conversations.create")
async def create(call: Call) -> Json:
    kind: Kind = "group" if call.args.get("is_private") else "channel"
    call.covers(kind)
    _free(call, call.args["name"])
    channel = rooms.create(call.slack, call.args["name"], call.slack.bot.id, kind=kind)
    return _shown(call, channel)


@method("conversations.rename")
async def rename(call: Call) -> Json:
    channel = _open_channel(call)
    if channel.creator != call.slack.bot.id:
        raise ApiError("not_authorized")
    if call.args["name"] != channel.name:
        _free(call, call.args["name"])
        rooms.rename(call.slack, channel, call.args["name"], call.slack.bot.id)
    return _shown(call, channel)


@method("conversations.setTopic")
async def set_topic(call: Call) -> Json:
    channel = _described(call, "topic")
    rooms.set_topic(call.slack, channel, call.args["topic"], call.slack.bot.id)
    return _shown(call, channel)


@method("conversations.setPurpose")
async def set_purpose(call: Call) -> Json:
    channel = _described(call, "purpose")
    rooms.set_purpose(call.slack, channel, call.args["purpose"], call.slack.bot.id)
    return {"purpose": channel.purpose["value"], **_shown(call, channel)}


@method("conversations.archive")
async def archive(call: Call) -> Json:
    channel = call.channel()
    _roomy(channel)
    if channel.is_archived:
        raise ApiError("already_archived")
    if not call.slack.is_member(channel):
        raise ApiError("not_in_channel")
    if channel.is_general:
        raise ApiError("cant_archive_general")
    rooms.archive(call.slack, channel, call.slack.bot.id)
    return {}


@method("conversations.unarchive")
async def unarchive(call: Call) -> Json:
    channel = call.channel()
    _roomy(channel)
    if not channel.is_archived:
        raise ApiError("not_archived")
    # Documented: bot tokens cannot do this. Archiving took the bot out, and that is what they are told.
    raise ApiError("not_in_channel")


@method("conversations.invite")
async def invite(call: Call) -> Json:
    channel = _open_channel(call)
    users = list(dict.fromkeys(call.args["users"]))
    if not users:
        raise ApiError("no_user")
    if len(users) > INVITE_LIMIT:
        raise invalid_arguments(f"no more than {INVITE_LIMIT} items allowed [json-pointer:/users]")
    problems = {user_id: problem for user_id in users if (problem := _uninvitable(call, channel, user_id))}
    errors = [{"user": user_id, "ok": False, "error": problem} for user_id, problem in problems.items()]
    welcome = [user_id for user_id in users if user_id not in problems]
    forced = bool(call.args.get("force")) and bool(welcome)
    if not problems or forced or call.slack.rules.invite_partly:
        for user_id in welcome:
            rooms.join(call.slack, channel, user_id, inviter=call.slack.bot.id)
    if problems and not forced:
        raise ApiError(next(iter(problems.values())), errors=errors)
    return _shown(call, channel) | ({"errors": errors} if errors else {})


def _uninvitable(call: Call, channel: Channel, user_id: str) -> str | None:
    """Why somebody cannot be invited, or None."""
    user = call.slack.workspace.users.get(user_id)
    if user is None:
        return "user_not_found"
    if user.id == call.slack.bot.id:
        return "cant_invite_self"
    if user.deleted:
        return call.slack.rules.deactivated_invite
    if user.id in channel.members:
        return "already_in_channel"
    if user.is_stranger:
        return "no_external_invite_permission"
    if user.is_ultra_restricted and _in_some_channel(call, user):
        return "ura_max_channels"
    return "user_is_restricted" if user.is_restricted else None


def _in_some_channel(call: Call, user: User) -> bool:
    places = call.slack.workspace.channels.values()
    return any(user.id in place.members for place in places if place.kind in ("channel", "group"))


@method("conversations.kick")
async def kick(call: Call) -> Json:
    channel = _open_channel(call)
    user = call.user()
    if user.id == call.slack.bot.id:
        raise ApiError("cant_kick_self")
    if channel.is_general:
        raise ApiError("cant_kick_from_general")
    if user.id not in channel.members:
        raise ApiError("not_in_channel")
    rooms.leave(call.slack, channel, user.id, removed_by=call.slack.bot.id)
    return {"errors": {}}


@method("conversations.join")
async def join(call: Call) -> Json:
    channel = call.channel()
    if channel.kind != "channel":
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    if call.slack.is_member(channel):
        call.warnings.append("already_in_channel")
    else:
        rooms.join(call.slack, channel, call.slack.bot.id)
    return _shown(call, channel)


@method("conversations.leave")
async def leave(call: Call) -> Json:
    channel = call.channel()
    _roomy(channel)
    if channel.is_archived:
        raise ApiError("is_archived")
    if channel.is_general:
        raise ApiError("cant_leave_general")
    if not call.slack.is_member(channel):
        return {"ok": False, "not_in_channel": True}
    if channel.is_private and len(channel.members) == 1:
        raise ApiError("last_member")
    rooms.leave(call.slack, channel, call.slack.bot.id)
    return {}


@method("conversations.open")
async def open_direct(call: Call) -> Json:
    if "channel" in call.args:
        channel = call.channel()
        if channel.kind not in ("im", "mpim"):
            raise ApiError("method_not_supported_for_channel_type")
        return _opened(call, channel, {"no_op": True, "already_open": True})
    people = _people(call)
    call.covers("im" if len(people) == 1 else "mpim")
    members = [*people, call.slack.bot.id]
    if call.args.get("prevent_creation") and not _existing(call, members):
        raise ApiError("channel_not_found")
    channel, new = rooms.direct(call.slack, members)
    return _opened(call, channel, {} if new else {"no_op": True, "already_open": True})


def _people(call: Call) -> list[str]:
    """Those to talk with, checked."""
    users = list(dict.fromkeys(call.args.get("users", [])))
    if not users:
        raise ApiError("users_list_not_supplied")
    if len(users) > MPIM_LIMIT:
        raise ApiError("too_many_users")
    for user_id in users:
        user = call.slack.workspace.users.get(user_id)
        if user is None:
            raise ApiError("user_not_found")
        if user.is_bot:
            raise ApiError("cannot_dm_bot")
        if user.deleted:
            raise ApiError("user_disabled")
    return users


def _existing(call: Call, members: list[str]) -> bool:
    places = call.slack.workspace.channels.values()
    return any(place.kind in ("im", "mpim") and set(place.members) == set(members) for place in places)


def _opened(call: Call, channel: Channel, already: Json) -> Json:
    shown = shapes.channel(call.slack, channel) if call.args.get("return_im") else {"id": channel.id}
    return {**already, "channel": shown}


@method("conversations.info")
async def info(call: Call) -> Json:
    channel = call.channel()
    shown = shapes.channel(call.slack, channel)
    if call.slack.is_member(channel):
        shown["last_read"] = channel.last_read.get(call.slack.bot.id, "0000000000.000000")
    if call.args.get("include_num_members"):
        shown["num_members"] = len(channel.members)
    if call.args.get("include_locale"):
        shown["locale"] = "en-US"
    return {"channel": shown}


def _free(call: Call, name: str) -> None:
    """Raise ApiError unless a channel can be called so."""
    problem = rooms.name_problem(call.slack, name)
    if problem:
        raise ApiError(problem)


def _open_channel(call: Call) -> Channel:
    """A channel, not direct messages, that the bot is in and that is not archived."""
    channel = call.channel()
    _roomy(channel)
    if channel.is_archived:
        raise ApiError("is_archived")
    if not call.slack.is_member(channel):
        raise ApiError("not_in_channel")
    return channel


def _roomy(channel: Channel) -> None:
    if channel.kind in ("im", "mpim"):
        raise ApiError("method_not_supported_for_channel_type")


def _described(call: Call, what: str) -> Channel:
    channel = _open_channel(call)
    if len(call.args[what]) > rooms.TOPIC_LIMIT:
        raise ApiError("too_long")
    return channel


def _shown(call: Call, channel: Channel) -> Json:
    return {"channel": shapes.channel(call.slack, channel)}
