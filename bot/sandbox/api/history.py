"""Reading what was said: conversations.history and conversations.replies."""

from datetime import timedelta

from bot.sandbox import shapes
from bot.sandbox.api.arguments import is_ts
from bot.sandbox.api.paging import page
from bot.sandbox.api.registry import ApiError, Call, method
from bot.sandbox.state import Channel, Json, Message

HISTORY_MOST = 999  # messages in a page, set by Slack; a greater limit is taken for it


@method("conversations.history")
async def history(call: Call) -> Json:
    """Newest first. Replies are not in it unless they were also sent to the channel."""
    channel = _heard(call)
    said = [one for one in _said(call, channel) if one.thread_ts in (None, one.ts) or one.broadcast]
    call.args["limit"] = min(call.args.get("limit", 100), HISTORY_MOST)
    shown, metadata = page(call, [one for one in reversed(said) if _in_span(call, one)])
    return {
        "messages": [_shown(call, channel, one) for one in shown],
        "has_more": bool(metadata["next_cursor"]),
        "pin_count": len(channel.pins),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
        "response_metadata": metadata,
    }


@method("conversations.replies")
async def replies(call: Call) -> Json:
    """Oldest first, the first message of the thread before all; of a reply's ts, that reply alone."""
    channel = _heard(call)
    known = {one.ts: one for one in _said(call, channel)}
    first = known.get(call.args["ts"])
    if first is None:
        raise ApiError("thread_not_found")
    answers = [known[ts] for ts in first.reply_ts if ts in known]
    thread = [first, *(one for one in answers if _in_span(call, one))]
    shown, metadata = page(call, thread, default=1000)
    return {
        "messages": [_shown(call, channel, one) for one in shown],
        "has_more": bool(metadata["next_cursor"]),
        "response_metadata": metadata,
    }


def _heard(call: Call) -> Channel:
    channel = call.member_channel()
    for name in ("latest", "oldest"):
        given = call.args.get(name)
        if given and not is_ts(given):
            raise ApiError(f"invalid_ts_{name}")
    return channel


def _said(call: Call, channel: Channel) -> list[Message]:
    """What history knows by now: nothing ephemeral, and nothing newer than its lag."""
    known = (call.slack.clock.now() - timedelta(seconds=call.slack.rules.history_lag)).timestamp()
    everything = [one for one in channel.messages.values() if not one.ephemeral_for]
    if not call.slack.rules.history_lag:
        return everything
    return [one for one in everything if float(one.ts) <= known]


def _in_span(call: Call, said: Message) -> bool:
    ts, inclusive = _number(said.ts), bool(call.args.get("inclusive"))
    latest, oldest = call.args.get("latest"), call.args.get("oldest")
    if latest and not (ts < _number(latest) or (inclusive and ts == _number(latest))):
        return False
    return not oldest or ts > _number(oldest) or (inclusive and ts == _number(oldest))


def _number(ts: str) -> tuple[int, int]:
    seconds, _, micros = ts.partition(".")
    return int(seconds), int(f"{micros or 0:0<6}")


def _shown(call: Call, channel: Channel, said: Message) -> Json:
    return shapes.message(call.slack, channel, said, metadata=bool(call.args.get("include_all_metadata")))
