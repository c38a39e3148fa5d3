"""Whether the running task is inside a write transaction."""

from contextvars import ContextVar


class Mark:
    """Goes with the tasks that a transaction starts, which may live longer than it."""

    is_open = True


inside: ContextVar[Mark | None] = ContextVar("inside_a_transaction", default=None)


def inside_a_transaction() -> bool:
    """Whether the running task is part of a write transaction, in which nobody may wait for the network."""
    mark = inside.get()
    return mark is not None and mark.is_open
