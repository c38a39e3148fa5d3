"""What a model may say, and how: the first four are whole answers, and not all of them true."""

import asyncio
import contextlib
import json

from aiohttp import web

from tests.model_server import answers
from tests.model_server.turns import HTML, Turn

CONTEXT = 4096
THOUGHT = 1500


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


async def no_choices(turn: Turn) -> web.StreamResponse:
    return web.json_response(turn.completion("") | {"choices": []})


async def null_choices(turn: Turn) -> web.StreamResponse:
    return web.json_response(turn.completion("") | {"choices": None})


async def no_message(turn: Turn) -> web.StreamResponse:
    return web.json_response(turn.completion("") | {"choices": [{"index": 0, "finish_reason": "stop"}]})


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


async def cutting(turn: Turn) -> web.StreamResponse:
    """Reads as much as it has room for, and says nothing."""
    counted = min(CONTEXT, round(len(turn.body.text.encode()) / 4))
    return turn.says(json.dumps(turn.good()), prompt_tokens=counted)
