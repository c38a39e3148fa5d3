"""The checklist of a review: thirty criteria. What a machine can tell it tells, with where it is; the rest is for
people."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from bot.grounding.lint import Remark, lint
from bot.incidents.terms import Fact
from bot.postmortems import markdown, reading
from bot.postmortems.model import Postmortem, PostmortemState
from bot.postmortems.parts import LEFT_OUT
from bot.postmortems.rules import Case

REQUIRED = (
    "Summary", "Impact", "Numbers", "Timeline", "Detection", "Response", "Contributing factors", "What ended it",
    "What went well", "What went badly", "Where we were lucky", "Follow-ups", "Questions",
)  # fmt: skip
PROSE = ("Summary", "Impact", "Detection", "Response", "Contributing factors", "What ended it", "What went badly")
KEY = (Fact.SEVERITY_CHANGED, Fact.ROLE_TAKEN, Fact.ROLE_HANDED_OVER, Fact.UPDATE_POSTED, Fact.MITIGATED, Fact.RESOLVED)
LONGEST_SUMMARY = (5, 120)  # sentences, words

_CITED = re.compile(r"\((?:\[\d+\]\([^)]*\)(?:, )?|…, |the incident's own record)+\)|asked in \[Q\d+\]")
_LINKED = re.compile(r"\[Q?\d+\]\([^)]*\)")
_LIVE = re.compile(r"(?<!`)(?:https?://|www\.|mailto:)\S+|[\w.+-]+@[\w-]+\.\w+|<[@#!]|!\[\]\(", re.IGNORECASE)
_SECRET = re.compile(r"xox[a-z]-\w{6,}|AKIA[A-Z0-9]{12,}|gh[pousr]_\w{20,}|-----BEGIN|eyJ[\w-]{20,}\.", re.IGNORECASE)
_ROW = re.compile(r'<a id="entry-(\d+)"></a>')
_SENTENCE = re.compile(r"(?<=[.!?”)])\s+(?=[A-Z“])")


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    PEOPLE = "people"  # no machine can tell


@dataclass(frozen=True)
class Answer:
    verdict: Verdict
    where: str = ""  # what is missing and where, in plain words


@dataclass(frozen=True)
class Criterion:
    number: int
    words: str
    answer: Answer


MET, PEOPLE = Answer(Verdict.MET), Answer(Verdict.PEOPLE)


@dataclass(frozen=True)
class Review:
    """What the questions are asked of."""

    case: Case
    postmortem: Postmortem
    today: date

    @property
    def body(self) -> dict[str, str]:
        return dict(markdown.sections(self.postmortem.markdown)[1:])

    def prose(self) -> Iterator[tuple[str, str]]:
        """Each line of prose with its section."""
        for heading in PROSE:
            for line in self.body.get(heading, "").split("\n"):
                if line.strip() and not line.startswith(("|", ">")) and line != LEFT_OUT:
                    yield heading, line


def checklist(asked: Review) -> list[Criterion]:
    return [Criterion(number, words, ask(asked)) for number, (words, ask) in enumerate(CRITERIA, start=1)]


def _unless(where: list[str], *, mend: str = "") -> Answer:
    if not where:
        return MET
    shown = ", ".join(dict.fromkeys(where))
    return Answer(Verdict.NOT_MET, f"{shown}{mend}")


def for_people(asked: Review) -> Answer:
    return PEOPLE


def sections_there(asked: Review) -> Answer:
    return _unless([one for one in REQUIRED if not asked.body.get(one) or asked.body[one] == LEFT_OUT])


def in_order(asked: Review) -> Answer:
    """A contradiction that is shown is fine: nobody smooths it over."""
    wrong = [one.name for one in asked.case.measures() if one.is_contradictory]
    return MET if "contradictory" in asked.body.get("Numbers", "") else _unless(wrong)


def missing_times(asked: Review) -> Answer:
    case = asked.case
    moments = {"began to hurt": case.started, "noticed": case.noticed, "mitigated": case.mitigated}
    unknown = [name for name, moment in moments.items() if moment.at is None]
    return _unless(unknown, mend=": not recorded, so lengths are unknown")


def cited(asked: Review) -> Answer:
    """What only leads to a list says nothing itself."""
    told = list(asked.prose())
    leads = [not line.startswith("- ") and after.startswith("- ") for (_, line), (_, after) in pairwise(told)]
    bare = [
        heading
        for (heading, line), is_lead in zip(told, [*leads, False], strict=True)
        if not is_lead and not _CITED.search(line)
    ]
    return _unless(bare, mend=": a sentence without its evidence")


def numbers_known(asked: Review) -> Answer:
    case = asked.case
    record = " ".join([*(case.words(entry) for entry in case.entries), case.record.incident.title,
                       case.record.incident.impact, case.record.incident.affected, asked.body.get("Numbers", ""),
                       asked.body.get("Timeline", ""), case.record.incident.resolution])  # fmt: skip
    known = set(re.findall(r"\d+", record))
    counted = {str(count) for count in range(1, 31)}  # small counts are computed from it
    strange = [
        f"{heading}: {number}"
        for heading, line in asked.prose()
        for number in re.findall(r"\d+", _LINKED.sub("", line))
        if number not in known | counted
    ]
    return _unless(strange, mend=" stands nowhere in the record")


def nothing_live(asked: Review) -> Answer:
    return _unless([heading for heading, line in asked.prose() if _LIVE.search(_LINKED.sub("", line))
                    or _SECRET.search(line)], mend=": an address, a mention or a secret")  # fmt: skip


def every_phase(asked: Review) -> Answer:
    phases = {"detected": Fact.DECLARED, "responded": Fact.ROLE_TAKEN, "mitigated": Fact.MITIGATED,
              "resolved": Fact.RESOLVED}  # fmt: skip
    return _unless(
        [name for name, fact in phases.items() if not asked.case.all(fact)], mend=": nothing on the timeline"
    )


def nothing_since(asked: Review) -> Answer:
    rows = set(map(int, _ROW.findall(asked.body.get("Timeline", ""))))
    new = [f"entry {entry.place}" for entry in asked.case.all(*KEY) if entry.place not in rows]
    return _unless(new, mend=": recorded after the draft")


def severity_right(asked: Review) -> Answer:
    spent = asked.case.time_at_severities()
    return _unless([f"{one}" for one in spent if f"Open at {one}" not in asked.body.get("Numbers", "")])


def no_root_cause(asked: Review) -> Answer:
    found = [heading for heading, line in asked.prose() if reading.ROOT_CAUSE.search(line)]
    return Answer(Verdict.PEOPLE, f"{', '.join(dict.fromkeys(found))}: who said so?") if found else MET


def factors_there(asked: Review) -> Answer:
    words = asked.body.get("Contributing factors", "")
    return Answer(Verdict.NOT_MET, "Contributing factors: none is named") if _silent(words) else PEOPLE


def blameless(asked: Review) -> Answer:
    judging = [heading for heading, _ in remarks(asked)]
    named = [heading for heading, line in asked.prose() if heading != "Response" and _names(asked, line)]
    return _unless([*judging, *named], mend=": words that judge or name a person")


def remarks(asked: Review) -> list[tuple[str, Remark]]:
    """Words of the prose that a blameless text would put otherwise, each with its section."""
    names = asked.case.called
    return [(heading, one) for heading, line in asked.prose() for one in lint(_LINKED.sub("", line), names)]


def _names(asked: Review, line: str) -> bool:
    at = asked.case.record.incident.declared_at
    return asked.case.without_names(line, at) != line


def told(section: str) -> Callable[[Review], Answer]:
    def ask(asked: Review) -> Answer:
        silent = _silent(asked.body.get(section, ""))
        return Answer(Verdict.NOT_MET, f"{section}: something is not recorded") if silent else PEOPLE

    return ask


def _silent(words: str) -> bool:
    return not words or words == LEFT_OUT or "is not recorded; asked in" in words


def contradictions_shown(asked: Review) -> Answer:
    wrong = [one.name for one in asked.case.measures() if one.is_contradictory]
    return MET if not wrong or "contradictory" in asked.body.get("Numbers", "") else _unless(wrong)


def follow_ups_whole(asked: Review) -> Answer:
    agreed = asked.case.follow_ups
    if not agreed:
        return Answer(Verdict.NOT_MET, "Follow-ups: none is agreed")
    return _unless([f"{one.name} has no owner" for one in agreed if one.is_open and one.owner is None])


def follow_ups_founded(asked: Review) -> Answer:
    agreed = asked.case.follow_ups
    if not agreed:
        return PEOPLE
    return _unless([one.name for one in agreed if one.entry is None], mend=": not made from a message")


def short_summary(asked: Review) -> Answer:
    bare = _LINKED.sub("", asked.body.get("Summary", ""))
    sentences, words = len(_SENTENCE.split(bare.strip())), len(re.findall(r"\w+", bare))
    most_sentences, most_words = LONGEST_SUMMARY
    long = [f"Summary: {sentences} sentences, {words} words"]
    return _unless(long if sentences > most_sentences or words > most_words else [])


def authored(asked: Review) -> Answer:
    missing = [] if asked.postmortem.owner else ["nobody owns it"]
    if asked.postmortem.state is PostmortemState.DRAFT:
        missing.append("it was not sent to review")
    return _unless(missing)


def in_time(asked: Review) -> Answer:
    """Tracked follow-ups are another criterion's."""
    one = asked.postmortem
    if one.due_on is None:
        return Answer(Verdict.MET, "no date is set")
    if one.published_at:
        late = one.published_at.date() > one.due_on
        return _unless([f"published {one.published_at:%Y-%m-%d}, due {one.due_on:%Y-%m-%d}"] if late else [])
    if asked.today > one.due_on:
        return Answer(Verdict.NOT_MET, f"overdue since {one.due_on:%Y-%m-%d}")
    return Answer(Verdict.NOT_MET, f"not published yet, due {one.due_on:%Y-%m-%d}")


