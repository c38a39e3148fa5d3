"""Faithful claims made false, one way at a time. What is changed is found by plain patterns of our own, not by the code
that is measured."""

import itertools
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.grounding.claims import Basis, Claim
from bot.grounding.entries import Record
from tests.evals.casefile import Case

TIME = re.compile(r"(?<![\w:.])([01]?\d|2[0-3]):([0-5]\d)(?!\d|:\d)")
NUMBER = re.compile(r"(?<![\w.:/-])\d+(?:,\d{3})*(?:\.\d+)?(?!\d|:\d|[-.,]\d|-\w*\d|h\d)(?=%|k\b|ms\b|s\b|\b)")
SPELLED = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "forty")
WORD = re.compile(rf"\b(?:{'|'.join(SPELLED)})\b", re.IGNORECASE)
CODE = re.compile(
    r"(?<![\w/-])(?=[\w./-]*[A-Za-z])(?:[\w./-]*[\d_][\w./-]*\w|[A-Z]{2,}s?|[A-Z]?[a-z]+[A-Z]\w+)(?![\w-])"
)
CAPITAL = re.compile(r"(?<=[a-z,] )[A-Z][\w-]+\w")
ROUNDED = re.compile(r"(?:about|around|almost|nearly|roughly|some|than)\s$", re.IGNORECASE)
NO_NAMES = re.compile(
    r"\d.*(?:GB|MB|ms|s|k|h|m|Z|st|nd|th)|OK|UTC|PST|HTTP|Monday|January|February|March|May|November|Page|IPs|Incident|Commander|GB|MB"
    r"|\d[\d.,:-]*\w?"
)


@dataclass(frozen=True)
class Mutant:
    way: str
    case: Case
    faithful: Claim
    claim: Claim


Change = Callable[[str, Record, random.Random], Iterator[str]]


def times_shifted(text: str, record: Record, dice: random.Random) -> Iterator[str]:
    for match in TIME.finditer(text):
        for minutes in (1, -1, 7, -13, 30, 60, -120):
            moved = timedelta(hours=int(match[1]), minutes=int(match[2]) + minutes).total_seconds() // 60 % 1440
            yield _with(text, match, f"{int(moved) // 60:02}:{int(moved) % 60:02}")


def numbers_changed(text: str, record: Record, dice: random.Random) -> Iterator[str]:
    for match in NUMBER.finditer(text):
        plain = match[0].replace(",", "")
        for factor, plus in ((1.3, 0), (1, 1), (10, 0), (0.7, 0)):
            value = float(plain) * factor + plus
            changed = _like(plain, value, "," in match[0])
            rounded = ROUNDED.search(text[: match.start()]) and abs(value - float(plain)) <= 0.1 * max(value, 1)
            if changed != match[0] and not rounded:  # within what a rounding word allows, it is as true as before
                yield _with(text, match, changed)
    for match in WORD.finditer(text):
        other = dice.choice([word for word in SPELLED if word != match[0].lower()])
        yield _with(text, match, other.title() if match[0][0].isupper() else other)


def names_swapped(text: str, record: Record, dice: random.Random) -> Iterator[str]:
    everything = sorted(
        {name for entry in record.entries for name in [*names_in(entry.text), entry.who]} | record.names
    )
    for name in dict.fromkeys(names_in(text, record)):
        others = [other for other in everything if other.casefold() not in text.casefold()]
        for other in dice.sample(others, min(3, len(others))):
            yield re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", other.replace("\\", ""), text)


def names_exchanged(text: str, record: Record, dice: random.Random) -> Iterator[str]:
    """A and B, each where the other was."""
    found = [name for name in dict.fromkeys(names_in(text, record)) if text.count(name) == 1]
    for one, other in itertools.pairwise(found):
        if one in other or other in one:
            continue
        yield text.replace(one, "\0").replace(other, one).replace("\0", other)


def strange_names(text: str, record: Record, dice: random.Random) -> Iterator[str]:
    for name in dict.fromkeys(names_in(text, record)):
        yield text.replace(
            name, dice.choice(["Cassandra", "db7", "orders-svc-2", "RabbitMQ", "Nginx", "NATS", "etcd-3"])
        )


_BE = re.compile(r"\b(?:was|were|is|are|had|has|could|would|did)\b(?! not\b)")


def negations_inserted(text: str, record: Record, dice: random.Random) -> Iterator[str]:
    for match in _BE.finditer(text):
        if match.start() == 0 or re.search(r"\b(?:no|not|never|nobody|neither|nor|only)\b", text, re.IGNORECASE):
            continue
        yield _with(text, match, f"{match[0]} not")


def negations_removed(text: str, record: Record, dice: random.Random) -> Iterator[str]:
    for match in re.finditer(r"\b(?:(?:did|was|were|could|had|would|does) )?not (?=\w)|\bno (?=\w)", text):
        helper = match[0].split()[0]
        yield " ".join(_with(text, match, "" if helper in ("did", "does", "not", "no") else f"{helper} ").split())


