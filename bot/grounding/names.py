"""Names and identifiers: hosts, versions, paths, code words, whatever is written with a capital in mid-sentence."""

import re
from dataclasses import dataclass
from enum import Enum

from bot.grounding.common import GENERIC, OPENERS, PLAIN_ENDINGS
from bot.grounding.stems import STOP
from bot.grounding.times import MONTHS, WEEKDAYS


class Kind(Enum):
    CODE = "identifier"  # db1, max_connections, v2.3.1, /var/lib, PostgreSQL, WAF
    NAME = "name"  # Redis, Jenkins
    LABEL = "who"  # of the record: "Incident Commander", "responder 3", "PagerDuty"
    OPENER = "opener"  # a word that begins a sentence with a capital and may be a name


@dataclass(frozen=True)
class Name:
    start: int
    end: int
    text: str
    kind: Kind

    @property
    def plain(self) -> str:
        return plain(self.text)


def names(text: str, known: frozenset[str] = frozenset(), capitals: frozenset[str] = frozenset()) -> list[Name]:
    """Every name in the text. What is `known` (in small letters) is one however it is written; `capitals` are those
    that are names only with a capital, so that they may begin a sentence."""
    found = [Name(match.start(), match.end(), match[0], Kind.CODE) for match in _NUMBERED.finditer(text)]
    taken = {place for name in found for place in range(name.start, name.end)}
    for match in _TOKEN.finditer(text):
        for start, word in _parts(match):
            if start in taken:
                continue
            kind = _kind(text, start, word, known, capitals)
            if kind is not None:
                found.append(Name(start, start + len(word), word, kind))
    return found


def plain(word: str) -> str:
    """`SEV-1`, `sev 1` and `SEV1` are the same."""
    small = word.casefold().replace("’", "'").removesuffix("'s").strip("._:-/'\"`#*")
    return re.sub(r"(?<=[a-z])[- ](?=\d)|(?<=\d)[- ](?=[a-z])", "", small)


def variants(word: str) -> frozenset[str]:
    """The forms by which a text that holds this word also holds others: its parts, without its plural."""
    whole = plain(word)
    parts = {part for part in re.split(r"[./:@_-]+", whole) if len(part) > 1}
    bare = {form.removesuffix("s") for form in (whole, *parts) if len(form) > 2 and not form.endswith("ss")}
    prefixless = {whole.removeprefix("v")} if re.match(r"v\d", whole) else set()
    return frozenset({whole, *parts, *bare, *prefixless, ALIASES.get(whole, whole)})


def holds(words: frozenset[str], name: str) -> bool:
    """Whether a text of these words (each in all its variants) says this name."""
    whole = plain(name)
    forms = {whole, ALIASES.get(whole, whole), whole.removesuffix("s"), whole.removeprefix("v")}
    if forms & words:
        return True
    if re.fullmatch(r"[0-9a-f]{7,40}", whole) and any(word.startswith(whole) for word in words):
        return True
    return whole.isalpha() and len(whole) >= 5 and any(_is_longer(word, whole) for word in words)


def words_of(text: str) -> frozenset[str]:
    """Every word of a text in all its variants."""
    found: set[str] = set()
    for match in _TOKEN.finditer(text):
        found |= variants(match[0])
        if "/" in match[0]:
            for part in match[0].split("/"):
                found |= variants(part)
    found |= {plain(match[0]) for match in _NUMBERED.finditer(text)}
    return frozenset(found - {""})


def _is_longer(word: str, name: str) -> bool:
    """Postgres and PostgreSQL."""
    return (
        word.isalpha()
        and len(word) >= 5
        and (word.startswith(name) or name.startswith(word))
        and (abs(len(word) - len(name)) <= 3)
    )


def _parts(match: re.Match[str]) -> list[tuple[int, str]]:
    """`CPU/memory` are two words, `/var/lib` and `a/b/c` are one."""
    token = match[0]
    if token.count("/") != 1 or token.startswith("/"):
        return [(match.start(), token)]
    first, second = token.split("/")
    return [(match.start(), first), (match.start() + len(first) + 1, second)]


