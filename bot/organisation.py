"""What an organisation decides: one readable YAML file, over defaults that suit most."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError

from bot import agreement, yamlfile
from bot.faults import problems_of
from bot.fields import Channel, Duration, Part, RoleKey, SeverityKey, WebhookEvent, emoji, prefix, web_address, zone
from bot.learning import FollowUpTerms, ReviewTerms
from bot.policies import Policy, PolicyName, Route
from bot.yamlfile import Document, Problem

# The defaults are the example: what people copy is what they already have.
DEFAULTS = Path(__file__).with_name("organisation.example.yaml")
# What the local workspace uses: the same file, filled in for the people of Acme.
ACME = Path(__file__).with_name("organisation.acme.yaml")
MEANING_LIMIT = 75  # characters, what Slack shows beside a choice
FALLBACK = "default"  # the policy of public incidents that no route takes


class OrganisationError(Exception):
    """The organisation's file cannot be used. The text is the list of its problems, one to a line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class SeverityTerms(Part):
    """What a severity means and asks for. No `first_update` or `update_every` means nobody is reminded.

    `page`: whether somebody is paged without being asked to.
    """

    name: str = Field(min_length=1, max_length=40)
    meaning: str = Field(min_length=1, max_length=MEANING_LIMIT)
    first_update: Duration | None
    update_every: Duration | None
    postmortem: bool
    page: bool


class RoleTerms(Part):
    """What a role is called, and what its new holder is told (mrkdwn)."""

    title: str = Field(min_length=1, max_length=40)
    duties: str = Field(min_length=1, max_length=2800)


class AiTerms(Part):
    """What a language model may see.

    `private`: whether private incidents are sent at all. `withhold`: the reaction that keeps a message back.
    `ips`: whether IP addresses are sent. `customers`: names that never are.
    """

    private: bool
    withhold: Annotated[str, AfterValidator(emoji)]
    ips: bool
    customers: tuple[Annotated[str, Field(min_length=2, max_length=80)], ...]


class WebhookTerms(Part):
    """Another service that is told of `events`. `private`: whether of private incidents too."""

    url: Annotated[str, AfterValidator(web_address)]
    events: tuple[WebhookEvent, ...] = Field(min_length=1)
    private: bool = False


class Organisation(Part):
    """Everything the organisation decides. Every severity and every role is there."""

    announce: Channel | None
    channel_prefix: Annotated[str, AfterValidator(prefix)]
    timeline_reaction: Annotated[str, AfterValidator(emoji)]
    timezone: Annotated[str, AfterValidator(zone)]
    severities: Mapping[SeverityKey, SeverityTerms]
    roles: Mapping[RoleKey, RoleTerms]
    ai: AiTerms
    webhooks: tuple[WebhookTerms, ...]
    policies: Mapping[PolicyName, Policy]
    routing: tuple[Route, ...]
    follow_ups: FollowUpTerms
    postmortems: ReviewTerms

    @classmethod
    def load(cls, path: Path | None) -> "Organisation":
        """The defaults, with what the file says laid over them. Raises OrganisationError with every problem."""
        return cls.read(path).organisation

    @classmethod
    def read(cls, path: Path | None) -> "Reading":
        """Like `load`, with what may be used and is hardly meant."""
        defaults = yamlfile.read(DEFAULTS).content
        written = Document("") if path is None else yamlfile.read(path)
        problems = [*written.problems, *empty_values(written, defaults)]
        try:
            organisation = cls.model_validate(laid_over(defaults, written))
        except ValidationError as invalid:
            problems += problems_of(invalid, written, cls)
            raise OrganisationError(told(problems)) from None
        problems += [written.problem(*finding) for finding in agreement.disagreements(organisation)]
        if problems:
            raise OrganisationError(told(problems))
        doubts = [written.problem(*finding) for finding in agreement.doubts(organisation)]
        return Reading(organisation, tuple(told(doubts)))

    def policy_for(self, severity: str, *, is_private: bool) -> str | None:
        """The name of the policy this incident asks for. None: nobody is paged for it.

        A private incident has no fallback: nobody hears of it unless the organisation said who.
        """
        for route in self.routing:
            if route.takes(severity, is_private=is_private):
                return route.policy
        return FALLBACK if not is_private and FALLBACK in self.policies else None


@dataclass(frozen=True)
class Reading:
    """A file that can be used, and what is doubtful in it."""

    organisation: Organisation
    warnings: tuple[Problem, ...]


def laid_over(defaults: Mapping[str, object], written: Document) -> dict[str, object]:
    """A policy replaces the whole policy of its name: half of one level and half of another is nobody's plan."""
    merged = overlaid(defaults, written.content)
    below, above = defaults["policies"], written.content.get("policies") or {}
    if isinstance(below, dict) and isinstance(above, dict):
        if written.content.get("announce", defaults["announce"]) is None:
            below = {}  # they all go to the announcements channel
        policies = {**below, **above}
        merged["policies"] = {
            name: policy for name, policy in policies.items() if policy is not None or not removed(written, name)
        }
    return merged


def removed(written: Document, policy: str) -> bool:
    """Whether the file says null for it, in so many words."""
    return written.words.get(("policies", policy), "") != ""


def overlaid(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    """Sections merge key by key, anything else is replaced. An empty section changes nothing."""
    merged = dict(below)
    for key, value in above.items():
        under = below.get(key)
        if isinstance(under, dict) and isinstance(value, dict):
            merged[key] = overlaid(under, value)
        elif not (isinstance(under, dict | list) and value is None):
            merged[key] = value
    return merged


def empty_values(document: Document, defaults: Mapping[str, object]) -> list[Problem]:
    """Keys with nothing after the colon, unless they are sections: YAML takes an unquoted # for a comment."""
    return [
        document.problem(path, mend_of_empty(path))
        for path, words in document.words.items()
        if words == "" and value_at(document.content, path) is None and not is_section(defaults, path)
    ]


def mend_of_empty(path: yamlfile.KeyPath) -> str:
    if isinstance(path[-1], int):
        return 'is empty. A text that begins with # or @ goes in quotes: "#incidents".'
    if path[0] == "policies" and len(path) == 2:
        return "is empty. Write its levels below it, or null for no such policy."
    if path[-1] in ("notify", "levels"):
        return "is empty. Write a list below it, each entry on a line that begins with -."
    return 'is empty. Write a value in quotes ("#incidents"), or null for none.'


def is_section(defaults: Mapping[str, object], path: yamlfile.KeyPath) -> bool:
    """Whether it may be left empty. A policy may not: it is replaced as a whole."""
    return path[:-1] != ("policies",) and isinstance(value_at(defaults, path), dict | list)


def value_at(values: object, path: yamlfile.KeyPath) -> object:
    for part in path:
        if isinstance(values, dict):
            values = values.get(part)
        elif isinstance(values, list) and isinstance(part, int):
            values = values[part] if part < len(values) else None
        else:
            return None
    return values


def told(problems: list[Problem]) -> list[Problem]:
    """Each place once, from the top of the file to its end."""
    first_at: dict[tuple[int | None, str], Problem] = {}
    for problem in problems:
        first_at.setdefault((problem.line, problem.key), problem)
    return sorted(first_at.values(), key=lambda problem: problem.line or 0)
