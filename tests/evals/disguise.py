"""A case that no model can know: other names and hosts, other numbers, another year. What a model then says of the
true incident it has from memory."""

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from tests.evals.casefiles import CaseFile

WEEKS = 52  # whole weeks keep the day of the week, and times of the day that a text names stay right
SYLLABLES = (
    "bra", "cor", "del", "fen", "gal", "hul", "jor", "kel", "lum", "mer", "nol", "pra", "quo", "rin", "sol", "tav",
)  # fmt: skip

_WORD = re.compile(r"[^\W_](?:[\w’'-]|\.(?=\w))*")
_START = re.compile(r"(?:^|[.!?:;]\s+|[\"“(]\s*)$")
_NUMBER = re.compile(r"(?<![\w.:,/-])(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\w:/]|[.,]\d|-\d)(?P<unit>\s?%)?")
_CODE = re.compile(r"[45]\d\d")
_PLAIN_SAID = (
    "a i an am pm utc pst pdt cet cest gmt sev sev1 sev2 sev3 sev4 sev5 cpu ram api http https ssl tls ip tcp udp "
    "dns sql io os id url ui ok it is the we they monday tuesday wednesday thursday friday saturday sunday "
    "january february march april may june july august september october november december gb mb kb tb ms todo "
    "p50 p95 p99"
)
_PLAIN = frozenset(_PLAIN_SAID.split())


@dataclass(frozen=True)
class Disguised:
    """`true_names`: what must not appear of the incident as it was."""

    case: CaseFile
    true_names: frozenset[str]


def disguised(case: CaseFile, seed: int) -> Disguised:
    rng = random.Random(f"{seed} {case.slug}")
    names = _names(case)
    masks = dict(zip(sorted(names), _invented(rng, len(names)), strict=True))
    factor = rng.choice((1.3, 1.7, 2.3, 3.1))
    put = _putting(masks, factor)
    events = tuple(replace(one, text=put(one.text), who=put(one.who)) for one in case.events)
    other = replace(
        case, slug=case.slug, title=put(case.title), service=put(case.service), events=events,
        known=tuple(map(put, case.known)), people=(),
    )  # fmt: skip
    shown = " ".join([other.title, other.service, *(f"{one.who} {one.text}" for one in events)]).casefold()
    left = frozenset(name for name in names if not re.search(rf"\b{re.escape(name)}\b", shown))
    return Disguised(other.shifted(timedelta(weeks=WEEKS * rng.randint(2, 5))), left)


def _names(case: CaseFile) -> set[str]:
    """In small letters: whatever has a capital within a sentence, or looks like the name of a host."""
    found = {word.casefold() for word in re.findall(r"[A-Z][a-z]{3,}|\b[a-z]+(?:-[a-z0-9]+)+\b", case.service)}
    for text in [case.title, case.service, *(part for event in case.events for part in (event.text, event.who))]:
        for match in _WORD.finditer(text):
            word = match[0].rstrip("'’-.").removesuffix("'s").removesuffix("’s")
            small = word.casefold()
            opens = bool(_START.search(text[: match.start()]))
            capital = word[:1].isupper() and (not opens or word[1:] != word[1:].lower())
            host = bool(re.search(r"[a-z]", word) and re.search(r"\d", word)) or "_" in word
            if (capital or host) and small not in _PLAIN and len(word) > 1 and not re.fullmatch(r"\d+\w{1,2}", word):
                found.add(small)
    return found


def _invented(rng: random.Random, count: int) -> list[str]:
    made: list[str] = []
    while len(made) < count:
        word = "".join(rng.sample(SYLLABLES, 2)) + rng.choice("aeiou")
        if word not in made:
            made.append(word)
    return made


def _putting(masks: dict[str, str], factor: float) -> Callable[[str], str]:
    each = "|".join(re.escape(name) for name in _longest_first(masks))
    named = re.compile(rf"(?<![\w])({each})(?![\w])", re.IGNORECASE) if each else None

    def put(text: str) -> str:
        scaled = _NUMBER.sub(lambda found: _scaled(found, factor), text)
        return named.sub(lambda found: _like(found[0], masks[found[0].casefold()]), scaled) if named else scaled

    return put


def _longest_first(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (-len(name), name))


def _like(name: str, mask: str) -> str:
    """A host keeps its number, a name its capital."""
    digits = re.search(r"\d+$", name)
    shaped = mask.capitalize() if name[:1].isupper() else mask
    return shaped + (digits[0] if digits else "")


def _scaled(found: re.Match[str], factor: float) -> str:
    said, unit = found[1], found["unit"] or ""
    value = float(said.replace(",", ""))
    if unit:
        return f"{_shown(value * 0.9, said)}{unit}"
    if value < 4 or _CODE.fullmatch(said) or (1900 < value < 2100 and "," not in said):
        return said
    return _shown(value * factor, said)


def _shown(value: float, like: str) -> str:
    if "." in like:
        return f"{value:.1f}"
    return f"{round(value):,}" if "," in like else str(round(value))
