"""Whether somebody who is named can be reached; and when nothing may be said of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.kernel.ids import UserId
from bot.organisation import Organisation
from bot.people import rules
from bot.people.directory import Directory
from bot.people.model import GroupId, Person, UserGroup

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ALL = frozenset({"people", "groups"})


@pytest.fixture
def organisation(file: Path) -> Organisation:
    file.write_text(
        'policies: {default: {levels: [{notify: ["U0ANA", "bo@x.example", "@sre", "role:ic", "announce"], '
        'ack_within: 5m}], when_exhausted: {notify: ["#war"], every: 5m}}}'
    )
    return Organisation.load(file)


def person(key: str, **given: object) -> Person:
    return Person.model_validate({"id": UserId(key), "name": key, "updated_at": NOW, **given})


def group(*members: str, **given: object) -> UserGroup:
    about = {"id": GroupId("S0SRE"), "handle": "sre", "members": list(members), "updated_at": NOW}
    return UserGroup.model_validate({**about, **given})


def said(
    organisation: Organisation,
    directory: Directory,
    channels: dict[str, str | None] | None = None,
    allowed: frozenset[str] = frozenset(),
) -> dict[str, str]:
    return {str(one.target): one.why for one in rules.unresolved(organisation, directory, channels or {}, allowed)}


def test_all_who_are_there_are_fine(organisation: Organisation) -> None:
    there = Directory.of([person("U0ANA"), person("U0BO", email="bo@x.example")], [group("U0BO")], ALL)
    assert said(organisation, there, {"#war": None, "#incidents": None}) == {}


def test_what_was_not_asked_for_yet_is_not_called_missing(organisation: Organisation) -> None:
    assert said(organisation, Directory.of([], [], frozenset())) == {}
    assert set(said(organisation, Directory.of([], [], frozenset({"people"})))) == {"U0ANA", "bo@x.example"}
    assert said(organisation, Directory.of([], [], frozenset({"groups"}))) == {}, "members are people"


def test_everybody_else_has_a_reason(organisation: Organisation) -> None:
    people = [person("U0ANA", is_bot=True), person("U0BO", email="bo@x.example", is_stranger=True)]
    there = Directory.of(people, [group("U0BO", "U0NEW")], ALL)
    assert said(organisation, there, {"#war": "Gone.", "#incidents": "Away."}) == {
        "U0ANA": "U0ANA is an app, and nobody reads its messages.",
        "bo@x.example": "U0BO belongs to another organisation.",
        "@sre": "Nobody in this user group can be paged: add somebody to it.",
        "#war": "Gone.",
        "announce": "Away.",
    }
    assert said(organisation, Directory.of(people, [group("U0BO", is_gone=True)], ALL))["@sre"].startswith(
        "There is no"
    )


def test_what_the_app_may_not_see_is_not_called_missing(organisation: Organisation) -> None:
    blind = said(organisation, Directory.of([person("U0ANA")], [], ALL), allowed=frozenset({"users:read"}))
    assert blind == {
        "bo@x.example": f"Tocsin may not see addresses. {rules.REINSTALL}",
        "@sre": f"Tocsin may not see user groups. {rules.REINSTALL}",
    }


def test_places_are_said_as_the_file_says_them(organisation: Organisation) -> None:
    assert [str(place) for place in rules.places(organisation)][-2:] == [
        "default, level 1: announce",
        "default, when_exhausted: #war",
    ]
    assert rules.channels_named(organisation) == ["#incidents", "#war"]
