"""What an app tells of its own state, so that the page can show it beside what goes over the wire.

The simulator asks nothing of the app but this, and only while a page is open. Whoever starts both hands it over:
`slack.insight = …`. What is told here is for whoever tries or debugs the app, like the journal, and hides nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class Due(Protocol):
    """Something the app will do by itself once its time has come, unless a person is quicker."""

    @property
    def at(self) -> datetime: ...

    @property
    def what(self) -> str:
        """In a few words that follow "next:", such as `page level 2`."""
        ...

    @property
    def about(self) -> str:
        """The case it belongs to, such as `INC-7`; may be empty."""
        ...


class Owed(Protocol):
    """Something the app has to tell the outside and has not, as far as it knows."""

    @property
    def what(self) -> str: ...

    @property
    def about(self) -> str: ...

    @property
    def since(self) -> datetime: ...

    @property
    def due_at(self) -> datetime:
        """When it is tried (again)."""
        ...

    @property
    def is_under_way(self) -> bool: ...

    @property
    def attempts(self) -> int: ...

    @property
    def trouble(self) -> str:
        """Why the last attempt failed; may be empty."""
        ...


class Case(Protocol):
    """What the app keeps a record of, and the channel it has for that."""

    @property
    def about(self) -> str:
        """How it is named wherever it is mentioned, such as `INC-7`."""
        ...

    @property
    def channel(self) -> str:
        """Its id; empty while there is none."""
        ...


class Fact(Protocol):
    """One line of what the app has recorded of a case, for good."""

    @property
    def at(self) -> datetime: ...

    @property
    def what(self) -> str:
        """As mrkdwn."""
        ...


class Story(Protocol):
    """All that is recorded of the case that a channel is about."""

    @property
    def about(self) -> str: ...

    @property
    def facts(self) -> Sequence[Fact]: ...


class Insight(Protocol):
    async def due(self) -> Sequence[Due]:
        """The soonest first; a few dozen at most."""
        ...

    async def owed(self) -> Sequence[Owed]:
        """The oldest first; a few hundred at most."""
        ...

    async def cases(self) -> Sequence[Case]:
        """The newest first; a few dozen at most."""
        ...

    async def story(self, channel: str) -> Story | None:
        """None if the channel is about no case."""
        ...


class Keeper(Protocol):
    """Whoever keeps the app running, for a page that kills it."""

    @property
    def running(self) -> bool: ...

    async def kill(self) -> None:
        """At once and without a word, as a power cut would."""
        ...

    async def start(self) -> None:
        """Anew, on what it had written down. Returns when it serves."""
        ...
