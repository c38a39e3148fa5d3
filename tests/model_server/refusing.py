"""What a server may refuse, and for what reason: some of it only until it is asked in another manner."""

from aiohttp import web

from tests.model_server.saying import fenced, good, prose
from tests.model_server.turns import HTML, Turn, error

# --- until it is asked otherwise


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


# --- for good


async def unauthorized(turn: Turn) -> web.StreamResponse:
    return error(401, f"Incorrect API key provided: {turn.request.headers['authorization']}", "invalid_api_key")


async def filtered_question(turn: Turn) -> web.StreamResponse:
    return error(400, "The response was filtered due to the prompt.", "content_filter", "prompt")


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
