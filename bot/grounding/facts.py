"""Whether the hard facts of a claim are there: times, dates, lengths, numbers, names, quotations, and nothing that is
never allowed."""

import re
from collections.abc import Iterator
from datetime import UTC, tzinfo

from bot.grounding.lengths import Length
from bot.grounding.names import Kind, Name, holds, plain, words_of
from bot.grounding.numbers import Number, numbers, pairs
from bot.grounding.redact import secrets
from bot.grounding.sources import Heard, Said, Source
from bot.grounding.stems import stems
from bot.grounding.times import Clock, Day
from bot.grounding.verdicts import Reason, Rule

_LINK = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}://\S+|\bwww\.\S+|\bmailto:\S+|!?\[[^\]]*\]\([^)]*\)|<(?:https?|mailto)[^>]*>"
    r"|\b[\w-]+\.(?:com|net|org|io|dev|app|co|xyz|ru|cn|me|info|site|page|link|ly|gg)/\S*",
    re.IGNORECASE,
)
_MENTION = re.compile(
    r"<[@#!][^>]*>|(?<![\w@])@[A-Za-z][\w.-]*|[\w.+-]+@[\w-]+\.[\w.-]+|\bU[A-Z0-9]{8,}\b|(?<!\w)@(?:here|channel|everyone)\b"
)
_MARKS = re.compile(r"```|</?[a-z][\w-]*(?:\s[^>]*)?>|&(?:lt|gt|amp|#\d+);", re.IGNORECASE)


def forbidden(said: Said, source: Source) -> Iterator[Reason]:
    """What a claim never holds, whatever the record says."""
    text = said.claim.text
    for pattern, what in ((_LINK, "a link"), (_MENTION, "a mention or an address"), (_MARKS, "markup")):
        if match := pattern.search(text):
            yield Reason(Rule.LINK, match[0], f"`{match[0]}` is {what}, and claims hold none")
    for kind in secrets(text):
        yield Reason(Rule.SECRET, kind, f"it holds what looks like a secret ({kind})")
    for person in sorted(source.record.people):
        if re.search(rf"(?<!\w){re.escape(person)}(?!\w)", text, re.IGNORECASE):
            yield Reason(Rule.PERSON, person, f"`{person}` is a person: say the role")


def quotations(said: Said, source: Source) -> Iterator[Reason]:
    texts = [_folded(heard.text) for heard in source.heard]
    texts += [_folded(form) for fact in source.computed for form in fact.words]
    for quote in said.quotes:
        if not any(_folded(quote) in text for text in texts):
            yield Reason(Rule.QUOTE, quote, f"“{quote}” is not said so in {source.ids}")


def times(said: Said, source: Source) -> Iterator[Reason]:
    for clock in said.reading.clocks:
        if not clock_places(clock, source) and not _is_computed_moment(clock, source):
            yield Reason(Rule.TIME, clock.text, f"`{clock.text}` is not in {source.ids}")


def clock_places(clock: Clock, source: Source) -> list[int]:
    """Which of the cited entries happened at this time, or tell of it."""
    return [
        place
        for place, heard in enumerate(source.heard)
        if clock.is_at(heard.entry.at, source.record.zone)
        or any(clock.is_same(other) for other in heard.reading.clocks)
    ]


def dates(said: Said, source: Source) -> Iterator[Reason]:
    """Days are those of UTC, unless a time of day in another zone stands in the claim."""
    local = any(clock.zone not in ("", "Z", "UTC", "GMT") for clock in said.reading.clocks)
    zone = source.record.zone if local else UTC
    for day in said.reading.days:
        if not any(_is_on(day, source, place, zone) for place in range(len(source.heard))) and not _is_computed_day(
            day, source
        ):
            yield Reason(Rule.DATE, day.text, f"`{day.text}` is not the day of {source.ids}")


