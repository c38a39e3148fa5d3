"""Reading a record: what is wrong in it is said with the event and the mend."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.replay.record import BadRecord, load, read, schema

SCHEMA = Path(__file__).parents[3] / "bot" / "sandbox" / "replay" / "incident-record.schema.json"


def said(name: str, **given: object) -> dict[str, Any]:
    return {"id": name, "at": "2026-03-12T01:40:00Z", "who": "ana", "kind": "message", "text": "Hm.", **given}


def record(*events: dict[str, Any], **given: object) -> dict[str, Any]:
    return {"slug": "s", "title": "Checkout errors", "events": list(events), **given}


def test_a_plain_record_is_read_and_what_it_says_besides_is_let_be() -> None:
    found = read(record(said("e1"), source="https://example.com", known_root_cause="a typo"))
    assert [event.id for event in found.live] == ["e1"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (said("e1", at="yesterday"), ["event e1", "at “yesterday” is no moment", "2026-03-14T03:02:00Z"]),
        (said("e1", at="2026-03-12T01:40:00"), ["event e1", "at “2026-03-12T01:40:00” is no moment", "with its zone"]),
        (said("e1", kind="mesage"), ["event e1", "kind “mesage” is unknown", "message"]),
        (said("e1", thred_of="e0"), ["event e1", "nothing is called thred_of", "thread_of"]),
        (said("e1", text=""), ["event e1", "message has no text"]),
        (said("e1", kind="role", text=""), ["event e1", "role needs role"]),
        (said("e1", thread_of="e9"), ["event e1", "thread_of “e9” names no earlier event"]),
        (said("e1", about="2026-03-12T01:41:00Z"), ["event e1", "about is later than at"]),
        ({"at": "2026-03-12T01:40:00Z", "who": "ana", "kind": "message"}, ["event number 1", "it has no id"]),
    ],
)
def test_a_fault_names_the_event_and_the_mend(wrong: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(BadRecord) as refused:
        read(record(wrong), "mine.json")
    assert str(refused.value).startswith("mine.json: ")
    assert [word for word in words if word not in str(refused.value)] == []


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(BadRecord) as refused:
        read(record(said("e1", kind="x"), said("e2", at="x")))
    assert len(str(refused.value).splitlines()) == 2


def test_two_events_cannot_share_an_id() -> None:
    with pytest.raises(BadRecord, match="event e1: another event has this id"):
        read(record(said("e1"), said("e1")))


def test_nobody_resolves_what_is_not_declared_yet() -> None:
    events = [said("e1", kind="resolve"), said("e2", kind="declare", at="2026-03-12T01:41:00Z")]
    with pytest.raises(BadRecord, match="event e1: resolve comes before the incident is declared"):
        read(record(*events))


def test_a_time_zone_that_is_none_is_named() -> None:
    with pytest.raises(BadRecord, match='no time zone "Mars"'):
        read(record(said("e1"), timezone="Mars"))


@pytest.mark.parametrize("written", ["no JSON", "[]"])
def test_a_file_that_is_no_record_says_so(written: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(written)
    with pytest.raises(BadRecord, match=r"mine\.json: "):
        load(file)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadRecord, match="cannot be read"):
        load(tmp_path / "none.json")


def test_the_published_schema_is_the_form_that_is_read() -> None:
    written = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert written == schema(), "run python -m tests.tools.record_schema"
