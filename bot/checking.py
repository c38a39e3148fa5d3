"""What `tocsin config check` says about a file that can be used. It needs neither Slack nor a database."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.fields import spelled
from bot.organisation import FALLBACK, Organisation
from bot.policies import Policy
from bot.targets import Target


def report(path: Path) -> str:
    """What is doubtful, and who would be paged for what. Raises OrganisationError with every problem."""
    reading = Organisation.read(path)
    organisation = reading.organisation
    sections = [
        [f"{path} is fine."],
        [f"Warning: {warning}" for warning in reading.warnings],
        ["Policies", *policies(organisation)],
        ["Who is paged", *severities(organisation)],
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def policies(organisation: Organisation) -> Iterator[str]:
    if not organisation.policies:
        yield "  none: nobody is paged"
    for name, policy in organisation.policies.items():
        used = name == FALLBACK or any(route.policy == name for route in organisation.routing)
        yield f"  {name}" if used else f"  {name} (only by hand: no route leads to it)"
        yield from (f"    {line}" for line in described(policy))


def described(policy: Policy) -> Iterator[str]:
    for number, level in enumerate(policy.levels, start=1):
        yield f"{number}. {everyone(level.notify)}: {spelled(level.ack_within)} to answer"
    if policy.repeat:
        yield f"then round again, {'once' if policy.repeat == 1 else f'{policy.repeat} times'}"
    if policy.ack_lease:
        yield f"acknowledged and then silent for {spelled(policy.ack_lease)}: paged again"
    if policy.when_exhausted:
        told = policy.when_exhausted
        yield f"no answer after {longest(policy)}: {everyone(told.notify)}, every {spelled(told.every)}"
    else:
        yield f"no answer after {longest(policy)}: it ends there"


def everyone(targets: Sequence[Target]) -> str:
    return ", ".join(map(str, targets))


def longest(policy: Policy) -> str:
    """From the first page to the end of the last level, if nobody answers at all."""
    once = sum((level.ack_within for level in policy.levels[1:]), start=policy.levels[0].ack_within)
    return spelled(once * (policy.repeat + 1))


def severities(organisation: Organisation) -> Iterator[str]:
    for key, terms in organisation.severities.items():
        if terms.page:
            public = organisation.policy_for(key, is_private=False) or "nobody"
            private = organisation.policy_for(key, is_private=True) or "nobody"
            yield f"  {key}  {public}; if it is private: {private}"
        else:
            yield f"  {key}  nobody, unless by hand"