def by_construction(asked: Review) -> Answer:
    return MET


CRITERIA: tuple[tuple[str, Callable[[Review], Answer]], ...] = (
    ("Every section is there and says something", sections_there),
    ("Times are in their order, or the conflict is shown", in_order),
    ("Lengths are computed from recorded times", missing_times),
    ("Every statement has its evidence", cited),
    ("Every number is in the record or computed", numbers_known),
    ("No address, mention or secret in the prose", nothing_live),
    ("The timeline has every phase", every_phase),
    ("Changes of severity and roles, and updates, are on it", nothing_since),
    ("Severities and the time at each are right", severity_right),
    ("A root cause stands only where somebody said it", no_root_cause),
    ("Contributing factors are named, more than one", factors_there),
    ("Causes go beyond what a person did", for_people),
    ("No blame, no names, no “should have”", blameless),
    ("Impact says who, what, how much, how long", told("Impact")),
    ("Detection: how, by what, could it be sooner", told("Detection")),
    ("Mitigation, resolution and lasting fix are kept apart", for_people),
    ("Dead ends and misleading signals are kept", for_people),
    ("Conflicting evidence is shown, not averaged", contradictions_shown),
    ("Follow-ups have owner, day and type", follow_ups_whole),
    ("Each follow-up comes from something on record", follow_ups_founded),
    ("What was suggested stands apart from what was agreed", by_construction),
    ("What went well is listed, and luck considered", told("What went well")),
    ("The summary is short and stands alone", short_summary),
    ("What happened is kept apart from how to mend it", for_people),
    ("Words for outside name no hosts, people or guesses", for_people),
    ("The key events are all mentioned", for_people),
    ("Nothing comes from outside the record", for_people),
    ("The draft is the same for the same record", by_construction),
    ("Owner, state and open questions can be seen", authored),
    ("Published in time", in_time),
)
