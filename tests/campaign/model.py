"""O1: which pages must exist and which may, told from what people did and when Slack took what.

Written a second time and on purpose without the bot's own rules. It knows the plan, and follows a story: an incident is
declared, pages arrive, somebody answers or passes. It says what is missing, what is too much, what came too early or
after the answer, and by how much the worst was late.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.campaign.plans import Plan, Step

EARLY_S = 0.1  # two clocks of one machine, read one after the other
ON_ITS_WAY_S = 0.25  # a page may be on the wire for so long when the answer is committed
CHANNEL_S = 3.0  # so long the first page may wait for the incident's channel, so that it can say where to go
NAG = 0


class Spot(NamedTuple):
    round: int
    level: int


class Wanted(NamedTuple):
    """One call that a plan asks for."""

    round: int
    level: int
    to: str


@dataclass(frozen=True)
class Arrived:
    """Slack took a page. `key` is the bot's own mark: the same for every try of one page."""

    at: float
    level: int
    to: str
    key: str
    may_be_a_repeat: bool = False


@dataclass
class Story:
    """What happened in one incident, in Unix seconds."""

    title: str
    plan: Plan
    declared: float
    arrived: list[Arrived] = field(default_factory=list)
    answered: float | None = None  # when the answer was committed
    passed: list[float] = field(default_factory=list)  # when somebody said that they cannot take it
    watched_until: float = 0.0


@dataclass
class Verdict:
    pages: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    said_to_be_repeats: list[str] = field(default_factory=list)
    after_the_answer: list[str] = field(default_factory=list)
    early: list[str] = field(default_factory=list)
    late_s: float = 0.0
    latest: str = ""

    def add(self, other: "Verdict") -> None:
        self.pages += other.pages
        self.lost += other.lost
        self.doubled += other.doubled
        self.said_to_be_repeats += other.said_to_be_repeats
        self.after_the_answer += other.after_the_answer
        self.early += other.early
        self.late(other.late_s, other.latest)

    def late(self, by_s: float, what: str) -> None:
        if by_s > self.late_s:
            self.late_s, self.latest = by_s, what

    def breaches(self) -> list[str]:
        return [
            *(f"lost: {one}" for one in self.lost),
            *(f"doubled: {one}" for one in self.doubled),
            *(f"after the answer: {one}" for one in self.after_the_answer),
            *(f"too early: {one}" for one in self.early),
        ]


def judge(story: Story, grace_s: float) -> Verdict:
    """`grace_s`: a step that was due so shortly before the answer, or the end, need not have come."""
    found = Verdict(pages=len(story.arrived))
    first_ones = _without_repeats(story, found)
    spots = _placed(story, first_ones, found)
    _complete(story, spots, found)
    _in_time(story, spots, found, grace_s)
    if story.answered is not None:
        late = [one for one in story.arrived if one.at > story.answered + ON_ITS_WAY_S]
        found.after_the_answer += [f"{_about(story, one)} {one.at - story.answered:.2f} s after it" for one in late]
    return found


def all_pages(plan: Plan, until: Spot | None = None) -> Counter[Wanted]:
    """Every page up to and with this spot, or up to the first word that nobody answered."""
    made: Counter[Wanted] = Counter()
    for spot, step in _steps(plan):
        made.update(Wanted(spot.round, spot.level, to) for to in step.whom)
        if spot in (until, Spot(1, NAG)):
            return made
    return made


def counted(story: Story) -> Counter[Wanted]:
    """The pages that there were, each with its round: the n-th call of somebody at a level is the n-th round's."""
    seen: Counter[tuple[int, str]] = Counter()
    made: Counter[Wanted] = Counter()
    for one in sorted(story.arrived, key=lambda one: one.at):
        seen[one.level, one.to] += 1
        made[Wanted(seen[one.level, one.to], one.level, one.to)] += 1
    return made


def _steps(plan: Plan) -> Iterator[tuple[Spot, Step]]:
    for number in range(1, plan.rounds + 1):
        for level, step in enumerate(plan.levels, 1):
            yield Spot(number, level), step
    nags = 0
    while plan.nag:
        nags += 1
        yield Spot(nags, NAG), plan.nag


def _without_repeats(story: Story, found: Verdict) -> list[Arrived]:
    first: dict[str, Arrived] = {}
    for one in sorted(story.arrived, key=lambda one: one.at):
        if one.key not in first:
            first[one.key] = one
        elif one.may_be_a_repeat:
            found.said_to_be_repeats.append(_about(story, one))
        else:
            found.doubled.append(_about(story, one))
    return list(first.values())


def _placed(story: Story, pages: Sequence[Arrived], found: Verdict) -> dict[Spot, dict[str, float]]:
    """Each page belongs to the first spot of its level in which its recipient has not been called yet."""
    spots: dict[Spot, dict[str, float]] = {}
    for one in pages:
        for spot, step in _steps(story.plan):
            if spot.round > len(pages) + story.plan.rounds:
                found.doubled.append(f"{_about(story, one)}: nobody asked for it")
                break
            if spot.level == one.level and one.to in step.whom and one.to not in spots.get(spot, {}):
                spots.setdefault(spot, {})[one.to] = one.at
                break
        else:
            found.doubled.append(f"{_about(story, one)}: nobody asked for it")
    return spots


def _complete(story: Story, spots: dict[Spot, dict[str, float]], found: Verdict) -> None:
    """Whatever comes before the last step that was begun went to everybody. So did the last one, if nobody answered."""
    begun = [(spot, step) for spot, step in _until_last(story.plan, spots)]
    for n, (spot, step) in enumerate(begun):
        is_last = n == len(begun) - 1
        if is_last and story.answered is not None:
            continue
        missing = step.whom - spots.get(spot, {}).keys()
        found.lost += [f"{story.title}: round {spot.round} level {spot.level} to {to}" for to in sorted(missing)]


def _until_last(plan: Plan, spots: dict[Spot, dict[str, float]]) -> Iterator[tuple[Spot, Step]]:
    left = set(spots)
    for spot, step in _steps(plan):
        if not left:
            return
        left.discard(spot)
        yield spot, step


def _in_time(story: Story, spots: dict[Spot, dict[str, float]], found: Verdict, grace_s: float) -> None:
    end = story.watched_until if story.answered is None else story.answered
    before, due = story.declared, story.declared + CHANNEL_S
    for spot, step in _steps(story.plan):
        if spot not in spots:
            if due + grace_s < end:
                what = f"{story.title}: round {spot.round} level {spot.level}"
                found.lost += [f"{what} to {to}, due {end - due:.1f} s before the end" for to in sorted(step.whom)]
            return
        came = min(spots[spot].values())
        hurried = any(before <= moment <= came for moment in story.passed)
        again = spot.level == NAG and spot.round > 1  # counted from when the last one was owed, not from its arrival
        is_first = spot == Spot(1, 1)
        if came < due - EARLY_S and not hurried and not again and not is_first:
            found.early.append(f"{story.title}: round {spot.round} level {spot.level} by {due - came:.2f} s")
        found.late(came - due, f"{story.title}: round {spot.round} level {spot.level}")
        before, due = came, came + step.patience_s


def _about(story: Story, one: Arrived) -> str:
    return f"{story.title}: level {one.level} to {one.to}"


def total(verdicts: Iterable[Verdict]) -> Verdict:
    made = Verdict()
    for one in verdicts:
        made.add(one)
    return made
