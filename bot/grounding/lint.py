"""Sentences that judge people, and what to say instead. It marks, it never changes: people decide about their words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.grounding.words import CAUSE, COUNTERFACTUAL, FAULT, HINDSIGHT, HUMAN_ERROR, Words, also, words


class Audience(StrEnum):
    INSIDE = "inside"
    OUTSIDE = "outside"  # legal words are remarked on as well


class Habit(StrEnum):
    HUMAN_ERROR = "human error"
    COUNTERFACTUAL = "what should have been"
    FAULT = "fault"
    NAME = "a name in a cause"
    HINDSIGHT = "hindsight"
    STRONG = "strong words"
    LEGAL = "legal words"


@dataclass(frozen=True)
class Remark:
    start: int  # of the words in the text
    end: int
    words: str
    sentence: str
    habit: Habit
    why: str
    instead: str  # a suggested wording


@dataclass(frozen=True)
class _Rule:
    habit: Habit
    pattern: Words
    why: str
    instead: str


_RULES = (
    _Rule(
        Habit.HUMAN_ERROR,
        also(HUMAN_ERROR, r"(?:fat[- ]finger(?:ed|s)?|pebkac|typo by), human mistakes?"),
        "“Human error” ends the search for what made the error likely.",
        "Say what the person saw and did, and what made it possible: “the prompt did not show which host it was”.",
    ),
    _Rule(
        Habit.COUNTERFACTUAL,
        also(
            COUNTERFACTUAL,
            "had (?:we|they|he|she|the team|somebody|anyone) (?:only )?[a-z]+(?:ed|en|n|t)",
            "ought to have, could easily",
        ),
        "What did not happen explains nothing: people acted on what they knew then.",
        "Say what happened and what was known: “the check ran after the deploy”; keep the wish for the follow-ups.",
    ),
    _Rule(
        Habit.FAULT,
        also(
            FAULT,
            r"(?:we|they|he|she|i|team|engineers?|responders?|on-call|someone|nobody|[a-z]+er) (?:\w+ )?failed to",
            "neglected to, fault of, guilty, who (?:caused|broke) (?:it|this), did not bother, lazy",
            "laziness, reckless(?:ly)?",
            "did(?:n.t| not) pay attention, wasn.t paying attention",
        ),
        "It judges a person instead of describing the work.",
        "Say what was done or not done, without the judgement: “the alert was not acknowledged for 12 minutes”.",
    ),
    _Rule(
        Habit.HINDSIGHT,
        also(
            HINDSIGHT,
            "clearly, simply, just had to, of course, as everyone knows, in hindsight",
            "with hindsight, it was clear that",
            "trivial(?:ly)?, easy to (?:see|spot|avoid)",
        ),
        "It was not plain to those who were in it.",
        "Leave the word out, or say what could be seen at the time and where.",
    ),
    _Rule(
        Habit.STRONG,
        words(
            r"disast(?:er|rous)\w*, catastroph\w+, horribl\w+, terribl\w+, awful\w*, nightmare\w*",
            r"ridiculous\w*, embarrass\w+",
            r"shocking\w*, unbelievabl\w+, insane\w*, crazy, massive\w*, hugely?, epic, worst ever",
            r"unacceptabl\w+, pathetic\w*",
            r"shameful\w*, atrocious\w*, inexcusabl\w+, mess, chaos, chaotic, completely broken",
            r"extremely, incredibly, panick?\w*",
        ),
        "Feelings hide the size: readers want numbers.",
        "Give the measure instead: how many, how long, how much.",
    ),
)  # fmt: skip
_LEGAL = _Rule(
    Habit.LEGAL,
    words(
        r"breach\w*, unauthori[sz]ed, negligen\w+, liab\w+, violat\w+, illegal\w*, unlawful\w*",
        r"compromis\w+, leak(?:ed|s|age)?",
        r"fault, guilt\w*, lawsuit\w*, damages, compensat\w+, gdpr, sla breach, stolen, fraud\w*, admit\w*, warrant\w*",
    ),
    "Words with a legal meaning bind the company; they need a lawyer's eye before they leave it.",
    "Describe what happened in plain words, or have it read by legal first.",
)
_CAUSAL = re.compile(
    f"{CAUSE.pattern}|\\broot cause\\b|\\bbroke\\b|\\bdeleted\\b|\\bfaulty? (?:change|deploy)", re.IGNORECASE
)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\s|$)|[.!?](?=\S)[^.!?\n]*)*[.!?]?")


def lint(text: str, names: Iterable[str] = (), audience: Audience = Audience.INSIDE) -> list[Remark]:
    """What a blameless text would put otherwise, in its order. `names` are people's."""
    rules = (*_RULES, _LEGAL) if audience is Audience.OUTSIDE else _RULES
    found = [remark for rule in rules for remark in _by(rule, text)]
    found += _named(text, names)
    return _apart(found)


def _by(rule: _Rule, text: str) -> Iterator[Remark]:
    for match in rule.pattern.finditer(text):
        yield _remark(text, match.start(), match.end(), rule.habit, rule.why, rule.instead)


def _named(text: str, names: Iterable[str]) -> Iterator[Remark]:
    """A person in a sentence that gives a cause."""
    each = sorted(
        {name.strip().removeprefix("@") for name in names if len(name.strip()) > 1}, key=lambda name: (-len(name), name)
    )
    if not each:
        return
    person = re.compile(rf"(?<![\w-])@?(?:{'|'.join(map(re.escape, each))})(?:['’]s)?(?![\w-])")
    for match in person.finditer(text):
        start, end = _sentence(text, match.start())
        if _CAUSAL.search(text[start:end]):
            yield _remark(
                text,
                match.start(),
                match.end(),
                Habit.NAME,
                "A name in a cause reads as blame, whoever meant it.",
                "Name the role, and what made it possible: “the on-call engineer's change passed review”.",
            )


def _remark(text: str, start: int, end: int, habit: Habit, why: str, instead: str) -> Remark:
    first, last = _sentence(text, start)
    return Remark(start, end, text[start:end], text[first:last].strip(), habit, why, instead)


def _sentence(text: str, place: int) -> tuple[int, int]:
    for match in _SENTENCE.finditer(text):
        if match.start() <= place < match.end():
            return match.start(), match.end()
    return 0, len(text)


def _apart(found: list[Remark]) -> list[Remark]:
    """In order; where two mark the same words, the longer one."""
    kept: list[Remark] = []
    for one in sorted(found, key=lambda remark: (remark.start, -remark.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept
