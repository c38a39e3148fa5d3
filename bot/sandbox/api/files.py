"""Files: the first and the last of the three steps of an upload, and what is known of one."""

import mimetypes
import secrets
from typing import Any

from bot.sandbox import shapes, talk
from bot.sandbox.api import content
from bot.sandbox.api.registry import ApiError, Call, invalid_arguments, method
from bot.sandbox.state import Channel, File, Json

SNIPPET_LIMIT = 1_000_000  # bytes, set by Slack
ALT_LIMIT = 1_000  # characters, set by Slack
CHANNELS_LIMIT = 100


@method("files.getUploadURLExternal")
async def begin(call: Call) -> Json:
    if call.slack.faults.files_disabled:
        raise ApiError("file_uploads_disabled")
    name, length = call.args["filename"], call.args["length"]
    if length <= 0 or not name:
        raise ApiError("missing_argument")
    if call.given("snippet_type") and length > SNIPPET_LIMIT:
        raise ApiError("snippet_too_large")
    if len(call.args.get("alt_txt", "")) > ALT_LIMIT:
        raise ApiError("alt_txt_too_large")
    file = File(
        id=call.slack.new_id("F"),
        name=name,
        size=length,
        mimetype=mimetypes.guess_type(name)[0] or "text/plain",
        user=call.slack.bot.id,
        created=call.slack.epoch(),
        ticket=secrets.token_urlsafe(24),
    )
    call.slack.workspace.files[file.id] = file
    call.slack.changed("file", file=file.id)
    return {"upload_url": f"{call.slack.url}/upload/{file.id}/{file.ticket}", "file_id": file.id}


@method("files.completeUploadExternal")
async def complete(call: Call) -> Json:
    """The answer does not say where the files were shown: that is seen later, in an event or by files.info."""
    asked = _asked(call)
    places = _places(call)
    files = [_uploaded(call, one["id"]) for one in asked]
    text, blocks = _comment(call)
    for file, one in zip(files, asked, strict=True):
        file.title, file.complete = one.get("title") or file.name, True
        call.slack.changed("file", file=file.id)
    shown = [shapes.file(call.slack, file) for file in files]
    for channel in places:
        message = talk.by_the_bot(call.slack, text=text, blocks=blocks, files=[file.id for file in files])
        message.thread_ts = _thread(call, channel)
        talk.post(call.slack, channel, message)
    return {"files": shown}


@method("files.info")
async def info(call: Call) -> Json:
    canvas = call.slack.workspace.canvases.get(call.args["file"])
    if canvas:
        return {"file": shapes.canvas(call.slack, canvas), "comments": [], "response_metadata": {"next_cursor": ""}}
    file = call.slack.workspace.files.get(call.args["file"])
    if file is None or not file.complete or not _visible(call, file):
        raise ApiError("file_not_found")
    if file.deleted:
        raise ApiError("file_deleted")
    return {"file": shapes.file(call.slack, file), "comments": [], "response_metadata": {"next_cursor": ""}}


def _asked(call: Call) -> list[Json]:
    asked: Any = call.args["files"]
    if not isinstance(asked, list) or not asked or not all(isinstance(one, dict) and "id" in one for one in asked):
        raise invalid_arguments("must provide at least 1 items [json-pointer:/files]")
    return asked


def _places(call: Call) -> list[Channel]:
    """Where to show the files; raises before anything is done."""
    ids = list(call.args.get("channels", []))
    ids += [call.args["channel_id"]] if call.args.get("channel_id") else []
    if len(ids) > CHANNELS_LIMIT:
        raise ApiError("channels_limit_exceeded")
    places = []
    for file_id in ids:
        channel = call.slack.workspace.channels.get(file_id)
        if channel is None or not call.slack.visible(channel):
            raise ApiError("channel_not_found")
        if not call.slack.is_member(channel):
            raise ApiError("not_in_channel")
        if channel.is_archived:
            raise ApiError("posting_to_channel_denied")
        places.append(channel)
    return places


def _uploaded(call: Call, file_id: str) -> File:
    file = call.slack.workspace.files.get(file_id)
    if file is None or not file.received:
        raise ApiError("file_not_found")
    if file.user != call.slack.bot.id:
        raise ApiError("access_denied")
    if file.complete:
        raise ApiError("file_update_failed")
    return file


def _comment(call: Call) -> tuple[str, list[Json]]:
    said = content.read_comment(call)
    return said.text or "", said.blocks or []


def _thread(call: Call, channel: Channel) -> str | None:
    ts = call.args.get("thread_ts")
    if not ts:
        return None
    parent = channel.messages.get(ts)
    if parent is None or parent.ephemeral_for:
        raise ApiError("thread_not_found")
    return parent.thread_ts or parent.ts


def _visible(call: Call, file: File) -> bool:
    if file.user == call.slack.bot.id:
        return True
    places = [call.slack.workspace.channels[file_id] for file_id in file.shares]
    return any(call.slack.visible(place) for place in places)