def spans(said: Said, source: Source) -> Iterator[Reason]:
    """Lengths of time: told, computed, or between two cited entries."""
    told = [length for heard in source.heard for length in heard.reading.lengths]
    computed = [fact.length for fact in source.computed if fact.length is not None]
    moments = [heard.entry.at.replace(second=0, microsecond=0) for heard in source.heard]
    computed += [later - earlier for earlier in moments for later in moments if later > earlier]
    exact = [heard.entry.at for heard in source.heard]
    computed += [later - earlier for earlier in exact for later in exact if later > earlier]
    for length in said.reading.lengths:
        repeats = any(length.repeats(other) for other in told)
        repeats = repeats or any(_goes_on(length, heard) for heard in source.heard)
        if not repeats and not any(length.fits(meant) for meant in computed):
            yield Reason(Rule.LENGTH, length.text, f"`{length.text}` is not in {source.ids} and was not computed")


def _goes_on(length: Length, heard: Heard) -> bool:
    """The 2 days of `from 7 days to 2`."""
    units = {other.step for other in heard.reading.lengths}
    return length.step in units and any(
        number.value * length.step == length.seconds for number in heard.reading.numbers
    )


def amounts(said: Said, source: Source) -> Iterator[Reason]:
    allowed = [number for fact in source.computed for form in fact.words for number in numbers(form)]
    years = {str(heard.entry.at.year) for heard in source.heard}
    for number in said.reading.numbers:
        if number_places(number, source) or any(number.fits(other) for other in allowed):
            continue
        if number.text in years or _is_count(number, source) or _is_list(number, said.claim.text):
            continue
        yield Reason(Rule.NUMBER, number.text, f"`{number.text}` is not in {source.ids}")


_SINGLE = re.compile(r"\b(?:an? (?:single )?|single |only )(\w+)", re.IGNORECASE)
_SHARE = re.compile(r"(?<![\w.,])(\w+) (?:out )?of (?:the |our |its )?(\w+)(?! of)\b")


def shares(said: Said, source: Source) -> Iterator[Reason]:
    """34 of 35 is not 35 of 35, though both numbers are there."""
    told = {pair for heard in source.heard for pair in _shares(heard.text)}
    for pair in _shares(said.text):
        if told and pair not in told:
            yield Reason(Rule.NUMBER, f"{pair[0]} of {pair[1]}", f"`{pair[0]} of {pair[1]}` is not in {source.ids}")


def ranges(said: Said, source: Source) -> Iterator[Reason]:
    """From 60 to 600 is not from 600 to 60; 1 to 5 is not 1 to 4 with 5 to 6."""
    told = [pair for heard in source.heard for pair in pairs(heard.reading.numbers, heard.text)]
    for one, other, ordered in pairs(said.reading.numbers, said.text):
        each = all(any(number.fits(end) for pair in told for end in pair[:2]) for number in (one, other))
        straight = any(one.fits(first) and other.fits(second) for first, second, _ in told)
        turned = not ordered and any(one.fits(second) and other.fits(first) for first, second, _ in told)
        if each and not straight and not turned:
            words = said.text[one.start : other.end].strip()
            yield Reason(Rule.NUMBER, words, f"`{words}` is not in {source.ids}")


def repeats(said: Said, source: Source) -> Iterator[Reason]:
    """A number said more often than it was told: 600 instead of 600."""
    told = [number for heard in source.heard for number in heard.reading.numbers]
    for number in said.reading.numbers:
        same = sum(number.value == other.value and number.unit == other.unit for other in said.reading.numbers)
        if same > 1 and 0 < sum(number.fits(other) for other in told) < same:
            yield Reason(Rule.NUMBER, number.text, f"`{number.text}` is said more often than in {source.ids}")


def _shares(text: str) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for match in _SHARE.finditer(text):
        part, whole = numbers(match[1]), numbers(match[2])
        if part and whole:
            found.add((f"{part[0].value.normalize():f}", f"{whole[0].value.normalize():f}"))
    return found


def number_places(number: Number, source: Source) -> list[int]:
    return [
        place for place, heard in enumerate(source.heard) if any(number.fits(other) for other in heard.reading.numbers)
    ]


