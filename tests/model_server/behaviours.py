"""What a server may do, by the name of the model that it is asked for."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.model_server import answers
from tests.model_server.answers import Answer, Body

CONTEXT = 4096
THOUGHT = 1500
HTML = "<html><body>Welcome to our gateway</body></html>"


class Turn:
    """One request, as a behaviour sees it."""

    def __init__(self, request: web.Request, body: Body, number: int, good: Callable[[Body], Answer]) -> None:
        self.request = request
        self.body = body
        self.number = number  # of those for this model, from 1
        self._good = good

    def good(self) -> Answer:
        return self._good(self.body)

    def says(self, content: str | None, finish: str = "stop", **usage: Any) -> web.Response:
        return web.json_response(self.completion(content, finish, **usage))

    def completion(self, content: str | None, finish: str = "stop", **usage: Any) -> Answer:
        counted, said = round(len(self.body.text.encode()) / 4), len(content or "") // 4
        return {
            "id": "c1", "object": "chat.completion", "created": 1, "model": self.body.model,
            "choices": [
                {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content}},
            ],
            "usage": {"prompt_tokens": counted, "completion_tokens": said, "total_tokens": counted + said} | usage,
        }  # fmt: skip


Behaviour = Callable[[Turn], Awaitable[web.StreamResponse]]


def error(status: int, message: str, code: str | None = None, param: str | None = None, **headers: str) -> web.Response:
    told = {"error": {"message": message, "type": "invalid_request_error", "code": code, "param": param}}
    return web.json_response(
        told, status=status, headers={name.replace("_", "-"): held for name, held in headers.items()}
    )


async def good(turn: Turn) -> web.StreamResponse:
    return turn.says(json.dumps(turn.good()))


async def lying(turn: Turn) -> web.StreamResponse:
    return turn.says(json.dumps(answers.lying(turn.good())))


async def blaming(turn: Turn) -> web.StreamResponse:
    return turn.says(json.dumps(answers.blaming(turn.good())))


async def injected(turn: Turn) -> web.StreamResponse:
    return turn.says(json.dumps(answers.obeying(turn.good())))


# --- in its own time


async def _as_long_as_asked(seconds: float | None = None) -> None:
    """Until whoever asks goes away, or for so long."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()


async def slow(turn: Turn) -> web.StreamResponse:
    await _as_long_as_asked()
    raise AssertionError("nobody waits for ever")


async def dripping(turn: Turn) -> web.StreamResponse:
    """Never silent for long, and never done."""
    answer = web.StreamResponse(headers={"content-type": "application/json"})
    await answer.prepare(turn.request)
    while True:
        await answer.write(b" ")
        await _as_long_as_asked(0.02)


# --- answers that are none


async def truncated(turn: Turn) -> web.StreamResponse:
    return turn.says(json.dumps(turn.good())[:-9], "length")


async def thinking(turn: Turn) -> web.StreamResponse:
    """Thinks before it answers, and thought counts."""
    details = {"reasoning_tokens": THOUGHT}
    if turn.body.limit < 2 * THOUGHT:
        return turn.says("", "length", completion_tokens_details=details)
    return turn.says(json.dumps(turn.good()), completion_tokens_details=details)


async def thinking_in_silence(turn: Turn) -> web.StreamResponse:
    """The same, by a server that does not say what it was."""
    if turn.body.limit < 2 * THOUGHT:
        return turn.says("", "length", completion_tokens=turn.body.limit)
    return await good(turn)


async def refusing(turn: Turn) -> web.StreamResponse:
    made = turn.completion(None)
    made["choices"][0]["message"]["refusal"] = "I cannot help with that."
    return web.json_response(made)


async def filtered(turn: Turn) -> web.StreamResponse:
    return turn.says("", "content_filter")


async def filtered_question(turn: Turn) -> web.StreamResponse:
    return error(400, "The response was filtered due to the prompt.", "content_filter", "prompt")


async def no_choices(turn: Turn) -> web.StreamResponse:
    return web.json_response(turn.completion("") | {"choices": []})


async def null_choices(turn: Turn) -> web.StreamResponse:
    return web.json_response(turn.completion("") | {"choices": None})


async def error_in_200(turn: Turn) -> web.StreamResponse:
    return web.json_response({"error": {"message": "upstream failed", "code": 502}})


async def html(turn: Turn) -> web.StreamResponse:
    return web.Response(text=HTML, content_type="text/html")


async def broken_json(turn: Turn) -> web.StreamResponse:
    return web.Response(text='{"choices": [', content_type="application/json")


async def prose(turn: Turn) -> web.StreamResponse:
    return turn.says("The incident was bad. Here is what I think.")


async def silent(turn: Turn) -> web.StreamResponse:
    return turn.says(None)


async def mismatch(turn: Turn) -> web.StreamResponse:
    return turn.says('{"summary": "all is well"}')


# --- answers that can be used


async def mismatch_once(turn: Turn) -> web.StreamResponse:
    return await (mismatch(turn) if turn.number == 1 else good(turn))


async def fenced(turn: Turn) -> web.StreamResponse:
    return turn.says(f"Here you are:\n```json\n{json.dumps(turn.good(), indent=1)}\n```\nAnything else?")


async def thinking_aloud(turn: Turn) -> web.StreamResponse:
    return turn.says(f'<think>{{"summary": []}} or {{so}}?</think>\n{json.dumps(turn.good())}')


