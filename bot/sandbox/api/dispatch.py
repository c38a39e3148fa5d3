"""The life of one call of the Web API: who asks, may they, not too often, is it asked well; then the method itself."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox import turn, wire
from bot.sandbox.api import (  # noqa: F401  # importing them registers their methods
    about,
    arguments,
    bookmarks,
    canvases,
    chat,
    conversations,
    files,
    history,
    listings,
    people,
    pins,
    reactions,
    views,
)
from bot.sandbox.api.registry import HANDLERS, NO_TOKEN, ApiError, Call, Token, missing_scope
from bot.sandbox.journal import ApiCall
from bot.sandbox.methods import METHODS
from bot.sandbox.state import Json

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]
APP_SCOPES = frozenset({"connections:write"})


def endpoint(slack: "Slack") -> Endpoint:
    """The handler of `/api/{method}`."""

    async def serve(request: web.Request) -> web.StreamResponse:
        call = Call(slack, request.match_info["method"], {}, NO_TOKEN, slack.clock.now())
        asked = wire.Asked()
        unreadable: ApiError | None = None
        try:
            asked = await wire.read(request)
        except ApiError as error:
            unreadable = error
        call.args = asked.args

        async def act(entry: ApiCall) -> web.Response:
            return await _answer(call, entry, asked, unreadable)

        return await turn.answered(call, request, act)

    return serve


async def _answer(call: Call, entry: ApiCall, asked: wire.Asked, unreadable: ApiError | None) -> web.Response:
    spec = METHODS.get(call.name)
    try:
        if unreadable:
            raise unreadable
        _admit(call, asked)
        wait = call.slack.limits.check(call)
        if wait is not None:
            entry.answer, entry.status = {"ok": False, "error": "ratelimited"}, 429
            return wire.too_many(wait)
        body = {"ok": True, **await _do(call, asked)}
    except ApiError as error:
        body = {"ok": False, "error": error.error, **error.extra}
    _warn(call, body)
    entry.answer, entry.status, entry.took_effect = body, 200, bool(body["ok"])
    return wire.answer(body, token=None if call.token is NO_TOKEN else call.token, spec=spec)


def _admit(call: Call, asked: wire.Asked) -> None:
    """Find out who asks; raise ApiError unless this method is for them."""
    spec = METHODS.get(call.name)
    if spec is None:
        call.violate("unserved_method", call.name)
        raise ApiError("unknown_method")
    if asked.token_in_query:
        call.violate("token_in_query", call.name)
    call.token = _token(call.slack, asked.token)
    if call.token.kind != spec.caller:
        raise ApiError("not_allowed_token_type")


def _token(slack: "Slack", given: str | None) -> Token:
    if not given:
        raise ApiError("not_authed")
    if given == slack.app.app_token:
        return Token("app", APP_SCOPES)
    if given != slack.app.bot_token:
        raise ApiError("invalid_auth")
    if slack.faults.token_trouble:
        raise ApiError(slack.faults.token_trouble)
    return Token("bot", frozenset(slack.app.scopes))


async def _do(call: Call, asked: wire.Asked) -> Json:
    # Methods whose scope hangs on the type of conversation ask again when they know it.
    accepted = call.spec.accepted_scopes
    if accepted and not call.token.scopes & set(accepted):
        raise missing_scope(call.token, accepted)
    call.args = arguments.read(call, asked.args)
    if asked.charset_missing:
        call.violate("missing_charset", call.name)
        call.warnings.append("missing_charset")
    return await HANDLERS[call.name](call)


def _warn(call: Call, body: Json) -> None:
    if call.warnings:
        body["warning"] = ",".join(call.warnings)
        body.setdefault("response_metadata", {})["warnings"] = list(call.warnings)
