"""Which title says too little, and what the record offers instead. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.grounding.redact import Redaction
from bot.grounding.stems import STOP
from bot.incidents.terms import Fact
from bot.postmortems import reading
from bot.postmortems.evidence import Sources
from bot.slack.text import one_line, shorten

SUGGESTED_LIMIT = 80  # characters of a title that we suggest
ENOUGH_SAID = 3  # notes and messages from which a model may make something
# Words that say that something is wrong, and not what.
_VAGUE_WORDS = (
    "help sos urgent asap emergency please pls hey hi omg wtf broken break breaks broke down fail fails failed "
    "failing failure error errors issue issues problem problems trouble wrong bad bug incident outage something "
    "anything everything nothing works working work stuff thing things system systems prod production site it's "
    "test fire sev1 sev2 sev3 sev4 sev5 major critical serious weird strange odd slow happening happened again"
)
_VAGUE = frozenset(_VAGUE_WORDS.split())
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_FIRST = re.compile(r"^.*?(?:[.!?](?=\s|$)|\n|$)", re.DOTALL)


class Poor(StrEnum):
    """Why a title says too little, in words that follow "it"."""

    SHORT = "is a single word"
    CRY = "says that something is wrong, and not what"
    SHOUTED = "is all in capitals"


@dataclass(frozen=True)
class Suggestion:
    """`impact` is empty where nothing is to be said of it. `told`: how it was made."""

    title: str
    impact: str
    told: str


def poor(title: str) -> Poor | None:
    """None if it will do."""
    words = _WORD.findall(title)
    telling = [word for word in words if word.casefold() not in _VAGUE | STOP and len(word) > 1]
    if words and not telling:
        return Poor.CRY
    if len(words) == 1:
        return Poor.SHORT
    long = [word for word in words if len(word) > 3 and word.isalpha()]
    return Poor.SHOUTED if len(long) > 1 and title.upper() == title else None


def by_rules(of: Sources) -> Suggestion | None:
    """What is affected, and the first thing that an app reported; else how users are hurt. None if neither is known."""
    incident = of.case.record.incident
    affected = one_line(incident.affected.split(",")[0])
    told, what = _first_alert(of)
    if not what and incident.impact:
        told, what = "the impact", one_line(incident.impact)
    if not what and poor(incident.title) is Poor.SHOUTED:
        told, what = "the title itself", one_line(incident.title).capitalize()
        affected = ""
    if not what:
        return None
    first = _FIRST.match(what)
    said = one_line(first[0] if first else what).rstrip(".! ")
    title = said if not affected or affected.casefold() in said.casefold() else f"{affected}: {said}"
    title = shorten(Redaction().redact(of.case.without_names(title, incident.declared_at)), SUGGESTED_LIMIT)
    if title == incident.title or poor(title):
        return None
    return Suggestion(title, "", f"Made by rules from {told}{' and what is affected' if affected else ''}.")


def _first_alert(of: Sources) -> tuple[str, str]:
    kept = reading.first_alert(of.case)
    if kept:
        return f"the first alert (entry {kept.place})", of.case.spelled(kept.text)
    posted = [said for said in of.said if said.author is None and said.ts not in of.withheld and said.text.strip()]
    return ("the first message of an app", of.case.spelled(posted[0].text)) if posted else ("", "")


def is_enough_said(of: Sources) -> bool:
    """Whether it is worth asking a model."""
    return len(of.said) + len(of.case.all(Fact.NOTED, Fact.MESSAGE_KEPT)) >= ENOUGH_SAID
