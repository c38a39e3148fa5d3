"""Canvases: documents of Slack, written in Markdown."""

from collections.abc import Callable
from typing import Any

from bot.sandbox import markdown
from bot.sandbox.api.registry import ApiError, Call, invalid_arguments, method
from bot.sandbox.state import Canvas, Channel, Json

PLACED = ("insert_before", "insert_after", "replace", "delete")  # operations that need a section, or may have one
OPERATIONS = ("insert_at_start", "insert_at_end", *PLACED)
LEVELS = ("read", "write", "owner")


@method("canvases.create")
async def create(call: Call) -> Json:
    _enabled(call)
    channel = _channel(call) if call.args.get("channel_id") else None
    if call.slack.faults.free_plan and channel is None:
        raise ApiError("free_teams_cannot_create_standalone_canvases")
    if call.slack.faults.free_plan and channel and channel.canvas_id:
        raise ApiError("free_team_canvas_tab_already_exists")
    return {"canvas_id": _new(call, channel).id}


@method("conversations.canvases.create")
async def create_for_channel(call: Call) -> Json:
    _enabled(call)
    channel = _channel(call)
    if channel.canvas_id:
        raise ApiError("channel_canvas_already_exists")
    return {"canvas_id": _new(call, channel).id}


@method("canvases.edit")
async def edit(call: Call) -> Json:
    canvas = _canvas(call)
    changes = call.args["changes"]
    if not isinstance(changes, list) or len(changes) != 1 or not isinstance(changes[0], dict):
        raise invalid_arguments("must provide exactly 1 items [json-pointer:/changes]")
    _apply(call, canvas, changes[0])
    canvas.updated = call.slack.epoch()
    call.slack.changed("canvas", canvas=canvas.id)
    return {}


@method("canvases.access.set")
async def share(call: Call) -> Json:
    canvas = _canvas(call)
    users, channels = call.args.get("user_ids"), call.args.get("channel_ids")
    if canvas.owner != call.slack.bot.id:
        raise ApiError("restricted_action")
    if bool(users) == bool(channels) or (channels and call.args["access_level"] == "owner"):
        raise ApiError("invalid_parameters")
    if call.args["access_level"] not in LEVELS:
        raise invalid_arguments("must be one of: read, write, owner [json-pointer:/access_level]")
    for one in users or []:
        if one not in call.slack.workspace.users:
            raise ApiError("user_not_found")
    for one in channels or []:
        place = call.slack.workspace.channels.get(one)
        if place is None or not call.slack.visible(place):
            raise ApiError("channel_not_found")
    _grant(canvas, call.args["access_level"], users or channels or [])
    call.slack.changed("canvas", canvas=canvas.id)
    return {}


@method("canvases.sections.lookup")
async def lookup(call: Call) -> Json:
    canvas = _canvas(call)
    criteria: Any = call.args["criteria"]
    types = criteria.get("section_types") if isinstance(criteria, dict) else None
    words = criteria.get("contains_text") if isinstance(criteria, dict) else None
    if not types and not words:
        raise invalid_arguments("must provide section_types or contains_text [json-pointer:/criteria]")
    pieces = zip(canvas.section_ids, markdown.sections(canvas.markdown), strict=True)
    found = [one for one, piece in pieces if _is(piece, types) and (words or "").lower() in piece.lower()]
    return {"sections": [{"id": one} for one in found]}


def _enabled(call: Call) -> None:
    if call.slack.faults.canvas_disabled:
        raise ApiError("canvas_disabled_user_team")


def _channel(call: Call) -> Channel:
    channel = call.slack.workspace.channels.get(call.args["channel_id"])
    if channel is None or not call.slack.visible(channel):
        raise ApiError("channel_not_found")
    if not call.slack.is_member(channel) or channel.is_archived:
        raise ApiError("restricted_action")
    return channel


def _canvas(call: Call) -> Canvas:
    """The canvas named, if the bot can write in it."""
    _enabled(call)
    canvas = call.slack.workspace.canvases.get(call.args["canvas_id"])
    if canvas is None:
        raise ApiError("canvas_not_found")
    home = call.slack.workspace.channels.get(canvas.channel_id or "")
    if canvas.owner != call.slack.bot.id and not (home and call.slack.is_member(home)):
        raise ApiError("canvas_not_found")
    return canvas


