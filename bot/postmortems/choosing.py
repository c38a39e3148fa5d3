"""Which of a channel's messages a model is shown. By rule, so that the same channel gives the same choice; thinned
evenly, and never cut at its end."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby

from bot.grounding.entries import Told
from bot.grounding.words import CAUSE
from bot.postmortems import reading

BUCKET = timedelta(minutes=10)
FLOOR = 2  # messages of each ten minutes that stay, so that quiet times are not lost
MOST_CHARACTERS = 400_000  # of all together, before a model reads them in parts
LINE_LIMIT = 1_200  # characters of one message; of a longer one the beginning and the end

_SMALL_TALK = re.compile(
    r"(?:ok(?:ay)?|k|yes|yep|yeah|no|nope|thanks?(?: you)?|thx|ty|cheers|same(?: here)?|\+1|ack|on it|looking|agreed?"
    r"|sure|np|nice|great|cool|done|good|lol|haha+|hi|hello|hey|morning|gn|brb|afk|welcome|congrats|well done)",
    re.IGNORECASE,
)
_EMOJI = re.compile(r":[\w+-]+:")
_NUMBER = re.compile(r"\d+")
_DECISION = re.compile(
    r"\b(?:decid\w+|let['’]s|we(?:['’]ll| will| are going to)|going to|plan is|agreed to|hold(?:ing)? off|declar\w+)\b",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"\b(?:error\w*|fail\w*|timeouts?|5\d\d|latency|spik\w+|alert\w*|down|outage|degraded|exception|crash\w*|oom|sev\d)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Choice:
    """`heard`: how many messages there are. `folded`: how many only repeat another one."""

    @dataclass(frozen=True)
    class Line:
        told: Told
        link: str
        is_answer: bool = False

    kept: Sequence[Line]
    heard: int
    folded: int = 0

    @property
    def is_whole(self) -> bool:
        return len(self.kept) + self.folded == self.heard

    @cached_property
    def characters(self) -> int:
        return sum(len(line.told.text) for line in self.kept)


def chosen(lines: Sequence[Choice.Line], room: int = MOST_CHARACTERS) -> Choice:
    """`room`: characters that may be kept."""
    speaking = [replace(line, told=_short(line.told)) for line in lines if not is_small_talk(line.told.text)]
    once = _folded(speaking)
    kept = _thinned(once, room)
    return Choice(kept, len(lines), len(speaking) - len(once))


def is_small_talk(words: str) -> bool:
    """Nothing that a draft could use: an emoji, a word of thanks."""
    bare = _EMOJI.sub("", words).strip(" .!?,…-")
    return not any(sign.isalnum() for sign in bare) or _SMALL_TALK.fullmatch(bare) is not None


def score(line: Choice.Line) -> int:
    """How likely it is to matter."""
    words = line.told.text
    patterns = (CAUSE, reading.ACTION, reading.IMPACT, reading.CHANGE, _DECISION, _ERROR, _NUMBER)
    weight = sum(1 for pattern in patterns if pattern.search(words))
    return 2 * weight + (not line.is_answer) + (len(words) > 40)


def _short(told: Told) -> Told:
    """Long logs keep where they begin and where they end."""
    if len(told.text) <= LINE_LIMIT:
        return told
    half = LINE_LIMIT // 2
    return replace(told, text=f"{told.text[:half]} […] {told.text[-half:]}")


def _folded(lines: Sequence[Choice.Line]) -> list[Choice.Line]:
    """What an app repeats stands once, with how often and until when."""
    times = Counter(_sameness(line) for line in lines)
    last: dict[object, datetime] = {_sameness(line): line.told.at for line in lines}
    shown, seen = [], set()
    for line in lines:
        same = _sameness(line)
        if times[same] == 1 or line.told.is_person:
            shown.append(line)
        elif same not in seen:
            seen.add(same)
            again = f" (posted {times[same]} times, last at {last[same]:%H:%M}Z)"
            shown.append(replace(line, told=replace(line.told, text=line.told.text + again)))
    return shown


def _sameness(line: Choice.Line) -> object:
    return (line.told.who, _NUMBER.sub("0", line.told.text)) if not line.told.is_person else id(line)


def _thinned(lines: Sequence[Choice.Line], room: int) -> list[Choice.Line]:
    """The weightiest first, and of every ten minutes at least a few; in the end in their order again."""
    if sum(len(line.told.text) for line in lines) <= room:
        return list(lines)
    ranked = sorted(range(len(lines)), key=lambda n: (-score(lines[n]), n))
    kept: set[int] = set()
    for _, bucket in groupby(range(len(lines)), key=lambda n: lines[n].told.at.timestamp() // BUCKET.total_seconds()):
        kept |= set(sorted(bucket, key=lambda n: (-score(lines[n]), n))[:FLOOR])
    spent = sum(len(lines[n].told.text) for n in kept)
    for n in ranked:
        size = len(lines[n].told.text)
        if n not in kept and spent + size <= room:
            kept.add(n)
            spent += size
    return [lines[n] for n in sorted(kept)]
