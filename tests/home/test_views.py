"""App Home can be published whatever goes on."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest

from bot.home import views
from bot.home.listeners import SHOWN
from bot.incidents.terms import Role, Severity, Status
from bot.kernel.ids import IncidentId
from bot.organisation import Organisation
from bot.sandbox.blockkit.mrkdwn import blocks_text
from tests.incidents.nouns import DEFAULTS, NOW, ODD, TEXTS, incident, incidents, shown

Write = Callable[[int], str]


@pytest.mark.parametrize("write", TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.parametrize("organisation", [DEFAULTS, ODD], ids=["defaults", "odd"])
def test_home_fits_however_much_goes_on(write: Write, organisation: Organisation) -> None:
    many = [*incidents(write), *incidents(write)][:50]
    for number, one in enumerate(many):
        one.id = IncidentId(one.id - number)
    roles = {one.id: list(Role) for one in many}
    assert len(roles) == 50
    for live, over, held in product(([], many[:SHOWN], many), ([], many[:10]), ({}, roles)):
        assert not shown(views.page(live, 30, over, held, organisation, NOW))


@pytest.mark.parametrize(("status", "severity"), list(product(Status, Severity)))
def test_each_incident_says_how_it_stands_and_what_is_mine(status: Status, severity: Severity) -> None:
    one = incident(status=status, severity=severity, impact="Nobody can pay.", next_update_due_at=NOW)
    page = views.page([one], 0, [], {one.id: [Role.IC, Role.OPS]}, DEFAULTS, NOW).to_dict()
    words = blocks_text(page["blocks"])
    assert f"*INC-42* Checkout errors — {severity}, {status.spoken}" in words
    assert "You are *Incident Commander* and *Ops Lead*." in words
    assert "Nobody can pay." in words
    assert "*overdue* since" in words
    assert "Nothing is going on" not in words


def test_all_that_a_person_may_see_is_on_it() -> None:
    """As many as are shown, and the footer is not cut off."""
    live = [incident(id=n, title=f"Number {n}.", next_update_due_at=NOW + timedelta(hours=1)) for n in range(1, 21)]
    over = [incident(id=n, title=f"Number {n}.", status=Status.CLOSED) for n in range(21, 31)]
    words = blocks_text(views.page(live, 12, over, {}, DEFAULTS, NOW).to_dict()["blocks"])
    assert [n for n in range(1, 31) if f"Number {n}." not in words] == []
    assert "And 12 more" in words
    assert "`/incident help`" in words


def test_a_quiet_day_is_called_quiet() -> None:
    words = blocks_text(views.page([], 0, [], {}, DEFAULTS, NOW).to_dict()["blocks"])
    assert "Nothing is going on." in words
    assert "*Over*" not in words


def test_a_long_impact_is_cut_so_that_the_page_can_be_read() -> None:
    words = blocks_text(views.page([incident(impact="x" * 2000)], 0, [], {}, DEFAULTS, NOW).to_dict()["blocks"])
    assert max(map(len, words.splitlines())) <= views.IMPACT_LIMIT
    assert "x…" in words
