"""Whom the campaign's organisation pages: written once, for the bot as YAML and for the model as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.sandbox.seed import acme
from bot.sandbox.state import User, Workspace


@dataclass(frozen=True)
class Step:
    """These are called together; after `patience_s` without an answer it is the next step's turn."""

    whom: frozenset[str]
    patience_s: int


@dataclass(frozen=True)
class Plan:
    """`nag`: what comes again and again once all is used up."""

    name: str
    levels: tuple[Step, ...]
    rounds: int = 1
    nag: Step | None = None


Plans = Mapping[str, Plan]  # by severity


def step(patience_s: int, *whom: str) -> Step:
    return Step(frozenset(whom), patience_s)


# The three levels of the issue: one person, two people, a channel; then everybody hears that nobody answered.
THREE_LEVELS: Plans = {
    "SEV1": Plan(
        "three",
        (step(1, "U0BO"), step(1, "U0CY", "U0DEE"), step(1, "#incidents")),
        nag=step(5, "#incidents"),
    )
}
STAFF = 60  # more people than Acme has, so that each is called rarely and Slack's pace for one channel says nothing


def of_many(patience_s: int, rounds: int = 2) -> Plans:
    """Five policies whose people are all different, of three levels each."""
    names = [f"U0P{n:02}" for n in range(STAFF)]
    made = {}
    for n in range(5):
        mine = names[n * 12 : n * 12 + 12]
        levels = (step(patience_s, *mine[:1]), step(patience_s, *mine[1:3]), step(patience_s, *mine[3:5]))
        made[f"SEV{n + 1}"] = Plan(f"plan-{n + 1}", levels, rounds=rounds, nag=step(600, mine[5]))
    return made


AT_ONCE = {"page": False, "first_update": "1s", "update_every": "10m"}  # pages nobody, but reminds soon


def write(plans: Plans, file: Path) -> Path:
    """The organisation's file that says the same."""
    told = {
        "severities": {f"SEV{n}": {"page": True} if f"SEV{n}" in plans else AT_ONCE for n in range(1, 6)},
        "policies": {plan.name: _policy(plan) for plan in plans.values()},
        "routing": [{"severity": [severity], "policy": plan.name} for severity, plan in plans.items()],
    }
    file.write_text(yaml.safe_dump(told), encoding="utf-8")
    return file


def _policy(plan: Plan) -> dict[str, object]:
    levels = [{"notify": _sorted(level), "ack_within": f"{level.patience_s}s"} for level in plan.levels]
    exhausted = {"notify": _sorted(plan.nag), "every": f"{plan.nag.patience_s}s"} if plan.nag else None
    return {"levels": levels, "repeat": plan.rounds - 1, **({"when_exhausted": exhausted} if exhausted else {})}


def _sorted(one: Step) -> Sequence[str]:
    return sorted(one.whom)


def workplace() -> Workspace:
    """Acme, with sixty more people to call."""
    place = acme()
    for n in range(STAFF):
        key = f"U0P{n:02}"
        place.users[key] = _colleague(place.users["U0ANA"], key, f"p{n:02}")
        place.channels["C0GENERAL"].members.append(key)
    return place


def _colleague(like: User, key: str, name: str) -> User:
    names = {"name": name, "display_name": name, "real_name": f"Pat {name}", "email": f"{name}@acme.example"}
    return like.model_copy(update={"id": key, **names})
