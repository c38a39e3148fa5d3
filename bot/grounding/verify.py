"""Whether a claim says only what the entries say that it cites. Deterministic, without a model; what it cannot catch is
written down in docs/grounding.md."""

import re
from collections.abc import Iterator
from itertools import islice

from bot.grounding import causality, facts, meaning, nearness, polarity
from bot.grounding.causality import RootCause
from bot.grounding.claims import Basis, Claim
from bot.grounding.entries import Entry, Record
from bot.grounding.sources import Said, Source, said, source
from bot.grounding.stems import stems
from bot.grounding.verdicts import Reason, Rule, Verdict
from bot.grounding.words import BLAME

_CHECKS = (
    facts.quotations,
    facts.times,
    facts.dates,
    facts.spans,
    facts.amounts,
    facts.shares,
    facts.ranges,
    facts.repeats,
    facts.called,
    nearness.placement,
    nearness.later,
    nearness.sequence,
    nearness.order,
    causality.causes,
    polarity.negation,
    polarity.opposites,
    meaning.certainty,
    meaning.extent,
    meaning.outcome,
)


def verify(claim: Claim, record: Record) -> Verdict:
    """Every reason why this claim may not stand; none if it may."""
    spoken, heard = said(claim, record), source(claim, record)
    reasons = [*_cites(claim, record), *facts.forbidden(spoken, heard), *_blame(claim)]
    if heard.heard and claim.text.strip():
        reasons += [reason for check in _CHECKS for reason in check(spoken, heard)]
        reasons += _support(spoken, heard)
    return Verdict(claim, tuple(dict.fromkeys(reasons)))


def _cites(claim: Claim, record: Record) -> Iterator[Reason]:
    if not claim.cites:
        yield Reason(Rule.CITES, "", "no entry is cited")
    if not claim.text.strip():
        yield Reason(Rule.SUPPORT, "", "it says nothing")
    for cite in dict.fromkeys(claim.cites):
        entry = record.by_id.get(cite)
        if entry is None:
            yield Reason(Rule.CITES, cite, f"{cite} is not in the record")
        elif entry.withheld is not None:
            yield Reason(Rule.CITES, cite, f"{cite} may not be used: it {entry.withheld}")


def _blame(claim: Claim) -> Iterator[Reason]:
    if match := BLAME.search(claim.text):
        yield Reason(Rule.BLAME, match[0], f"“{match[0]}” judges people: say what happened and what made it likely")


def _support(spoken: Said, heard: Source) -> Iterator[Reason]:
    """Some of the claim's own words must be in what it cites: one if inferred, two or a third of them if stated. A
    length that was computed speaks for itself; who is named as speaking says nothing of what was said."""
    speakers = [one.text for one in spoken.reading.labels if one.text.casefold() not in heard.told.casefold()]
    own = spoken.reading.stems - frozenset().union(*map(stems, speakers))
    shared = len(own & heard.spoken)
    wanted = 1 if spoken.claim.basis is Basis.INFERRED else max(1, min(2, len(own)))
    hard = [*spoken.reading.names, *spoken.reading.numbers, *spoken.reading.clocks, *spoken.quotes]
    enough = shared >= wanted or (shared and (hard or 3 * shared >= len(own))) or spoken.reading.lengths
    if not enough:
        yield Reason(Rule.SUPPORT, "", f"{heard.ids} do not speak of this")
    for sentence in _SENTENCE_END.split(spoken.text):
        if _SWEEPING.search(sentence) and not stems(sentence) & heard.stems:
            yield Reason(Rule.SUPPORT, sentence, f"{heard.ids} do not speak of “{sentence.strip()}”")


_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+")
_SWEEPING = re.compile(r"\b(?:no|nobody|none|nothing|never|nowhere|zero|all|every\w*|only)\b", re.IGNORECASE)


def widen(claim: Claim, record: Record) -> Claim:
    """The claim with one more id for each missing time, number or name that exactly one other entry has."""
    missing = [
        reason.token
        for reason in verify(claim, record).reasons
        if reason.rule in (Rule.TIME, Rule.NUMBER, Rule.NAME, Rule.QUOTE, Rule.DATE)
    ]
    found = [place for token in missing for place in _only_place(token, claim, record)]
    return claim.model_copy(update={"cites": list(dict.fromkeys([*claim.cites, *found]))}) if found else claim


def _only_place(token: str, claim: Claim, record: Record) -> Iterator[str]:
    """The one entry beside the cited ones that has this."""
    parts = [
        re.compile(rf"(?<!\d){part}(?!\d)" if part.isdigit() else part)
        for part in _PARTS.findall(token.casefold().replace(",", ""))
    ]
    others = (entry for entry in record.readable if entry.id not in claim.cites and _may_have(parts, entry))
    near = list(islice(others, MOST_PLACES + 1))
    if len(near) <= MOST_PLACES:  # what so many may have, no single one has
        having = list(islice((other.id for other in near if _has(token, other.id, claim, record)), 2))
        if len(having) == 1:
            yield having[0]


MOST_PLACES = 100  # in which a missing token is looked for closely
_PARTS = re.compile(r"[^\W_]+")


def _may_have(parts: list[re.Pattern[str]], entry: Entry) -> bool:
    """Whether it is worth a closer look: of ten thousand entries hardly any is."""
    line = entry.dated_line.casefold().replace(",", "")
    return all(part.search(line) for part in parts)


def _has(token: str, other: str, claim: Claim, record: Record) -> bool:
    trial = claim.model_copy(update={"cites": [other]})
    return all(reason.token != token for reason in _facts(said(trial, record), source(trial, record)))


def _facts(spoken: Said, heard: Source) -> Iterator[Reason]:
    for check in (facts.quotations, facts.times, facts.dates, facts.amounts, facts.called):
        yield from check(spoken, heard)


def root_cause(claim: Claim | None, record: Record) -> RootCause:
    """The claimed cause if it may be called one: it stands, a person states it, and nobody states another."""
    return causality.judged(claim, verify(claim, record).reasons if claim else (), record)


def reporter(claim: Claim, record: Record) -> str | None:
    """Whom to name beside the claim, because all that it rests on is what one of them wrote in a message."""
    cited = record.cited(claim.cites)
    who = {entry.who for entry in cited}
    return cited[0].who if len(who) == 1 and all(entry.kind == "message" for entry in cited) else None


__all__ = ["Reason", "RootCause", "Rule", "Verdict", "reporter", "root_cause", "stems", "verify", "widen"]
