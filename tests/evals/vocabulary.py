"""Words, as the judge of drafts knows them. None of it is shared with what it judges."""

import ast
import re
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from pathlib import Path

from bot.organisation import Organisation

DRAFTING = Path(__file__).parents[2] / "bot" / "postmortems"

CAUSAL = re.compile(
    r"\b(?:because|caus(?:e|es|ed|ing)|due to|owing to|thanks to|led to|lead(?:s|ing) to|result(?:s|ed"
    r"|ing)? (?:of|in|from)"
    r"|as a result|root cause|trigger(?:s|ed|ing)?|culprit|responsible for|(?:brought|took) down|did it|to blame"
    r"|explain(?:s|ed)|stem(?:s|med) from|therefore|consequently|attributed to|Ursache|cause est|à cause)\b",
    re.IGNORECASE,
)
GUESS = re.compile(
    r"\b(?:maybe|perhaps|might|may|could|possibl[ye]|probably|likely|suspect\w*|seems?|looks like|i think"
    r"|guess|not sure"
    r"|whether|if|hypothesis)\b|\?",
    re.IGNORECASE,
)
BLAME = re.compile(
    r"\b(?:human error|operator error|should(?:n['’]t)? (?:not )?have|could have (?:known|prevented|avoided)"
    r"|if only|careless\w*"
    r"|negligen\w*|incompeten\w*|stupid\w*|sloppy|idiot\w*|at fault|to blame|blam(?:ed|ing)|fail(?:ed|ure) to|forgot to"
    r"|(?:his|her|their|your|\w+['’]s) (?:fault|mistake)|messed up|screwed up)\b",
    re.IGNORECASE,
)
LENGTH = re.compile(
    r"(?P<about>\b(?:about|around|roughly|nearly|almost) )?\b(?P<count>[\d.,]+|[a-z]+) (?P<unit>seconds?"
    r"|minutes?|min|hours?|days?)\b",
    re.IGNORECASE,
)
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
NUMBERS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10",
    "eleven": "11", "twelve": "12", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "hundred": "100",
    "thousand": "1000",
}  # fmt: skip
_NO_NAMES_SAID = (
    "utc i incident commander comms ops lead deputy scribe ic sev responder responders user users customer "
    "customers tocsin app z am pm"
)
NO_NAMES = frozenset(_NO_NAMES_SAID.split())
_OPENERS_SAID = (
    "a about according action after afterwards alert all also an and another any app apps are around as at back "
    "before both but by check checking consider cpu customers declared details during each early engineers errors "
    "everything fewer first follow for from further global had has have here he how however if impact in incident "
    "it its last later less logs look make many mitigated monitoring more most much nearly no nobody not note "
    "nothing now of on once one only orders other others our page people possibly put quiet responders responder "
    "resolved restart review rolled roll schedule see server servers set several severity since so some somebody "
    "something soon status still stopped switched symptoms system systems taking teams that the their then there "
    "these they this those to today told too traffic two two unclear under until update updates users users was "
    "we were what when where whether which while who why with within work writes wrote you"
)
OPENERS = frozenset(_OPENERS_SAID.split())
_WORDS_TOO_SAID = (
    "will grace mark summer rob hope frank dawn page rich april joy chip max kim early field long best young"
)
WORDS_TOO = frozenset(_WORDS_TOO_SAID.split())
_STOP_SAID = (
    "the a an and or of to in on at for by with from is are was were be been it its that this these those as not "
    "no but they them their we our you i he she his her there here then than so if when which who what has have "
    "had do does did will would can could may might about into over after before again also more most some any "
    "all each one out up down off utc reported said says wrote noted posted stated entry message responder "
    "responders alert app incident commander time according "
    "possibly asked suspected"
)
_STOP = frozenset(_STOP_SAID.split())
_FOREIGN = re.compile(
    r"\b(?:le|la|les|des|une|est|pas|tout|rien|personne|avec|der|die|das|und|nicht|ist|wir|alles|nichts|auf|el|los|que|il|non)\b"
    r"|[\u0400-\u04ff]+|[\u3040-\u30ff\u4e00-\u9fff]+",
    re.IGNORECASE,
)


def is_length(found: re.Match[str], known: Iterable[timedelta]) -> bool:
    """Whether it is one of these; by a tenth more or less, if it says so."""
    figure = NUMBERS.get(found["count"].casefold(), found["count"]).replace(",", "")
    step = UNITS[found["unit"][0].casefold()]
    if not re.fullmatch(r"[\d.]+", figure):
        return False
    said = float(figure.rstrip(".")) * step
    most = max(said / 10, step / 2) if found["about"] else step
    return any(abs(length.total_seconds() - said) < most for length in known)


def content(text: str) -> set[str]:
    """What a sentence is about: words in their first five letters, and figures."""
    words = re.findall(r"[^\W_]+", re.sub(r"\b\d{1,2}:\d\d(?::\d\d)?z?\b", " ", text.casefold()))
    return {word[:5] for word in words if word not in _STOP and (len(word) > 2 or word.isdigit())}


def rare(text: str) -> set[str]:
    return {word for word in re.findall(r"[^\W\d_]{5,}", text.casefold()) if word not in _STOP and word not in OPENERS}


def plainly(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+(?:[.-][^\W_]+)*", text.casefold()))


def foreign(text: str) -> set[str]:
    """Words of other languages, if there are enough of them to be no accident."""
    found = {word.casefold() for word in _FOREIGN.findall(text)}
    return found if len(found) > 1 or any(not word.isascii() for word in found) else set()


def opens(word: str) -> bool:
    """Whether a word may begin a sentence and be no name."""
    return word.casefold() in OPENERS


def at_start(text: str, place: int) -> bool:
    before = text[:place].rstrip(" “\"'(")
    return not before or before[-1] in ".!?:;"


@cache
def template() -> str:
    """Whatever a draft may say of any incident: the words in its code."""
    found: list[str] = []
    for file in sorted(DRAFTING.glob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        found += [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
        ]
    return " ".join([*found, *(terms.title for terms in Organisation.load(None).roles.values())])
