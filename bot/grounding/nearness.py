"""Whether the right words are said of the right thing: a time, number or name must come from an entry that speaks of
what the claim says beside it, and two things stay on their sides of a verb."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.grounding.facts import clock_places, name_places, number_places
from bot.grounding.names import Name, holds, words_of
from bot.grounding.numbers import Number
from bot.grounding.sources import Clause, Heard, Said, Source
from bot.grounding.stems import IRREGULAR, STOP, WORD, sentences, stem, stems
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
    yield from _mistimed(said, source)
    yield from _misjoined(said, source)
    yield from _speakers(said, source)


def _misplaced(fact: Clock | Name | Number, places: list[int], said: Said, source: Source) -> Iterator[Reason]:
    clause = said.clause_at(fact.start)
    own = stems(fact.text)
    content = clause.stems - own
    if not places or len(places) == len(source.heard):
        return
    if _holds_another(clause, fact, places, said, source):
        return
    here = max(len(content & source.heard[place].stems) for place in places)
    there = max(len(content & heard.stems) for place, heard in enumerate(source.heard) if place not in places)
    if here == 0 and there >= _MARGIN:
        ids = ", ".join(source.heard[place].entry.id for place in places)
        yield Reason(Rule.PLACE, fact.text, f"`{fact.text}` is in {ids}, but said there of something else")


def _holds_another(clause: Clause, fact: Clock | Name | Number, places: list[int], said: Said, source: Source) -> bool:
    """Whether the clause has a number of another entry too: then it speaks of both."""
    within = [
        number for number in said.reading.numbers if clause.start <= number.start < clause.start + len(clause.text)
    ]
    others = [number_places(number, source) for number in within if number.start != fact.start]
    return any(other and not set(other) & set(places) for other in others)


def _miscounted(said: Said, source: Source) -> Iterator[Reason]:
    """700 comments and 5,000 accounts, of 5,000 comments and 700 accounts; five hosts, of host 5."""
    told = [number for heard in source.heard for number in heard.reading.numbers]
    labels = [number for heard in source.heard for number in heard.reading.numbers if _is_label(number, heard)]
    for number in said.reading.numbers:
        same = [other for other in told if number.fits(other)]
        bound = [other for other in same if number.nouns & other.nouns or (not other.nouns and other not in labels)]
        if not same or not number.nouns or bound:
            continue
        rival = next((other for other in told if other.nouns & number.nouns and not number.fits(other)), None)
        if rival is not None:
            yield Reason(Rule.PLACE, number.text, f"{source.ids} say {rival.text} of that, not {number.text}")


def _is_label(number: Number, heard: Heard) -> bool:
    """The 5 of `edge-lb 5`."""
    return any(name.end + 1 == number.start for name in heard.reading.names)


def _mistimed(said: Said, source: Source) -> Iterator[Reason]:
    """A time that an entry only tells of belongs to the sentence that tells it."""
    for clock in said.reading.clocks:
        if any(clock.is_at(heard.entry.at, source.record.zone) for heard in source.heard):
            continue
        content = said.clause_at(clock.start).stems - stems(clock.text)
        telling = [
            sentence
            for heard in source.heard
            for other in heard.reading.clocks
            if clock.is_same(other)
            for sentence in sentences(heard.text)
            if other.text in sentence
        ]
        if telling and not any(content & stems(sentence) for sentence in telling):
            yield Reason(Rule.PLACE, clock.text, f"`{clock.text}` is said in {source.ids} of something else")


def later(said: Said, source: Source) -> Iterator[Reason]:
    """At 14:00, and a minute later: something must be told of both moments."""
    if len(said.reading.clocks) != 1:
        return
    clock = said.reading.clocks[0]
    begun = [source.heard[place].entry.at for place in clock_places(clock, source)]
    for length in said.reading.lengths:
        if not begun or length.start < clock.end or not re.match(r"\s+later\b", said.text[length.end :]):
            continue
        gaps = [heard.entry.at.replace(second=0) - start.replace(second=0) for start in begun for heard in source.heard]
        if not any(length.fits(gap) for gap in gaps if gap):
            yield Reason(Rule.TIME, length.text, f"nothing in {source.ids} is {length.text} later than {clock.text}")


_SEQUENCE = re.compile(r"\b(before|after)\s(?!that\b|this\b|it\b|hand\b)", re.IGNORECASE)


def sequence(said: Said, source: Source) -> Iterator[Reason]:
    """B after A, where the entry that tells of B is the earlier one."""
    for match in _SEQUENCE.finditer(said.text) if len(source.heard) > 1 else ():
        sentence_end = re.search(r"[.;]\s|$", said.text[match.end() :])
        rest = said.text[match.end() : match.end() + (sentence_end.start() if sentence_end else 0)]
        lead = said.text[: match.start()]
        if not stems(lead):  # After A, B.
            rest, _, lead = rest.partition(", ")
        other, this = _nearest(stems(rest), stems(lead), source), _nearest(stems(lead), stems(rest), source)
        if other is None or this is None or other is this:
            continue
        if (match[1].lower() == "after") == (this.entry.at < other.entry.at) and this.entry.at != other.entry.at:
            yield Reason(Rule.ORDER, match[1], f"{this.entry.id} and {other.entry.id} came in the other order")


def _nearest(content: frozenset[str], other: frozenset[str], source: Source) -> Heard | None:
    """The one entry that speaks of this more than any, and more than of the other."""
    own = content - other
    ranked = sorted(source.heard, key=lambda heard: -len(own & heard.stems))
    first, second = len(own & ranked[0].stems), len(own & ranked[1].stems)
    return ranked[0] if first > second and first > len((other - content) & ranked[0].stems) else None


_JOINED = re.compile(r"\s([a-z][a-z-]+)")


def _misjoined(said: Said, source: Source) -> Iterator[Reason]:
    """The WAL profile, of the CPU profile: a noun that always has another name before it."""
    for name in said.reading.names:
        after = _JOINED.match(said.text, name.end)
        if after is None or after[1] in STOP or _VERB.fullmatch(after[1]):
            continue
        noun = stem(after[1])
        before = [words for heard in source.heard for words in _before(heard.text, noun)]
        named = [words for words in before if words and name_like(words[-1])]
        if named and not any(holds(words_of(" ".join(words)), name.text) for words in before):
            yield Reason(Rule.PLACE, f"{name.text} {after[1]}", f"{source.ids} speak of another {after[1]}")


@lru_cache(maxsize=4096)
def _before(text: str, noun: str) -> tuple[tuple[str, ...], ...]:
    """The three words before each place of this noun."""
    tokens = WORD.findall(text)
    return tuple(tuple(tokens[max(0, place - 3) : place]) for place, word in enumerate(tokens) if stem(word) == noun)


def name_like(word: str) -> bool:
    return bool(re.search(r"[A-Z_\d]", word))


_REPORTS = re.compile(
    r"\s(?:first |also |then |later |had )?(?:reported|alerted|noted|said|told|asked|saw|counted|suspected|found"
    r"|confirmed|proposed|decided|observed|estimated|warned|paged|fired|concluded|announced|suggested|detected|named|raised)\b"
)
_SAYS = r"[^.;]{0,40}\b(?:says?|logs?|reports?|shows?|complains?|points?|finds?|alerts?|agrees?|warns?|raised|noted)\b"
_SPOKEN = re.compile(
    r"(?:^|[.,;:·(“]|\d(?:Z|\s?UTC)?\s|\b(?:came|alert|page|message|word|report|heard|mail) from\s"
    r"|\b(?:by|to|according to|when|while|that|which|after|before|since|until|because|as|and|then|but"
    r"|once|if|although|where|told|asked|paged|joined|so|was|first|page|alert|update|message|new)\s)\s*(?:an?\s|the\s|our\s)?$",
    re.IGNORECASE,
)
_THING = re.compile(r"\s(?:was|were|is|are|had been|has been|stayed|would not|will not|could be|can be)\b(?! able)")


def _speakers(said: Said, source: Source) -> Iterator[Reason]:
    """Who is only the speaker of an entry does, says and decides things; nothing happens to them or on them."""
    for name in (*said.reading.labels, *said.reading.names):
        reports = _REPORTS.match(said.text, name.end) is not None
        theirs = [heard for heard in source.heard if heard.entry.who.casefold() == name.text.casefold()]
        pattern = rf"(?<![\w-]){re.escape(name.text)}(?![\w-])"
        in_text = re.search(pattern, source.told, re.IGNORECASE)
        if reports and not theirs and in_text and not re.search(pattern + _SAYS, source.told, re.IGNORECASE):
            yield Reason(Rule.PLACE, name.text, f"`{name.text}` says nothing in {source.ids}")
        if not theirs or in_text:
            continue
        if _THING.match(said.text, name.end) or not _SPOKEN.search(said.text[: name.start]):
            yield Reason(Rule.PLACE, name.text, f"`{name.text}` only speaks in {source.ids}")
        elif reports and _speaks_less(name, theirs, said, source):
            yield Reason(Rule.PLACE, name.text, f"another than `{name.text}` says this in {source.ids}")


def _speaks_less(name: Name, theirs: list[Heard], said: Said, source: Source) -> bool:
    content = stems(said.text[name.end :].partition(",")[0])
    own = max(len(content & heard.stems) for heard in theirs)
    return any(len(content & heard.stems) > own for heard in source.heard if heard not in theirs)


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
