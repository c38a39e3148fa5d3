"""What is searched for, and which of what was found is nearest. The database finds; the order is ours, so that it is
the same on both."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.grounding.stems import STOP, spread, stem
from bot.incidents.model import Incident
from bot.incidents.terms import Fact
from bot.similar.model import Filed
from bot.slack.text import clean, one_line, plain

if TYPE_CHECKING:
    from bot.incidents.export import Record  # it can gather a record, which nobody may do here

MOST_WORDS = 30  # of a search; the first ones say the most
FIELD_LIMIT = 100_000  # characters that are filed of one kind of text
READ_LIMIT = 20_000  # characters of it that are read to rank it
SPOKEN = (Fact.NOTED, Fact.MESSAGE_KEPT, Fact.UPDATE_POSTED)
WEIGHTS: Mapping[str, int] = {"title": 4, "about": 3, "ended": 2, "said": 1, "postmortem": 1}
HEAD = ("title", "about")  # where a word says what an incident is, and not only what was said in it
ENOUGH = 2  # words in common before anybody is told who did not ask
_STRUCK = re.compile(r"~~.*?~~")  # what was withdrawn before the postmortem was drafted


@dataclass(frozen=True)
class Match:
    """`shared`: words that both have, as they were searched for, the rarest first."""

    incident: Incident
    score: float
    shared: tuple[str, ...]
    in_head: int  # how many of them stand in its title, or in what was affected

    @property
    def is_close(self) -> bool:
        """Near enough to be told of unasked."""
        return len(self.shared) >= ENOUGH and self.in_head > 0


def filed(record: Record, postmortem: str) -> Filed:
    """The words of this incident. What was withdrawn is left out."""
    incident = record.incident
    said = [entry.text for entry in record.entries if entry.fact in SPOKEN and entry.withdrawn_at is None]
    return Filed(
        incident_id=incident.id, title=_words(incident.title), about=_words(f"{incident.affected}\n{incident.impact}"),
        ended=_words(incident.resolution), said=_words(plain("\n".join(said), record.name)),
        postmortem=_words(_STRUCK.sub("", postmortem)),
    )  # fmt: skip


def _words(text: str) -> str:
    return clean(text).strip()[:FIELD_LIMIT]


def subject(incident: Incident) -> str:
    """What an incident is about, to search for others like it."""
    return one_line(f"{incident.title} {incident.affected} {incident.impact}")


def wanted(text: str) -> dict[str, str]:
    """The words to search for by their stems, in their order; none that is in every text."""
    found: dict[str, str] = {}
    for word in spread(clean(text)):
        small = word.casefold()
        if len(small) > 1 and small not in STOP and stem(small):
            found.setdefault(stem(small), small)
    return dict(list(found.items())[:MOST_WORDS])


def ranked(words: Mapping[str, str], found: Iterable[tuple[Filed, Incident]]) -> list[Match]:
    """The nearest first. A word counts the more, the fewer of them have it and the more it says where it stands;
    of equals the newest comes first."""
    read = [(incident, _stems(words, one)) for one, incident in found]
    spread_of = {word: sum(any(word in held for held in fields.values()) for _, fields in read) for word in words}
    rarity = {word: 1 + math.log((len(read) + 1) / (spread_of[word] + 1)) for word in words}
    matches = [_match(words, rarity, incident, fields) for incident, fields in read]
    return sorted((match for match in matches if match.shared), key=lambda match: (-match.score, -match.incident.id))


def _stems(words: Collection[str], one: Filed) -> dict[str, frozenset[str]]:
    """Which of the words stand in which field."""
    return {
        name: frozenset(map(stem, spread(getattr(one, name)[:READ_LIMIT]))) & frozenset(words) for name in WEIGHTS
    }  # fmt: skip


def _match(
    words: Mapping[str, str], rarity: Mapping[str, float], incident: Incident, fields: Mapping[str, frozenset[str]]
) -> Match:
    best = {
        word: max((WEIGHTS[name] for name, held in fields.items() if word in held), default=0) for word in words
    }  # fmt: skip
    shared = sorted((word for word in words if best[word]), key=lambda word: -rarity[word])
    head = sum(any(word in fields[name] for name in HEAD) for word in shared)
    score = round(sum(best[word] * rarity[word] for word in shared), 6)
    return Match(incident, score, tuple(words[word] for word in shared), head)


def close(matches: Sequence[Match]) -> list[Match]:
    return [match for match in matches if match.is_close]
