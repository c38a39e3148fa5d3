"""What a server's refusal or a broken answer means, and what to do about it. Nothing that it said is repeated: it may
hold what was sent, or a key."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import openai
from openai.types.chat import ChatCompletion

from bot.llm.model import Declined, Kind
from bot.llm.wire import NEW_NAME, OLD_NAME, Manner

# Whatever the SDK and a strange answer can come to. Nothing else leaves the door.
TROUBLE = (
    openai.OpenAIError, AttributeError, IndexError, KeyError, TypeError, ValueError, OSError, RuntimeError,
)  # fmt: skip

PLAIN = re.compile(r"[\w.-]{1,60}")
TOO_LONG = re.compile(
    r"context[ _-]?(length|size|window)|maximum context|(prompt|input|request) is too (long|large)|too many tokens",
    re.I,
)
FORMAT = re.compile(r"response_?format|json_?schema|json_?object|structured output|grammar|guided", re.I)
NO_MONEY = re.compile(r"insufficient_quota|billing|credit|exceeded your current quota", re.I)
FILTERED = re.compile(r"content_?(filter|policy|management)|safety system", re.I)

BUSY_STATUS, TOO_LARGE_STATUS, NO_MONEY_STATUS = 429, 413, 402
NOT_A_COMPLETION = "the model's server answers with something else than an answer: look at OPENAI_BASE_URL"

Adapt = Callable[[Manner], Manner | None]


@dataclass(frozen=True)
class Fault:
    declined: Declined
    adapt: Adapt | None = None  # ask in another manner, if it gives one
    again_after: timedelta | None = None  # ask once more, as it is

    @property
    def kind(self) -> Kind:
        return self.declined.kind


def fault(kind: Kind, reason: str, adapt: Adapt | None = None, again_after: timedelta | None = None) -> Fault:
    return Fault(Declined(reason, kind), adapt, again_after)


def explained(error: BaseException, backoff: timedelta) -> Fault:
    match error:
        case openai.APITimeoutError():
            return fault(Kind.TIMEOUT, "the model's server did not answer in time")
        case openai.APIStatusError():
            return _refused(error, backoff)
        case openai.APIConnectionError() | OSError():
            return fault(Kind.UNREACHABLE, "the model's server cannot be reached", again_after=backoff)
        case _:
            return fault(Kind.FAILED, NOT_A_COMPLETION)


def _refused(error: openai.APIStatusError, backoff: timedelta) -> Fault:
    status, said = error.status_code, f"{error.code} {error.type} {error.param} {error.message}"
    if status == NO_MONEY_STATUS or (status == BUSY_STATUS and NO_MONEY.search(said)):
        return fault(Kind.QUOTA, f"the account with the model's provider has nothing left ({status})")
    if status == BUSY_STATUS:
        wait = _asked_to_wait(error) or backoff
        return fault(Kind.BUSY, f"the model's server has too much to do ({status})", again_after=wait)
    if status == TOO_LARGE_STATUS or (status < 500 and TOO_LONG.search(said)):
        return fault(Kind.TOO_LONG, "the record is longer than the model can read at once")
    if FILTERED.search(said):
        return fault(Kind.REFUSED, "the provider's filter stopped the question")
    if status in {401, 403}:
        return fault(Kind.MISCONFIGURED, f"the model's server refuses OPENAI_API_KEY ({status})")
    if status in {404, 405} or error.code == "model_not_found":
        reason = (
            f"the model's server knows no such model or address ({status}): look at OPENAI_MODEL and OPENAI_BASE_URL"
        )
        return fault(Kind.MISCONFIGURED, reason)
    if status < 400:
        return fault(Kind.MISCONFIGURED, f"the model's server sends us elsewhere ({status}): look at OPENAI_BASE_URL")
    adapt = _adapting(error.param or "", error.message)
    again = backoff if status >= 500 or status in {408, 409} else None
    what = "failed" if status >= 500 else "does not take the question"
    return fault(Kind.FAILED, f"the model's server {what} ({status})", adapt, None if adapt else again)


def _adapting(param: str, message: str) -> Adapt | None:
    """What in our manner the server does not like. The parameter that it names says more than its sentence."""
    for said in (param, message):
        if NEW_NAME in said or OLD_NAME in said:
            return Manner.other_limit
        if "temperature" in said:
            return Manner.without_temperature
        if FORMAT.search(said):
            return Manner.lower
    return None


def _asked_to_wait(error: openai.APIStatusError) -> timedelta | None:
    for header, unit in (("retry-after-ms", timedelta(milliseconds=1)), ("retry-after", timedelta(seconds=1))):
        try:
            return max(0.0, float(error.response.headers.get(header, ""))) * unit
        except (ValueError, OverflowError):
            continue
    return None


def told(error: BaseException) -> dict[str, str | int]:
    """What of it may stand in the log."""
    found = {"error": type(error).__name__}
    status = getattr(error, "status_code", None)
    for name in ("code", "param", "type", "request_id"):
        value = getattr(error, name, None)
        if isinstance(value, str) and PLAIN.fullmatch(value):
            found[name] = value
    return {**found, "status": status} if isinstance(status, int) else dict(found)


@dataclass(frozen=True)
class Reply:
    """What came back."""

    written: str
    tokens_in: int | None
    tokens_out: int | None
    fault: Fault | None  # why it is no answer


def reply(completion: object) -> Reply:
    """Raises one of TROUBLE if it is no completion at all."""
    if not isinstance(completion, ChatCompletion):
        raise TypeError("no completion")
    choice = completion.choices[0]
    usage = completion.usage
    counted_in = getattr(usage, "prompt_tokens", None) or None
    counted_out = getattr(usage, "completion_tokens", None)
    written = choice.message.content
    return Reply(written if isinstance(written, str) else "", counted_in, counted_out, _no_answer(completion))


def _no_answer(completion: ChatCompletion) -> Fault | None:
    choice = completion.choices[0]
    if choice.message.refusal:
        return fault(Kind.REFUSED, "the model refused to answer")
    if choice.finish_reason == "content_filter":
        return fault(Kind.REFUSED, "the provider's filter stopped the answer")
    if choice.finish_reason == "length":
        thought = _thought(completion)
        adapt: Adapt | None = (lambda manner: manner.with_thought(thought)) if thought else None
        return fault(Kind.CUT_SHORT, "the model's answer was too long and was cut off", adapt)
    return None


def _thought(completion: ChatCompletion) -> int:
    """How many tokens went into thinking. Some servers do not say it; then the answer is empty."""
    usage = completion.usage
    details = usage and usage.completion_tokens_details
    if details and details.reasoning_tokens:
        return details.reasoning_tokens
    return usage.completion_tokens or 0 if usage and not completion.choices[0].message.content else 0
