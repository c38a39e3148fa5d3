"""What a person meets who writes down who is paged, and when."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fields import LONGEST, duration, spelled
from bot.organisation import ACME, DEFAULTS, Organisation
from bot.policies import Policy
from bot.sandbox.seed import acme
from bot.targets import Kind, Target
from tests.files import complaint, reading
from tests.stage import quiet

MINUTE = timedelta(minutes=1)
ONE = "levels: [{notify: [ana@example.com], ack_within: 5m}]"


def test_without_a_file_the_announcements_channel_is_told() -> None:
    organisation = Organisation.load(None)
    (policy,) = organisation.policies.values()
    (level,) = policy.levels
    assert [*map(str, level.notify)] == ["announce"]
    assert (level.ack_within, policy.repeat, policy.ack_lease) == (5 * MINUTE, 2, 30 * MINUTE)
    assert policy.when_exhausted
    assert [*map(str, policy.when_exhausted.notify)] == ["announce"]
    assert policy.when_exhausted.every == 10 * MINUTE
    assert organisation.routing == ()


def test_what_is_commented_out_in_the_example_can_be_used(file: Path) -> None:
    # Explanations are indented by an odd number of spaces, what one may use by an even one.
    text = re.sub(r"(?m)^#((?:  )+\S)", r"\1", DEFAULTS.read_text(encoding="utf-8"))
    opened = text.replace("routing: []", "routing:")
    assert opened.count("notify:") > DEFAULTS.read_text(encoding="utf-8").count("\n      - notify:") + 1
    found = reading(file, opened)
    assert {str(target) for level in found.organisation.policies["night"].levels for target in level.notify} == {
        "@sre-oncall", "ana@example.com", "U024BE7LH", "role:ic", "#incidents",
    }  # fmt: skip
    assert [route.private for route in found.organisation.routing] == [False, True]
    assert found.warnings == ()


def test_a_quiet_organisation_differs_only_in_paging_nobody() -> None:
    organisation, defaults = quiet(), Organisation.load(None)
    assert not any(terms.page for terms in organisation.severities.values())
    assert organisation.model_dump(exclude={"severities"}) == defaults.model_dump(exclude={"severities"})


def test_acme_s_file_names_people_and_places_that_acme_has() -> None:
    found, place = Organisation.read(ACME), acme()
    assert found.warnings == ()
    there: dict[Kind, set[str]] = {
        Kind.EMAIL: {str(user.email) for user in place.users.values() if not user.deleted},
        Kind.GROUP: {f"@{group.handle}" for group in place.groups.values()},
        Kind.CHANNEL: {f"#{channel.name}" for channel in place.channels.values()},
    }
    named = [target for policy in found.organisation.policies.values() for target in everybody(policy)]
    assert len(named) > 5, "needs somebody to look for"
    assert [str(target) for target in named if target.kind in there and target.name not in there[target.kind]] == []


def everybody(policy: Policy) -> list[Target]:
    last = policy.when_exhausted.notify if policy.when_exhausted else ()
    return [*(target for level in policy.levels for target in level.notify), *last]


def test_a_policy_replaces_the_whole_one_of_its_name(file: Path) -> None:
    organisation = reading(file, f"policies: {{default: {{{ONE}}}, night: {{{ONE}}}}}").organisation
    assert [*organisation.policies] == ["default", "night"]
    assert organisation.policies["default"] == organisation.policies["night"]
    assert organisation.policies["default"].when_exhausted is None
    assert organisation.policies["default"].repeat == 2


def test_another_policy_leaves_the_default_one(file: Path) -> None:
    organisation = reading(file, f"policies: {{night: {{{ONE}}}}}").organisation
    assert organisation.policies["default"] == Organisation.load(None).policies["default"]


def test_the_default_policy_can_be_removed(file: Path) -> None:
    found = reading(file, f"policies: {{default: null, night: {{{ONE}}}}}")
    assert [*found.organisation.policies] == ["night"]
    assert found.organisation.policy_for("SEV1", is_private=False) is None


def test_who_announces_nowhere_pages_nobody_until_a_policy_is_written(file: Path) -> None:
    found = reading(file, "announce: null")
    assert found.organisation.policies == {}
    assert [warning.key for warning in found.warnings] == [f"severities.SEV{number}.page" for number in (1, 2, 3)]
    assert reading(file, f"announce: null\npolicies: {{default: {{{ONE}}}}}").warnings == ()


def test_empty_sections_change_nothing(file: Path) -> None:
    assert reading(file, "policies:\nrouting:\n").organisation == Organisation.load(None)


@pytest.mark.parametrize(
    ("routes", "default", "expected"),
    [
        # what SEV1 and SEV3 ask for, then the same in private
        ("[]", True, ["default", "default", None, None]),
        ("[]", False, [None, None, None, None]),
        ("[{severity: [SEV1], policy: a}]", True, ["a", "default", None, None]),
        ("[{severity: [SEV1], policy: a}]", False, ["a", None, None, None]),
        ("[{severity: [SEV1], policy: a}, {policy: b}]", True, ["a", "b", None, None]),
        ("[{policy: b}, {severity: [SEV1], policy: a}]", True, ["b", "b", None, None]),
        ("[{private: true, policy: a}]", True, ["default", "default", "a", "a"]),
        ("[{private: true, policy: a}]", False, [None, None, "a", "a"]),
        ("[{private: true, severity: [SEV1, SEV2], policy: a}, {policy: b}]", True, ["b", "b", "a", None]),
        ("[{policy: b}, {private: true, severity: [SEV3], policy: default}]", True, ["b", "b", None, "default"]),
    ],
)
def test_the_first_route_that_matches_decides(
    file: Path, routes: str, default: bool, expected: list[str | None]
) -> None:
    lines = [f"routing: {routes}", "policies:", f"  a: {{{ONE}}}", f"  b: {{{ONE}}}"]
    organisation = reading(file, "\n".join([*lines, *([] if default else ["  default: null"])])).organisation
    asked = [(key, private) for private in (False, True) for key in ("SEV1", "SEV3")]
    assert [organisation.policy_for(key, is_private=private) for key, private in asked] == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("policies: {p: {levels: []}}", "policies.p.levels: is an empty list. Write at least one entry."),
        ("policies: {p: {levels:}}", "policies.p.levels: is empty. Write a list below it"),
        ("policies: {p: {levels: {notify: x}}}", "policies.p.levels: must be a list. Write each entry on a line"),
        ("policies:\n  p:\n", "tocsin.yaml:2: policies.p: is empty. Write its levels below it, or null for no such"),
        ("policies:\n  default:\n", "tocsin.yaml:2: policies.default: is empty. Write its levels below it"),
        (
            "policies: {default: {levels: [{notify: [x@y.z], ack_within: 5m}, {notify: [x@y.z, '']}]}}",
            "levels[2].notify[2]",
        ),
        ("policies:\n  default:\n    levels:\n      - {notify: [x@y.z], ack_within: 5m}\n      -\n", "tocsin.yaml:5: "),
        ("policies: {p: 5m}", "policies.p: must be a section."),
        ("policies: {p: {repeat: 1}}", "policies.p.levels: is missing. Write it."),
        (f"policies: {{p: {{{ONE}, repeat: 10}}}}", 'policies.p.repeat: "10" is too large. Write 9 or less.'),
        (f"policies: {{p: {{{ONE}, repeat: -1}}}}", 'policies.p.repeat: "-1" is too small. Write 0 or more.'),
        (f"policies: {{p: {{{ONE}, repeat: twice}}}}", 'repeat: "twice" is not a whole number.'),
        (f"policies: {{p: {{{ONE}, repeat: true}}}}", 'repeat: "true" is not a whole number.'),
        (f"policies: {{p: {{{ONE}, ack_lease: 30}}}}", 'policies.p.ack_lease: "30" has no unit. Write 30m or 30s.'),
        (f"policies: {{p: {{{ONE}, when_exhausted: {{}}}}}}", "policies.p.when_exhausted.notify: is missing."),
        (f"policies: {{p: {{{ONE}, lease: 5m}}}}", "policies.p.lease: is not known here. Did you mean ack_lease?"),
        (f"policies: {{'@p': {{{ONE}}}}}", 'policies.@p: "@p" cannot name a policy. Use up to 40 lower-case letters'),
        (f"policies: {{'#p': {{{ONE}}}}}", "cannot name a policy"),
        (f"policies: {{Night: {{{ONE}}}}}", '"Night" cannot name a policy'),
        (f"policies: {{{'p' * 41}: {{{ONE}}}}}", "cannot name a policy"),
        ("routing: {policy: default}", "routing: must be a list."),
        ("routing: [{severity: SEV1, policy: default}]", 'severity: must be a list, even of one: ["SEV1"].'),
        ("routing: [{severity: [SEV9], policy: default}]", 'routing[1].severity[1]: "SEV9" is not one of the choices.'),
        ("routing: [{severity: [SEV1]}]", "routing[1].policy: is missing. Write it."),
        ("routing: [{policy: default, privat: true}]", "routing[1].privat: is not known here. Did you mean private?"),
        (
            "routing:\n  - {policy: defalt}",
            'tocsin.yaml:2: routing[1].policy: there is no policy "defalt". Did you mean',
        ),
        ("routing: [{policy: zzz}]", 'there is no policy "zzz". Write one of: default.'),
        ("announce: null\nrouting: [{policy: zzz}]", 'there is no policy "zzz". Write it under policies.'),
    ],
)
def test_each_slip_in_policies_and_routes_has_its_mend(file: Path, text: str, said: str) -> None:
    (only, *_) = complaint(file, text)
    assert only.startswith("tocsin.yaml:")
    assert said in only


LEVEL = """\
policies:
  night:
    levels:
      - {{notify: ["@sre"], ack_within: 5m}}
      - notify: {notify}
        ack_within: {within}
