"""Whether a claim leaves the doubt out, says all of some, or calls it over, where its entries do not."""

import re
from collections.abc import Iterator

from bot.grounding.claims import Basis
from bot.grounding.doubt import CONFIRMED, doubts, guesses
from bot.grounding.polarity import NOT
from bot.grounding.sources import Said, Source
from bot.grounding.stems import sentences, stems
from bot.grounding.verdicts import Reason, Rule
from bot.grounding.words import words


def certainty(said: Said, source: Source) -> Iterator[Reason]:
    """A stated claim keeps the doubt of the entry that it is nearest to."""
    if said.claim.basis is not Basis.STATED or not source.heard:
        return
    if doubts(said.text) and not CONFIRMED.search(said.text):
        return
    ours = said.reading.stems
    told = [(heard, sentence) for heard in source.heard for sentence in sentences(heard.text)]
    heard, nearest = max(told, key=lambda one: (len(stems(one[1]) & ours), not guesses(one[1])))
    sure = [sentence for _, sentence in told if not guesses(sentence) and len(stems(sentence) & ours) > 1]
    if guesses(nearest) and not sure:
        yield Reason(Rule.CERTAINTY, "", f"{heard.entry.id} only asks or guesses")


_ALL = words(
    r"all, every, everyone, everybody, everything, entire\w*, complete\w*, fully, totally, whole, always, worldwide",
    r"global\w*, any, full, each, total",
)
_SOME = words(
    r"some, many, most\w*, few, several, part, partly, partial\w*, a subset, a number of, a handful",
    r"certain, one, sometimes",
    "intermittent\\w*, occasional\\w*",
)
_ALL_OF = re.compile(
    r"\b(?:all|every|everyone|everybody|entire|whole|the whole of)\s+(?:of\s+)?(?:the\s+|our\s+|its\s+)?(?:\w+\s+){0,1}"
    r"(?:customer|user|region|site|service|request|tenant|merchant|order|payment|database|server|account|node|shop|host)s?\b",
    re.IGNORECASE,
)
_NOT_ALL = re.compile(r"\b(?:not|n['’]t|hardly|almost|nearly|without)\s$", re.IGNORECASE)
_MOST = words(r"most(?: of)?, majority")


def extent(said: Said, source: Source) -> Iterator[Reason]:
    here = _ALL_OF.search(said.text)
    if here and not _ALL.search(source.text) and not _NOT_ALL.search(said.text[: here.start()]):
        yield Reason(Rule.EXTENT, here[0], f"`{here[0]}`: {source.ids} do not say all")
    loose = re.search(r"\b(?:completely|fully|entirely|totally|always)\b", said.text, re.IGNORECASE)
    if loose and not _ALL.search(source.text):
        yield Reason(Rule.EXTENT, loose[0], f"`{loose[0]}` is not in {source.ids}")
    most = _MOST.search(said.text)
    if most and not (_MOST.search(source.text) or _ALL.search(source.text)) and _SOME.search(source.text):
        yield Reason(Rule.EXTENT, most[0], f"`{most[0]}`: {source.ids} say some")


# What a claim may only say where an entry says something like it.
_STRONG = (
    (
        words(
            "resolved, fixed, restored, recovered, mitigated, back to normal, back online, healthy again, all clear",
            "stabili[sz]ed, is over, was over, ended",
        ),
        words(
            r"resolv\w+, fix\w*, restor\w+, recover\w*, mitigat\w+, normal\w*, healthy, clear\w*",
            r"stabili\w+, over, ended",
            r"works?, working, expected levels?, succe\w+, complet\w+, done, again, improv\w+",
            r"(?:re-?)?enabled, green, is fine",
            r"back (?:to|online|at|in|on|up), (?:is|are|was|were|fully|all) back, came up",
            r"drop\w* to, fell to, stopp\w+, online",
        ),
    ),
    (
        words(
            r"(?:incident|problem|issue|outage) (?:was|is|had been) (?:now )?(?:resolved|over|fixed|mitigated|closed)"
        ),
        words(r"resolv\w+, mitigat\w+, normal, expected levels?, fixed, (?:fully|all) (?:back|restored), online, over"),
    ),
    (
        words(r"breach\w*, leak\w*, stolen, compromis\w+, hack\w*, intru\w+, exfiltrat\w+, unauthori[sz]ed"),
        words(r"breach\w*, leak\w*, stole\w*, compromis\w+, hack\w*, intru\w+, exfiltrat\w+, exposed, unauthori[sz]ed"),
    ),
    (
        words(r"attack\w*, malicious\w*, ransom\w*"),
        words(r"attack\w*, malicious\w*, ransom\w*, abus\w+, spam\w*, hack\w*"),
    ),
    (
        words(r"data loss, lost data, corrupt\w+, deleted, wiped, destroyed"),
        words(r"los\w+, corrupt\w+, delet\w+, wip\w+, destroy\w*, remov\w+, gone, left, purg\w+"),
    ),
)


def outcome(said: Said, source: Source) -> Iterator[Reason]:
    """Strong words need their like: that it is over, that somebody meant harm, that data is gone."""
    for ours, theirs in _STRONG:
        here = ours.search(said.text)
        if here and _is_measured(here[0], said, source):
            continue
        if here and not theirs.search(source.text) and not NOT.search(said.clause_at(here.start()).text):
            yield Reason(Rule.OUTCOME, here[0], f"`{here[0]}`: {source.ids} say nothing like it")


def _is_measured(word: str, said: Said, source: Source) -> bool:
    """`Mitigated after 46 minutes`, where the time to mitigate was computed."""
    timed = [fact for fact in source.computed if stems(fact.name) & stems(word)]
    lengths = [fact.length for fact in timed if fact.length is not None]
    moments = [fact.moment for fact in timed if fact.moment is not None]
    return any(length.fits(meant) for length in said.reading.lengths for meant in lengths) or any(
        clock.is_at(moment, source.record.zone) for clock in said.reading.clocks for moment in moments
    )
