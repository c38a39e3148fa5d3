"""Which of the things that people said belong where in a draft. By words, not by understanding: what is found is
quoted with who said it, never believed."""

import re
from datetime import timedelta

from bot.incidents.model import TimelineEntry
from bot.incidents.terms import Fact
from bot.postmortems.rules import Case, Moment

LEAD_UP = timedelta(hours=2)  # how long before it was noticed a change may be worth looking at
STEP = timedelta(hours=1)  # how long before the mitigation an action may be worth looking at

SPOKEN = (
    Fact.NOTED, Fact.MESSAGE_KEPT, Fact.UPDATE_POSTED, Fact.SEVERITY_CHANGED, Fact.MITIGATED, Fact.RELAPSED,
    Fact.REOPENED, Fact.RESOLVED,
)  # fmt: skip


Words = re.Pattern[str]


def _words(*patterns: str) -> Words:
    """Any of these, separated by commas, as whole words."""
    each = "|".join(pattern.strip() for line in patterns for pattern in line.split(","))
    return re.compile(rf"\b(?:{each})\b", re.IGNORECASE)


CAUSE = _words(
    "because, causes?, caused, causing, due to, culprit, triggered, turns out, turned out, traced, responsible for",
    r"regression, introduced (?:by|in), as a result, result of, led to, misconfigur\w+, stems? from, broke when",
    "(?:problem|issue|bug|fault|trouble) (?:is|was|lies|comes|came), the reason, why (?:it|this|that) (?:broke|failed)",
)
GUESS = _words(
    r"maybe, perhaps, might, may be, could be, probably, likely, i think, suspect\w*, seems?, looks like, i guess",
    "possibly, not sure, theory",
)
BLAME = _words(
    "(?:human|operator|user|pilot) error, (?:should|could|would)(?:n['’]t have|['’]ve|n['’]t['’]ve), if only, at fault",
    "(?:should|could|would) (?:not |never )?have (?:been|done|known|caught|thought|made|had|read|told|kept|found|left)",
    r"(?:should|could|would) (?:not |never )?have (?:\w+ed|\w+en|put|run|said|set|built|brought|gone|come)",
    r"(?:\w+['’]s|my|your|his|her|their|our|whose) (?:own )?(?:fault|mistake|carelessness), blam(?:e|es|ed|ing)",
    r"careless\w*, negligen\w+, slopp\w+, stupid\w*, idiot\w*, incompeten\w+, forgot to, mistakenly, obviously",
    "screwed up, messed up",
)
ROOT_CAUSE = re.compile(r"\broot[ -]cause", re.IGNORECASE)
IMPACT = re.compile(
    r"(?<![\d.,])\d[\d.,]{0,20} ?(?:k|m|million|thousand)? ?(?:%|(?:percent|per cent|users?|customers?|accounts?"
    r"|orders?|requests?"
    r"|payments?|tickets?|merchants?|sessions?|calls?|checkouts?|errors?|tenants?|sites?|complaints?|rows?|records?)\b)",
    re.IGNORECASE,
)
CHANGE = _words(
    r"deploy\w*, releas(?:e|ed|ing), roll(?:ed|ing)?[ -]?out, merged?, migrat\w+, config(?:uration)? change\w*",
    r"changed the config\w*, feature flag\w*, flag (?:on|off|flip\w*), upgrad\w+, switched on, enabled, went live",
    "maintenance, scaled (?:up|down), rotated",
)
ACTION = _words(
    r"roll(?:ed|ing)? ?back, revert\w*, disabl\w+, switched off, turned off, restart\w*, reboot\w*, scal(?:ed|ing)",
    r"fail(?:ed|ing)?[ -]?over, block(?:ed|ing), terminat\w+, kill(?:ed|ing), drain\w*, re-?routed?, throttl\w+",
    r"added (?:capacity|nodes|servers), patch\w*, deploy\w*, increased, raised the, cleared, flushed, restor\w+",
    r"hotfix\w*",
)
FOLLOW_UP = re.compile(r"\b(?:to-?do\b|follow[ -]?ups?\b|actions?\s*:|action items?\b)", re.IGNORECASE)
WELL = _words(
    "went well, worked well, (?:was|were) (?:really )?(?:helpful|quick), helped (?:a lot|us), saved us",
    "good (?:that|thing), great that, paid off",
)
BADLY = _words(
    "went (?:badly|wrong|poorly), slowed us, did(?:n['’]t| not) work, no (?:runbook|alert|access), took too long",
    r"runbook (?:is|was) (?:missing|wrong|outdated|out of date), (?:was|were) confus\w+, dead end",
    "(?:could(?:n['’]t| not)|cannot|can['’]t) (?:log ?in|access|reach|find), wrong (?:dashboard|channel|person|team)",
    "missing (?:alert|dashboard|runbook)",
)
LUCKY = _words("luck(?:y|ily), good luck, fortunately, by chance, happened to be")


def spoken(case: Case) -> list[TimelineEntry]:
    """What people said, in order. What apps posted is no statement of anybody."""
    return [entry for entry in case.all(*SPOKEN) if entry.by and entry.text.strip()]


def matching(case: Case, *wanted: Words) -> list[TimelineEntry]:
    return [entry for entry in spoken(case) if any(pattern.search(case.said(entry)) for pattern in wanted)]


def causes(case: Case) -> list[TimelineEntry]:
    """What was said about causes, and whatever judges somebody. A reason given for a severity is none for the
    incident."""
    found = matching(case, CAUSE, ROOT_CAUSE, BLAME)
    return [entry for entry in found if entry.fact is not Fact.SEVERITY_CHANGED]


def impacts(case: Case) -> list[TimelineEntry]:
    return matching(case, IMPACT)


def follow_ups(case: Case) -> list[TimelineEntry]:
    return matching(case, FOLLOW_UP)


def first_alert(case: Case) -> TimelineEntry | None:
    """The first thing that an app reported, if it was no change."""
    reported = [entry for entry in case.all(Fact.MESSAGE_KEPT) if entry.by is None]
    return next((entry for entry in reported if not CHANGE.search(case.said(entry))), None)


def changes_before(case: Case, moment: Moment) -> list[TimelineEntry]:
    """What was changed in the time before, said by people or apps. That one came first proves nothing."""
    end = moment.at
    if end is None:
        return []
    told = case.all(Fact.NOTED, Fact.MESSAGE_KEPT)
    near = [entry for entry in told if end - LEAD_UP <= entry.at <= end]
    return [entry for entry in near if CHANGE.search(case.said(entry))]


def action_before(case: Case, moment: Moment) -> TimelineEntry | None:
    """The last thing that people said they did before that moment."""
    end = moment.at
    if end is None:
        return None
    told = [entry for entry in case.all(Fact.NOTED, Fact.MESSAGE_KEPT) if entry.by and end - STEP <= entry.at <= end]
    done = [entry for entry in told if ACTION.search(case.said(entry))]
    return done[-1] if done else None


def blames(words: str) -> bool:
    return BLAME.search(words) is not None


def manner(words: str) -> str:
    """How somebody put it: what was asked or suggested is not what was said."""
    if "?" in words:
        return "asked"
    return "suggested" if GUESS.search(words) else "said"


def without_root_cause(words: str) -> str:
    """There is rarely one. The words in brackets are ours, as an editor's are."""
    return ROOT_CAUSE.sub("[cause]", words)
