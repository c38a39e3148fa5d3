"""What secrets look like: by their shape, or by the word that stands before them."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Secret:
    start: int
    end: int
    kind: str  # "aws-key", "password", …


def find_secrets(text: str) -> list[Secret]:
    """Every secret in the text, in its order, none within another."""
    found = [*_blocks(text), *_in_urls(text), *_shaped(text), *_after_headers(text), *_after_words(text)]
    kept: list[Secret] = []
    for one in sorted(found, key=lambda secret: (secret.start, -secret.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]*-----|\Z)", re.DOTALL)
_GCP_JSON = re.compile(r"[\"']private_key(?:_id)?[\"']\s*:\s*[\"']([^\"']{8,})[\"']")


def _blocks(text: str) -> Iterator[Secret]:
    if "PRIVATE KEY" in text:
        yield from (Secret(match.start(), match.end(), "private-key") for match in _PEM.finditer(text))
    if "private_key" in text:
        yield from (Secret(match.start(1), match.end(1), "gcp-key") for match in _GCP_JSON.finditer(text))


_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/:@<>\[\]]*:([^\s/@<>\[\]]+)@[\w\[]", re.IGNORECASE)
_SIGNED = re.compile(
    r"[?&](?:sig|signature|X-Amz-Signature|X-Amz-Security-Token|access_token|token|key|api_key|code)="
    r"([\w%.~+/=-]{16,})"
)


def _in_urls(text: str) -> Iterator[Secret]:
    if "://" in text:
        yield from (Secret(match.start(1), match.end(1), "url-password") for match in _URL.finditer(text))
        yield from (Secret(match.start(1), match.end(1), "url-token") for match in _SIGNED.finditer(text))


_LONG = re.compile(r"[A-Za-z0-9_./+=~:-]{16,}")
_SHAPES = re.compile(
    "|".join(
        rf"(?P<{kind}>{pattern})"
        for kind, pattern in (
            ("aws_key", r"\b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{16}\b"),
            ("github_token", r"\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{22,}"),
            ("gitlab_token", r"\bgl(?:pat|dt|ft|rt|soat|cbt|ptt|agent|imt|oas)-[\w-]{16,}"),
            ("slack_token", r"\bxox[abceoprs]-[\w-]{8,}|\bxapp-\d-[\w-]{8,}|\bhooks\.slack\.com/services/[\w/]{16,}"),
            ("anthropic_key", r"\bsk-ant-[\w-]{12,}"),
            ("openai_key", r"\bsk-(?:proj-|svcacct-|admin-|or-v1-)?[A-Za-z0-9_-]{20,}"),
            ("stripe_key", r"\b[sr]k_(?:live|test)_\w{12,}|\bwhsec_[\w+/=]{16,}"),
            ("npm_token", r"\bnpm_[A-Za-z0-9]{30,}"),
            ("pypi_token", r"\bpypi-[\w-]{24,}"),
            ("gcp_key", r"\bAIza[\w-]{30,}|\bya29\.[\w-]{16,}|\bGOCSPX-[\w-]{20,}"),
            ("azure_key", r"\b\w{3}8Q~[\w.~-]{30,}|\b[A-Za-z0-9+/]{86}=="),
            ("sendgrid_key", r"\bSG\.[\w-]{16,}\.[\w-]{16,}"),
            ("vault_token", r"\bhv[sbr]\.[\w-]{20,}"),
            ("huggingface_token", r"\bhf_[A-Za-z0-9]{24,}"),
            ("docker_token", r"\bdckr_(?:pat|oat)_[\w-]{20,}"),
            ("cloud_token", r"\bdo[opr]_v1_[0-9a-f]{40,}|\blin_api_\w{30,}|\bNRAK-[A-Z0-9]{27}"),
            ("shop_token", r"\bshp(?:at|ca|pa|ss)_[0-9a-f]{32}"),
            ("jwt", r"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?"),
        )
    )
)  # fmt: skip


def _shaped(text: str) -> Iterator[Secret]:
    for word in _LONG.finditer(text):
        for match in _SHAPES.finditer(word[0]):
            start = word.start() + match.start()
            yield Secret(start, word.start() + match.end(), str(match.lastgroup).replace("_", "-"))


_HEADER = re.compile(
    r"\b(?:(?P<auth>authorization)[\"']?\s*[:=]\s*[\"']?(?:bearer|basic|token|digest|apikey)?\s*|(?P<bearer>bearer)\s+"
    r"|(?P<cookie>(?:set-)?cookie)[\"']?\s*:\s*[\"']?)",
    re.IGNORECASE,
)
_COOKIE = re.compile(r"[^\n\"']{6,}")
_CREDENTIAL = re.compile(r"[\w.~+/=:-]{8,}")
_SESSION = re.compile(
    r"\b(?:session(?:id|_id)?|sid|csrf\w*|JSESSIONID|PHPSESSID|connect\.sid)=([\w%.~+/=-]{8,})", re.IGNORECASE
)


def _after_headers(text: str) -> Iterator[Secret]:
    for header in _HEADER.finditer(text):
        kind, pattern = ("cookie", _COOKIE) if header["cookie"] else ("authorization", _CREDENTIAL)
        value = pattern.match(text, header.end())
        if value and (kind == "cookie" or _is_mixed(value[0])):
            yield Secret(value.start(), value.end(), kind)
    yield from (Secret(match.start(1), match.end(1), "cookie") for match in _SESSION.finditer(text))


_PHRASE = r"password|passwd|pwd|pass ?phrase|passcode|kennwort|passwort|contraseña"
_KEY = (
    r"secret|token|api[ _-]?key|access[ _-]?key|private[ _-]?key|secret[ _-]?key|account ?key|shared ?access ?key"
    r"|signing[ _-]?key|encryption[ _-]?key|client[ _-]?secret|credentials?|license[ _-]?key|webhook[ _-]?secret"
)
_WORD = re.compile(
    rf"(?:(?P<pass>{_PHRASE})|(?P<key>{_KEY})|(?<![A-Za-z])(?P<pin>otp|pin|2fa code|mfa code|one[- ]time code))"
    r"[\w-]{0,30}"
    r"(?:\s+(?:for|of|to|on)\s+[\w.@-]{1,60}(?:\s[\w.@-]{1,60})?)?"
    r"(?P<how>[\"'`]?\s*(?:=>|:=|==?|:)\s*"
    r"|\s+(?:is now|is|was|=|set to|changed to|now|are|will be|reset to)\s*:?\s+|\s+(?=[\"'`]))(?P<quote>[\"'`“‘]?)",
    re.IGNORECASE,
)
_VALUE = re.compile(r"[^\s\"'`“”‘’<>,;]{4,4096}")
_ENTROPIC = re.compile(r"(?<![\w/.@#-])[A-Za-z0-9_+/=~!$%^&*-]{16,256}(?![\w/.@-])")
_NEAR = 60  # characters after the word


def _after_words(text: str) -> Iterator[Secret]:
    done = 0
    for word in _WORD.finditer(text):
        value = _VALUE.match(text, word.end())
        if value is None or value.start() < done:
            continue
        done = value.end()
        said = value[0].rstrip(".,;:!?)]}")
        kind = "password" if word["pass"] else "code" if word["pin"] else "assigned"
        if said and _is_value(said, word):
            yield Secret(value.start(), value.start() + len(said), kind)
    for hint in _KEYWORD.finditer(text):
        for near in _ENTROPIC.finditer(text, hint.end(), min(len(text), hint.end() + _NEAR)):
            end = _ENTROPIC.match(text, near.start())
            if end and not is_known_shape(end[0]) and _is_random(end[0]):
                yield Secret(end.start(), end.end(), "random")


_KEYWORD = re.compile(rf"(?:{_PHRASE}|{_KEY}|\bkey\b|apikey|signature|\bauth\b)", re.IGNORECASE)
_PLAIN = re.compile(
    r"(?:\$\{?\w+\}?|\{\{.*|<.*|\*{3,}.*|x{4,}|\.{3,}|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|/[\w./-]+|[a-z]+:[\w./-]*|https?:.*|\[.*"
    r"|\d+(?:\.\d+)?(?:ms|s|m|h|d|%|k)?|true|false|null|none|nil|v?\d+(?:\.\d+)+)",
    re.IGNORECASE,
)
_EVERYDAY = (
    "wrong expired expiring invalid correct incorrect required missing set unset not the stored being rotated revoked "
    "valid in on at from for still also now already only same different empty unchanged changed reset known unknown "
    "leaked exposed compromised shared needed too very really weak strong safe gone there here that this what where "
    "working broken fine okay good bad old new public private used unused read encrypted hashed plaintext correctly "
    "managed held kept cached refreshed renewed issued refused rejected accepted denied failing failed available "
    "mounted injected loaded synced deleted removed disabled enabled blocked locked unlocked mismatched due valid. "
    "supposed going about just never always probably likely maybe more less longer short long ours theirs written "
    "hardcoded rotating visible hidden different. committed scanning based limit manager service store rotation policy "
    "back good. secure insecure unavailable returned returning sent passed one two"
)
_ORDINARY = frozenset(_EVERYDAY.split())


def _is_value(said: str, word: re.Match[str]) -> bool:
    if word["pin"]:
        return bool(re.fullmatch(r"\d{4,8}|\d{3}[ -]\d{3}", said))
    if _PLAIN.fullmatch(said) and not (word["pass"] and said.isdigit() and len(said) > 3):
        return False
    spoken = bool(word["how"].strip()) and word["how"].strip()[0].isalpha()
    if word["pass"]:
        if spoken or ":" in word["how"]:
            return said.casefold() not in _ORDINARY and len(said) > 4 and (_is_mixed(said) or not _is_participle(said))
        return said.casefold() not in _ORDINARY
    return len(said) >= 8 and _is_mixed(said) and not (spoken and is_known_shape(said) and len(said) < 32)


def _is_participle(word: str) -> bool:
    return word.isalpha() and word.islower() and word.endswith(("ed", "ing", "ly"))


def _is_mixed(word: str) -> bool:
    """Letters with figures or signs, or in both cases within: no word of a sentence."""
    letters = re.search(r"[A-Za-z]", word) is not None
    return (letters and re.search(r"\d|[!@#$%^&*+=~?]", word) is not None) or re.search(r"[a-z][A-Z]", word) is not None


_KNOWN = re.compile(
    r"[0-9a-f]{7,64}|(?:sha\d+[:-])?[0-9a-f]{32,128}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
    r"|[a-z][a-z0-9-]*-[a-z0-9]{5,10}-[a-z0-9]{5}|[a-z][a-z0-9-]*-\d+|[a-z]+(?:[-_/.][a-z0-9]+)+|[A-Z]+(?:[-_][A-Z0-9]+)+",
)


def is_known_shape(word: str) -> bool:
    """Digests, UUIDs, names of pods and files: random to look at, and no secrets."""
    return _KNOWN.fullmatch(word) is not None


def _is_random(word: str) -> bool:
    counts = Counter(word)
    entropy = -sum(count / len(word) * math.log2(count / len(word)) for count in counts.values())
    kinds = sum(re.search(kind, word) is not None for kind in ("[a-z]", "[A-Z]", r"\d"))
    return entropy >= 3.5 and kinds >= 2 and re.search(r"\d", word) is not None
