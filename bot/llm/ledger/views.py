"""What was sent, for people to read."""

import json
from collections.abc import Sequence

from bot.llm.ledger.model import ModelCall


def report(name: str, calls: Sequence[ModelCall]) -> str:
    if not calls:
        return f"Nothing of {name} was sent to a model.\n"
    return "\n".join([f"{len(calls)} sent of {name}.\n", *map(_call, calls)])


def _call(call: ModelCall) -> str:
    counted = f"{_or_unknown(call.tokens_in)} tokens in, {_or_unknown(call.tokens_out)} out"
    cost = f", cost {call.cost:.6f}" if call.cost is not None else ""
    head = (
        f"## {call.at:%Y-%m-%d %H:%M:%S} UTC: {call.task}@{call.prompt_version} to {call.model} at {call.host}\n"
        f"{call.outcome} after {call.duration_ms} ms by {call.rung}: {counted}{cost}; sha256 {call.sent_sha256}\n"
    )
    return "\n".join([head, *(f"[{said['role']}]\n{said['content']}\n" for said in json.loads(call.words))])


def _or_unknown(count: int | None) -> str:
    return "unknown" if count is None else str(count)
