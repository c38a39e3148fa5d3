"""Files that must agree with each other, and what none of them may name."""

import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.settings import Settings
from tests.house.tree import ROOT, short, tracked

LOCKS = ("requirements.lock", "requirements-dev.lock")

# Put together here, so that this file does not name them either.
REGISTRIES = ["pypi" + ".org", "python" + "hosted", "piwheels" + ".org", "npm" + "js.com", "--index" + "-url"]
MACHINE = re.compile(r"(?<![\w.:/-])/(?:(?:home|Users)/\w+|root|work|opt/wheels|tmp/bash_jobs[\w.]*)" + r"/[\w.]")


def test_the_example_environment_is_the_settings_name_by_name() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = [line.partition("=")[0] for line in lines if line and not line.startswith("#")]
    assert named == [name.upper() for name in Settings.model_fields]
    for before, line in zip(["", *lines], lines, strict=False):
        assert not line or line.startswith("#") or before.startswith("#"), f"{line} has no comment"


def test_a_copy_of_the_example_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(name, raising=False)
    assert Settings.load(ROOT / ".env.example") == Settings.load(tmp_path / "none")


def test_no_file_names_a_registry_or_a_machine() -> None:
    found = [
        f"{short(path)}: {name}"
        for path in tracked()
        if path.suffix not in {".png", ".ico", ".woff2"}
        for name in foreign(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_rule_above_would_notice() -> None:
    assert list(foreign("see https://" + REGISTRIES[0] + "/simple"))
    assert list(foreign("cd /" + "work/main"))
    assert list(foreign("cd /" + "home/ana/tocsin"))
    assert not list(foreign("see https://example.com/work/main and ./root/x and bot/home/views.py"))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_one_version_and_its_hashes(lock: str) -> None:
    packages = locked(lock)
    assert len(packages) > 20
    assert [name for name, rest in packages if "--hash=sha256:" not in rest] == []
    # Options are hashes only: no index, no link, no host.
    text = (ROOT / lock).read_text(encoding="utf-8")
    code = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    assert [line for line in code if "://" in line or re.match(r"\s*-(?!-hash=)", line)] == []


def test_what_the_project_needs_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    runs = {name for name, _ in locked("requirements.lock")}
    develops = {name for name, _ in locked("requirements-dev.lock")}
    assert project["dependencies"]
    assert needed(project["dependencies"]) - runs == set()
    # The project itself is installed without a network, so what builds it is locked with it.
    assert needed(extras["build"]) - runs == set()
    assert needed(extras["dev"]) - develops == set()
    assert runs - develops == set()


def test_both_locks_agree() -> None:
    assert set(locked("requirements.lock")) <= set(locked("requirements-dev.lock"))


def test_the_image_copies_what_is_here() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = [words for line in text.splitlines() if line.startswith("COPY") for words in [line.split()[1:]]]
    sources = [word for words in copied if "--from=build" not in words for word in words[:-1]]
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert sources
    assert [name for name in sources if not (ROOT / name).exists() or f"!{name.rstrip('/')}" not in allowed] == []


def test_what_ci_runs_can_be_run() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", str(script)], check=True)


def foreign(text: str) -> Iterator[str]:
    """Names of places that only some machines can reach."""
    mirrors = {urlsplit(value).hostname for name, value in os.environ.items() if name.endswith("INDEX_URL")}
    places = [*REGISTRIES, *(mirror for mirror in mirrors if mirror)]
    yield from (place for place in places if place in text)
    yield from MACHINE.findall(text)


def locked(lock: str) -> list[tuple[str, str]]:
    """Each package's plain name with the rest of its entry, comments left out."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [(plain(line.partition("==")[0]), " ".join(line.split())) for line in lines]


def needed(requirements: list[str]) -> set[str]:
    return {plain(re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]) for requirement in requirements}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).strip().lower()
