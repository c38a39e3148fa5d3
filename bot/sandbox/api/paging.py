"""Cursors: a listing is given in pages, and only the server knows what a cursor means."""

import base64
import binascii
from typing import TypeVar

from bot.sandbox.api.registry import ApiError, Call
from bot.sandbox.state import Json

T = TypeVar("T")
MOST = 1000  # items in a page, set by Slack


def page(call: Call, items: list[T], *, default: int = 100) -> tuple[list[T], Json]:
    """The page asked for, and the `response_metadata` that goes with it."""
    limit = call.args.get("limit", default)
    if not 0 < limit <= MOST:
        raise ApiError("invalid_limit")
    if call.slack.rules.short_pages:
        limit = max(1, limit // 2)
    start = _start(call)
    end = start + limit
    return items[start:end], {"next_cursor": _cursor(call, end) if end < len(items) else ""}


def _start(call: Call) -> int:
    cursor = call.args.get("cursor")
    if not cursor:
        return 0
    try:
        name, _, start = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise ApiError("invalid_cursor") from None
    if name != call.name or not start.isdecimal():
        raise ApiError("invalid_cursor")
    return int(start)


def _cursor(call: Call, start: int) -> str:
    return base64.b64encode(f"{call.name}:{start}".encode()).decode()
