"""What must not leave: secrets, addresses, numbers of people and customers, replaced by stable placeholders."""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import Enum


class Addresses(Enum):
    """Whether IP addresses leave; often they are what an incident is about."""

    KEPT = "kept"
    HIDDEN = "hidden"


class Redaction:
    """One incident's placeholders: the same value has the same one for as long as this lives."""

    def __init__(self, customers: Iterable[str] = (), addresses: Addresses = Addresses.KEPT) -> None:
        self._customers = tuple(customers)
        self._addresses = addresses
        self._values: dict[str, str] = {}

    def redact(self, text: str) -> str:
        """`[SECRET:aws-key#1]`, `[EMAIL#2]`, …"""
        return text

    def restore(self, text: str) -> str:
        """With what may be shown where it came from: addresses and names, never secrets."""
        return text

    @property
    def counts(self) -> Mapping[str, int]:
        """How many different values of each kind were hidden: {"SECRET:aws-key": 1, "EMAIL": 2}."""
        return Counter()


def secrets(text: str) -> list[str]:
    """The kinds of secrets in a text: for logs, output, and a word to rotate them."""
    return []
