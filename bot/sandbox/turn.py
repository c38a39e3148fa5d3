"""One request's way past the gates and faults that tests set up, and into the journal."""

import asyncio
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from aiohttp import web

from bot.sandbox import wire
from bot.sandbox.api.registry import Call
from bot.sandbox.faults import Fault, When
from bot.sandbox.journal import ApiCall

Act = Callable[[ApiCall], Awaitable[web.Response]]


class HungUp(Exception):
    """The connection is cut instead of an answer."""


async def answered(call: Call, request: web.Request, act: Act) -> web.StreamResponse:
    """Do `act`, which fills in the journal's entry, between the gates and faults set for this call, and answer."""
    started = time.monotonic()
    entry = ApiCall(call.name, dict(call.args), call.at)
    call.slack.journal.calls.append(entry)
    try:
        response = await _between_faults(call, entry, act)
    except HungUp:
        entry.answer, entry.status = {}, 0
        response = web.Response()
        _reset(request)
    entry.took, entry.ended = timedelta(seconds=time.monotonic() - started), True
    call.slack.journal.touched(entry)
    return response


async def _between_faults(call: Call, entry: ApiCall, act: Act) -> web.Response:
    faults = call.slack.faults
    await faults.linger(call.name)
    await _stand(call, "before")
    fault = faults.take(call)
    entry.fault = str(fault) if fault else None
    if fault and not fault.after:
        return await _spoilt(entry, fault, None)
    response = await act(entry)
    call.slack.flush()
    await _stand(call, "after")
    await faults.linger(call.name)
    return await _spoilt(entry, fault, response) if fault else response


async def _stand(call: Call, when: When) -> None:
    gate = call.slack.faults.gate(call, when)
    if gate:
        await gate.stand()
        if gate.dropped:
            raise HungUp


async def _spoilt(entry: ApiCall, fault: Fault, response: web.Response | None) -> web.Response:
    if fault.kind == "hang":
        await asyncio.sleep(fault.seconds)
    if fault.kind == "hang" and response is not None:
        return response
    if fault.kind in ("hang", "reset"):
        raise HungUp
    entry.status = fault.status_code
    if fault.kind == "error":
        entry.answer = {"ok": False, "error": fault.error_name}
        return web.json_response(entry.answer)
    if fault.status_code == 429:
        entry.answer = {"ok": False, "error": "ratelimited"}
        return wire.too_many(fault.retry_after or 1)
    entry.answer = {}
    return web.Response(status=fault.status_code, text="upstream error")


def _reset(request: web.Request) -> None:
    """Cut the connection so that the other side gets a TCP reset."""
    transport = request.transport
    if transport is None:
        return
    raw = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
