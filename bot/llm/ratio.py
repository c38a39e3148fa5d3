"""What a server counts, beside what we estimate: learned, and the sign by which a record that was cut is known."""

from bot.llm import tokens

SMALL = 500  # tokens; below, what is sent around the text weighs too much to learn from
WEIGHT = 0.3  # of the newest count
LEAST, MOST = 0.4, 3.0
KNOWN_AFTER = 3  # counts
# So much of what is expected must have been counted, or a part was cut off.
UNKNOWN_SHARE, KNOWN_SHARE, SUSPECT_SHARE = 0.4, 0.7, 0.8
NEAR = 0.97


class Ratio:
    def __init__(self) -> None:
        self._value = 1.0
        self._counts = 0

    def expected(self, text: str) -> int:
        return round(tokens.plain(text) * self._value)

    def estimate(self, text: str) -> int:
        """Rather too many than too few."""
        return tokens.estimate(text, self._value)

    def is_cut(self, text: str, counted: int) -> bool:
        """Ollama reads as much as it has room for, and says nothing: only its count tells."""
        if tokens.plain(text) < 2 * SMALL:
            return False
        share = KNOWN_SHARE if self._counts >= KNOWN_AFTER else UNKNOWN_SHARE
        if _fills_a_context(counted):
            share = SUSPECT_SHARE
        return counted < share * self.expected(text)

    def learn(self, text: str, counted: int) -> None:
        plain = tokens.plain(text)
        if plain < SMALL:
            return
        weight = WEIGHT if self._counts else 1.0
        self._value += weight * (min(MOST, max(LEAST, counted / plain)) - self._value)
        self._counts += 1


def _fills_a_context(counted: int) -> bool:
    """Contexts are powers of two."""
    context = 1 << max(counted - 1, 1).bit_length()
    return context >= 2048 and counted >= NEAR * context
