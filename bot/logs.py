"""How the bot writes its log: one line for each event, no secrets, and nothing that people wrote above debug."""

import logging
import re
import sys
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import IO, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SECRET_KEYS = {"token", "authorization", "password", "secret", "api_key", "apikey", "signing_secret", "cookie"}
PROSE_KEYS = {"text", "body", "payload", "blocks"}
HIDDEN = "[hidden]"

# Each keeps what tells one kind from another and hides the rest.
SECRET_SHAPES = [
    (re.compile(r"\b(xox[a-z](?:\.xox[a-z])?-|xapp-)[\w%-]+"), rf"\1{HIDDEN}"),
    (re.compile(r"\b(sk-)[\w-]{8,}"), rf"\1{HIDDEN}"),
    (re.compile(r"\b(Bearer|Basic)\s+[^\s\"',}\]]+", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"(://[^\s:/@]*):[^\s/]+@"), rf"\1:{HIDDEN}@"),
    # Whoever knows such an address may post with it, or listen in.
    (re.compile(r"(hooks\.slack(?:-gov)?\.com/)[^\s\"']+"), rf"\1{HIDDEN}"),
    (re.compile(r"([?&](?:ticket|token|secret|signature|password)=)[^&\s\"']+", re.IGNORECASE), rf"\1{HIDDEN}"),
]

# These tell of every tick, query or request; at debug they still keep their smallest talk to themselves.
CHATTY = (
    "aiohttp.access", "aiosqlite", "alembic", "apscheduler", "asyncio", "httpcore", "httpx", "httpx2", "openai",
)  # fmt: skip


def set_up(
    level: Literal["debug", "info", "warning", "error"],
    style: Literal["console", "json"],
    hide: Iterable[str] = (),
    stream: IO[str] | None = None,
) -> None:
    """Send structlog and the standard library's loggers one way, to `stream` (standard error).

    `hide`: secrets known by their value, whatever they look like.
    """
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=everywhere(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.StackInfoRenderer(),
                structlog.processors.format_exc_info,
                drop_prose,
                Redaction(hide),
                renderer(style, target),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    quieten(level)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *everywhere(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def about(
    *,
    incident: int | str | None = None,
    channel: str | None = None,
    delivery: str | None = None,
    effect: str | None = None,
) -> AbstractContextManager[None]:
    """Everything logged inside, in this task and in those it starts, says what it was about."""
    given = {"incident": incident, "channel": channel, "delivery": delivery, "effect": effect}
    known = {key: value for key, value in given.items() if value is not None}
    return structlog.contextvars.bound_contextvars(**known)


def everywhere() -> list[Processor]:
    """What each event gets, wherever it comes from."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]


def renderer(style: Literal["console", "json"], target: IO[str]) -> Processor:
    if style == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=target.isatty(), timestamp_key="at", exception_formatter=structlog.dev.plain_traceback
    )


def quieten(level: str) -> None:
    """Bolt warns at every start that it will not use a token which it found in the environment by itself."""
    logging.getLogger("slack_bolt").setLevel(logging.INFO if level == "debug" else logging.ERROR)
    least = logging.INFO if level == "debug" else logging.WARNING
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(least, logging.getLogger().level))


def drop_prose(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave out what people wrote, at any depth, unless the event is for debugging."""
    if event.get("level") == "debug":
        return event
    return {key: without_prose(value) for key, value in event.items() if key not in PROSE_KEYS}


def without_prose(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: without_prose(inner) for key, inner in value.items() if key not in PROSE_KEYS}
    if isinstance(value, list | tuple):
        return [without_prose(inner) for inner in value]
    return value


class Redaction:
    """Hides secrets in every value of an event, its message and its exception's text included."""

    def __init__(self, hide: Iterable[str] = ()) -> None:
        # The longest first, so that no secret's tail is left standing; the shortest would hide half of the log.
        self.hide = sorted({secret for secret in hide if len(secret) >= 6}, key=len, reverse=True)

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {key: self.named(key, value) for key, value in event.items()}

    def named(self, key: object, value: object) -> object:
        if value is not None and str(key).lower() in SECRET_KEYS:
            return HIDDEN
        return self.value(value)

    def value(self, value: object) -> object:
        match value:
            case None | bool() | int() | float():
                return value
            case str():
                return self.text(value)
            case Mapping():
                return {self.text(str(key)): self.named(key, inner) for key, inner in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self.value(inner) for inner in value]
            case BaseException() | bytes():
                return self.text(repr(value))
            case _:
                return self.text(str(value))

    def text(self, text: str) -> str:
        for secret in self.hide:
            text = text.replace(secret, HIDDEN)
        for shape, shown in SECRET_SHAPES:
            text = shape.sub(shown, text)
        return text
