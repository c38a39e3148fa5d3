"""What the house tests look at: the files of this checkout, and what Python they hold."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("bot", "tests", "migrations", "prompts", ".ci")


def files(folder: str, *suffixes: str) -> list[Path]:
    """Every file below, and never none: a rule that looks at nothing keeps nothing."""
    found = sorted(
        path for path in (ROOT / folder).rglob("*") if path.suffix in suffixes and "__pycache__" not in path.parts
    )
    assert found, f"no {suffixes} in {folder}"
    return found


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module(path: Path) -> str:
    """`bot/incidents/views.py` is `bot.incidents.views`."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every import in the file with its line: `a.b` for `import a.b` and for `from a import b`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def mentions(path: Path) -> Iterator[tuple[int, str]]:
    """Every dotted name in the file as it is written, with its line: `datetime.now`, `self.session.commit`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute | ast.Name):
            yield node.lineno, ast.unparse(node)


def tracked() -> list[Path]:
    """What git keeps or is about to keep. Outside a checkout: what is ours by name."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.split("\0") if listed.returncode == 0 else [short(path) for path in by_hand()]
    found = [ROOT / name for name in names if name and (ROOT / name).is_file()]
    assert len(found) > 20, "too few files to be this project"
    return found


def by_hand() -> Iterator[Path]:
    yield from (path for path in ROOT.iterdir() if path.is_file() and path.name != ".env")
    for folder in OURS:
        yield from (path for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts)
