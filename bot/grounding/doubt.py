"""Whether a text only asks or guesses."""

from bot.grounding.words import GUESS, words

DOUBT = words(
    r"possib\w+, could, whether, unclear, theor\w+, hypothes\w+, wonder\w*, question\w*, ask\w*, suggest\w*, propos\w+",
    r"thought, believ\w+, consider\w*, check\w*, investigat\w+, suspic\w+, appear\w*, assum\w+",
    r"unconfirmed, look\w* into",
    r"seem\w*, apparent\w*, explor\w+, potential\w*, candidate\w*, plan\w*, intend\w*, want\w*",
)


CONFIRMED = words("confirmed that, found that, established that, proved that, showed that")


def doubts(text: str) -> bool:
    """Whether a claim says that it is not certain, or that somebody was not."""
    return bool(GUESS.search(text) or DOUBT.search(text))


def guesses(text: str) -> bool:
    """Whether an entry asks or guesses."""
    return "?" in text or GUESS.search(text) is not None
