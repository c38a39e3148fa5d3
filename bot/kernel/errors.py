"""The three ways in which something can be wrong without being a bug."""

from datetime import timedelta


class Refused(Exception):
    """Speaks to the person who asked, in the second person, and says what to do.

    `field` is the form field it belongs to, if any.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Unavailable(Exception):
    """The outside did not answer as it should; asking again later is right.

    `outcome_unknown`: what was asked may have happened all the same, so look before asking again.
    `retry_after`: how long the service itself asked us to wait; such a wait spends no patience.
    """

    def __init__(self, reason: str, *, outcome_unknown: bool = False, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.outcome_unknown = outcome_unknown
        self.retry_after = retry_after


class Rejected(Exception):
    """The outside refused for good. `code` is the service's own word for it (`is_archived`)."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class Repeat(Exception):
    """This delivery was dealt with before; `result` is what it came to then."""

    def __init__(self, result: dict[str, object]) -> None:
        super().__init__("already dealt with")
        self.result = result


class NotWanted(Exception):
    """A last look showed that it is no longer to be done; nothing was sent."""


class NoLongerOurs(Exception):
    """Another worker took this attempt over; nothing of it may be recorded."""