"""


@pytest.mark.parametrize(
    ("notify", "within", "line", "said"),
    [
        (
            "[x@y.z, ops]",
            "5m",
            5,
            'notify[2]: "ops" needs a word before it. Write "role:ops" for whoever has that role.',
        ),
        ("[role:boss]", "5m", 5, 'notify[1]: "boss" is not a role. Write "role:ic".'),
        ('["@a", "@b", "@a"]', "5m", 5, 'notify[3]: "@a" is already in this list. Remove one of the two.'),
        ("[A@b.example, a@b.example]", "5m", 5, 'notify[2]: "a@b.example" is already in this list.'),
        ("[]", "5m", 5, "notify: is an empty list. Write at least one entry."),
        ('"@sre"', "5m", 5, 'notify: must be a list, even of one: ["@sre"].'),
        ("\n         - #incidents", "5m", 6, "notify[1]: is empty. A text that begins with # or @ goes in quotes:"),
        ('["@a"]', "5", 6, 'ack_within: "5" has no unit. Write 5m or 5s.'),
        ('["@a"]', "null", 6, "ack_within: must be a length of time. Write it like 90s, 20m, 4h or 1h30m."),
        (str([f"U0{number:03}" for number in range(26)]), "5m", 5, "notify: has 26 entries; there is room for 25."),
    ],
)
def test_a_slip_in_a_level_is_told_with_its_line_and_its_number(
    file: Path, notify: str, within: str, line: int, said: str
) -> None:
    (only,) = complaint(file, LEVEL.format(notify=notify, within=within))
    assert only.startswith(f"tocsin.yaml:{line}: policies.night.levels[2].{said}")


def test_announce_needs_an_announcements_channel(file: Path) -> None:
    (said,) = complaint(file, "announce: null\n" + LEVEL.format(notify='["@a", announce]', within="5m"))
    assert said.startswith("tocsin.yaml:6: policies.night.levels[2].notify[2]: ")
    assert '"announce" is the announcements channel, and announce is null. Name a channel' in said


@pytest.mark.parametrize(
    "text", ["policies: {p: {levels: [{notify: [#incidents], ack_within: 5m}]}}", "routing: [#x\n", "a: {b: #c}\n"]
)
def test_a_bracket_lost_in_a_comment_is_told(file: Path, text: str) -> None:
    (said,) = complaint(file, text)
    assert said.endswith(
        'A bracket is opened and never closed. Put a text that begins with # in quotes: ["#incidents"].'
    )


QUICK = "Under 60s the next page may come before Slack delivered this one."
NEVER = "can never match: the routes above it take all of its incidents. Move it up, or remove it."
LOUD = f"policies: {{p: {{{ONE}, when_exhausted: {{notify: [announce], every: 10s}}}}}}"
SHADOWED = """\
routing:
  - {severity: [SEV1], policy: default}
  - {severity: [SEV1], private: true, policy: default}
  - {severity: [SEV2], policy: default}
  - {severity: [SEV2, SEV1], policy: default}
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LEVEL.format(notify='["@a"]', within="30s"), f"6: policies.night.levels[2].ack_within: is 30s. {QUICK}"),
        (LOUD, f"1: policies.p.when_exhausted.every: is 10s. {QUICK}"),
        (
            f"policies: {{default: null, p: {{{ONE}}}}}\nrouting: [{{severity: [SEV2, SEV3], policy: p}}]",
            "severities.SEV1.page: is true, but nobody is paged: no route takes SEV1 and no policy is named default.",
        ),
        (SHADOWED, f"5: routing[4]: {NEVER}"),
        ("routing:\n  - {policy: default}\n  - {severity: [SEV1], policy: default}", f"3: routing[2]: {NEVER}"),
    ],
)
def test_what_is_hardly_meant_is_a_warning(file: Path, text: str, said: str) -> None:
    (warning,) = reading(file, text).warnings
    assert str(warning).removeprefix("tocsin.yaml:").strip() == said


@pytest.mark.parametrize(
    "routes",
    [
        "[{severity: [SEV1], policy: default}, {policy: default}]",
        "[{policy: default}, {private: true, policy: default}]",
        "[{private: true, policy: default}, {severity: [SEV1], policy: default}]",
    ],
)
def test_routes_that_have_their_use_give_no_warning(file: Path, routes: str) -> None:
    assert reading(file, f"routing: {routes}").warnings == ()


def test_a_policy_comes_back_from_the_database_as_it_was() -> None:
    policies = [*Organisation.load(ACME).policies.values(), *Organisation.load(None).policies.values()]
    assert any(policy.ack_lease is None for policy in policies)
    for policy in policies:
        assert Policy.model_validate(policy.model_dump(mode="json")) == policy
        assert Policy.model_validate_json(policy.model_dump_json()) == policy


def test_an_organisation_comes_back_as_it_was() -> None:
    organisation = Organisation.load(ACME)
    assert Organisation.model_validate(organisation.model_dump(mode="json")) == organisation


@given(st.integers(min_value=1, max_value=int(LONGEST.total_seconds())))
def test_a_length_of_time_can_be_read_as_it_is_spelled(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert duration(spelled(length)) == length