async def talkative(turn: Turn) -> web.StreamResponse:
    """More than was asked for, and what no database holds."""
    made = turn.good() | {"confidence": 0.9, "note\u0000": "\u0000\ud800"}
    return turn.says(json.dumps(made).replace("words", "wo\\u0000\\ud800rds"))


async def without_count(turn: Turn) -> web.StreamResponse:
    return web.json_response(turn.completion(json.dumps(turn.good())) | {"usage": None})


# --- its manner


async def no_schema(turn: Turn) -> web.StreamResponse:
    if turn.body.format == "json_schema":
        return error(400, "Invalid value for 'response_format': json_schema is not supported.", None, "response_format")
    return await good(turn)


async def text_only(turn: Turn) -> web.StreamResponse:
    if "response_format" in turn.body:
        return error(422, "Extra inputs are not permitted: response_format")
    return await fenced(turn)


async def deaf(turn: Turn) -> web.StreamResponse:
    """Ignores what shape is asked for, unless a message says it."""
    return await (prose(turn) if turn.body.format == "json_schema" else good(turn))


async def grammar(turn: Turn) -> web.StreamResponse:
    if turn.body.format == "json_schema":
        return error(500, "failed to parse grammar")
    return await good(turn)


async def new_limit(turn: Turn) -> web.StreamResponse:
    if "max_tokens" in turn.body:
        said = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        )
        return error(400, said, "unsupported_parameter", "max_tokens")
    return await good(turn)


async def no_temperature(turn: Turn) -> web.StreamResponse:
    if "temperature" in turn.body:
        return error(400, "Unsupported value: 'temperature' does not support 0.2.", "unsupported_value", "temperature")
    return await good(turn)


async def picky(turn: Turn) -> web.StreamResponse:
    """All of it, one after the other."""
    for fussy in (new_limit, no_temperature, no_schema, text_only):
        came = await fussy(turn)
        if came.status != 200:
            return came
    return came


async def contrary(turn: Turn) -> web.StreamResponse:
    name = "max_tokens" if "max_tokens" in turn.body else "max_completion_tokens"
    return error(400, f"Unsupported parameter: {name}", "unsupported_parameter", name)


# --- refusals


async def unauthorized(turn: Turn) -> web.StreamResponse:
    return error(401, f"Incorrect API key provided: {turn.request.headers['authorization']}", "invalid_api_key")


async def forbidden(turn: Turn) -> web.StreamResponse:
    return error(403, "Country not supported", "unsupported_country_region_territory")


async def missing(turn: Turn) -> web.StreamResponse:
    return error(404, f"The model `{turn.body.model}` does not exist", "model_not_found")


async def moved(turn: Turn) -> web.StreamResponse:
    raise web.HTTPTemporaryRedirect("/elsewhere/v1/chat/completions")


async def busy(turn: Turn) -> web.StreamResponse:
    return error(429, "Rate limit reached", "rate_limit_exceeded", retry_after="0.01")


async def busy_once(turn: Turn) -> web.StreamResponse:
    return await (busy(turn) if turn.number == 1 else good(turn))


async def busy_for_long(turn: Turn) -> web.StreamResponse:
    return error(429, "Rate limit reached", "rate_limit_exceeded", retry_after="600")


async def quota(turn: Turn) -> web.StreamResponse:
    return error(429, "You exceeded your current quota, please check your plan.", "insufficient_quota")


async def unpaid(turn: Turn) -> web.StreamResponse:
    return error(402, "Insufficient Balance")


async def failing(turn: Turn) -> web.StreamResponse:
    return error(500, "The server had an error")


async def failing_once(turn: Turn) -> web.StreamResponse:
    return await (failing(turn) if turn.number == 1 else good(turn))


async def bad_gateway(turn: Turn) -> web.StreamResponse:
    return web.Response(status=502, text=HTML, content_type="text/html")


async def reset(turn: Turn) -> web.StreamResponse:
    assert turn.request.transport
    turn.request.transport.abort()
    return web.Response()


async def reset_once(turn: Turn) -> web.StreamResponse:
    return await (reset(turn) if turn.number == 1 else good(turn))


async def too_long(turn: Turn) -> web.StreamResponse:
    said = "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens. Reduce max_tokens."
    return error(400, said, "context_length_exceeded", "messages")


async def too_long_there(turn: Turn) -> web.StreamResponse:
    """As llama.cpp says it."""
    return error(400, "the request exceeds the available context size, try increasing it")


async def too_large(turn: Turn) -> web.StreamResponse:
    return web.Response(status=413, text="Request Entity Too Large")


async def cutting(turn: Turn) -> web.StreamResponse:
    """Reads as much as it has room for, and says nothing."""
    counted = min(CONTEXT, round(len(turn.body.text.encode()) / 4))
    return turn.says(json.dumps(turn.good()), prompt_tokens=counted)


BEHAVIOURS: dict[str, Behaviour] = {
    behaviour.__name__: behaviour
    for behaviour in (
        good, lying, blaming, injected, slow, dripping, truncated, thinking, thinking_in_silence,
        refusing, filtered, filtered_question,
        no_choices, null_choices, error_in_200, html, broken_json, prose, silent, mismatch, mismatch_once, fenced,
        thinking_aloud, talkative, without_count, no_schema, text_only, deaf, grammar, new_limit, no_temperature, picky,
        contrary, unauthorized, forbidden, missing, moved, busy, busy_once, busy_for_long, quota, unpaid, failing,
        failing_once, bad_gateway, reset, reset_once, too_long, too_long_there, too_large, cutting,
    )
}  # fmt: skip