def _kind(text: str, start: int, word: str, known: frozenset[str], capitals: frozenset[str]) -> Kind | None:
    small = plain(word)
    if not small or small in GENERIC or small in _CALENDAR:
        return None
    if small in known:
        return Kind.NAME
    if _is_code(word):
        return Kind.CODE
    if not word[0].isupper() or len(word) < 2:
        return None
    bare = re.split(r"[-'’]", word)[0].casefold()
    if _opens(text, start):
        common = bare in OPENERS or bare in STOP or bare.endswith(PLAIN_ENDINGS) or small in OPENERS
        return None if common and small not in capitals else Kind.OPENER
    return None if bare in _TITLES else Kind.NAME


def _is_code(word: str) -> bool:
    if _AMOUNT.fullmatch(word):
        return bool(re.fullmatch(r"\d+\.\d+\.[\d.]+", word))
    body = re.sub(r"['’]s$", "", word)
    if re.search(r"\d", body) and re.search(r"[A-Za-z]", body):
        return not re.fullmatch(r"\d+-[a-z]+(?:-[a-z]+)*", body)  # `3-node`
    if "_" in body or body.startswith(("/", "--", "~/", "./")) or body.count("/") > 1:
        return True
    if re.search(r"[a-z][A-Z]", body) or re.fullmatch(r"[A-Z]{2,}s?", body) or re.fullmatch(r"[A-Z][A-Z-]+[A-Z]", body):
        return True
    if re.search(r"\w\.[A-Za-z]{2,}", body) and body.casefold() not in ("e.g", "i.e"):
        return True
    return "-" in body and body == body.lower() and body.rpartition("-")[2] in _SERVICE_ENDINGS


def _opens(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \t“\"'(*[`")
    return not before or before[-1] in ".!?:;•\n|–—"


_AMOUNT = re.compile(
    r"\d+(?:st|nd|rd|th)|\d[\d.,:]*(?:%|k|m|bn|x|s|ms|h|min|d|[kmgtp]i?b|[kmg]bps|rps|qps|hz|[mg]hz)?", re.IGNORECASE
)
_TOKEN = re.compile(
    r"\[[A-Z]+(?::[\w-]+)?#\d+\]|--[a-z][\w-]*|(?:~|\.{0,2})?/(?:[\w.@:+-]+/?)+"
    r"|[^\W_](?:[\w’']|[./:@+-](?=[^\W_])|-(?=\d))*|_\w+"
)
_NUMBERED = re.compile(
    r"\b(?:sev|severity|priority|region|zone|rack|shard|phase|stage|step|tier|level|responder|team[ -]member|engineer"
    r"|node|partition|broker|worker|replica|page|ticket|order|incident|issue|case|pr|mr|batch|host|server|part|option|plan)"
    r" ?#?\d+\b(?![.,:]\d| ?%)",
    re.IGNORECASE,
)
_CALENDAR = frozenset(
    {*MONTHS, *WEEKDAYS, "january", "february", "march", "april", "june", "july", "august", "september", "october"}
    | {"november", "december", "sept", "today", "yesterday"}
)
_TITLED = "i incident commander lead scribe responder engineer engineers responders customers users"
_TITLES = frozenset(_TITLED.split())
_ENDINGS = (
    "api svc service db worker workers gateway proxy cache queue web prod production staging eu us west east central "
    "north south server job cron frontend backend lb node pod cluster redis kafka postgres mysql primary replica "
    "consumer producer scheduler exporter agent router edge ingress controller operator store index search"
)
_SERVICE_ENDINGS = frozenset(_ENDINGS.split())
ALIASES = {
    "postgres": "postgresql", "k8s": "kubernetes", "es": "elasticsearch", "mongo": "mongodb", "gh": "github",
    "amazon": "aws", "mails": "mail", "e-mail": "email", "javascript": "js", "golang": "go", "rabbit": "rabbitmq",
}  # fmt: skip
