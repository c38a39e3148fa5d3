"""Whatever an incident says, Slack takes what people see of it, and it calls nobody who was not meant."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest

from bot.catchup import views, views_titles
from bot.catchup.heard import Heard, Source, Stood
from bot.catchup.model import TitleLook, Verdict
from bot.catchup.rules import Window, sorted_out
from bot.escalations.model import Cause, Escalation, Stage
from bot.grounding.claims import Basis
from bot.incidents.model import Incident
from bot.incidents.terms import Role, Severity
from bot.organisation import Organisation
from bot.updates import views as updates
from bot.updates.views import Drafting, Form
from tests.incidents.nouns import ANA, DEFAULTS, NOW, ODD, TEXTS, called, entries, incident, incidents, meant, shown

EACH_TEXT = pytest.mark.parametrize("write", TEXTS.values(), ids=TEXTS.keys())
EACH_ORGANISATION = pytest.mark.parametrize("organisation", [DEFAULTS, ODD], ids=["defaults", "odd"])
Write = Callable[[int], str]
LINK = "https://acme.slack.com/archives/C0INC/p1?thread_ts=1.0&cid=C0INC"


def heard(write: Write, claims: int) -> Heard:
    sources = (Source("E1", NOW, None), Source("M2", NOW, LINK))
    said = [Stood(write(600), basis, sources) for basis in Basis for _ in range(claims)]
    return Heard({"state": said, "doing_now": said}, [write(500)] * 3, 4 * claims + 1, 10, 12, write(60))


def escalations(write: Write) -> list[Escalation]:
    return [
        Escalation(
            incident_id=incident().id, cause=Cause.DECLARED, severity=Severity.SEV1, policy_name=write(80), policy={},
            started_at=NOW, rounds=1, stage=stage, acknowledged_by=ANA if stage is Stage.ACKNOWLEDGED else None,
        )
        for stage in Stage
    ]  # fmt: skip


def scene(of: Incident, write: Write, organisation: Organisation, count: int, model: Heard | None) -> views.Scene:
    record = entries(count, write)
    window = Window(None if count else NOW, "since you last looked")
    return views.Scene(
        of, {Role.IC: ANA}, organisation, called, window, sorted_out(record, window), record[-1] if record else None,
        escalations(write), ["one like it"], (count, 2), NOW + timedelta(hours=1), write(60), model,
    )  # fmt: skip


@EACH_TEXT
@EACH_ORGANISATION
def test_catching_up_is_taken_by_slack(write: Write, organisation: Organisation) -> None:
    for one in list(incidents(write))[::8]:
        for count, model in product((0, 90), (None, heard(write, 0), heard(write, 6))):
            made = scene(one, write, organisation, count, model)
            found = meant(views.message(made))
            assert found.broadcast + found.groups == ()
            shown(views.screen(made))


@EACH_TEXT
def test_an_offered_title_calls_nobody(write: Write) -> None:
    look = TitleLook(incident_id=incident().id, verdict=Verdict.OFFERED, judged="help", title=write(120),
                     impact=write(2000))  # fmt: skip
    for title in ("help", "HELP ME NOW", write(120)):
        assert not meant(views_titles.offer(incident(title=title), look, "Made by rules."))


@EACH_TEXT
def test_a_drafted_form_can_be_shown_whatever_was_drafted(write: Write) -> None:
    for drafted in (Drafting(), Drafting(write(2000), write(500), "<https://a.example|M1>, entry 2", NOW)):
        shown(updates.form(Form(incident(), DEFAULTS, None, drafted=drafted)))
