"""Replays from the command line: what is printed, and how it ends."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.kernel.errors import Refused
from bot.replaying import Sheet, found, records, shortly_before
from bot.sandbox.replay.record import load

SAID = {"who": "cy", "kind": "message", "text": "Hm."}
DECLARED = {"id": "e1", "at": "2026-05-01T10:00:00Z", "who": "cy", "kind": "declare", "severity": "SEV3"}


def test_a_check_prints_the_sheet_and_ends_well(tmp_path: Path) -> None:
    ended = check(tmp_path, DECLARED, {"id": "e2", "at": "2026-05-01T10:01:00Z", **SAID})
    assert ended.returncode == 0, ended.stderr
    assert "INC-1 Odd (odd)" in ended.stdout
    assert "violations of Slack's rules    none" in ended.stdout
    assert "time to resolve                never" in ended.stdout


def test_a_check_that_loses_something_ends_badly(tmp_path: Path) -> None:
    ended = check(tmp_path, DECLARED, {"id": "e2", "at": "2026-05-01T10:01:00Z", **SAID, "channel": "leadership"})
    assert ended.returncode == 1
    assert "lost: say by cy" in ended.stdout


def test_a_bad_record_is_refused_with_the_mend_and_nothing_starts(tmp_path: Path) -> None:
    ended = check(tmp_path, DECLARED | {"at": "noon"})
    assert ended.returncode == 1
    assert "event e1: at “noon” is no moment. Write it like" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_who_names_no_record_hears_which_there_are() -> None:
    with pytest.raises(Refused, match="bad-deploy, provider-outage"):
        found("nothere")


def test_every_fault_makes_a_sheet_unsound() -> None:
    sound: dict[str, Any] = {"title": "x", "times": {}, "violations": [], "lost": [], "doubled": []}
    rest: dict[str, Any] = {"entries": 1, "questions": None, "verified": 0}
    assert Sheet(**sound, **rest).is_sound
    assert not any(Sheet(**{**sound, name: ["y"]}, **rest).is_sound for name in ("violations", "lost", "doubled"))


def test_a_story_begins_at_the_same_time_of_day() -> None:
    file = records()["bad-deploy"]
    first = load(file).live[0].at
    for later in (timedelta(0), timedelta(hours=5), timedelta(days=300, hours=23)):
        start = shortly_before(file, first + later)
        assert (first - start) % timedelta(days=1) == timedelta(seconds=30)
        assert timedelta(0) < first + later - start <= timedelta(days=1, seconds=30)


def check(folder: Path, *events: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    file = folder / "odd.json"
    file.write_text(json.dumps({"slug": "odd", "title": "Odd", "events": events}))
    asked = [sys.executable, "-m", "bot", "sandbox", "--replay", str(file), "--check"]
    return subprocess.run(asked, capture_output=True, text=True, check=False)
