"""Words: what can be typed after /incident, and pressed as a button. One registry serves both, the help text,
the nearest guess and the panel."""

import difflib
import re
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.kernel.errors import Refused
from bot.slack.text import escape, plain, shorten

if TYPE_CHECKING:
    from bot.slack.door import Invocation

COMMAND = "/incident"


class Who(StrEnum):
    ANYONE = "by anyone"
    INSIDERS = "by anyone who can see the incident"


class Where(StrEnum):
    ANYWHERE = "anywhere"
    INCIDENT = "in an incident's channel, or anywhere with its number after the word"


@dataclass(frozen=True)
class Sure:
    """What is asked before a button is taken at its word."""

    title: str
    text: str
    yes: str


@dataclass(frozen=True)
class Word:
    """One thing that people can ask for."""

    name: str
    help: str  # one line, as an imperative
    act: "Callable[[Invocation], Awaitable[None]]"
    usage: str = ""  # what may follow the word
    aliases: tuple[str, ...] = ()
    who: Who = Who.ANYONE
    where: Where = Where.ANYWHERE
    label: str = ""  # on its button; without one it has none
    style: str | None = None
    in_states: frozenset[str] = frozenset()  # incident statuses in which the button is offered
    unless: str = ""  # no button where this holds: `ic` once there is an Incident Commander
    on_card: bool = False  # offered on the pinned card too, not only in the panel
    fills: str = ""  # the form whose fields it fills in: it is offered there, and not in the panel
    rank: int = 50  # the lower, the nearer to the thumb
    sure: Sure | None = None
    pattern: re.Pattern[str] | None = None  # typed in the word's place, it means this word

    @property
    def action(self) -> str:
        return f"word:{self.name}"


class Words:
    def __init__(self) -> None:
        self._words: dict[str, Word] = {}

    def add(self, word: Word) -> None:
        for name in (word.name, *word.aliases):
            if name in self._words:
                raise ValueError(f"two words are called {name}")
            self._words[name] = word

    def __iter__(self) -> Iterator[Word]:
        return iter(dict.fromkeys(self._words.values()))

    def read(self, text: str) -> tuple[Word, str]:
        """What somebody typed after the command: the word, and what follows it. Raises Refused with the nearest."""
        first, rest = split(text)
        for word in self:
            if word.pattern and word.pattern.fullmatch(first):
                return word, text
        if self.knows(first):
            return self._words[first.lower()], rest
        raise Refused(self._unknown(first, rest))

    def _unknown(self, first: str, rest: str) -> str:
        near = difflib.get_close_matches(first.lower(), self._words, n=1, cutoff=0.6)
        said = _shown(first, 40)
        if near:
            mend = f"Did you mean `{COMMAND} {self._words[near[0]].name}`?"
        else:
            mend = f"To declare an incident, write `{COMMAND} declare {_shown(f'{first} {rest}', 80)}`."
        return f"I don't know the word “{said}”. {mend} `{COMMAND} help` lists every word."

    def find(self, name: str) -> Word:
        """The word of a button. Raises Refused for one that this version no longer has."""
        if not self.knows(name):
            raise Refused(f"I no longer know that button. `{COMMAND}` in the channel shows what can be done now.")
        return self._words[name]

    def knows(self, name: str) -> bool:
        return name.lower() in self._words

    def filling(self, form: str) -> list[Word]:
        """What is offered to fill in this form."""
        return [word for word in self if word.fills == form]

    def buttons(self, status: str, holds: Collection[str], *, card: bool) -> list[Word]:
        """What is offered for an incident in this state; what is needed first comes first."""
        offered = (word for word in self if word.label and not word.fills)
        fitting = (word for word in offered if status in word.in_states and word.unless not in holds)
        return sorted((word for word in fitting if word.on_card or not card), key=lambda word: word.rank)


def _shown(said: str, limit: int) -> str:
    """What somebody typed, to be quoted back at them in code."""
    return escape(shorten(plain(said, str), limit).replace("`", "'")).strip()


def split(text: str) -> tuple[str, str]:
    """The first word and what follows it."""
    first, rest, *_ = [*text.split(maxsplit=1), "", ""]
    return first, rest.strip()
