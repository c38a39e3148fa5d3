"""Whether the right words are said of the right thing: a time, number or name must come from an entry that speaks of
what the claim says beside it, and two things stay on their sides of a verb."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.grounding.facts import clock_places, name_places, number_places
from bot.grounding.names import Name
from bot.grounding.numbers import Number
from bot.grounding.sources import Heard, Said, Source
from bot.grounding.stems import IRREGULAR, STOP, WORD, stem, stems
from bot.grounding.times import Clock
from bot.grounding.verdicts import Reason, Rule

_MARGIN = 2  # shared stems by which another entry must be nearer before a fact counts as misplaced


def placement(said: Said, source: Source) -> Iterator[Reason]:
    if len(source.heard) > 1:
        for clock in said.reading.clocks:
            yield from _misplaced(clock, clock_places(clock, source), said, source)
        for name in (*said.reading.labels, *said.reading.names):
            yield from _misplaced(name, name_places(name, source), said, source)
        for number in said.reading.numbers:
            yield from _misplaced(number, number_places(number, source), said, source)
    yield from _miscounted(said, source)


def _misplaced(fact: Clock | Name | Number, places: list[int], said: Said, source: Source) -> Iterator[Reason]:
    clause = said.clause_at(fact.start)
    own = stems(fact.text)
    content = clause.stems - own
    if not places or len(places) == len(source.heard):
        return
    here = max(len(content & source.heard[place].stems) for place in places)
    there = max(len(content & heard.stems) for place, heard in enumerate(source.heard) if place not in places)
    if here == 0 and there >= _MARGIN:
        ids = ", ".join(source.heard[place].entry.id for place in places)
        yield Reason(Rule.PLACE, fact.text, f"`{fact.text}` is in {ids}, but said there of something else")


def _miscounted(said: Said, source: Source) -> Iterator[Reason]:
    """700 comments and 5,000 accounts, of 5,000 comments and 700 accounts."""
    told = [number for heard in source.heard for number in heard.reading.numbers]
    for number in said.reading.numbers:
        same = [other for other in told if number.fits(other)]
        if not same or not number.nouns or any(number.nouns & other.nouns or not other.nouns for other in same):
            continue
        rival = next((other for other in told if other.nouns & number.nouns and not number.fits(other)), None)
        if rival is not None:
            yield Reason(Rule.PLACE, number.text, f"{source.ids} say {rival.text} of that, not {number.text}")


_AWAY = re.compile(
    r"\b(?:from|off|out of|away from|instead of|rather than)\s+(?:the\s+|an?\s+|old\s+|new\s+)?$", re.IGNORECASE
)
_TOWARDS = re.compile(r"\b(?:to|into|onto|towards?)\s+(?:the\s+|an?\s+|old\s+|new\s+)?$", re.IGNORECASE)


def order(said: Said, source: Source) -> Iterator[Reason]:
    yield from _turned_round(said, source)
    for heard in source.heard:
        if swapped := _swapped(said.text, heard):
            yield Reason(Rule.ORDER, swapped, f"{heard.entry.id} has the two sides of `{swapped}` the other way round")


def _turned_round(said: Said, source: Source) -> Iterator[Reason]:
    """From A to B, of from B to A."""
    for name in (*said.reading.names, *said.reading.labels):
        before = said.text[: name.start]
        for ours, theirs, word in ((_AWAY, _TOWARDS, "from"), (_TOWARDS, _AWAY, "to")):
            if ours.search(before) and _only_after(theirs, ours, name.text, source):
                yield Reason(Rule.ORDER, name.text, f"`{word} {name.text}`: {source.ids} have it the other way round")


def _only_after(theirs: re.Pattern[str], ours: re.Pattern[str], name: str, source: Source) -> bool:
    found = list(re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", source.text, re.IGNORECASE))
    before = [source.text[: match.start()][-40:] for match in found]
    return any(theirs.search(one) for one in before) and not any(ours.search(one) for one in before)


def _swapped(claim: str, heard: Heard) -> str | None:
    """A verb of both with what stood before it behind it, in the same voice."""
    for ours in _sentences(claim):
        for theirs in _sentences(heard.text):
            for verb in ours.keys() & theirs.keys():
                if _is_swapped(ours[verb], theirs[verb]):
                    return verb
    return None


Around = tuple[frozenset[str], frozenset[str], bool]  # content before, content behind, whether in the passive voice

_VERB = re.compile(r"[a-z]+(?:ed|ing|s|en)")
_BE = {"was", "were", "been", "being", "is", "are", "be", "got", "gets", "get"}


def _is_swapped(ours: Around, theirs: Around) -> bool:
    if ours[2] != theirs[2]:
        theirs = (theirs[1], theirs[0], ours[2])
    crossed = bool(ours[0] & theirs[1]) and bool(ours[1] & theirs[0])
    return crossed and not ours[0] & theirs[0] and not ours[1] & theirs[1]


@lru_cache(maxsize=4096)
def _sentences(text: str) -> tuple[dict[str, Around], ...]:
    return tuple(
        _around(piece) for piece in re.split(r"(?<=[.!?;:])\s+|,\s(?:and|but|then|so|which|while|who)\s", text)
    )


def _around(piece: str) -> dict[str, Around]:
    tokens = [(word, stem(word)) for word in WORD.findall(piece)]
    found: dict[str, Around] = {}
    for place, (word, one) in enumerate(tokens):
        if word.casefold() in STOP or one in found or not (_VERB.fullmatch(word) or word in IRREGULAR):
            continue
        before = frozenset(other for text, other in tokens[:place] if text.casefold() not in STOP)
        behind = frozenset(other for text, other in tokens[place + 1 :] if text.casefold() not in STOP)
        is_by = (
            re.match(r"by (?!\d)", " ".join(text.casefold() for text, _ in tokens[place + 1 : place + 3])) is not None
        )
        has_be = any(text.casefold() in _BE for text, _ in tokens[max(0, place - 3) : place])
        if before and behind and is_by == has_be:  # else it is neither voice for certain
            found[one] = (before - {one}, behind - {one}, is_by)
    return found
