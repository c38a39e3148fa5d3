"""A look for words that speak to a model. What looks like that is kept from the model; people read it on the timeline
as before. A heuristic, to spare it the worst: what it misses must still pass the checks on every claim."""

import re
import unicodedata
from enum import StrEnum

from bot.grounding.cleaning import clean


class Suspicion(StrEnum):
    """Why an entry is kept from the model; reads on after "it "."""

    ORDERS = "speaks to a model as if to give it orders"
    ROLES = "holds the marks of a prompt"
    LINKS_OUT = "would have a link or an image fetched"
    BLOB = "holds a long coded text"
    HIDDEN = "holds text that cannot be seen"


def suspicion(text: str) -> Suspicion | None:
    """The first reason to keep this from a model."""
    drawn = _FLAG.sub("", text)
    if len(_TAGS.findall(drawn)) > TAGS_LIMIT or len(_ZERO_WIDTH.findall(text)) > ZERO_WIDTH_LIMIT:
        return Suspicion.HIDDEN
    plain = _plain(text)
    for kind, pattern in _PATTERNS:
        if pattern.search(plain):
            return kind
    if any(_is_blob(found) for found in _LONG.findall(text)):
        return Suspicion.BLOB
    return (
        Suspicion.ORDERS if any(_ORDERS.search(re.sub(r"\W", "", run[0])) for run in _SPACED.finditer(plain)) else None
    )


TAGS_LIMIT = 3
ZERO_WIDTH_LIMIT = 8  # emoji are joined by them

_TAGS = re.compile("[\U000e0000-\U000e0fff]")
_FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{2,6}\U000e007f")  # Scotland's
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069]")
_LONG = re.compile(r"(?<![\w+/-])[A-Za-z0-9+/_-]{48,}={0,2}")
_SPACED = re.compile(r"\b(?:\w[\s.\-_*]{1,2}){5,}\w\b")
_ORDERS = re.compile(r"ignore|disregard|instruction|systemprompt")

# Letters of other scripts that are drawn as Latin ones, enough to undo the common disguise.
_ALIKE = str.maketrans("аеорсухіјѕԁһкмтвноικρτυα", "aeopcyxijsdhkmtbhoikptua")


def _plain(text: str) -> str:
    """As a reader would see it, in small letters."""
    seen = unicodedata.normalize("NFKC", clean(text)).casefold().translate(_ALIKE)
    return " ".join(seen.replace("’", "'").split())


def _is_blob(word: str) -> bool:
    """A long word of mixed letters and figures; digests, ids and paths are none."""
    if re.fullmatch(r"[0-9a-fA-F-]+", word):
        return len(word) > 140  # twice the longest digest
    longest = max(len(part) for part in re.split(r"[/_-]", word))
    return longest >= 40 and all(re.search(kind, word) for kind in ("[a-z]", "[A-Z]", "[0-9+/=]"))


_RULES = (
    "(?:instruction|rule|prompt|direction|direktive|guideline|guidance|command|constraint|context|training|programming"
    "|system message|policy|policies|anweisung|instruccion|instrucción|consigne|istruzion|instruç)"
)
_MODEL = (
    "(?:ai|a\\.i\\.|llm|gpt|chatgpt|claude|copilot|assistant|language model|summari[sz]er"
    "|(?:ai|postmortem|incident) (?:bot|model|writer|assistant|drafter))"
)
_PAPER = "(?:summary|summaries|postmortem|post-mortem|write-?up|draft|answer|response|output|reply|report)"
_WRITE = (
    "(?:say|write|state|include|mention|add|put|claim|insert|output|print|append|omit|leave out|repeat|reveal|conclude)"
)
_IGNORE = "(?:ignor\\w+|disregard\\w*|forget|override|overrule|bypass|omite|oublie\\w*|vergiss|dimentica|esque[cç]a)"
_WITHIN = "[^.!?]{0,60}"  # of one sentence
# As `_plain` leaves it.
_RUSSIAN = (
    r"(?:проигнорируй|игнорируй|забудь|не обращай внимания|напиши|укажи|скажи)\w*[^.!?]{0,60}"
    r"(?:инструкци|указани|правил|отч[её]т|свод|итог|причин)"
).translate(_ALIKE)

