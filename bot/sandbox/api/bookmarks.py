"""The links in a channel's header."""

import re

from bot.sandbox import shapes
from bot.sandbox.api.registry import ApiError, Call, method
from bot.sandbox.state import Bookmark, Channel, Json

LINK = re.compile(r"https?://[^\s]+")
EMOJI = re.compile(r":[a-z0-9_+'\-]+:")


@method("bookmarks.add")
async def add(call: Call) -> Json:
    channel = _channel(call)
    if call.args["type"] != "link":
        raise ApiError("invalid_bookmark_type")
    _check(call)
    if "link" not in call.args:
        raise ApiError("invalid_link")
    if len(channel.bookmarks) >= call.slack.rules.bookmarks_limit:
        raise ApiError("too_many_bookmarks")
    mark = Bookmark(
        id=call.slack.new_id("Bk"),
        channel_id=channel.id,
        title=call.args["title"],
        link=call.args["link"],
        emoji=call.args.get("emoji", ""),
        date_created=call.slack.epoch(),
        app_id=call.slack.workspace.app_id,
    )
    channel.bookmarks.append(mark)
    call.slack.changed("channel", channel=channel.id)
    return {"bookmark": shapes.bookmark(call.slack, mark)}


@method("bookmarks.edit")
async def edit(call: Call) -> Json:
    channel = _channel(call)
    mark = _mark(call, channel)
    _check(call)
    for name in ("title", "link", "emoji"):
        if name in call.args:
            setattr(mark, name, call.args[name])
    mark.date_updated = call.slack.epoch()
    call.slack.changed("channel", channel=channel.id)
    return {"bookmark": shapes.bookmark(call.slack, mark)}


@method("bookmarks.remove")
async def remove(call: Call) -> Json:
    channel = _channel(call)
    channel.bookmarks.remove(_mark(call, channel))
    call.slack.changed("channel", channel=channel.id)
    return {}


@method("bookmarks.list")
async def all_of(call: Call) -> Json:
    channel = call.channel("channel_id")
    return {"bookmarks": [shapes.bookmark(call.slack, mark) for mark in channel.bookmarks]}


def _channel(call: Call) -> Channel:
    channel = call.channel("channel_id")
    if not call.slack.is_member(channel):
        raise ApiError("access_denied")
    if channel.is_archived:
        raise ApiError("permission_denied")
    return channel


def _mark(call: Call, channel: Channel) -> Bookmark:
    for mark in channel.bookmarks:
        if mark.id == call.args["bookmark_id"]:
            return mark
    raise ApiError("not_found")


def _check(call: Call) -> None:
    limit = call.slack.rules.bookmark_title_limit
    if "title" in call.args and not 0 < len(call.args["title"]) <= limit:
        raise ApiError("invalid_arguments")
    if "link" in call.args and not LINK.fullmatch(call.args["link"]):
        raise ApiError("invalid_link")
    if call.args.get("emoji") and not EMOJI.fullmatch(call.args["emoji"]):
        raise ApiError("invalid_emoji")
