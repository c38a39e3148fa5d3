"""The three ways in which arguments arrive, and the headers with which answers leave."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.api.registry import ApiError, Token
from bot.sandbox.methods import Spec
from bot.sandbox.state import Json

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass
class Asked:
    """What a request says, before anybody looks at what it means."""

    args: dict[str, Any] = field(default_factory=dict)
    token: str | None = None
    token_in_query: bool = False
    charset_missing: bool = False


async def read(request: web.Request) -> Asked:
    """Read query, form or JSON. Raises ApiError for a body that cannot be read."""
    asked = Asked(dict(request.query))
    asked.token_in_query = asked.args.pop("token", None) is not None
    if request.method == "POST" and request.can_read_body:
        await _read_body(request, asked)
    in_body = asked.args.pop("token", None)
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    asked.token = bearer.strip() if scheme.lower() == "bearer" else in_body
    return asked


async def _read_body(request: web.Request, asked: Asked) -> None:
    if "Content-Type" not in request.headers:
        raise ApiError("missing_post_type")
    if request.content_type in FORMS:
        form = await request.post()
        asked.args |= {name: value for name, value in form.items() if isinstance(value, str)}
    elif request.content_type == "application/json":
        asked.charset_missing = request.charset is None
        asked.args |= _json(await request.read(), request.charset)
        asked.args.pop("token", None)  # with JSON the token has to be in the header
    else:
        raise ApiError("invalid_post_type")


def _json(body: bytes, charset: str | None) -> Json:
    if (charset or "utf-8").lower() != "utf-8":
        raise ApiError("invalid_charset")
    try:
        given = json.loads(body.decode())
    except ValueError:
        raise ApiError("invalid_json") from None
    if not isinstance(given, dict):
        raise ApiError("json_not_object")
    return {name: value for name, value in given.items() if value is not None}


def answer(body: Json, *, token: Token | None, spec: Spec | None, status: int = 200) -> web.Response:
    """The response, with the headers every answer of Slack bears."""
    headers = {"x-slack-req-id": secrets.token_hex(16)}
    if token:
        headers["x-oauth-scopes"] = ",".join(sorted(token.scopes))
    if spec:
        headers["x-accepted-oauth-scopes"] = ",".join(spec.accepted_scopes)
    return web.json_response(body, status=status, headers=headers)


def too_many(retry_after_s: int) -> web.Response:
    headers = {"Retry-After": str(retry_after_s), "x-slack-req-id": secrets.token_hex(16)}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
