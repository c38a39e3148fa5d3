"""From a record to steps: who declares, who leads, what is kept, if the record does not say it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.replaying import CUSTOMS
from bot.sandbox.replay.casting import cast, machines
from bot.sandbox.replay.customs import Deed
from bot.sandbox.replay.planning import Step, plan
from bot.sandbox.replay.player import next_time_of_day
from bot.sandbox.replay.record import BadRecord, Record, read
from bot.sandbox.server import Slack

ALERT = {"id": "a", "at": "2026-03-12T01:40:00Z", "who": "Grafana", "kind": "alert", "text": "5xx on checkout"}


def event(name: str, minute: int, who: str, kind: str = "message", text: str = "Hm.", **more: object) -> dict[str, Any]:
    return {"id": name, "at": f"2026-03-12T01:{minute:02}:00Z", "who": who, "kind": kind, "text": text, **more}


def record(*events: dict[str, Any], **given: object) -> Record:
    return read({"slug": "s", "title": "Checkout errors", "severity_guess": "SEV1", "events": [*events], **given})


def steps(of: Record, deed: Deed) -> list[Step]:
    return [step for step in plan(of, CUSTOMS) if step.deed is deed]


def test_the_first_person_after_the_alarm_declares_before_they_speak() -> None:
    plain = record(event("e0", 10, "cy"), ALERT, event("e1", 44, "bo"))
    (declared,) = steps(plain, Deed.DECLARE)
    assert declared.who == "bo"
    assert declared.at == datetime(2026, 3, 12, 1, 43, 40, tzinfo=UTC)
    assert declared.details["severity"] == "SEV1"


def test_nobody_waits_an_hour_to_declare() -> None:
    plain = record(ALERT, event("e1", 59, "bo"))
    (declared,) = steps(plain, Deed.DECLARE)
    assert declared.at == datetime(2026, 3, 12, 1, 50, tzinfo=UTC)


def test_who_decides_leads_and_who_declared_if_nobody_does() -> None:
    assert leader(record(ALERT, event("e1", 44, "bo"), event("e2", 50, "ana", "decision"))) == "ana"
    assert leader(record(ALERT, event("e1", 44, "bo"), event("e2", 50, "ana"))) == "bo"


def test_decisions_and_alerts_are_kept_and_talk_is_not() -> None:
    plain = record(
        ALERT, event("e1", 44, "bo"), event("e2", 50, "ana", "decision"), event("e3", 51, "ana", keep=True),
        event("e4", 52, "ana", "action", keep=False),
    )  # fmt: skip
    assert {step.event for step in steps(plain, Deed.KEEP)} == {"a", "e2", "e3"}


def test_what_was_said_before_the_declaration_is_kept_after_it() -> None:
    plain = record(ALERT, event("e1", 44, "bo"))
    (declared,), (kept,) = steps(plain, Deed.DECLARE), steps(plain, Deed.KEEP)
    assert kept.event == "a"
    assert kept.at > declared.at


def test_both_ends_come_in_their_time() -> None:
    plain = record(
        ALERT, event("e1", 44, "bo"), event("e2", 50, "bo", "action", "Rolled back 412."),
        mitigated_at="2026-03-12T01:52:00Z", resolved_at="2026-03-12T02:20:00Z",
    )  # fmt: skip
    (mitigated,), (resolved,) = steps(plain, Deed.MITIGATE), steps(plain, Deed.RESOLVE)
    assert mitigated.text == resolved.text == "Rolled back 412."
    assert mitigated.at < datetime(2026, 3, 12, 1, 53, tzinfo=UTC) < resolved.at


def test_what_the_world_is_told_after_the_end_is_only_said() -> None:
    plain = record(
        ALERT, event("e1", 44, "bo"), event("e2", 50, "status page", "status", "We look into it."),
        event("e3", 59, "status page", "status", "All is well."), resolved_at="2026-03-12T01:55:00Z",
    )  # fmt: skip
    assert [step.event for step in steps(plain, Deed.UPDATE)] == ["e2"]
    assert "e3" in {step.event for step in steps(plain, Deed.SAY)}


def test_a_record_that_says_who_declares_gets_no_rules_but_for_what_is_kept() -> None:
    told = record(event("e1", 44, "bo", "declare", ""), event("e2", 45, "ana", "role", "", role="ic"))
    assert [step.deed for step in plan(told, CUSTOMS)] == [Deed.DECLARE, Deed.ROLE]


def test_retrospective_events_are_not_played() -> None:
    plain = record(ALERT | {"retrospective": True}, event("e1", 44, "bo"))
    assert "a" not in {step.event for step in plan(plain, CUSTOMS)}


def test_apps_alone_have_no_incident() -> None:
    with pytest.raises(BadRecord, match="nobody can declare"):
        plan(record(ALERT), CUSTOMS)


def test_machines_are_known_by_their_name_and_by_what_they_never_do() -> None:
    plain = record(
        ALERT, event("e1", 41, "on-call", "alert"), event("e2", 42, "monitoring"),
        event("e3", 43, "release train", "deploy"), cast={"release train": "app"},
    )  # fmt: skip
    assert machines(plain) == {"Grafana", "release train"}


def test_people_play_the_parts_and_who_has_no_player_is_hired() -> None:
    slack = Slack(manifest={})
    names = ["bo", "engineer 1", "engineer 2", "engineer 3", "status page", "engineer 4", "engineer 5"]
    spoken = [event(f"e{n}", 40 + n, who, "status" if "page" in who else "message") for n, who in enumerate(names)]
    found = cast(slack, record(*spoken)).people
    assert found["bo"] == "U0BO"
    assert found["status page"] in ("U0CY", "U0DEE"), "whose trade it is"
    assert len(set(found.values())) == len(names)
    assert slack.workspace.users[found["engineer 5"]].name == "engineer-5"


def test_a_part_for_nobody_is_said() -> None:
    with pytest.raises(BadRecord, match="nobody here is called “zoe”"):
        cast(Slack(manifest={}), record(event("e1", 40, "on-call"), cast={"on-call": "zoe"}))


@pytest.mark.parametrize("hours", [0, 1, 23, 24, 25, 24 * 400])
def test_a_story_is_moved_by_whole_days_to_what_is_still_to_come(hours: int) -> None:
    first = datetime(2026, 3, 12, 1, 40, tzinfo=UTC)
    now = first + timedelta(hours=hours)
    moved = next_time_of_day(first, now)
    assert moved % timedelta(days=1) == timedelta(0)
    assert now <= first + moved < now + timedelta(days=1)


def leader(of: Record) -> str:
    return steps(of, Deed.ROLE)[0].who