def _new(call: Call, channel: Channel | None) -> Canvas:
    title = call.args.get("title", "")
    if len(title) > call.slack.rules.canvas_title_limit:
        raise ApiError("canvas_creation_failed", detail="the title is too long")
    canvas = Canvas(id=call.slack.new_id("F"), title=title, owner=call.slack.bot.id, created=call.slack.epoch())
    canvas.channel_id = channel.id if channel else None
    if "document_content" in call.args:
        _write(canvas, _content(call, call.args["document_content"], "canvas_creation_failed"))
    call.slack.workspace.canvases[canvas.id] = canvas
    if channel and not channel.canvas_id:
        channel.canvas_id = canvas.id
        call.slack.changed("channel", channel=channel.id)
    call.slack.changed("canvas", canvas=canvas.id)
    return canvas


def _content(call: Call, given: Any, refusal: str) -> str:
    """The Markdown of a document, checked."""
    if not isinstance(given, dict) or given.get("type") != "markdown" or not isinstance(given.get("markdown"), str):
        raise invalid_arguments('must be {"type": "markdown", "markdown": …} [json-pointer:/document_content]')
    text: str = given["markdown"]
    if len(text) > call.slack.rules.canvas_chars:
        raise ApiError("canvas_too_large")
    if detail := markdown.refusal(text):
        raise ApiError(refusal, detail=detail)
    for oddity in markdown.oddities(text):
        call.violate("canvas_markdown", oddity)
    return text


def _apply(call: Call, canvas: Canvas, change: Json) -> None:
    operation, section = change.get("operation"), change.get("section_id")
    if operation not in OPERATIONS:
        raise invalid_arguments("unknown operation [json-pointer:/changes/0/operation]")
    if operation in ("insert_before", "insert_after", "delete") and not section:
        raise invalid_arguments("missing required field: section_id [json-pointer:/changes/0]")
    if section and section not in canvas.section_ids:
        raise ApiError("canvas_editing_failed", detail="section not found")
    text = "" if operation == "delete" else _content(call, change.get("document_content"), "canvas_editing_failed")
    if operation == "replace" and not section:
        _write(canvas, text)
        return
    at = canvas.section_ids.index(section) if section else 0
    if len(canvas.markdown) + len(text) > call.slack.rules.canvas_chars:
        raise ApiError("canvas_too_large")
    _splice(canvas, text, *SPANS[operation](at, len(canvas.section_ids)))


# Which sections an operation puts its text in the place of: from, to (not included).
SPANS: dict[str, Callable[[int, int], tuple[int, int]]] = {
    "insert_at_start": lambda at, count: (0, 0),
    "insert_at_end": lambda at, count: (count, count),
    "insert_before": lambda at, count: (at, at),
    "insert_after": lambda at, count: (at + 1, at + 1),
    "replace": lambda at, count: (at, at + 1),
    "delete": lambda at, count: (at, at + 1),
}


def _write(canvas: Canvas, text: str) -> None:
    _splice(canvas, text, 0, len(canvas.section_ids))


def _splice(canvas: Canvas, text: str, start: int, end: int) -> None:
    """Put the sections of `text` in the place of some; the others keep their ids."""
    pieces, new = markdown.sections(canvas.markdown), markdown.sections(text)
    ids = [f"temp:C:{canvas.id}{canvas.sections + number:06x}" for number in range(len(new))]
    canvas.sections += len(new)
    canvas.section_ids[start:end] = ids
    pieces[start:end] = new
    canvas.markdown = markdown.join(pieces)


def _grant(canvas: Canvas, level: str, ids: list[str]) -> None:
    canvas.readers = [one for one in canvas.readers if one not in ids]
    canvas.writers = [one for one in canvas.writers if one not in ids]
    if level == "owner":
        canvas.owner = ids[0]
    (canvas.readers if level == "read" else canvas.writers).extend(ids)


def _is(piece: str, types: list[str] | None) -> bool:
    level = markdown.level(piece)
    return not types or (level > 0 and ("any_header" in types or f"h{level}" in types))
