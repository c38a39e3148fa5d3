"""Words cut down to what they share: enough to see that two sentences speak of the same thing."""

import re
from functools import lru_cache

WORD = re.compile(r"[^\W_]+(?:['’][a-z]+)?(?:[-_.][^\W_]+)*")
_LENGTH = 6  # letters of a stem: `terminated` and `termination` meet, `restart` and `restore` do not


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    small = word.casefold().replace("’", "'")
    small = small.removesuffix("'s").removesuffix("s'")
    small = IRREGULAR.get(small, small)
    if any(letter.isdigit() or letter in "._/" for letter in small):
        return small
    for ending in _ENDINGS:
        if small.endswith(ending) and len(small) - len(ending) >= 3:
            small = small.removesuffix(ending)
            break
    if len(small) > 3 and small[-1] == small[-2]:  # stopped, stop
        small = small[:-1]
    return small.rstrip("e")[:_LENGTH] if len(small) > 3 else small


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """The content of a text: stems of the words that are not in every text."""
    found = {stem(word) for word in spread(text) if word.casefold() not in STOP and len(word) > 1}
    return frozenset(found | {stem(match[1] + match[2]) for match in _PHRASAL.finditer(text)})


# Rolled back is a rollback.
_PHRASAL = re.compile(
    r"\b(roll|fail|log|shut|time|back|start|clean|scale|build|check|sign|take|slow|hand|follow|switch|clos)"
    r"(?:e?d|ing|l?ed|l?ing|s)?[ -](back|over|in|out|up|down|on|off)\b",
    re.IGNORECASE,
)


def spread(text: str) -> list[str]:
    """Every word, those with hyphens also in their parts."""
    found: list[str] = []
    for word in WORD.findall(text):
        found.append(word)
        if "-" in word or "." in word or "_" in word:
            found += re.split(r"[-._]", word)
    return found


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


_ENDINGS = (
    "ications", "ication", "izations", "ization", "ations", "ation", "ements", "ement", "ments", "ment", "ingly",
    "ities", "ity", "ness", "ances", "ance", "ences", "ence", "ings", "ing", "ers", "er", "ors", "or", "ions", "ion",
    "ally", "ly", "ies", "ied", "es", "ed", "ful", "able", "ible", "ive", "al", "s", "y",
)  # fmt: skip

IRREGULAR = {
    "began": "begin", "begun": "begin", "took": "take", "taken": "take", "went": "go", "gone": "go", "ran": "run",
    "broke": "break", "broken": "break", "lost": "lose", "losing": "lose", "loss": "lose", "losses": "lose",
    "found": "find", "rose": "rise", "risen": "rise", "rising": "rise", "grew": "grow", "grown": "grow",
    "fell": "fall", "fallen": "fall", "saw": "see", "seen": "see", "said": "say", "sent": "send", "kept": "keep",
    "held": "hold", "built": "build", "came": "come", "gave": "give", "given": "give", "got": "get", "led": "lead",
    "left": "leave", "made": "make", "paid": "pay", "told": "tell", "thought": "think", "wrote": "write",
    "written": "write", "brought": "bring", "shut": "close", "chose": "choose", "chosen": "choose", "froze": "freeze",
    "frozen": "freeze", "hung": "hang", "put": "put", "pods": "pod", "servers": "server", "mysql": "mysql",
    "shown": "show", "knew": "know", "known": "know", "drew": "draw", "died": "die", "dying": "die", "dead": "die",
    "data": "data", "database": "database", "databases": "database", "users": "user", "user": "user",
    "alerts": "alert", "alerted": "alert", "alerting": "alert",
}  # fmt: skip

_EVERYWHERE = (
    "a about above after again all also am an and any are as at away back be became because become been before being "
    "below between both but by can cannot could did do does doing done down during each else ended even ever every "
    "few first for from further get gets had has have having he her here him his how however i if in into is it its "
    "itself just later less like made make makes many may me might more most much must my near no nor not now of off "
    "on once one only onto or other our out over own per rather said same say says see seen she should since so some "
    "still such than that the their them then there these they this those though through to too under until up upon us "
    "use used using very via was we were what when where whether which while who whom whose why will with within "
    "without would yet you your around approximately roughly nearly almost minutes minute hours hour seconds second "
    "utc am pm meanwhile soon shortly right well also already got need needed it's that's we're i'm didn't doesn't "
    "don't isn't wasn't weren't can't couldn't won't hadn't hasn't haven't aren't two three four five six seven eight "
    "nine ten eleven twelve reported noted told tell showed asked incident responder team engineer"
)
STOP = frozenset(_EVERYWHERE.split())
