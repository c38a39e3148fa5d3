"""Text that people wrote, in plain words and without the secrets that they let slip: a draft is read by more people
than the channel was."""

import re
from collections.abc import Callable, Iterable

from bot.grounding.redact import Addresses, Redaction
from bot.kernel.ids import UserId
from bot.organisation import AiTerms
from bot.slack.text import escape, one_line, plain

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def in_words(stored: str, name: Callable[[UserId], str]) -> str:
    """Text as Slack stores it, in plain words on one line."""
    named = _MENTION.sub(lambda found: escape(name(UserId(found[1]))), stored)
    return one_line(plain(named, name))


class Secrecy:
    """One for all that is made of a record, so that a secret has the same placeholder everywhere. They are numbered in
    the order of `told`."""

    def __init__(self, terms: AiTerms, told: Iterable[str]) -> None:
        self.redaction = Redaction(terms.customers, Addresses.KEPT if terms.ips else Addresses.HIDDEN)
        self._safe: dict[str, str] = {}
        for words in told:
            self.redaction.redact(words)

    def safe(self, words: str) -> str:
        """Secrets as placeholders. Addresses and customers stay: people may read them, and no model may."""
        if words not in self._safe:
            self._safe[words] = self.redaction.restore(self.redaction.redact(words))
        return self._safe[words]
