"""What a model wrote, made into the shape asked for, whatever stands around it."""

import json
import re
from collections.abc import Iterator

from pydantic import ValidationError

from bot.llm.model import T

LONGEST = 200_000  # characters of an answer; more than any model was allowed
STARTS = 50  # so many places are tried at which an object may begin
FAULTS = 5  # so many are shown to the model
THOUGHT = re.compile(r"\A\s*<(think|thinking|reasoning)>.*?</\1>", re.DOTALL)
# What no database and no message could hold. JSON can write any of them.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Unusable(Exception):
    """It does not have the shape. The message says so to the model."""


def read(written: str | None, shape: type[T]) -> T:
    """The last object in it that has the shape: models think aloud first. Raises Unusable."""
    if not written or not written.strip():
        raise Unusable("The answer was empty.")
    if len(written) > LONGEST:
        raise Unusable("The answer was far too long.")
    found: T | None = None
    wrong: ValidationError | None = None
    for made in _objects(THOUGHT.sub("", written)):
        try:
            # What was not asked for is left out, and is no reason to throw the rest away.
            found = shape.model_validate(_clean(made), extra="ignore")
        except ValidationError as invalid:
            wrong = wrong or invalid
    if found is not None:
        return found
    raise Unusable(_words(wrong) if wrong else "There was no whole JSON object in the answer.")


def _objects(text: str) -> Iterator[object]:
    """Each JSON object that does not stand in another one."""
    decoder, at = json.JSONDecoder(), 0
    for _ in range(STARTS):
        at = text.find("{", at)
        if at < 0:
            return
        try:
            made, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
        else:
            yield made


def _clean(value: object) -> object:
    match value:
        case str():
            return UNPRINTABLE.sub("", value)
        case list():
            return [_clean(inner) for inner in value]
        case dict():
            return {key: _clean(inner) for key, inner in value.items()}
        case _:
            return value


def _words(invalid: ValidationError) -> str:
    faults = invalid.errors(include_url=False, include_input=False, include_context=False)[:FAULTS]
    return "\n".join(
        f"{'.'.join(str(part) for part in fault['loc']) or 'the answer'}: {fault['msg']}" for fault in faults
    )