def called(said: Said, source: Source) -> Iterator[Reason]:
    """Names, identifiers and roles."""
    for name in (*said.reading.labels, *said.reading.names):
        if name_places(name, source) or _is_computed_name(name, said, source) or _is_initials(name, said, source):
            continue
        yield Reason(Rule.NAME, name.text, f"`{name.text}` is not in {source.ids}")


def name_places(name: Name, source: Source) -> list[int]:
    if name.kind is Kind.LABEL:
        return [place for place, heard in enumerate(source.heard) if says_label(name.text, source, place)]
    return [place for place, heard in enumerate(source.heard) if holds(heard.words, name.text)]


def says_label(label: str, source: Source, place: int) -> bool:
    heard = source.heard[place]
    small = label.casefold()
    return small == heard.entry.who.casefold() or small in heard.text.casefold() or plain(label) in heard.words


def _is_computed_moment(clock: Clock, source: Source) -> bool:
    moments = [fact.moment for fact in source.computed if fact.moment is not None]
    return any(clock.is_at(moment, source.record.zone) for moment in moments)


def _is_on(day: Day, source: Source, place: int, zone: tzinfo) -> bool:
    heard = source.heard[place]
    if day.is_on(heard.entry.at.astimezone(zone).date()):
        return True
    return any((day.month, day.day) == (told.month, told.day) for told in heard.reading.days if told.day)


def _is_computed_day(day: Day, source: Source) -> bool:
    return any(day.is_on(fact.moment.date()) for fact in source.computed if fact.moment is not None)


def _is_count(number: Number, source: Source) -> bool:
    """A computed count before its noun, how many of the cited entries are what it counts, or one of what is told of as
    `a` or `a single`."""
    singles = [found for heard in source.heard for found in _SINGLE.findall(heard.text)] if number.value == 1 else []
    if any(stems(single) & number.nouns for single in singles):
        return True
    for fact in source.computed:
        if fact.count == number.value and number.nouns & stems(fact.noun):
            return True
    kinds = [stems(heard.entry.kind) for heard in source.heard]
    same = [kind for kind in kinds if kind & number.nouns]
    return len(same) > 1 and number.value == len(same)


_LISTED = re.compile(r" [\w-]+(?: [\w-]+)?: ([^.;:]+)")
_AND = re.compile(r",? and |, ")


def _is_list(number: Number, text: str) -> bool:
    """How many things the claim itself names right after: `two limits: the one and the other`. What they are is held
    against the record like everything else."""
    listed = _LISTED.match(text, number.end)
    return listed is not None and number.value > 1 and len(_AND.split(listed[1])) == number.value


_SEVERITY = re.compile(
    r"sever|declar|classif|rais|lower|level|rated|graded|(?:sev|p)-?\d (?:incident|outage)"
    r"|(?:was|is|remained|stayed) an? (?:sev|p)-?\d",
    re.IGNORECASE,
)


def _is_computed_name(name: Name, said: Said, source: Source) -> bool:
    if re.fullmatch(r"(?:sev|p)\d", name.plain) and not _SEVERITY.search(said.text):
        return False
    forms = [words_of(form) for fact in source.computed for form in fact.words]
    return any(holds(words, name.text) for words in forms)


def _is_initials(name: Name, said: Said, source: Source) -> bool:
    """`Amazon Web Services` may be said for `AWS`, and `AWS` where all three words are."""
    for match in re.finditer(r"\b[A-Z]\w+(?:[ -][A-Z]\w+)+", said.text):
        if match.start() <= name.start < match.end():
            initials = "".join(word[0] for word in re.split(r"[ -]", match[0])).casefold()
            return initials in source.words
    if name.text.isupper() and name.text.isalpha():
        pattern = r"[\s-]+".join(rf"{letter}\w+" for letter in name.text)
        return re.search(rf"\b{pattern}", source.text, re.IGNORECASE) is not None
    return False


def _folded(text: str) -> str:
    plain_quotes = text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
    return " ".join(plain_quotes.casefold().split()).strip(" .,;:!?…")
