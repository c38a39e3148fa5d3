"""Who may import whom. The contracts are in pyproject.toml; what they cannot say is here."""

import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from typing import Any

from tests.house.tree import ROOT, files, imports, module, short

PLUMBING = {"bot.kernel", "bot.engine", "bot.slack", "bot.llm", "bot.sandbox"}
ROOMS = {"listeners", "changes", "effects", "views", "forms", "queries", "rules", "model"}

DATABASE = [
    "bot.*.model", "bot.*.queries", "bot.kernel.*", "bot.schema", "bot.engine.outbox", "bot.engine.inbox",
    "bot.engine.replica",
]  # fmt: skip
NETWORK = [
    "bot.*.listeners", "bot.slack.*", "bot.llm.*", "bot.engine.beat", "bot.web", "bot.app", "bot.sandbox.*",
    "bot.webhooks",
]  # fmt: skip
PLACES = {
    "sqlmodel": DATABASE,
    "sqlalchemy": DATABASE,
    "slack_bolt": NETWORK,
    "slack_sdk": NETWORK,
    "slack_sdk.models": [
        *NETWORK,
        "bot.*.views*",
        "bot.*.modals",
        "bot.*.listeners*",
        "bot.*.panel",
    ],  # words for what is drawn; they reach nothing
    "openai": NETWORK,
    "apscheduler": NETWORK,
    "aiohttp": NETWORK,
    "prometheus_client": ["bot.engine.metrics", "bot.web", "bot.app"],
}


def test_import_contracts_are_kept() -> None:
    program = "from importlinter.cli import lint_imports_command as run; run()"
    checked = subprocess.run(
        [sys.executable, "-c", program, "--no-logo", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "Contracts: 5 kept, 0 broken." in checked.stdout


def test_every_floor_has_its_rooms_under_contract() -> None:
    rooms = {module(path.parent) for path in files("bot", ".py") if path.stem in ROOMS}
    floors = {room for room in rooms if room.count(".") == 1} - PLUMBING
    assert floors
    assert floors - set(contract("rooms")["containers"]) == set()


def test_every_part_of_the_bot_has_its_place() -> None:
    layers = " ".join(contract("floors")["layers"])
    placed = {word.strip("()") for word in layers.split()} | {"bot", "bot.sandbox"}
    parts = {".".join(module(path).split(".")[:2]) for path in files("bot", ".py")}
    assert parts - placed == set()


def test_databases_and_networks_are_met_only_in_their_rooms() -> None:
    strays = [
        f"{short(path)}:{line} imports {name}"
        for path in files("bot", ".py")
        for line, name in imports(path)
        if not welcome(name, module(path))
    ]
    assert strays == []


def test_the_rule_above_would_notice() -> None:
    assert not welcome("sqlmodel", "bot.incidents.changes")
    assert not welcome("aiohttp", "bot.incidents.effects")
    assert not welcome("apscheduler", "bot.engine.cycle")
    assert not welcome("slack_sdk.web.async_client", "bot.incidents.views")
    assert welcome("slack_sdk.models.blocks", "bot.incidents.views")
    assert welcome("sqlmodel", "bot.incidents.queries")
    assert welcome("sqlalchemy", "bot.kernel.db")
    assert any(name.startswith("sqlmodel") for path in files("bot", ".py") for _, name in imports(path))


def contract(name: str) -> dict[str, Any]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts: list[dict[str, Any]] = config["tool"]["importlinter"]["contracts"]
    return next(found for found in contracts if found["id"] == name)


def welcome(name: str, place: str) -> bool:
    """Whether this module may import this."""
    package = next(
        (known for known in sorted(PLACES, reverse=True) if name == known or name.startswith(f"{known}.")), ""
    )
    return any(fnmatchcase(place, room) for room in PLACES.get(package, ["*"]))
