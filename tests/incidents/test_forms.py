"""What is wrong in a form is said at its field, with the mend."""

from datetime import timedelta
from typing import Any

import pytest

from bot.incidents import forms
from bot.incidents.terms import Role, Severity, Status
from bot.kernel.errors import Refused
from bot.updates.forms import Update
from tests.incidents.nouns import ANA, BO, CY, NOW

GOOD: dict[str, Any] = {
    "title": "Checkout errors",
    "severity": "SEV2",
    "affected": None,
    "impact": None,
    "options": [],
    "triage": [],
}
TS = int(NOW.timestamp())


def refused(parse: Any, *given: Any) -> tuple[str | None, str]:
    with pytest.raises(Refused) as why:
        parse(*given)
    return why.value.field, why.value.message


# --- declaring


def test_a_declaration_needs_little() -> None:
    assert forms.Declaration.parse(GOOD) == forms.Declaration("Checkout errors", Severity.SEV2)
    full = {**GOOD, "affected": " EU ", "impact": "Nobody\ncan pay.", "options": ["yes"], "triage": ["yes"]}
    assert forms.Declaration.parse(full) == forms.Declaration(
        "Checkout errors", Severity.SEV2, "EU", "Nobody\ncan pay.", is_private=True, in_triage=True
    )


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("  Checkout \n\t errors ", "Checkout errors"),
        ("x" * 120, "x" * 120),
        (" " * 50 + "x" * 120 + " " * 50, "x" * 120),
        ("<!channel> & <b>", "<!channel> & <b>"),
        ("a\x00b\u202ec\ud83d", "abc"),
        ("שלום", "שלום"),
        ("?", "?"),
        ("🔥", "🔥"),
    ],
)
def test_a_title_is_kept_as_it_is_meant(title: str, kept: str) -> None:
    assert forms.Declaration.parse({**GOOD, "title": title}).title == kept


@pytest.mark.parametrize("title", [None, "", "  ", "\n\t", "\u200b\u200b", "\u00a0", "\u202e", "\x00", "\u2060 \u200d"])
def test_a_title_that_cannot_be_seen_is_none(title: str | None) -> None:
    told = refused(forms.Declaration.parse, {**GOOD, "title": title})
    assert told == ("title", "Give it a few words that others will recognise.")


@pytest.mark.parametrize(
    ("field", "length", "told"),
    [
        ("title", 121, "That is 121 characters; at most 120 fit. The rest can go into the impact."),
        ("title", 2001, "That is 2001 characters; at most 2000 fit. Please shorten it."),
        ("affected", 2001, "That is 2001 characters; at most 2000 fit. Please shorten it."),
        ("impact", 5000, "That is 5000 characters; at most 2000 fit. Please shorten it."),
    ],
)
def test_what_is_too_long_is_said_at_its_field(field: str, length: int, told: str) -> None:
    assert refused(forms.Declaration.parse, {**GOOD, field: "x" * length}) == (field, told)
    assert refused(forms.Details.parse, {**GOOD, field: "x" * length}, {}) == (field, told)


@pytest.mark.parametrize("field", ["affected", "impact"])
def test_what_just_fits_is_kept_whole(field: str) -> None:
    assert getattr(forms.Declaration.parse({**GOOD, field: "x" * 2000}), field) == "x" * 2000


def test_details_know_what_was_shown() -> None:
    shown = forms.prints({"title": "Checkout errors", "affected": "", "impact": ""})
    details = forms.Details.parse(GOOD, {"incident": 42, "shown": shown})
    assert forms.prints({"title": details.title})["title"] == details.shown["title"]
    assert len(set(forms.prints({"a": "x", "b": "y", "c": ""}).values())) == 3


# --- roles


def test_of_the_roles_only_what_was_changed_counts() -> None:
    values = {"ic": BO, "comms": None, "ops": CY, "deputy": None, "scribe": ANA}
    cast = forms.Cast.parse(values, {"shown": {"ic": ANA, "comms": ANA, "ops": CY}})
    assert cast.changed == {Role.IC: BO, Role.COMMS: None, Role.SCRIBE: ANA}
    assert cast.shown[Role.DEPUTY] is None


@pytest.mark.parametrize(
    ("word", "role"),
    [("ic", "ic"), ("IC ", "ic"), ("lead", "ic"), ("commander", "ic"), ("Comms", "comms"), ("communications", "comms"),
     ("operations", "ops"), ("deputy", "deputy"), ("scribe", "scribe")],
)  # fmt: skip
def test_a_role_is_known_by_its_names(word: str, role: str) -> None:
    assert forms.role(word) == role


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("boss", "“boss” is no role. The roles are ic, comms, ops, deputy, scribe: `/incident assign comms @bo`."),
        ("<!here>`", "“&lt;!here&gt;'” is no role."),
        ("", "Say which role too. The roles are"),
    ],
)
def test_another_role_is_answered_with_those_there_are(word: str, told: str) -> None:
    assert refused(forms.role, word)[1].startswith(told)


