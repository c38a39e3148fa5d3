"""Causes: said only where an entry says so, and the way round that it says it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.grounding.claims import Basis, Claim
from bot.grounding.doubt import doubts, guesses
from bot.grounding.entries import Entry, Record
from bot.grounding.sources import Heard, Said, Source
from bot.grounding.stems import stems
from bot.grounding.verdicts import Reason, Rule
from bot.grounding.words import CAUSE, GUESS, words

# As a claim would put it, beyond how people say it in a chat.
_CLAIMED = words(
    r"result(?:ed|s|ing)? in, results? of, as a (?:result|consequence), lead(?:s|ing)? to, led to, thanks to, owing to",
    r"root cause, stem(?:s|med|ming) from, attributed to, brought down, took down, therefore",
    r"consequently, hence, thus",
    r"which meant, blamed on, contribut(?:ed|es|ing) to, on account of, prompted by, explain(?:s|ed)",
    r"reason (?:for|was)",
    r"triggers?, triggering, driven by, made \w+ (?:fail|crash|unavailable), the source of, result was, arose from",
)
_CONNECTS = words(
    "so, since, therefore, hence, which means, means that, makes, making, that is why, needs?, as, would",
    "it (?:was|is) the, explains?, resulting, results?, contribut\\w+, thanks to, under pressure",
    "reason, root cause, why",
    "led",
)
_COLON = re.compile(r"[\w%)]: (?:\S+ ){3}\S")  # as people give reasons: 2% are left: two hosts have the old value
_AFTER_COLON = re.compile(
    r"\b(?:fail\w*|refus\w+|cannot|can['’]t|down|do(?:es)? not|would not|unable|stopp\w+|errors?|stuck|hang\w*|hung"
    r"|broken?|rejected|crash\w*)"
    r"[^.:?]{0,80}(?:: |\s[–—-]\s|; )\w",
    re.IGNORECASE,
)

# Forward: the cause comes first. Backward: it comes after.
_BACKWARD = words(
    r"because(?: of)?, due to, caused by, as a result of, the result of, owing to, thanks to",
    r"triggered by, stem\w* from",
    r"(?:was|were|is) (?:the result|because) of, attributed to, root cause (?:was|is)",
    r"cause (?:was|is), since(?! \d), arose from",
    "culprit (?:was|is), traced to, driven by, prompted by, on account of",
)
_FORWARD = words(
    r"caus(?:ed|es|ing), led to, lead(?:s|ing) to, result(?:ed|s|ing) in, trigger(?:ed|s|ing)",
    r"which meant, therefore, so",
    r"brought down, took down, contribut(?:ed|es|ing) to, explain(?:s|ed), is responsible for, was responsible for",
    r"(?:is|was) the (?:root )?cause of, consequently, as a result",
)
_STRONG = words(
    r"root cause, culprit, causes? (?:is|was|of), caused, causing, cause, responsible for, is responsible, triggered",
    r"turn(?:s|ed) out, traced, (?:problem|issue|bug|fault|trouble) (?:is|was), the reason",
    r"broke when, introduced (?:by|in)",
    "stems? from, due to, led to, regression",
)
_DENIED = re.compile(r"\b(?:not|isn['’]t|wasn['’]t|never|unlikely)\b[^.,;]{0,30}$", re.IGNORECASE)


@dataclass(frozen=True)
class Sides:
    cause: frozenset[str]
    effect: frozenset[str]


def causes(said: Said, source: Source) -> Iterator[Reason]:
    found = [*CAUSE.finditer(said.text), *_CLAIMED.finditer(said.text)]
    match = next((one for one in found if _is_cause(one, said.text)), None)
    if not match:
        return
    telling = [heard for heard in source.heard if _tells_why(heard) and heard.reading.stems & said.reading.stems]
    if not telling:
        yield Reason(Rule.CAUSE, match[0], f"`{match[0]}`: {source.ids} give no cause")
    elif len(source.heard) > 1 and not _is_told_in_one(said.text, telling):
        yield Reason(Rule.CAUSE, match[0], f"`{match[0]}`: no entry says that the one comes of the other")
    elif (strange := _strange_side(said.text, source, telling)) is not None:
        yield Reason(Rule.CAUSE, match[0], f"`{match[0]}`: {source.ids} do not speak of that {strange}")
    elif all(guesses(heard.text) for heard in telling) and not doubts(said.text):
        yield Reason(Rule.CAUSE, match[0], f"{telling[0].entry.id} only asks or guesses at the cause")
    elif any(_is_reversed(said.text, heard.text) for heard in telling):
        yield Reason(Rule.CAUSE, match[0], f"{telling[0].entry.id} has cause and effect the other way round")


# It turned out to help; the problem was noticed; the log gave the reason: no cause is claimed.
_NO_CAUSE = re.compile(
    r"turn(?:s|ed) out|(?:problem|issue|bug|fault|trouble) (?:is|was) (?:\w+ed|found|seen|known|over|gone|not)\b"
    r"|the reason(?! (?:is|was|for|why|that)\b)|(?:reason|explain)\w*$",
    re.IGNORECASE,
)


def _is_cause(match: re.Match[str], text: str) -> bool:
    return _NO_CAUSE.match(text, match.start()) is None


def _tells_why(heard: Heard) -> bool:
    text = heard.text
    if heard.entry.is_person and _COLON.search(text):
        return True
    return bool(CAUSE.search(text) or _CLAIMED.search(text) or _CONNECTS.search(text) or _AFTER_COLON.search(text))


def _is_told_in_one(claim: str, telling: list[Heard]) -> bool:
    """Two entries that are true each do not make the one the cause of the other."""
    found = sides(claim)
    if found is None or not found.cause or not found.effect:
        return True
    return any(
        _STRONG.search(heard.text) or (found.cause & heard.reading.stems and found.effect & heard.reading.stems)
        for heard in telling
    )


def _strange_side(claim: str, source: Source, telling: list[Heard]) -> str | None:
    """Which side of the causal word has nothing of what is cited: the cause, or the effect."""
    found = sides(claim)
    told = frozenset().union(*(heard.reading.stems for heard in source.heard))
    if found is None:
        return None
    if found.cause and not found.cause & told:
        return "cause"
    strong = any(_STRONG.search(heard.text) for heard in telling)
    return "effect" if found.effect and not found.effect & told and not strong else None


def _is_reversed(claim: str, told: str) -> bool:
    ours, theirs = sides(claim), sides(told)
    if ours is None or theirs is None:
        return False
    straight = len(ours.cause & theirs.cause) + len(ours.effect & theirs.effect)
    crossed = len(ours.cause & theirs.effect) + len(ours.effect & theirs.cause)
    return crossed >= 2 and crossed > straight + 1 and bool(ours.cause & theirs.effect)


def sides(text: str) -> Sides | None:
    """What the first causal word of the text stands between."""
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        back, forth = _BACKWARD.search(sentence), _FORWARD.search(sentence)
        if back and (not forth or back.start() <= forth.start()):
            before, after = sentence[: back.start()], sentence[back.end() :]
            if not before.strip() and "," in after:  # Because of A, B.
                after, _, before = after.partition(",")
            return Sides(stems(after), stems(before))
        if forth:
            return Sides(stems(sentence[: forth.start()]), stems(sentence[forth.end() :]))
    return None


@dataclass(frozen=True)
class RootCause:
    """Stated by a person and by nobody otherwise; or unknown, with what was stated and why none of it is taken."""

    claim: Claim | None
    reasons: tuple[Reason, ...]
    stated: tuple[Entry, ...]  # every entry in which a person states a cause

    @property
    def is_known(self) -> bool:
        return self.claim is not None


def judged(claim: Claim | None, reasons: tuple[Reason, ...], record: Record) -> RootCause:
    """The root cause as claimed, with the reasons already found against it."""
    stated = stated_causes(record)
    if claim is None:
        return RootCause(None, (), stated)
    found = [*reasons, *_root_reasons(claim, stated)]
    return RootCause(None if found else claim, tuple(found), stated)


def stated_causes(record: Record) -> tuple[Entry, ...]:
    """Where a person says what caused this: not asked, not guessed, not denied."""
    return tuple(entry for entry in record.readable if entry.is_person and states_cause(entry.text))


def states_cause(text: str) -> bool:
    for sentence in re.split(r"(?<=[.!?;])\s+", text):
        match = _STRONG.search(sentence)
        if (
            match
            and "?" not in sentence
            and not GUESS.search(sentence)
            and not _DENIED.search(sentence[: match.start()])
        ):
            return not re.search(r"\b(?:unknown|not (?:yet )?(?:known|clear|found)|unclear)\b", sentence, re.IGNORECASE)
    return False


def _root_reasons(claim: Claim, stated: tuple[Entry, ...]) -> Iterator[Reason]:
    if claim.basis is not Basis.STATED:
        yield Reason(Rule.CAUSE, "", "a root cause is stated, never inferred")
    cited = [entry for entry in stated if entry.id in claim.cites]
    if not cited:
        yield Reason(Rule.CAUSE, "", "no person states this cause in what is cited")
        return
    ours = frozenset().union(*(_cause_of(entry.text) for entry in cited)) | stems(claim.text)
    others = [entry for entry in stated if entry.id not in claim.cites and not ours & _cause_of(entry.text)]
    if others or _disagree(cited):
        ids = ", ".join(entry.id for entry in (*cited, *others))
        yield Reason(Rule.CAUSE, "", f"different causes are stated: {ids}")


def _disagree(entries: list[Entry]) -> bool:
    parts = [_cause_of(entry.text) for entry in entries]
    return any(not one & other for place, one in enumerate(parts) for other in parts[place + 1 :])


def _cause_of(text: str) -> frozenset[str]:
    found = sides(text)
    cause = found.cause if found and found.cause else stems(text)
    return cause - stems("cause root problem issue reason culprit outage fault error trouble")
