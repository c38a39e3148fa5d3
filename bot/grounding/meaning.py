"""Whether a claim turns round what its entries say: by a not, by the opposite word, by leaving the doubt out, by saying
all of some, by calling it over."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.grounding.claims import Basis
from bot.grounding.sources import Said, Source
from bot.grounding.stems import STOP, WORD, stem, stems
from bot.grounding.verdicts import Reason, Rule
from bot.grounding.words import GUESS, Words, words

NOT = words(
    r"not, no, never, none, nobody, nothing, neither, nor, nowhere, without, cannot, \w+n['’]t, unable, un(?:affected"
    r"|harmed|touched|changed|resolved|confirmed|known|clear)",
)
# What says no without a not.
LACK = words(
    r"fail\w*, down, missing, lack\w*, stop\w*, empty, lost, los(?:s|es|ing), off, disabl\w+",
    r"unavailab\w+, unreachab\w+",
    r"refus\w+, reject\w+, den(?:y|ied|ies), block\w*, hang\w*, hung, stuck, absent, broken?",
    r"impossible, ruled out, exclu\w+",
    r"remov\w+, drop\w*, expired, inability, unsuccessful\w*, only, offline, too (?:few|little|low)",
    r"halt\w*, prevent\w*",
    r"avoid\w*, un(?!der|it|iq)\w{3,}ed, instead of, rather than, unused, unknown, unclear, gone, ended, out of, skip\w*, ceas\w+, outage, zero",
)
_NOT_REALLY = words("not only, no later than, no earlier than, whether or not, no doubt, not least, no wonder")
_END_OF_NOT = re.compile(
    r"[.,;:!?()]|\b(?:but|and|because|while|until|so|which|where|after|before|when|as)\b", re.IGNORECASE
)
_UNSURE = re.compile(r"un(?:clear|known|confirmed)", re.IGNORECASE)
_REACH = 3  # content words after a not that it may deny

DOUBT = words(
    r"possib\w+, could, whether, unclear, theor\w+, hypothes\w+, wonder\w*, question\w*, ask\w*, suggest\w*, propos\w+",
    r"thought, believ\w+, consider\w*, check\w*, investigat\w+, suspic\w+, appear\w*, assum\w+",
    r"unconfirmed, look\w* into",
    r"seem\w*, apparent\w*, explor\w+, potential\w*, candidate\w*, plan\w*, intend\w*, want\w*",
)


@dataclass(frozen=True)
class Denied:
    start: int  # the reach of the not
    end: int
    text: str
    stems: frozenset[str]


def negation(said: Said, source: Source) -> Iterator[Reason]:
    yield from _added_nots(said, source)
    yield from _lost_nots(said, source)


def _added_nots(said: Said, source: Source) -> Iterator[Reason]:
    said_not = [one for heard in source.heard for one in denials(heard.text)]
    for denied in denials(said.text):
        if any(denied.stems & other.stems for other in said_not):
            continue
        near = [
            sentence for heard in source.heard for sentence in sentences(heard.text) if denied.stems & stems(sentence)
        ]
        where = near or [heard.text for heard in source.heard]
        if _UNSURE.match(denied.text) and any(guesses(sentence) for sentence in where):
            continue
        if not any(NOT.search(sentence) or LACK.search(sentence) for sentence in where):
            yield Reason(Rule.NEGATION, denied.text, f"“{denied.text}”: {source.ids} say no such not")


def _lost_nots(said: Said, source: Source) -> Iterator[Reason]:
    positive = frozenset().union(*(affirmed(heard.text) for heard in source.heard))
    for heard in source.heard:
        for denied in denials(heard.text):
            lost = [one for one in denied.stems if one in said.reading.stems and one not in positive]
            if lost and not any(_says_no(clause.text) for clause in said.clauses if clause.stems & denied.stems):
                yield Reason(Rule.NEGATION, denied.text, f"{heard.entry.id} says “{denied.text}”, the claim does not")


def _says_no(text: str) -> bool:
    return bool(NOT.search(text) or LACK.search(text))


@lru_cache(maxsize=4096)
def affirmed(text: str) -> frozenset[str]:
    """Stems of what is said outside the reach of a not."""
    left = text
    for denied in denials(text):
        left = left[: denied.start] + " " * (denied.end - denied.start) + left[denied.end :]
    return stems(left)


@lru_cache(maxsize=4096)
def denials(text: str) -> tuple[Denied, ...]:
    found: list[Denied] = []
    for match in NOT.finditer(text):
        if _NOT_REALLY.match(text, match.start()):
            continue
        after = _END_OF_NOT.split(text[match.end() :], maxsplit=1)[0]
        content = [word for word in WORD.finditer(after) if word[0].casefold() not in STOP and not word[0].isdigit()]
        reached = content[:_REACH]
        end = match.end() + (reached[-1].end() if reached else 0)
        found.append(
            Denied(match.start(), end, text[match.start() : end], frozenset(stem(word[0]) for word in reached))
        )
    return tuple(found)


@lru_cache(maxsize=4096)
def sentences(text: str) -> tuple[str, ...]:
    """Each sentence; one of a few words (`No change.`) goes with the one before."""
    found: list[str] = []
    for piece in re.split(r"(?<=[.!?;])\s+", text):
        if found and len(piece.split()) <= 3:
            found[-1] += f" {piece}"
        else:
            found.append(piece)
    return tuple(found)


_OPPOSITES: tuple[tuple[Words, Words], ...] = tuple(
    (words(one), words(other))
    for one, other in (
        (r"rais\w+, increas\w*, ris(?:e|es|ing|en), rose, grow\w*, grew, climb\w*, higher", r"lower\w*, decreas\w*, drop\w*, fall\w*, fell, reduc\w+, shr[aiu]nk\w*, declin\w+"),
        (r"enabl\w+, re-?enabl\w+, switched on, turned on", r"disabl\w+, switched off, turned off"),
        (r"add(?:ed|ing|s)?", r"remov\w+, delet\w+"),
        (r"start(?:ed|ing|s)?, began, beg[iu]n\w*, launch\w*", r"stop\w*, finish\w*, halt\w*, end(?:ed|s|ing), complet\w+"),
        (r"success\w*, succeed\w*, pass(?:ed|es|ing), green", r"fail\w*, red, unsuccessful\w*"),
        (r"open(?:ed|s|ing)?", r"clos(?:e|ed|es|ing), shut"),
        (r"upgrad\w+", r"downgrad\w+"),
        (r"faster, quick\w*, sped", r"slow\w*"),
        (r"online, restor\w+, recover\w*", r"offline, taken down"),
        (r"scal\w+ up, scal\w+ out", r"scal\w+ down, scal\w+ in"),
        (r"roll\w* back, rollback, revert\w*", r"roll\w* out, rollout, deploy\w*, releas\w+"),
        (r"healthy", r"unhealthy, degraded"),
        (r"better, improv\w+", r"worse\w*, degrad\w+, deteriorat\w+"),
        (r"accept\w*, approv\w+, granted", r"reject\w*, refus\w*, denied, declin\w+"),
        (r"manual\w*, by hand", r"automatic\w*"),
        (r"primary", r"secondary, replica, standby"),
        (r"staging", r"production, prod"),
        (r"internal\w*", r"external\w*"),
        (r"inbound, incoming", r"outbound, outgoing"),
        (r"minimum", r"maximum"),
        (r"read, reads", r"write, writes"),
        (r"connected", r"disconnected"),
        (r"locked", r"unlocked"),
        (r"fully, completely", r"partly, partially, partial"),
        (r"blocked, blocking", r"unblocked, allowed"),
        (r"paused", r"resumed"),
    )
)  # fmt: skip


def opposites(said: Said, source: Source) -> Iterator[Reason]:
    for pair in _OPPOSITES:
        for ours, theirs in (pair, pair[::-1]):
            here = ours.search(said.text)
            if not here or theirs.search(said.text) or ours.search(source.text) or NOT.search(said.text):
                continue
            if there := theirs.search(source.text):
                yield Reason(Rule.OPPOSITE, here[0], f"the claim says `{here[0]}` where {source.ids} say `{there[0]}`")


def certainty(said: Said, source: Source) -> Iterator[Reason]:
    """A stated claim keeps the doubt of the entry that it is nearest to."""
    if said.claim.basis is not Basis.STATED or doubts(said.text) or not source.heard:
        return
    ours = said.reading.stems
    told = [(heard, sentence) for heard in source.heard for sentence in sentences(heard.text)]
    heard, nearest = max(told, key=lambda one: (len(stems(one[1]) & ours), not guesses(one[1])))
    sure = [sentence for _, sentence in told if not guesses(sentence) and len(stems(sentence) & ours) > 1]
    if guesses(nearest) and not sure:
        yield Reason(Rule.CERTAINTY, "", f"{heard.entry.id} only asks or guesses")


def doubts(text: str) -> bool:
    return bool(GUESS.search(text) or DOUBT.search(text))


def guesses(text: str) -> bool:
    return "?" in text or GUESS.search(text) is not None


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
_MOST = words(r"most(?: of)?, majority")


def extent(said: Said, source: Source) -> Iterator[Reason]:
    here = _ALL_OF.search(said.text)
    if here and not _ALL.search(source.text) and not NOT.search(said.text):
        yield Reason(Rule.EXTENT, here[0], f"`{here[0]}`: {source.ids} do not say all")
    loose = re.search(r"\b(?:completely|fully|entirely|totally|always)\b", said.text, re.IGNORECASE)
    if loose and not _ALL.search(source.text):
        yield Reason(Rule.EXTENT, loose[0], f"`{loose[0]}` is not in {source.ids}")
    most = _MOST.search(said.text)
    if most and not (_MOST.search(source.text) or _ALL.search(source.text)) and _SOME.search(source.text):
        yield Reason(Rule.EXTENT, most[0], f"`{most[0]}`: {source.ids} say some")


_OVER = words(
    r"resolved, fixed, restored, recovered, mitigated, back to normal, back online, healthy again, all clear"
    r", stabili[sz]ed, is over, was over, ended",
)
_OVER_THERE = words(
    r"resolv\w+, fix\w*, restor\w+, recover\w*, mitigat\w+, back, normal\w*, healthy, clear\w*",
    r"stabili\w+, over, ended",
    r"works?, working, expected levels?, succe\w+, finish\w*, complet\w+, done, again, improv\w+",
    r"(?:re-?)?enabled, green",
    r"drop\w* to, fall\w*, fell, stopp\w+, online, up",
)
_HARM = (
    (
        words(
            r"breach\w*, leak\w*, stolen, compromis\w+, attack\w*, hack\w*, malicious\w*, intru\w+, exfiltrat\w+, ransom\w*"
        ),
        words(
            r"breach\w*, leak\w*, stolen, compromis\w+, attack\w*, hack\w*, malicious\w*, intru\w+, exfiltrat\w+, ransom\w*"
            r", abus\w+, exposed, unauthori[sz]ed, spam\w*"
        ),
    ),
    (
        words(r"data loss, los(?:t|s|ses), corrupt\w+, deleted, wiped, destroyed"),
        words(
            r"los\w+, corrupt\w+, delet\w+, wip\w+, destroy\w*, remov\w+, gone, left, missing, empty, drop\w*, purg\w+, packet"
        ),
    ),
)


def outcome(said: Said, source: Source) -> Iterator[Reason]:
    """Strong words need their like: that it is over, that somebody meant harm, that data is gone."""
    for ours, theirs in ((_OVER, _OVER_THERE), *_HARM):
        here = ours.search(said.text)
        if here and not (theirs.search(source.text) or NOT.search(said.text)):
            yield Reason(Rule.OUTCOME, here[0], f"`{here[0]}`: {source.ids} say nothing like it")
