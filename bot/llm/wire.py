"""A question as a server takes it. What servers differ in is a `Manner`, and is learned from what they refuse."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from openai.types.shared_params import ResponseFormatJSONObject, ResponseFormatJSONSchema
from openai.types.shared_params.response_format_json_schema import JSONSchema
from pydantic import BaseModel

from bot.llm import answers
from bot.llm.model import Asked, Rung

LADDER = tuple(Rung)
NEW_NAME = "max_completion_tokens"  # what OpenAI itself and Azure want; many others do not know it, and do not say so
OLD_NAME = "max_tokens"
SHOWN = 4000  # characters of an answer that are shown again with its fault
MOST_THOUGHT = 16_000  # tokens that a model may think before it answers
ONLY_JSON = "Answer with one JSON object and nothing before or after it. It follows this JSON Schema:"
AGAIN = """\
That answer cannot be used:
{fault}

Answer the question again, as one whole JSON object that follows this JSON Schema:"""

Message = dict[str, str]


@dataclass(frozen=True)
class Manner:
    """How a server wants to be asked."""

    rung: Rung
    limit_name: str
    temperature: float | None
    thought: int = 0  # tokens that the model needs for thinking, beside those of its answer

    def lower(self) -> "Manner | None":
        place = LADDER.index(self.rung) + 1
        return replace(self, rung=LADDER[place]) if place < len(LADDER) else None

    def other_limit(self) -> "Manner":
        return replace(self, limit_name=OLD_NAME if self.limit_name == NEW_NAME else NEW_NAME)

    def without_temperature(self) -> "Manner | None":
        return replace(self, temperature=None) if self.temperature is not None else None

    def with_thought(self, seen: int) -> "Manner | None":
        """Room for twice the thought that was seen."""
        more = min(MOST_THOUGHT, max(2 * seen, 1000))
        return replace(self, thought=more) if more > self.thought else None


def manner_for(base_url: str, temperature: float | None) -> Manner:
    host = urlsplit(base_url).hostname or ""
    theirs = host.endswith(("openai.com", "openai.azure.com", "azure.com"))
    return Manner(Rung.SCHEMA, NEW_NAME if theirs else OLD_NAME, temperature)


@dataclass(frozen=True)
class Faulty:
    """An answer that cannot be used, to be shown to the model with what is wrong with it."""

    written: str
    fault: str


def messages(asked: Asked, shape: type[BaseModel], rung: Rung, faulty: Faulty | None) -> list[Message]:
    """Only roles that every chat template knows."""
    schema = json.dumps(answers.schema(shape), separators=(",", ":"))
    user = asked.user if rung is Rung.SCHEMA else f"{asked.user}\n\n{ONLY_JSON}\n{schema}"
    made = [{"role": "system", "content": asked.system}, {"role": "user", "content": user}]
    if faulty:
        made.append({"role": "assistant", "content": faulty.written[:SHOWN] or "(nothing)"})
        made.append({"role": "user", "content": f"{AGAIN.format(fault=faulty.fault)}\n{schema}"})
    return made


def request(
    model: str, asked: Asked, shape: type[BaseModel], manner: Manner, said: Sequence[Message]
) -> dict[str, Any]:
    """What every server takes: no tools, no choices, no seed, nothing stored."""
    made: dict[str, Any] = {
        "model": model,
        "messages": list(said),
        manner.limit_name: asked.max_output_tokens + manner.thought,
        "stream": False,
    }
    if manner.temperature is not None:
        made["temperature"] = manner.temperature
    if manner.rung is Rung.SCHEMA:
        wanted = JSONSchema(name=shape.__name__, schema=answers.schema(shape), strict=True)
        made["response_format"] = ResponseFormatJSONSchema(type="json_schema", json_schema=wanted)
    elif manner.rung is Rung.OBJECT:
        made["response_format"] = ResponseFormatJSONObject(type="json_object")
    return made