# --- severity and status


@pytest.mark.parametrize("word", ["SEV1", "sev1", "1", "sev-1", " Sev1 "])
def test_a_severity_is_known_as_people_write_it(word: str) -> None:
    assert forms.severity(word) is Severity.SEV1


@pytest.mark.parametrize("word", ["0", "6", "sev", "", "SEV10", "high", "-", "１"])
def test_another_severity_is_answered_with_those_there_are(word: str) -> None:
    assert refused(forms.severity, word)[1] == f"“{word}” is no severity. Write SEV1 (the worst) to SEV5."


def test_what_is_quoted_back_is_short_and_calls_nobody() -> None:
    said = refused(forms.severity, "<!channel>\n`" + "x" * 100)[1]
    assert said.startswith("“&lt;!channel&gt; 'xxxxxxxx")
    assert "…” is no severity." in said


@pytest.mark.parametrize(
    ("word", "status"),
    [*((status.value, status) for status in Status), ("Active", Status.ACTIVE), ("reopened", Status.ACTIVE),
     ("open", Status.ACTIVE), ("stable", Status.MITIGATED), ("cancelled", Status.CANCELED)],
)  # fmt: skip
def test_a_status_is_known_as_people_write_it(word: str, status: Status) -> None:
    assert forms.status(word) is status


def test_another_status_is_answered_with_those_there_are() -> None:
    assert refused(forms.status, "done")[1] == (
        "“done” is no status. They are triage, active, mitigated, resolved, closed, declined, merged, canceled."
    )


# --- resolving, times


@pytest.mark.parametrize("field", ["started", "detected", "mitigated"])
def test_a_time_must_have_been(field: str) -> None:
    said = {"resolution": "Rolled back."}
    assert getattr(forms.Resolution.parse({**said, field: TS}, NOW), field) == NOW.replace(microsecond=0)
    assert refused(forms.Resolution.parse, {**said, field: TS + 1}, NOW) == (
        field,
        "That is still to come. Please choose a time in the past.",
    )


@pytest.mark.parametrize(
    ("started", "detected", "mitigated", "wrong"),
    [
        (0, 0, 0, None), (0, 1, 2, None), (0, 2, 1, None), (None, 1, 0, None), (1, None, None, None),
        (1, 0, None, "detected"), (1, None, 0, "mitigated"), (1, 0, 0, "detected"), (1, 2, 0, "mitigated"),
    ],
)  # fmt: skip
def test_nothing_ends_before_it_begins(
    started: int | None, detected: int | None, mitigated: int | None, wrong: str | None
) -> None:
    times = {"started": started, "detected": detected, "mitigated": mitigated}
    values = {name: None if n is None else TS - 100 + n for name, n in times.items()} | {"resolution": "Rolled back."}
    if wrong is None:
        assert forms.Resolution.parse(values, NOW).what == "Rolled back."
        return
    told = "That is before users began to be hurt. One of the two times is wrong."
    assert refused(forms.Resolution.parse, values, NOW) == (wrong, told)


def test_a_resolution_needs_words() -> None:
    assert refused(forms.Resolution.parse, {"resolution": "\u200b"}, NOW) == (
        "resolution",
        "Say in a few words what ended it.",
    )


@pytest.mark.parametrize("carries", [{}, {"incident": None}, {"incident": "42"}, {"incident": 4.2}])
def test_a_form_that_lost_its_incident_says_so(carries: dict[str, Any]) -> None:
    assert refused(forms.incident, carries) == (None, "This form has lost its incident. Please open it again.")


# --- updates


def test_an_update_changes_only_what_was_changed_in_its_form() -> None:
    values = {"message": " We look. ", "status": "mitigated", "severity": "SEV2", "next": "30"}
    carries = {"incident": 42, "status": "active", "severity": "SEV2"}
    assert Update.parse(values, carries) == Update("We look.", Status.MITIGATED, None, timedelta(minutes=30))
    later = {**values, "status": "active", "severity": "SEV1", "next": "0"}
    assert Update.parse(later, carries) == Update("We look.", None, Severity.SEV1, None)


@pytest.mark.parametrize(
    ("message", "told"), [("", "Say what people"), (None, "Say what"), ("x" * 2001, "That is 2001")]
)
def test_an_update_says_something_that_fits(message: str | None, told: str) -> None:
    field, said = refused(Update.parse, {"message": message, "status": "active", "severity": "SEV2", "next": "0"}, {})
    assert field == "message"
    assert said.startswith(told)
