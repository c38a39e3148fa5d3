"""A claim stands if its entries say so, and every reason against it can be read by a person."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from bot.grounding.claims import Basis, Claim
from bot.grounding.entries import Computed, Record, Told, numbered
from bot.grounding.verify import Rule, reporter, root_cause, verify, widen

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def told(minutes: float, kind: str, who: str, text: str) -> Told:
    apps = ("Grafana", "deploybot", "Tocsin")
    return Told(AT + timedelta(minutes=minutes), kind, who, text, who not in apps)


RECORD = Record(
    numbered(
        [
            told(0, "deploy", "deploybot", "orders-api v2.7.1 rolled out to eu-1."),
            told(4, "alert", "Grafana", "orders-api error rate 12.5%, threshold 2%."),
            told(9, "message", "responder 1", "Could it be the new pool size? Not sure."),
            told(15, "message", "responder 2", "Some customers cannot pay; 1,180 orders failed so far."),
            told(21, "action", "responder 1", "Failing over from db1 to db2."),
            told(
                30, "message", "responder 2", "It was caused by the pool size of v2.7.1: 5 connections instead of 50."
            ),
            told(38, "status", "Incident Commander", "Error rate is normal again, orders go through."),
        ]
    ),
    computed=(
        Computed("time to mitigate", length=timedelta(minutes=34)),
        Computed("severity", words=("SEV2",)),
        Computed("started", moment=AT - timedelta(minutes=3)),
        Computed("status updates", count=6, noun="status updates"),
    ),
    names=frozenset({"orders-api", "ledger"}),
    people=frozenset({"Ana Silva"}),
)


def rules(text: str, *cites: str, basis: Basis = Basis.STATED) -> set[Rule]:
    return {reason.rule for reason in verify(Claim(cites=list(cites), text=text, basis=basis), RECORD).reasons}


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("orders-api v2.7.1 was rolled out to eu-1 at 09:00Z.", ["E1"]),
        ("The error rate of orders-api was 12.5 percent at 9:04 am.", ["E2"]),
        ("Four minutes after the rollout, Grafana alerted on orders-api.", ["E1", "E2"]),
        ("About 1,200 orders failed.", ["E4"]),
        ("Nearly 1.2k orders failed, and some customers could not pay.", ["E4"]),
        ("The database was failed over from db1 to db2.", ["E5"]),
        ("The pool size of v2.7.1 was the cause: 5 connections instead of 50.", ["E6"]),
        ("It took 34 minutes to mitigate the incident.", ["E2", "E7"]),
        ("Responder 2 said that 1,180 orders failed.", ["E4"]),
        ("Six status updates were sent while the error rate was high.", ["E2"]),
        ("The error rate began to rise at 08:57Z.", ["E2"]),
        ("Responder 1 asked whether the new pool size was behind it.", ["E3"]),
        ("On 2 March 2026 the error rate was normal again.", ["E7"]),
    ],
)
def test_what_the_entries_say_stands(text: str, cites: list[str]) -> None:
    verdict = verify(Claim(cites=cites, text=text, basis=Basis.STATED), RECORD)
    assert verdict.stands, verdict.reasons


@pytest.mark.parametrize(
    ("text", "cites", "rule"),
    [
        ("The error rate was 12.5%.", [], Rule.CITES),
        ("The error rate was 12.5%.", ["E99"], Rule.CITES),
        ("The error rate of orders-api was 13.5%.", ["E2"], Rule.NUMBER),
        ("The error rate of orders-api was 12.5 GB.", ["E2"], Rule.NUMBER),
        ("Grafana alerted at 09:05Z on the error rate of orders-api.", ["E2"], Rule.TIME),
        ("Grafana alerted on orders-api at 10:04 CET on the error rate.", ["E2"], Rule.TIME),
        ("On 3 March the error rate of orders-api was 12.5%.", ["E2"], Rule.DATE),
        ("Seven minutes after the rollout, Grafana alerted on orders-api.", ["E1", "E2"], Rule.LENGTH),
        ("ledger v2.7.1 was rolled out to eu-1.", ["E1"], Rule.NAME),
        ("Redis had an error rate of 12.5%.", ["E2"], Rule.NAME),
        ("Responder 3 said that 1,180 orders failed.", ["E4"], Rule.NAME),
        ("Responder 2 said that “all orders are lost”.", ["E4"], Rule.QUOTE),
        ("About 1,500 orders failed.", ["E4"], Rule.NUMBER),
        ("Some customers could not pay, see https://x.example/1.", ["E4"], Rule.LINK),
        ("Some customers could not pay, <!channel>.", ["E4"], Rule.LINK),
        ("Some customers could not pay, mail ana@x.example.", ["E4"], Rule.LINK),
        ("[Some customers](javascript:x) could not pay.", ["E4"], Rule.LINK),
        ("Some customers cannot pay, the password is " + "hunter2.", ["E4"], Rule.SECRET),
        ("Ana Silva found that 1,180 orders failed.", ["E4"], Rule.PERSON),
        ("1,180 orders failed because of the rollout.", ["E4"], Rule.CAUSE),
        ("The new pool size caused the errors.", ["E3"], Rule.CAUSE),
        ("The new pool size was too small.", ["E3"], Rule.CERTAINTY),
        ("Some customers could pay.", ["E4"], Rule.NEGATION),
        ("The error rate was not normal again.", ["E7"], Rule.NEGATION),
        ("All customers were unable to pay.", ["E4"], Rule.EXTENT),
        ("The failover went from db2 to db1.", ["E5"], Rule.ORDER),
        ("Responder 2 should have noticed that orders failed.", ["E4"], Rule.BLAME),
        ("Some orders failed by human error.", ["E4"], Rule.BLAME),
        ("Orders failed and customer data was stolen.", ["E4"], Rule.OUTCOME),
        ("The error rate was 12.5% and the incident was resolved.", ["E2"], Rule.OUTCOME),
        ("Everything is fine.", ["E2"], Rule.SUPPORT),
        ("", ["E2"], Rule.SUPPORT),
        ("50 connections instead of 5 were the pool size.", ["E5"], Rule.NUMBER),
    ],
)
def test_what_they_do_not_say_falls_for_a_reason(text: str, cites: list[str], rule: Rule) -> None:
    assert rule in rules(text, *cites)


def test_reasons_are_sentences_for_people() -> None:
    verdict = verify(Claim(cites=["E2", "E4"], text="96% of orders failed at 11:00Z.", basis=Basis.STATED), RECORD)
    assert "`96%` is not in E2, E4" in [str(reason) for reason in verdict.reasons]
    assert "`11:00Z` is not in E2, E4" in [str(reason) for reason in verdict.reasons]


def test_an_inference_needs_less_but_keeps_the_facts() -> None:
    assert rules("The pool size may explain this.", "E3", basis=Basis.INFERRED) == set()
    assert Rule.NUMBER in rules("The pool size was 500.", "E6", basis=Basis.INFERRED)


def test_a_missing_entry_is_found_where_only_one_has_it() -> None:
    claim = Claim(cites=["E4"], text="1,180 orders failed; the error rate was 12.5%.", basis=Basis.STATED)
    assert not verify(claim, RECORD).stands
    wider = widen(claim, RECORD)
    assert wider.cites == ["E4", "E2"]
    assert verify(wider, RECORD).stands, verify(wider, RECORD).reasons


def test_nothing_is_widened_to_what_two_entries_have() -> None:
    claim = Claim(cites=["E4"], text="1,180 orders failed, v2.7.1 was out.", basis=Basis.STATED)
    assert widen(claim, RECORD) == claim


def test_a_root_cause_is_what_a_person_states() -> None:
    claim = Claim(
        cites=["E6"], text="The pool size of v2.7.1 caused it: 5 connections instead of 50.", basis=Basis.STATED
    )
    assert root_cause(claim, RECORD).claim == claim
    assert [entry.id for entry in root_cause(None, RECORD).stated] == ["E6"]
    inferred = claim.model_copy(update={"basis": Basis.INFERRED})
    assert root_cause(inferred, RECORD).claim is None
    guessed = Claim(cites=["E3"], text="Possibly the new pool size caused it.", basis=Basis.STATED)
    assert root_cause(guessed, RECORD).claim is None


def test_two_different_stated_causes_are_none() -> None:
    entries = [*RECORD.entries]
    more = numbered([told(33, "message", "responder 3", "The culprit is the switch in rack 9.")], "M")
    record = Record((*entries, *more))
    claim = Claim(cites=["E6"], text="The pool size of v2.7.1 caused it.", basis=Basis.STATED)
    found = root_cause(claim, record)
    assert not found.is_known
    assert [entry.id for entry in found.stated] == ["E6", "M1"]
    assert "different causes are stated: E6, M1" in [str(reason) for reason in found.reasons]


def test_an_alert_states_no_cause() -> None:
    record = Record(numbered([told(1, "alert", "Grafana", "Outage caused by disk full on db1.")]))
    claim = Claim(cites=["E1"], text="The outage was caused by a full disk on db1.", basis=Basis.STATED)
    assert verify(claim, record).stands
    assert root_cause(claim, record).claim is None


def test_one_message_alone_is_attributed() -> None:
    assert reporter(Claim(cites=["E4"], text="1,180 orders failed.", basis=Basis.STATED), RECORD) == "responder 2"
    assert reporter(Claim(cites=["E4", "E7"], text="It is normal.", basis=Basis.STATED), RECORD) is None
    assert reporter(Claim(cites=["E2"], text="12.5%", basis=Basis.STATED), RECORD) is None


def test_local_times_are_said_with_their_zone() -> None:
    record = Record(RECORD.entries, zone=ZoneInfo("Europe/Berlin"))
    said = "Grafana alerted on the error rate of orders-api at"
    assert verify(Claim(cites=["E2"], text=f"{said} 10:04 CET.", basis=Basis.STATED), record).stands
    assert not verify(Claim(cites=["E2"], text=f"{said} 10:04.", basis=Basis.STATED), record).stands
    assert not verify(Claim(cites=["E2"], text=f"{said} 09:04 CET.", basis=Basis.STATED), record).stands


def test_a_claim_has_its_three_fields_and_no_other() -> None:
    schema = Claim.model_json_schema()
    assert list(schema["properties"]) == ["cites", "text", "basis"]
    assert schema["required"] == ["cites", "text", "basis"]
    assert schema["additionalProperties"] is False
    with pytest.raises(ValidationError):
        Claim.model_validate({"cites": [], "text": "x", "basis": "stated", "root_cause": "y"})


def test_lines_carry_days_only_when_there_are_several() -> None:
    assert RECORD.lines.splitlines()[0] == "E1 | 09:00Z | deploy | deploybot | orders-api v2.7.1 rolled out to eu-1."
    two = Record(numbered([told(0, "message", "responder 1", "hi"), told(1440, "message", "responder 1", "ho")]))
    assert two.lines.splitlines()[1].startswith("E2 | 2026-03-03 09:00Z | ")


def test_computed_facts_have_words() -> None:
    assert [fact.said for fact in RECORD.computed] == [
        "time to mitigate: 34 min",
        "severity: SEV2",
        "started: 2026-03-02 08:57Z",
        "status updates: 6 status updates",
    ]


def test_a_claim_may_count_what_it_names() -> None:
    assert rules("Responders worked on two hosts: db1 and db2.", "E5") == set()
    assert Rule.NUMBER in rules("Responders worked on three hosts: db1 and db2.", "E5")
    assert Rule.NAME in rules("Responders worked on two hosts: db1 and db7.", "E5")
