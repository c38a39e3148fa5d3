"""Whom somebody asks for, as they typed or chose it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.incidents import forms
from bot.kernel.errors import Refused
from bot.kernel.ids import UserId
from bot.slack.commands import COMMAND, split
from bot.slack.text import users_in
from bot.targets import Kind, Target

GROUP = re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|@?([^>]*))?>")
WHOM = (
    "Say whom to page, chosen from the list that Slack shows after @: `{command} page @bo Payments knows best`; or a "
    "policy: {policies}."
)


@dataclass(frozen=True)
class Asked:
    """People and groups, or a policy's name. `reason` as Slack stores what was typed."""

    targets: tuple[Target, ...]
    policy: str | None
    reason: str

    @property
    def users(self) -> list[UserId]:
        return [UserId(target.name) for target in self.targets if target.kind is Kind.USER]

    @classmethod
    def typed(cls, rest: str, policies: Mapping[str, object]) -> "Asked":
        """Raises Refused where nobody is named."""
        users, groups = users_in(rest), [(found[1], found[2] or "") for found in GROUP.finditer(rest)]
        if users or groups:
            reason = " ".join(GROUP.sub(" ", re.sub(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>", " ", rest)).split())
            people = [Target(Kind.USER, user) for user in users]
            return cls((*people, *(Target(Kind.GROUP, group) for group, _ in groups)), None, reason)
        first, reason = split(rest)
        name = first.lower().removeprefix("policy:")
        if name not in policies:
            raise Refused(WHOM.format(command=COMMAND, policies=_listed(policies)))
        return cls((), name, reason)

    @classmethod
    def chosen(cls, values: Mapping[str, Any]) -> "Asked":
        """Raises Refused unless it is one person or one policy."""
        who, policy = values.get("who"), values.get("policy")
        if bool(who) == bool(policy):
            raise Refused("Choose either a person or a policy.", "who")
        targets = (Target(Kind.USER, str(who)),) if who else ()
        return cls(targets, str(policy) if policy else None, forms.words(dict(values), "reason"))


def _listed(policies: Mapping[str, object]) -> str:
    return ", ".join(f"`{name}`" for name in policies) or "there are none"
