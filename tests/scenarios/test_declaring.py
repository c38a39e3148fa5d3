"""Somebody declares an incident."""

import pytest

from bot.sandbox.people import Person
from tests.conftest import ALL_WAYS
from tests.stage import Stage, words


@pytest.mark.parametrize("stage", ALL_WAYS, indirect=True, ids="-".join)
async def test_a_declaration_opens_a_channel_with_its_card_and_announces_it(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", impact="Nobody in Europe can pay.")

    room = stage.room(incident)
    assert room.name == "inc-1-checkout-errors"
    assert not room.is_private
    assert ana.id in room.members
    card = stage.card(incident)
    assert card.pinned
    assert "INC-1 · Checkout errors" in words(card)
    assert "Nobody in Europe can pay." in words(card)
    assert room.topic["value"] == "SEV2 active · IC: nobody yet · Checkout errors"
    (announcement,) = stage.announcements()
    assert f"<#{room.id}>" in words(announcement)
    assert await stage.facts(incident) == ["declared", "channel_opened"]
    assert any(f"<#{room.id}>" in message.text for message in ana.inbox)
