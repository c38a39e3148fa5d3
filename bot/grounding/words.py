"""The words by which a sentence gives a cause, a guess or blame away: one home for everyone who looks for them."""

import re

Words = re.Pattern[str]


def words(*patterns: str) -> Words:
    """Any of these, separated by commas, as whole words."""
    each = "|".join(pattern.strip() for line in patterns for pattern in line.split(","))
    return re.compile(rf"\b(?:{each})\b", re.IGNORECASE)


def also(known: Words, *patterns: str) -> Words:
    """What is known, and these."""
    return re.compile(f"{known.pattern}|{words(*patterns).pattern}", re.IGNORECASE)


CAUSE = words(
    "because, causes?, caused, causing, due to, culprit, triggered, turns out, turned out, traced, responsible for",
    r"regression, introduced (?:by|in), as a result, result of, led to, misconfigur\w+, stems? from, broke when",
    "(?:problem|issue|bug|fault|trouble) (?:is|was|lies|comes|came), the reason, why (?:it|this|that) (?:broke|failed)",
)
GUESS = words(
    r"maybe, perhaps, might, may be, could be, probably, likely, i think, suspect\w*, seems?, looks like, i guess",
    "possibly, not sure, theory",
)
HUMAN_ERROR = words("(?:human|operator|user|pilot) error")
COUNTERFACTUAL = words(
    "(?:should|could|would)(?:n['’]t have|['’]ve|n['’]t['’]ve), if only",
    "(?:should|could|would) (?:not |never )?have (?:been|done|known|caught|thought|made|had|read|told|kept|found|left)",
    r"(?:should|could|would) (?:not |never )?have (?:\w+ed|\w+en|put|run|said|set|built|brought|gone|come)",
)
FAULT = words(
    "at fault, (?:\\w+['’]s|my|your|his|her|their|our|whose) (?:own )?(?:fault|mistake|carelessness)",
    r"blam(?:e|es|ed|ing), careless\w*, negligen\w+, slopp\w+, stupid\w*, idiot\w*, incompeten\w+, forgot to",
    "mistakenly, screwed up, messed up",
)
HINDSIGHT = words("obviously")
BLAME = re.compile(
    "|".join(one.pattern for one in (HUMAN_ERROR, COUNTERFACTUAL, FAULT, HINDSIGHT)), re.IGNORECASE
)  # what is not repeated from the record
