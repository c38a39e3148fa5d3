"""What a person is told when something could not be done, and the log with it."""

import uuid

import structlog

from bot.kernel.db import DATABASE_TROUBLE
from bot.kernel.errors import Refused, Rejected, Unavailable

EXPECTED = (Refused, Rejected, Unavailable, *DATABASE_TROUBLE)
NO_DATABASE = "I cannot reach my database, so nothing was recorded. Please try again in a moment."
NO_SLACK = "Slack did not answer me as it should. Please look whether it was done before you try again."
FAULT = "Something went wrong inside Tocsin. Please look whether it was done before you try again."

log = structlog.get_logger(__name__)


def spoken(error: BaseException) -> str:
    """The sentence for whoever asked. What is not their doing gets a reference, under which the log says more."""
    if isinstance(error, Refused):
        return error.message
    reference = uuid.uuid4().hex[:8]
    if isinstance(error, DATABASE_TROUBLE):
        log.error("database_not_reached", reference=reference, error=_kind(error))
        return f"{NO_DATABASE} (Reference {reference})"
    if isinstance(error, Unavailable | Rejected):
        log.error("slack_not_reached", reference=reference, error=str(error))
        return f"{NO_SLACK} (Reference {reference})"
    log.error("listener_failed", reference=reference, exc_info=error)
    return f"{FAULT} (Reference {reference})"


def _kind(error: BaseException) -> str:
    """What went wrong in the database, without the values that went in: people wrote them."""
    kinds = [type(error).__name__]
    while inner := error.__cause__:
        error = inner
        kinds.append(type(error).__name__)
    return " from ".join(kinds)