def causes_invented(text: str, record: Record, dice: random.Random) -> Iterator[str]:
    if not re.search(r"\b(?:because|caus|due|since|as|so|result|traced)\w*\b", text, re.IGNORECASE):
        yield f"{text.rstrip('.')} because of the deploy."
        yield f"{text.rstrip('.')}, which led to the outage."
        yield f"{text.rstrip('.')}, caused by a faulty network switch."


def extents_widened(text: str, record: Record, dice: random.Random) -> Iterator[str]:
    for match in re.finditer(
        r"\b(?:[Ss]ome|[Mm]any|[Mm]ost|[Aa] few) (?=customers|users|servers|requests|regions)", text
    ):
        yield _with(text, match, "All " if match[0][0].isupper() else "all ")


_OPPOSITE = {
    "raised": "lowered", "lowered": "raised", "rose": "fell", "enabled": "disabled", "added": "removed",
    "removed": "added", "started": "stopped", "began": "stopped", "stopped": "started", "passed": "failed",
    "failed": "succeeded", "online": "offline", "offline": "online", "healthy": "unhealthy", "primary": "secondary",
    "manual": "automatic", "production": "staging", "improved": "got worse", "before": "after", "after": "before",
    "rolled back": "rolled out", "full": "empty", "empty": "full", "grew": "shrank",
}  # fmt: skip


def opposites(text: str, record: Record, dice: random.Random) -> Iterator[str]:
    for match in re.finditer(rf"\b(?:{'|'.join(_OPPOSITE)})\b", text):
        yield _with(text, match, _OPPOSITE[match[0]])


def links_added(text: str, record: Record, dice: random.Random) -> Iterator[str]:
    yield f"{text} See https://example.org/postmortem."
    yield f"{text} Ask <@U012ABCDEF>."
    yield f"[{text}](http://example.org)"


def blame_added(text: str, record: Record, dice: random.Random) -> Iterator[str]:
    yield f"{text.rstrip('.')}, which was human error."
    yield f"{text} This should have been noticed earlier."
    yield f"{text} The engineer forgot to check."


def outcomes_added(text: str, record: Record, dice: random.Random) -> Iterator[str]:
    if not re.search(r"\b(?:resolv|restor|recover|back|normal|again|fix|over|better|improv|work|stop)\w*", text):
        yield f"{text.rstrip('.')}, and the incident was resolved."
        yield f"{text.rstrip('.')}, and customer data was stolen."


def doubts_dropped(text: str, record: Record, dice: random.Random) -> Iterator[str]:
    for match in re.finditer(r"suspected that|asked whether|seemed to|may have|might have", text):
        new = {"suspected that": "found that", "asked whether": "confirmed that", "seemed to": "did"}.get(
            match[0], "has"
        )
        yield _with(text, match, new)


WAYS: dict[str, Change] = {
    "times shifted": times_shifted,
    "numbers changed": numbers_changed,
    "names swapped": names_swapped,
    "strange names": strange_names,
    "links added": links_added,
    "blame added": blame_added,
    "causes invented": causes_invented,
    "outcomes added": outcomes_added,
    "negations inserted": negations_inserted,
    "negations removed": negations_removed,
    "opposite words": opposites,
    "some made all": extents_widened,
    "doubts dropped": doubts_dropped,
    "names exchanged": names_exchanged,
}


def mutants(way: str, case: Case, claim: Claim, dice: random.Random) -> Iterator[Mutant]:
    seen = {claim.text}
    for text in WAYS[way](claim.text, case.record, dice):
        if text not in seen:
            seen.add(text)
            yield Mutant(way, case, claim, claim.model_copy(update={"text": text}))


def moved_evidence(case: Case, claim: Claim, dice: random.Random) -> Mutant:
    """The same words with another entry under them."""
    others = [entry.id for entry in case.record.entries if entry.id not in claim.cites]
    return Mutant("wrong entry cited", case, claim, claim.model_copy(update={"cites": [dice.choice(others)]}))


def verbatim(case: Case) -> Iterator[Claim]:
    """Each entry told with its time and speaker, as it is."""
    for entry in case.record.entries:
        yield Claim(cites=[entry.id], text=f"At {entry.at:%H:%M}Z {entry.who} noted: {entry.text}", basis=Basis.STATED)


def names_in(text: str, record: Record | None = None) -> list[str]:
    found = [match[0] for pattern in (CODE, CAPITAL) for match in pattern.finditer(text)]
    if record is not None:
        wanted = {*record.names, *(entry.who for entry in record.entries if re.search(r"[A-Z\d]", entry.who))}
        found += [name for name in sorted(wanted) if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)]
    whole = [name for name in found if not NO_NAMES.fullmatch(name)]
    return [name for name in whole if not any(name != other and name in other for other in whole)]


def _with(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


def _like(plain: str, value: float, grouped: bool) -> str:
    if "." in plain:
        return f"{value:.{len(plain.partition('.')[2])}f}"
    return f"{round(value):,}" if grouped else str(round(value))
