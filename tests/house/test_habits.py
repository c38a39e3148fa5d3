"""House rules that a machine can check by reading the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import files, imports, mentions, short, tree

LENGTH_LIMIT = 300  # lines
BROAD_EXCEPTS = 2  # around one effect, around one sweep of one incident
CLOCKS = {"bot/kernel/clock.py", "bot/sandbox/clock.py"}
NOW = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "date.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
}
MOCKS = {"unittest.mock", "MagicMock", "AsyncMock", "monkeypatch.setattr", "mocker.patch"}


def test_modules_are_short() -> None:
    lengths = {
        short(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in [*files("bot", ".py"), *files("bot/sandbox/page", ".js")]
    }
    assert {name: length for name, length in lengths.items() if length > LENGTH_LIMIT} == {}


def test_nobody_commits_by_hand() -> None:
    found = [f"{short(path)}:{line}" for path in files("bot", ".py") for line, name in attributes(path, "commit")]
    assert found == []


def test_at_most_two_excepts_are_broad() -> None:
    found = [f"{short(path)}:{line}" for path in files("bot", ".py") for line in broad_excepts(tree(path))]
    assert len(found) <= BROAD_EXCEPTS, found


def test_nobody_is_mocked() -> None:
    found = [
        f"{short(path)}:{line}: {name}"
        for path in files("tests", ".py")
        for line, name in [*imports(path), *mentions(path)]
        if is_mock(name)
    ]
    assert found == []


def test_nobody_sleeps() -> None:
    found = [
        f"{short(path)}:{line}"
        for path in files("tests", ".py")
        if "benchmarks" not in path.parts
        for line in sleeps(tree(path))
    ]
    assert found == []


def test_only_clocks_know_the_time() -> None:
    found = [
        f"{short(path)}:{line}: {name}"
        for path in files("bot", ".py")
        if short(path) not in CLOCKS
        for line, name in [*mentions(path), *imports(path)]
        if name in NOW
    ]
    assert found == []


def test_only_settings_read_the_environment() -> None:
    found = [
        f"{short(path)}:{line}: {name}"
        for path in files("bot", ".py")
        if short(path) != "bot/settings.py"
        for line, name in [*mentions(path), *imports(path)]
        if name in {"os.environ", "os.getenv"}
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "try: pass\nexcept Exception: pass",
        "try: pass\nexcept: pass",
        "try: pass\nexcept (ValueError, BaseException): pass",
        "with suppress(Exception): pass",
        "with contextlib.suppress(KeyError, Exception): pass",
    ],
)
def test_a_broad_except_is_known_in_every_dress(code: str) -> None:
    assert len(list(broad_excepts(ast.parse(code)))) == 1


def test_the_rules_would_notice(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text(
        "import unittest.mock\nfrom datetime import datetime\nfrom time import time\n"
        "await asyncio.sleep(1)\nsession.commit()\nnow = datetime.now\nmonkeypatch.setattr(a, 'b', 1)\n"
    )
    assert len(list(sleeps(tree(path)))) == 1
    assert [line for line, _ in attributes(path, "commit")] == [5]
    named = [name for _, name in [*imports(path), *mentions(path)]]
    assert {name for name in named if name in NOW} == {"datetime.now", "time.time"}
    assert {name for name in named if is_mock(name)} == {"unittest.mock", "monkeypatch.setattr"}


def attributes(path: Path, name: str) -> Iterator[tuple[int, str]]:
    return ((line, whole) for line, whole in mentions(path) if whole.endswith(f".{name}"))


def is_mock(name: str) -> bool:
    return any(name == mock or name.startswith(f"{mock}.") or name.endswith(f".{mock}") for mock in MOCKS)


def sleeps(code: ast.AST) -> Iterator[int]:
    """Calls of sleep. `sleep(0)` only lets others run, and waits for nothing."""
    return (call.lineno for call in calls(code, "sleep") if [ast.unparse(argument) for argument in call.args] != ["0"])


def broad_excepts(code: ast.AST) -> Iterator[int]:
    for node in ast.walk(code):
        if isinstance(node, ast.ExceptHandler) and is_broad([] if node.type is None else [node.type]):
            yield node.lineno
    yield from (call.lineno for call in calls(code, "suppress") if call.args and is_broad(call.args))


def calls(code: ast.AST, name: str) -> Iterator[ast.Call]:
    """Calls of anything by this last name: `sleep(…)`, `asyncio.sleep(…)`."""
    for node in ast.walk(code):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == name:
            yield node


def is_broad(caught: list[ast.expr]) -> bool:
    names = {ast.unparse(node) for outer in caught for node in ast.walk(outer) if isinstance(node, ast.expr)}
    return not caught or bool(names & {"Exception", "BaseException"})
