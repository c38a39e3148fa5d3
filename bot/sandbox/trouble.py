"""Switches of trouble for a person at the page: what a bad day at Slack looks like, until it is switched off."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from bot.sandbox.faults import Fault
from bot.sandbox.state import Json

if TYPE_CHECKING:
    from bot.sandbox.api.registry import Call
    from bot.sandbox.server import Slack

SLOW_S = 4.0  # real seconds for each call
RETRY_AFTER = 5  # seconds
READS = ("list", "info", "history", "replies", "members", "lookup", "get", "test")
Act = Callable[["Slack"], None]


class Trouble(NamedTuple):
    name: str
    about: str
    on: Act
    off: Act


def changes_something(call: "Call") -> bool:
    """Lost replies are interesting where something happened all the same."""
    return call.name != "apps.connections.open" and not call.name.split(".")[-1].startswith(READS)


def _slow(slack: "Slack") -> None:
    slack.faults.latency("*", SLOW_S)


def _quick(slack: "Slack") -> None:
    slack.faults.latency("*", 0)


def _limited(slack: "Slack") -> None:
    slack.faults.always("limited", Fault.status(429, retry_after=RETRY_AFTER))


def _down(slack: "Slack") -> None:
    slack.faults.always("down", Fault.status(500))


def _unheard(slack: "Slack") -> None:
    slack.faults.always("unheard", Fault.reset(after=True), when=changes_something)


def _ends(name: str) -> Act:
    return lambda slack: slack.faults.no_longer(name)


def _twice(slack: "Slack") -> None:
    slack.deliveries.switches.duplicate = 2


def _once(slack: "Slack") -> None:
    slack.deliveries.switches.duplicate = 1


def _deaf(slack: "Slack") -> None:
    slack.deliveries.switches.deaf = True


def _hears(slack: "Slack") -> None:
    slack.deliveries.switches.deaf = False


TROUBLES = {
    "slow": Trouble("Slack is slow", f"Each call takes {SLOW_S:g} seconds.", _slow, _quick),
    "limited": Trouble(
        "Too many requests", f"Each call is answered with 429: again in {RETRY_AFTER} s.", _limited, _ends("limited")
    ),
    "down": Trouble("Slack is down", "Each call is answered with 500.", _down, _ends("down")),
    "unheard": Trouble(
        "Replies are lost", "What the bot asks for is done, but it never hears so.", _unheard, _ends("unheard")
    ),
    "twice": Trouble("Everything arrives twice", "Each event, click and command.", _twice, _once),
    "deaf": Trouble("The connection is dead", "It stays open, and nothing comes through.", _deaf, _hears),
}


class Troubles:
    """Which of them are on."""

    def __init__(self, slack: "Slack") -> None:
        self._slack = slack
        self._on: set[str] = set()

    def switch(self, name: str, *, on: bool) -> None:
        """Raises KeyError."""
        trouble = TROUBLES[name]
        (trouble.on if on else trouble.off)(self._slack)
        (self._on.add if on else self._on.discard)(name)
        self._slack.changed("trouble")

    def told(self) -> list[Json]:
        return [
            {"id": name, "name": one.name, "about": one.about, "on": name in self._on} for name, one in TROUBLES.items()
        ]
