"""Whether a claim turns round what its entries say: by a not, or by the opposite word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.grounding.doubt import guesses
from bot.grounding.sources import Said, Source
from bot.grounding.stems import STOP, WORD, sentences, stem, stems
from bot.grounding.verdicts import Reason, Rule
from bot.grounding.words import Words, words

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
    r"avoid\w*, un(?!der|it|iq)\w{3,}ed, instead of, rather than, unused, unknown, unclear, gone",
    r"ended, out of, skip\w*, ceas\w+, outage, zero",
)
_NOT_REALLY = words(
    "not all, not every\\w*, not only, not yet, no later than, no earlier than, whether or not, no doubt"
)
_END_OF_NOT = re.compile(
    r"[.,;:!?()]|\b(?:but|and|because|while|until|so|which|where|after|before|when|as)\b", re.IGNORECASE
)
_DENIES = re.compile(r"not|never|cannot|\w+n['’]t", re.IGNORECASE)
_REASONS = re.compile(r"\b(?:because|since|so|as|while|but)\b|[;.:]\s", re.IGNORECASE)
_UNSURE = re.compile(r"un(?:clear|known|confirmed)", re.IGNORECASE)
_REACH = 3  # content words after a not that it may deny


@dataclass(frozen=True)
class Denied:
    start: int  # the reach of the not
    end: int
    text: str
    stems: frozenset[str]
    head: str  # what the not stands before


def negation(said: Said, source: Source) -> Iterator[Reason]:
    yield from _added_nots(said, source)
    yield from _lost_nots(said, source)


def _added_nots(said: Said, source: Source) -> Iterator[Reason]:
    affirmative = frozenset().union(*(affirmed(heard.text) for heard in source.heard))
    said_not = [one for heard in source.heard for one in denials(heard.text)]
    for denied in denials(said.text):
        if any(denied.stems & other.stems for other in said_not):
            continue
        if denied.head in affirmative and _DENIES.match(denied.text):
            yield Reason(Rule.NEGATION, denied.text, f"“{denied.text}”: {source.ids} say that it is so")
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
            lost = [one for one in denied.stems if len(one) > 2 and one in said.reading.stems and one not in positive]
            pieces = [piece for piece in _REASONS.split(said.text) if stems(piece) & set(lost)]
            if lost and not any(_says_no(piece) for piece in pieces):
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
        if re.match(r"[^.;:]* until\b", text[match.end() :]):  # not until then: from then on
            continue
        after = _END_OF_NOT.split(text[match.end() :], maxsplit=1)[0]
        content = [word for word in WORD.finditer(after) if word[0].casefold() not in STOP and not word[0].isdigit()]
        reached = content[:_REACH]
        end = match.end() + (reached[-1].end() if reached else 0)
        scope = [stem(word[0]) for word in reached]
        found.append(Denied(match.start(), end, text[match.start() : end], frozenset(scope), scope[0] if scope else ""))
    return tuple(found)


_OPPOSITES: tuple[tuple[Words, Words], ...] = tuple(
    (words(one), words(other))
    for one, other in (
        (
            r"rais\w+, increas\w*, ris(?:e|es|ing|en), rose, grow\w*, grew, climb\w*, higher",
            r"lower\w*, decreas\w*, drop\w*, fall\w*, fell, reduc\w+, shr[aiu]nk\w*, declin\w+",
        ),
        (r"enabl\w+, re-?enabl\w+, switched on, turned on", r"disabl\w+, switched off, turned off"),
        (r"add(?:ed|ing|s)?", r"remov\w+, delet\w+"),
        (
            r"start(?:ed|ing|s)?, began, beg[iu]n\w*, launch\w*",
            r"stop\w*, finish\w*, halt\w*, end(?:ed|s|ing), complet\w+",
        ),
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