_PATTERNS: tuple[tuple[Suspicion, re.Pattern[str]], ...] = tuple(
    (kind, re.compile("|".join(patterns)))
    for kind, patterns in (
        (
            Suspicion.ROLES,
            (
                r"<\|?/?\s?(?:im_start|im_end|system|assistant|endoftext|eot_id|start_header_id|sys)\b[^>]{0,20}\|?>",
                r"\[/?(?:inst|system|assistant)\]|<</?sys>>",
                r"###? ?(?:system|instructions?|assistant|human|response)\b",
                r"(?:^|[/\"'`>.!?:={(] ?)(?:system|assistant|developer) ?(?:message|prompt|note|override)? ?: ?\S",
                r"\bassistant: ",
                r"[\"']role[\"'] ?: ?[\"'](?:system|assistant|developer|user|tool)",
                r"<(?:/?tool_call|/?function_call|/?instructions?|/?important|!--)|\btool_choice\b|\bfunction_call\b",
                r"[\"'](?:cites|basis|root_cause)[\"'] ?:",
                r"\b(?:end|begin|start) of (?:the )?(?:record|entries|untrusted|user (?:input|text)|context|prompt)\b",
                r"={3,}\[|\bthe record ends here\b|\b[em]\d{1,5} ?[|¦] ?\d\d:\d\dz",
                r"(?:-{3,}|={3,}|#{3,}) ?(?:end|begin|stop)\b[^.]{0,40}(?:-{3,}|={3,}|#{3,}|$)",
            ),
        ),
        (
            Suspicion.ORDERS,
            (
                rf"\b{_IGNORE}\b[^.!?]{{0,40}}\b{_RULES}",
                (
                    r"\b(?:ignore|disregard|forget) (?:everything|anything|all|what)\b"
                    r"[^.!?]{0,30}\b(?:above|before|previous|prior|earlier|said|told|so far)\b"
                ),
                (
                    r"\b(?:ignore|disregard|forget) (?:all |any |every )?(?:of )?(?:the )?"
                    r"(?:above|previous|prior|preceding|other) (?:messages?|text|entries|content|lines)\b"
                ),
                r"\b(?:system|hidden|initial|developer|original) prompt\b|\bprompt injection\b|\bjailbr(?:eak|oken)\b",
                r"\b(?:developer|dan) mode\b|\bpretend (?:to be|you|that)\b|\bact as (?:an? |if )|\brole-?play\b",
                r"\b(?:you are|you're) (?:now|no longer|an? (?:helpful|ai|assistant|language|expert|unrestricted))\b",
                (
                    rf"\b(?:new|updated|revised|real|additional|important|special|following|your|these) {_RULES}s?\b"
                    r" ?(?::|follow|apply)"
                ),
                rf"\b(?:as an?|dear|hey|hello|hi|attention|note (?:to|for)|for) (?:the )?{_MODEL}\b",
                rf"(?:^|[.!?/=\"'] ?|=[\"'] ?){_MODEL} ?[,:]",
                r"\boverride ?:",
                rf"\b(?:begin|start|open|end|close|finish) (?:the|your|each|every) {_PAPER} (?:with|by)\b",
                rf"\bthe {_PAPER} (?:must|should|shall|has to|needs to) (?:only )?(?:{_WRITE}|name|call|blame)\b",
                r"\b(?:for )?whoever (?:writes|drafts|summari[sz]es)\b",
                r"\b(?:suggestion|fyi|reminder|instructions?) for the (?:write-?up|summary|draft)\b",
                r"\b(?:ignore|disregard|forget) (?:the|this|that|all) (?:record|entries|timeline)\b",
                _RUSSIAN,
                rf"\b{_MODEL}\b[^.!?]{{0,30}}\b(?:must|should|shall|will now|please|needs? to|has to)\b",
                (
                    r"\b(?:when|while|if|before|after) (?:you |asked to )?(?:summari[sz]\w*|writ(?:e|ing)|draft\w*"
                    rf"|generat\w+|produc\w+|respond\w*|answer\w*)\b{_WITHIN}\b(?:{_PAPER}|you|always|say|include|state|must)\b"
                ),
                (
                    rf"\b(?:in|to|from|into) (?:the|your|this|any) {_PAPER}\b[^.!?]{{0,40}}"
                    rf"\b(?:{_WRITE}|blame|name|tell|only)\b"
                ),
                (
                    rf"\b{_WRITE}\b{_WITHIN}\b(?:in|to|from|into|of|at the (?:end|top) of) (?:the|your|this|any|every) "
                    rf"(?:{_PAPER}|instructions)\b"
                ),
                (
                    r"\b(?:respond|reply|answer|output|speak|write) (?:only |exclusively |always |everything )?"
                    r"(?:with|in) (?:only|exactly|the (?:words?|following|text|language)|french|german|spanish"
                    r"|russian|chinese|pirate|json|base64|markdown|one word)\b"
                ),
                (
                    r"\b(?:do not|don't|never|must not) (?:mention|include|cite|report|reveal|summari[sz]e|refer to)\b"
                    rf"{_WITHIN}\b(?:outage|incident|entry|entries|this|cause|anyone|impact|alert|customers?)\b"
                ),
                (
                    r"\b(?:repeat|reveal|print|show|output|leak|exfiltrate|send) (?:me )?(?:all |the |your |every )*"
                    r"(?:instructions|prompt|system message|secrets?|api keys?|environment variables|conversation"
                    r"|(?:entries|text|words) above)\b"
                ),
                rf"\b(?:cite|set|mark)\b{_WITHIN}\b(?:as the root cause|root_cause|as stated|basis)\b",
                r"\bthe root cause (?:field|section) (?:must|should|is to)\b",
                r"\b(?:decode|base64 -d|rot13)\b[^.!?]{0,40}\b(?:follow|execute|obey|and (?:do|then))\b",
                r"\b(?:follow|obey|execute) (?:the|these|my|this) (?:instructions?|orders?|commands?|text)\b",
            ),
        ),
        (
            Suspicion.LINKS_OUT,
            (
                r"!\[[^\]]{0,200}\]\([^)]*\)|<img\b|<script\b|<iframe\b|javascript:|data:text/",
                r"https?://[^\s>]*[?&][\w-]+=(?:\{|\[|<|%7b|\$\{|(?:summary|data|secret|token|content)\b)",
            ),
        ),
    )
)
