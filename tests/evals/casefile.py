"""The cases and what is said of them, read from YAML into records and claims."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from bot.grounding.claims import Basis, Claim
from bot.grounding.entries import Computed, Record, Told, numbered

HERE = Path(__file__).parent
CASES = HERE / "cases"
FILES = tuple(
    f"paraphrases{which}.yaml" for which in ("", "_kept_back", "_unseen", "_unseen_again")
)  # in the order in which they were written


@dataclass(frozen=True)
class Case:
    slug: str
    title: str
    record: Record


@cache
def cases() -> dict[str, Case]:
    found = {path.stem: _case(path) for path in sorted(CASES.glob("*.yaml"))}
    assert len(found) > 5, "needs cases"
    return found


@cache
def paraphrases(*files: str) -> tuple[tuple[str, Claim], ...]:
    """Faithful claims with the case that they belong to."""
    found: list[tuple[str, Claim]] = []
    for name in files or FILES:
        told = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
        for slug, lines in told.items():
            for cites, basis, text in lines:
                found.append((slug, Claim(cites=cites.split(), text=text, basis=Basis(basis))))
    return tuple(found)


def _case(path: Path) -> Case:
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    entries = numbered(
        Told(_moment(at), kind, who, text, source == "person") for at, kind, who, source, text in told["entries"]
    )
    record = Record(
        entries,
        computed=tuple(_computed(**fact) for fact in told.get("computed", ())),
        names=frozenset(told.get("names", ())),
        zone=ZoneInfo(told.get("zone", "UTC")),
    )
    return Case(path.stem, told["title"], record)


def _computed(name: str, **told: Any) -> Computed:
    if "minutes" in told:
        return Computed(name, length=timedelta(minutes=told["minutes"]))
    if "moment" in told:
        return Computed(name, moment=_moment(told["moment"]))
    if "count" in told:
        return Computed(name, count=told["count"], noun=told["noun"])
    return Computed(name, words=tuple(told["words"]))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
