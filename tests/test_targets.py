"""Whom one may name, and what is said about names that are nearly right."""

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from bot.targets import ROLES, Kind, Target, TargetField, target


class Held(BaseModel):
    """As an escalation keeps it."""

    notify: tuple[TargetField, ...]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("U024BE7LH", Target(Kind.USER, "U024BE7LH")),
        ("W012A3CDE", Target(Kind.USER, "W012A3CDE")),
        ("U0BO", Target(Kind.USER, "U0BO")),
        ("ana@example.com", Target(Kind.EMAIL, "ana@example.com")),
        ("Ana@Example.COM", Target(Kind.EMAIL, "ana@example.com")),
        ("@sre-oncall", Target(Kind.GROUP, "@sre-oncall")),
        ("S012AB3CD", Target(Kind.GROUP, "S012AB3CD")),
        ("S0SRE", Target(Kind.GROUP, "S0SRE")),
        ("role:ic", Target(Kind.ROLE, "ic")),
        ("role: scribe", Target(Kind.ROLE, "scribe")),
        ("#incidents", Target(Kind.CHANNEL, "#incidents")),
        ("#störungen", Target(Kind.CHANNEL, "#störungen")),
        ("C024BE7LR", Target(Kind.CHANNEL, "C024BE7LR")),
        ("C0RANDOM", Target(Kind.CHANNEL, "C0RANDOM")),
        (" announce ", Target(Kind.ANNOUNCE, "announce")),
    ],
)
def test_a_target_is_known_by_its_shape(written: str, meant: Target) -> None:
    assert target(written) == meant


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ("sre-oncall", 'Write "@sre-oncall" for a group, "#sre-oncall" for a channel.'),
        ("ic", 'Write "role:ic"'),
        ("Comms", 'Write "role:comms"'),
        ("role:boss", "The roles are ic, comms, ops, deputy, scribe."),
        ("role:deputee", 'Write "role:deputy".'),
        ("role:IC", 'Write "role:ic".'),
        ({"role": "ic"}, 'Write "role:ic", without a space.'),
        ("schedule:primary", "schedules are not here yet; name a person, @group, role:… or #channel."),
        ("<@U024BE7LH>", 'Write the id alone: "U024BE7LH".'),
        ("<!subteam^S012AB3CD|@sre>", 'Write the id alone: "S012AB3CD".'),
        ("@here", "would wake everybody."),
        ("@channel", "would wake everybody."),
        ("@", "is not the handle of a user group."),
        ("@SRE on call", "is not the handle of a user group."),
        ("#", "is not a channel."),
        ("#Inc Dents", "is not a channel."),
        ("announcements", 'Write "announce"'),
        ("anounce", 'Write "announce"'),
        ("SEV1", "is not somebody to notify."),
        ("", "is not somebody to notify."),
        (None, "A text that begins with # goes in quotes"),
        (4, '"4" is not somebody to notify.'),
        (["@sre"], "must be one text."),
        ({"role": "ic", "user": "x"}, "must be one text."),
    ],
)
def test_what_is_nearly_a_target_is_refused_with_its_mend(written: object, mend: str) -> None:
    with pytest.raises(ValueError, match=re.escape(mend)):
        target(written)


WORD = st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)
WRITTEN = st.one_of(
    st.from_regex(r"[UWSCG]0?[A-Z0-9]{8,10}", fullmatch=True),
    st.builds("@{}".format, WORD.filter(lambda word: word not in {"here", "channel", "everyone"})),
    st.builds("#{}".format, WORD),
    st.builds("{}@{}.example".format, WORD, WORD),
    st.sampled_from([*(f"role:{role}" for role in ROLES), "announce"]),
)


@given(st.lists(WRITTEN, min_size=1))
def test_targets_come_back_from_the_database_as_they_were_written(written: list[str]) -> None:
    held = Held.model_validate({"notify": written})
    assert [str(found) for found in held.notify] == written
    assert Held.model_validate(held.model_dump(mode="json")) == held
    assert Held.model_validate_json(held.model_dump_json()) == held
    assert Held.model_validate(held.model_dump()) == held


@given(st.text())
def test_any_text_is_refused_or_means_the_same_when_written_again(text: str) -> None:
    with contextlib.suppress(ValueError):
        found = target(text)
        assert target(str(found)) == found
