"""`tocsin config check`: what somebody reads before the bot starts."""

import os
import subprocess
import sys
from pathlib import Path

from bot.checking import report
from bot.organisation import ACME
from tests.processes import ROOT


def check(file: Path) -> subprocess.CompletedProcess[str]:
    """With no settings at all: it needs no Slack and no database."""
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", "bot", "config", "check", file.name],
        cwd=file.parent, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_file_that_can_be_used_is_fine(file: Path) -> None:
    file.write_text("routing:\n  - {severity: [SEV1], policy: default}\n  - {severity: [SEV1], policy: default}\n")
    said = check(file)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == (
        """\
tocsin.yaml is fine.

Warning: tocsin.yaml:3: routing[2]: can never match: the routes above it take all of its incidents. Move it up, or remove it.

Policies
  default
    1. announce: 5m to answer
    then round again, 2 times
    acknowledged and then silent for 30m: paged again
    no answer after 15m: announce, every 10m

Who is paged
  SEV1  default; if it is private: nobody
  SEV2  default; if it is private: nobody
  SEV3  default; if it is private: nobody
  SEV4  nobody, unless by hand
  SEV5  nobody, unless by hand
"""  # noqa: E501
    )


def test_a_file_that_cannot_be_used_is_told_with_all_its_problems(file: Path) -> None:
    file.write_text("announce: 1\nrouting: [{policy: 2}]\n")
    said = check(file)
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.splitlines() == [
        'tocsin.yaml:1: announce: "1" is not read as a text. Put it in quotes: "1".',
        'tocsin.yaml:2: routing[1].policy: "2" is not read as a text. Put it in quotes: "2".',
    ]


def test_a_file_that_is_not_there_is_told(file: Path) -> None:
    said = check(file)
    assert said.returncode == 1
    assert said.stderr == "tocsin.yaml: cannot be read: No such file or directory.\n"


def test_each_policy_is_told_with_its_levels_and_times() -> None:
    said = report(ACME).splitlines()
    start = said.index("  default")
    assert said[start : start + 8] == [
        "  default",
        "    1. @sre-oncall: 5m to answer",
        "    2. fay@acme.example: 5m to answer",
        "    3. role:ic, #incidents: 10m to answer",
        "    then round again, 2 times",
        "    acknowledged and then silent for 30m: paged again",
        "    no answer after 1h: #incidents, eli@acme.example, every 10m",
        "  press (only by hand: no route leads to it)",
    ]
    assert "    then round again, once" in said
    assert "    no answer after 1h: it ends there" in said
    assert "  SEV1  default; if it is private: discreet" in said


def test_an_organisation_without_policies_is_told_so(file: Path) -> None:
    file.write_text("announce: null")
    said = report(file)
    assert "Policies\n  none: nobody is paged\n" in said
    assert "  SEV1  nobody; if it is private: nobody\n" in said
