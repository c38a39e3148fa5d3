"""How long a text is to a model that we do not know."""

import math

BYTES_TO_A_TOKEN = 3.5
MARGIN = 1.1


def estimate(text: str, ratio: float = 1.0) -> int:
    """Tokens, rather too many than too few. `ratio`: what a server counted, to what `plain` says."""
    return math.ceil(plain(text) * ratio * MARGIN)


def plain(text: str) -> int:
    return math.ceil(len(text.encode()) / BYTES_TO_A_TOKEN)
