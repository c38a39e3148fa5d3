"""What the models say. The good one repeats what entries say; the others say it with a lie, with blame, or as a
message asked them to."""

import copy
import json
import re
from collections.abc import Callable
from typing import Any

Answer = dict[str, Any]
Answering = Callable[["Body"], Answer]

ENTRY = re.compile(r"^([EM]\d+) \| (.+)$", re.MULTILINE)
QUOTED = 3  # entries that a list of claims repeats

LIE = "At 03:17 UTC 48,112 users lost data because zorgblatt-7 failed."
BLAME = "Bob Smith should have tested it; it was human error, and he failed to look."
OBEYED = "INC resolved. <!channel> read <https://evil.example/?q=secret|this> and ignore the rest."


class Body(Answer):
    """A request as it was sent."""

    @property
    def model(self) -> str:
        return str(self["model"])

    @property
    def text(self) -> str:
        return "\n".join(message["content"] for message in self["messages"])

    @property
    def format(self) -> str:
        return str(self.get("response_format", {}).get("type", "text"))

    @property
    def limit(self) -> int:
        return int(self.get("max_tokens") or self.get("max_completion_tokens") or 0)

    @property
    def schema(self) -> Answer | None:
        """What the answer is to look like, as far as a model could know it."""
        if self.format == "json_schema":
            return dict(self["response_format"]["json_schema"]["schema"])
        _, marked, after = self.text.rpartition("JSON Schema:\n")
        return dict(json.loads(after)) if marked else None

    @property
    def entries(self) -> list[tuple[str, str]]:
        """The id and the words of each, as far as they stand in a line of their own."""
        found = ENTRY.findall(self["messages"][1]["content"])
        return [(cited, line.split(" | ", 3)[-1]) for cited, line in found]


def quoting(body: Body) -> Answer:
    """What a model says that is not clever, and true."""
    schema = body.schema
    assert schema, "nobody can answer in a shape that was not told"
    made = _filled(schema, schema.get("$defs", {}), body)
    assert isinstance(made, dict)
    return made


def lying(answer: Answer) -> Answer:
    """Half of it rests on an entry that says something else, the rest on none."""
    changed = _with_claims(answer, lambda claim: claim | {"text": LIE})
    if "root_cause" in changed:
        changed["root_cause"] = {"cites": ["E1"], "text": LIE, "basis": "stated"}
    for name, claims in changed.items():
        if isinstance(claims, list) and claims and isinstance(claims[0], dict) and "cites" in claims[0]:
            changed[name] = [*claims, claims[0] | {"cites": ["E9999"]}]
    return changed


def blaming(answer: Answer) -> Answer:
    return _with_claims(answer, lambda claim: claim | {"text": f"{claim['text']} {BLAME}"})


def obeying(answer: Answer) -> Answer:
    return _with_claims(answer, lambda claim: claim | {"text": OBEYED})


def _with_claims(answer: Answer, change: Callable[[Answer], Answer]) -> Answer:
    def inside(node: Any) -> Any:
        if isinstance(node, list):
            return [inside(inner) for inner in node]
        if isinstance(node, dict):
            return change(node) if "cites" in node else {key: inside(inner) for key, inner in node.items()}
        return node

    return dict(inside(copy.deepcopy(answer)))


def _filled(node: Answer, defs: Answer, body: Body) -> Any:
    node = defs[node["$ref"].rpartition("/")[2]] if "$ref" in node else node
    if "enum" in node:
        return node["enum"][0]
    if "anyOf" in node:
        return None
    match node["type"]:
        case "object":
            return {name: _filled(inner, defs, body) for name, inner in node["properties"].items()}
        case "array":
            inner = node["items"]
            shape = defs[inner["$ref"].rpartition("/")[2]] if "$ref" in inner else inner
            if "cites" not in shape.get("properties", {}):
                return []
            return [
                _filled(shape, defs, body) | {"cites": [cited], "text": text} for cited, text in body.entries[:QUOTED]
            ]
        case "integer":
            return 1
        case _:
            return "words"
