"""Which of the things that people said belong where in a draft. By words, not by understanding: what is found is
quoted with who said it, never believed."""

import re
from datetime import timedelta

from bot.grounding.words import BLAME, CAUSE, GUESS, Words, words
from bot.incidents.model import TimelineEntry
from bot.incidents.terms import Fact
from bot.postmortems.rules import Case, Moment

LEAD_UP = timedelta(hours=2)  # how long before it was noticed a change may be worth looking at
STEP = timedelta(hours=1)  # how long before the mitigation an action may be worth looking at

SPOKEN = (
    Fact.NOTED, Fact.MESSAGE_KEPT, Fact.UPDATE_POSTED, Fact.SEVERITY_CHANGED, Fact.MITIGATED, Fact.RELAPSED,
    Fact.REOPENED, Fact.RESOLVED,
)  # fmt: skip

ROOT_CAUSE = re.compile(r"\broot[ -]cause", re.IGNORECASE)
IMPACT = re.compile(
    r"(?<![\d.,])\d[\d.,]{0,20} ?(?:k|m|million|thousand)? ?(?:%|(?:percent|per cent|users?|customers?|accounts?"
    r"|orders?|requests?"
    r"|payments?|tickets?|merchants?|sessions?|calls?|checkouts?|errors?|tenants?|sites?|complaints?|rows?|records?)\b)",
    re.IGNORECASE,
)
CHANGE = words(
    r"deploy\w*, releas(?:e|ed|ing), roll(?:ed|ing)?[ -]?out, merged?, migrat\w+, config(?:uration)? change\w*",
    r"changed the config\w*, feature flag\w*, flag (?:on|off|flip\w*), upgrad\w+, switched on, enabled, went live",
    "maintenance, scaled (?:up|down), rotated",
)
ACTION = words(
    r"roll(?:ed|ing)? ?back, revert\w*, disabl\w+, switched off, turned off, restart\w*, reboot\w*, scal(?:ed|ing)",
    r"fail(?:ed|ing)?[ -]?over, block(?:ed|ing), terminat\w+, kill(?:ed|ing), drain\w*, re-?routed?, throttl\w+",
    r"added (?:capacity|nodes|servers), patch\w*, deploy\w*, increased, raised the, cleared, flushed, restor\w+",
    r"hotfix\w*",
)
FOLLOW_UP = re.compile(r"\b(?:to-?do\b|follow[ -]?ups?\b|actions?\s*:|action items?\b)", re.IGNORECASE)
WELL = words(
    "went well, worked well, (?:was|were) (?:really )?(?:helpful|quick), helped (?:a lot|us), saved us",
    "good (?:that|thing), great that, paid off",
)
BADLY = words(
    "went (?:badly|wrong|poorly), slowed us, did(?:n['’]t| not) work, no (?:runbook|alert|access), took too long",
    r"runbook (?:is|was) (?:missing|wrong|outdated|out of date), (?:was|were) confus\w+, dead end",
    "(?:could(?:n['’]t| not)|cannot|can['’]t) (?:log ?in|access|reach|find), wrong (?:dashboard|channel|person|team)",
    "missing (?:alert|dashboard|runbook)",
)
LUCKY = words("luck(?:y|ily), good luck, fortunately, by chance, happened to be")


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


def blames(said: str) -> bool:
    return BLAME.search(said) is not None


def manner(said: str) -> str:
    """How somebody put it: what was asked or suggested is not what was said."""
    if "?" in said:
        return "asked"
    return "suggested" if GUESS.search(said) else "said"


def without_root_cause(said: str) -> str:
    """There is rarely one. The words in brackets are ours, as an editor's are."""
    return ROOT_CAUSE.sub("[cause]", said)
