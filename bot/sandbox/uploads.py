"""The bytes of files: the second of the three steps of an upload, and reading them back."""

import base64
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox import turn
from bot.sandbox.api.registry import NO_TOKEN, Call
from bot.sandbox.journal import ApiCall
from bot.sandbox.state import Canvas, File

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]


def receive(slack: "Slack") -> Endpoint:
    """The handler of an upload URL: once, and exactly as many bytes as announced. Faults know it as `upload`."""

    async def serve(request: web.Request) -> web.StreamResponse:
        file_id, ticket = request.match_info["file"], request.match_info["token"]
        call = Call(slack, "upload", {"file": file_id}, NO_TOKEN, slack.clock.now())
        content = await _content(request)

        async def act(entry: ApiCall) -> web.Response:
            problem = _kept(slack, slack.workspace.files.get(file_id), ticket, content)
            entry.took_effect = problem is None
            entry.status = 200 if problem is None else 400
            entry.answer = {"ok": problem is None, **({"error": problem} if problem else {})}
            return web.Response(status=entry.status, text=problem or f"OK - {len(content)}")

        return await turn.answered(call, request, act)

    return serve


async def _content(request: web.Request) -> bytes:
    """The body as it is, or the one file of a form."""
    if request.content_type != "multipart/form-data":
        return await request.read()
    for field in (await request.post()).values():
        if isinstance(field, web.FileField):
            return field.file.read()
    return b""


def _kept(slack: "Slack", file: File | None, ticket: str, content: bytes) -> str | None:
    if file is None or not file.ticket or file.ticket != ticket:
        return "no such upload, or it was used"
    if len(content) != file.size:
        return f"{len(content)} bytes, but {file.size} were announced"
    try:
        file.content, file.is_base64 = content.decode(), False
    except UnicodeDecodeError:
        file.content, file.is_base64 = base64.b64encode(content).decode(), True
        file.mimetype = "application/octet-stream" if file.mimetype.startswith("text/") else file.mimetype
    file.ticket, file.received = "", True
    slack.changed("file", file=file.id)
    return None


def show(slack: "Slack") -> Endpoint:
    """The handler of url_private: the bytes, for the bot's token with files:read."""

    async def serve(request: web.Request) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if given != slack.app.bot_token or "files:read" not in slack.app.scopes:
            raise web.HTTPForbidden(text="a bot token with files:read is needed")
        return content(slack, request.match_info["file"])

    return serve


def content(slack: "Slack", file_id: str) -> web.Response:
    """A file's bytes, or a canvas, with their type. Raises HTTPNotFound."""
    file = slack.workspace.files.get(file_id)
    canvas = slack.workspace.canvases.get(file_id)
    if isinstance(canvas, Canvas):
        return web.Response(text=canvas.markdown, content_type="text/markdown")
    if file is None or not file.complete or file.deleted:
        raise web.HTTPNotFound
    raw = base64.b64decode(file.content) if file.is_base64 else file.content.encode()
    return web.Response(body=raw, content_type=file.mimetype)
