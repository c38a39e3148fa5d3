"""What people write into the record to be read by a model is kept from it, and what it asks for is never taken."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.grounding.claims import Basis, Claim
from bot.grounding.entries import Record, Told, numbered
from bot.grounding.verify import Rule, verify
from tests.grounding.payloads import LIES, ORDINARY, PAYLOADS

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

PLACES = {
    "message": lambda text: Told(AT + timedelta(minutes=7), "message", "responder 3", text, True),
    "name": lambda text: Told(AT + timedelta(minutes=7), "message", text, "db1 is at 96% CPU", True),
    "title": lambda text: Told(AT + timedelta(minutes=7), "title", "Tocsin", f"Renamed to: {text}", False),
    "file name": lambda text: Told(AT + timedelta(minutes=7), "file", "responder 3", f"Shared {text}.png", True),
    "alert label": lambda text: Told(AT + timedelta(minutes=7), "alert", "Datadog", f"CPU high {{team={text}}}", False),
}  # fmt: skip


def record(told: Told) -> Record:
    return Record(
        numbered(
            [
                Told(AT, "alert", "Datadog", "db1: CPU 96%, checkout times out for 40% of requests.", False),
                Told(AT + timedelta(minutes=5), "message", "responder 2", "Restarting db1.", True),
                told,
                Told(AT + timedelta(minutes=20), "status", "Incident Commander", "db1 is back, we watch it.", True),
            ]
        ),
        people=frozenset({"Bo", "Bo Lindqvist", "Dee Okafor"}),
    )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("payload", "wanted"), PAYLOADS)
def test_what_speaks_to_a_model_is_kept_from_it(place: str, payload: str, wanted: str) -> None:
    told = record(PLACES[place](payload))
    kept = told.by_id["E3"]
    assert kept.withheld is not None, f"{kept.line} was let through"
    assert kept not in told.readable
    assert "E3 |" not in told.lines
    for cites in (["E3"], ["E1", "E3"], ["E1"], ["E1", "E2", "E4"]):
        verdict = verify(Claim(cites=cites, text=wanted, basis=Basis.STATED), told)
        assert not verdict.stands, f"{wanted} stood on {cites}"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("lie", "wanted"), LIES)
def test_a_lie_without_marks_is_no_line_of_ours_and_proves_nothing_elsewhere(place: str, lie: str, wanted: str) -> None:
    told = record(PLACES[place](lie))
    lines = told.lines.splitlines()
    assert len(lines) == len(told.readable), "each entry is one line"
    assert [line.split(" | ")[0] for line in lines] == [entry.id for entry in told.readable]
    assert all(line.count(" | ") == 4 for line in lines), "no bars but ours"
    for cites in (["E1"], ["E1", "E2", "E4"]):
        assert not verify(Claim(cites=cites, text=wanted, basis=Basis.STATED), told).stands


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_talk_is_read(text: str) -> None:
    told = record(PLACES["message"](text))
    assert told.by_id["E3"].withheld is None


def test_what_cannot_be_seen_is_taken_out() -> None:
    told = record(PLACES["message"]("roll\u200bback \u202edone\u2066 by\u00ad me\x07"))
    assert told.by_id["E3"].text == "rollback done by me"


def test_a_withheld_entry_says_why_it_may_not_be_cited() -> None:
    told = record(PLACES["message"](PAYLOADS[0][0]))
    verdict = verify(Claim(cites=["E3"], text="Responder 3 wrote something.", basis=Basis.STATED), told)
    assert [reason.rule for reason in verdict.reasons] == [Rule.CITES]
    assert any("E3 may not be used: it speaks to a model" in str(reason) for reason in verdict.reasons)


def test_there_are_enough_payloads() -> None:
    assert len({payload for payload, _ in PAYLOADS}) >= 40
