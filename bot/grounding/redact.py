"""What must not leave: secrets, and the addresses and numbers of people and customers, replaced by stable
placeholders."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from bot.grounding.secrecy import find_secrets


class Addresses(Enum):
    """Whether IP addresses leave; often they are what an incident is about."""

    KEPT = "kept"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Found:
    start: int
    end: int
    kind: str  # "SECRET:aws-key", "EMAIL", …


class Redaction:
    """One incident's placeholders: the same value has the same one for as long as this lives."""

    def __init__(self, customers: Iterable[str] = (), addresses: Addresses = Addresses.KEPT) -> None:
        self._customers = _any_of(customers)
        self._addresses = addresses
        self._placeholders: dict[tuple[str, str], str] = {}  # by kind and value
        self._shown: dict[str, str] = {}  # what may be restored
        self._counts: Counter[str] = Counter()

    def redact(self, text: str) -> str:
        """`[SECRET:aws-key#1]`, `[EMAIL#2]`, …; what is hidden already stays as it is."""
        pieces: list[str] = []
        done = 0
        for found in self._found(text):
            pieces += [text[done : found.start], self._placeholder(found.kind, text[found.start : found.end])]
            done = found.end
        return "".join([*pieces, text[done:]])

    def restore(self, text: str) -> str:
        """With what may be shown where it came from: addresses and names. Secrets, cards and accounts never return."""
        return _PLACEHOLDER.sub(lambda match: self._shown.get(match[0], match[0]), text)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many different values of each kind were hidden: {"SECRET:aws-key": 1, "EMAIL": 2}."""
        return dict(sorted(self._counts.items()))

    def _found(self, text: str) -> list[Found]:
        ours = [Found(match.start(), match.end(), "") for match in _PLACEHOLDER.finditer(text)]
        found = [Found(one.start, one.end, f"SECRET:{one.kind}") for one in find_secrets(text)]
        found += _personal(text)
        if self._addresses is Addresses.HIDDEN:
            found += [Found(match.start(), match.end(), "IP") for match in _IP.finditer(text)]
        if self._customers:
            found += [Found(match.start(), match.end(), "CUSTOMER") for match in self._customers.finditer(text)]
        return _apart(found, ours)

    def _placeholder(self, kind: str, value: str) -> str:
        key = (kind, value.casefold() if kind in _FOLDED else value)
        if key not in self._placeholders:
            self._counts[kind] += 1
            self._placeholders[key] = f"[{kind}#{self._counts[kind]}]"
        placeholder = self._placeholders[key]
        if kind in _SHOWN:
            self._shown.setdefault(placeholder, value)
        return placeholder


def secrets(text: str) -> list[str]:
    """The kinds of secrets in a text: for logs, output, and a word to rotate them."""
    ours = [Found(match.start(), match.end(), "") for match in _PLACEHOLDER.finditer(text)]
    return [one.kind for one in _apart([Found(s.start, s.end, s.kind) for s in find_secrets(text)], ours)]


_SHOWN = frozenset({"EMAIL", "CUSTOMER", "PHONE", "IP"})
_PEOPLE = frozenset({"EMAIL", "CUSTOMER", "PHONE", "IP", "CARD", "IBAN"})
_FOLDED = frozenset({"EMAIL", "CUSTOMER", "IBAN"})
_PLACEHOLDER = re.compile(r"\[(?:SECRET:[a-z0-9-]+|EMAIL|PHONE|IP|CARD|IBAN|CUSTOMER)#\d+\]")
_EMAIL = re.compile(r"[A-Za-z0-9][\w.+%-]{0,63}@[A-Za-z0-9](?:[\w-]{0,62}\.)+[A-Za-z]{2,24}\b(?!:[\w/])")
_CARD = re.compile(r"(?<![\w.-])[3-6](?:[ -]?\d){12,18}(?![\w-])")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)")
_PHONE = re.compile(
    r"(?<![\w+.-])\+\d{1,3}(?:[ .()/-]{0,2}\d){7,13}(?![\w-])"
    r"|(?<![\w.-])(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])"
    r"|(?<=tel )\d[\d /-]{6,15}\d|(?<=tel: )\d[\d /-]{6,15}\d"
    r"|(?<=phone )\d[\d /-]{6,15}\d|(?<=phone: )\d[\d /-]{6,15}\d",
    re.IGNORECASE,
)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IP = re.compile(
    rf"(?<![\w.])(?:{_OCTET}\.){{3}}{_OCTET}(?![\w]|\.\d)"
    r"|(?<![\w:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?![\w:])"
    r"|(?<![\w:])(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4}:?){0,6}[0-9a-f]{1,4}(?![\w:])",
    re.IGNORECASE,
)


def _personal(text: str) -> Iterator[Found]:
    if "@" in text:
        yield from (Found(match.start(), match.end(), "EMAIL") for match in _EMAIL.finditer(text))
    for match in _CARD.finditer(text):
        if is_card(match[0]):
            yield Found(match.start(), match.end(), "CARD")
    for match in _IBAN.finditer(text):
        if is_iban(match[0]):
            yield Found(match.start(), match.end(), "IBAN")
    yield from (Found(match.start(), match.end(), "PHONE") for match in _PHONE.finditer(text))


def is_card(said: str) -> bool:
    """By its length and its last digit (Luhn)."""
    digits = [int(one) for one in said if one.isdigit()]
    doubled = [one * 2 - 9 * (one > 4) for one in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 and len(set(digits)) > 1


def is_iban(said: str) -> bool:
    plain = said.replace(" ", "")
    turned = plain[4:] + plain[:4]
    return 15 <= len(plain) <= 34 and int("".join(str(int(one, 36)) for one in turned)) % 97 == 1


def _any_of(customers: Iterable[str]) -> re.Pattern[str] | None:
    each = sorted({name.strip() for name in customers if name.strip()}, key=lambda name: (-len(name), name))
    joined = "|".join(r"\s+".join(map(re.escape, name.split())) for name in each)
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE) if each else None


def _apart(found: list[Found], ours: list[Found]) -> list[Found]:
    """In order, none within another or within a placeholder. A secret goes before an address that it is part of."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda other: (other.kind in _PEOPLE, other.start, -other.end)):
        if not any(one.start < other.end and other.start < one.end for other in (*ours, *kept)):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)
