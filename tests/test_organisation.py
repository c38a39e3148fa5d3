"""What a person meets who writes the organisation's file."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.organisation import DEFAULTS, MEANING_LIMIT, Organisation, OrganisationError
from tests.files import complaint

MINUTE = timedelta(minutes=1)
EMOJI = (
    'tocsin.yaml:15: timeline_reaction: "📌" is not the name of an emoji. Write the name Slack shows, such as pushpin.'
)


def test_without_a_file_there_are_sensible_defaults() -> None:
    organisation = Organisation.load(None)
    cadence = {key: (terms.first_update, terms.update_every) for key, terms in organisation.severities.items()}
    assert cadence == {
        "SEV1": (5 * MINUTE, 20 * MINUTE),
        "SEV2": (10 * MINUTE, 30 * MINUTE),
        "SEV3": (30 * MINUTE, 60 * MINUTE),
        "SEV4": (None, 240 * MINUTE),
        "SEV5": (None, None),
    }
    assert [key for key, terms in organisation.severities.items() if terms.postmortem] == ["SEV1", "SEV2"]
    assert [key for key, terms in organisation.severities.items() if terms.page] == ["SEV1", "SEV2", "SEV3"]
    assert list(organisation.roles) == ["ic", "comms", "ops", "deputy", "scribe"]
    assert (organisation.announce, organisation.channel_prefix) == ("#incidents", "inc")
    assert (organisation.timeline_reaction, organisation.timezone) == ("pushpin", "UTC")


def test_a_copy_of_the_example_changes_nothing(file: Path) -> None:
    file.write_text(DEFAULTS.read_text(encoding="utf-8"), encoding="utf-8")
    assert Organisation.load(file) == Organisation.load(None)


def test_the_example_explains_each_of_its_settings() -> None:
    lines = DEFAULTS.read_text(encoding="utf-8").splitlines()
    for key in Organisation.model_fields:
        place = next(index for index, line in enumerate(lines) if line.startswith(f"{key}:"))
        assert lines[place - 1].startswith("#"), key


def test_a_file_may_hold_only_what_differs(file: Path) -> None:
    file.write_text("announce: null\nseverities:\n  SEV1: {update_every: 1h30m}\n  SEV2:\nroles:\n")
    organisation, defaults = Organisation.load(file), Organisation.load(None)
    assert organisation.announce is None
    assert organisation.severities["SEV1"].update_every == 90 * MINUTE
    assert organisation.severities["SEV1"].meaning == defaults.severities["SEV1"].meaning
    assert organisation.severities["SEV2"] == defaults.severities["SEV2"]
    assert organisation.roles == defaults.roles


def test_an_empty_file_is_the_defaults(file: Path) -> None:
    file.write_text("# nothing yet\n")
    assert Organisation.load(file) == Organisation.load(None)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("90s", 1.5 * MINUTE),
        ("5m", 5 * MINUTE),
        ("1h30m", 90 * MINUTE),
        ("1h 30m", 90 * MINUTE),
        ("2D", timedelta(days=2)),
        ("null", None),
        ("~", None),
    ],
)
def test_a_length_of_time_has_units(file: Path, written: str, meant: timedelta | None) -> None:
    file.write_text(f"severities: {{SEV1: {{update_every: {written}}}}}")
    assert Organisation.load(file).severities["SEV1"].update_every == meant


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ("20", '"20" has no unit. Write 20m or 20s.'),
        ('"20"', '"20" has no unit. Write 20m or 20s.'),
        ("1:30", '"1:30" is not a length of time. Write it like 90s, 20m, 4h or 1h30m.'),
        ("soon", '"soon" is not a length of time.'),
        ("0m", '"0m" is not between 1s and 31d.'),
        ("9999999999999h", "is not between 1s and 31d."),
        ("", "is empty."),
        ("[5m]", "is not a length of time."),
        ("true", "is not a length of time."),
    ],
)
def test_a_length_of_time_without_sense_is_refused(file: Path, written: str, mend: str) -> None:
    (said,) = complaint(file, f"severities:\n  SEV1:\n    update_every: {written}\n")
    assert said.startswith("tocsin.yaml:3: severities.SEV1.update_every: ")
    assert mend in said


def test_every_problem_is_told_at_once_with_line_key_and_mend(file: Path) -> None:
    said = complaint(
        file,
        "\n".join(
            [
                "announce: #incidents",
                "anounce: x",
                "severities:",
                "  SEV1:",
                "    update_every: 20",
                "    meaning: 1",
                "    postmortem: maybe",
                "    updat_every: 4m",
                "  SEV9: {}",
                "  SEV3: 4",
                "roles:",
                "  boss: {title: x}",
                "timezone: Vienna",
                "channel_prefix: on",
                'timeline_reaction: "📌"',
            ]
        ),
    )
    assert said == [
        'tocsin.yaml:1: announce: is empty. Write a value in quotes ("#incidents"), or null for none.',
        "tocsin.yaml:2: anounce: is not known here. Did you mean announce?",
        'tocsin.yaml:5: severities.SEV1.update_every: "20" has no unit. Write 20m or 20s.',
        'tocsin.yaml:6: severities.SEV1.meaning: "1" is not read as a text. Put it in quotes: "1".',
        'tocsin.yaml:7: severities.SEV1.postmortem: "maybe" is neither yes nor no. Write true or false.',
        "tocsin.yaml:8: severities.SEV1.updat_every: is not known here. Did you mean update_every?",
        "tocsin.yaml:9: severities.SEV9: is not known here. Did you mean SEV5?",
        "tocsin.yaml:10: severities.SEV3: must be a section. Write its keys below it, indented by two spaces.",
        "tocsin.yaml:12: roles.boss: is not known here. Remove it, or use one of: ic, comms, ops, deputy, scribe.",
        'tocsin.yaml:13: timezone: "Vienna" is not a time zone. Write one like UTC or Europe/Vienna.',
        'tocsin.yaml:14: channel_prefix: "on" is not read as a text. Put it in quotes: "on".',
        EMOJI,
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: b: c", "tocsin.yaml:1: is not YAML (mapping values are not allowed here). If a text has a colon"),
        ("announce: null\n\tx: 1", "tocsin.yaml:2: is not YAML"),
        ("announce: 'x", "A quote or bracket is opened and never closed."),
        ("announce: @ops", "Put a text that begins with @ in quotes."),
        ("announce: *ops", "Put a text that begins with * in quotes."),
        ("announce: \x00", "is not YAML (special characters are not allowed)."),
        ("---\n{}\n---\n{}", "tocsin.yaml:3: is not YAML (but found another document). Keep one document"),
        ("- announce", "tocsin.yaml:1: must be keys and values"),
        ("? [a]\n: b", "tocsin.yaml:1: has a key that is not a word."),
        ("announce: !secret x", 'tocsin.yaml:1: announce: "x" cannot be read.'),
        ("timezone: 2024-99-99", 'tocsin.yaml:1: timezone: "2024-99-99" cannot be read.'),
        ("roles: &r\n  ic: *r", "tocsin.yaml:2: roles.ic: holds itself. Write the value out."),
        ("timezone: UTC\ntimezone: UTC", "tocsin.yaml:2: timezone: is already written on line 1. Keep one of the two."),
        ("roles:\n  ic: {}\n  ic: {}", "tocsin.yaml:3: roles.ic: is already written on line 2."),
        ('announce: "#Inc Dents"', '"#Inc Dents" is not a channel.'),
        ("announce: [a]", "tocsin.yaml:1: announce: must be a text, not a list"),
        ("timezone: null", "tocsin.yaml:1: timezone: must be a text. Write one, or leave the key out"),
        ('timezone: ""', "tocsin.yaml:1: timezone: "),
        ("channel_prefix: Inc!", '"Inc!" cannot begin a channel name.'),
        ("severities: [SEV1]", "tocsin.yaml:1: severities: must be a section."),
        ("roles: {ic: {title: ''}}", "tocsin.yaml:1: roles.ic.title: is empty."),
    ],
)
def test_each_kind_of_slip_has_its_mend(file: Path, text: str, said: str) -> None:
    assert said in "\n".join(complaint(file, text))


def test_a_meaning_that_slack_would_cut_off_is_refused(file: Path) -> None:
    (said,) = complaint(file, f"severities: {{SEV1: {{meaning: {'x' * (MEANING_LIMIT + 1)}}}}}")
    assert said.endswith("severities.SEV1.meaning: has 76 characters; there is room for 75. Shorten it.")


def test_a_file_that_cannot_be_read_is_named(file: Path, tmp_path: Path) -> None:
    for path, reason in [(file, "No such file"), (tmp_path, "Is a directory")]:
        with pytest.raises(OrganisationError, match=reason) as refused:
            Organisation.load(path)
        assert str(path) in str(refused.value)
    file.write_bytes(b"announce: \xff\xfe")
    with pytest.raises(OrganisationError, match="not UTF-8"):
        Organisation.load(file)


@pytest.mark.parametrize(
    ("written", "kept"), [("incidents", "#incidents"), ('"#störungen"', "#störungen"), ("C0123ABCDE", "C0123ABCDE")]
)
def test_a_channel_is_named_or_given_by_id(file: Path, written: str, kept: str) -> None:
    file.write_text(f"announce: {written}", encoding="utf-8")
    assert Organisation.load(file).announce == kept


def test_one_severity_may_borrow_from_another(file: Path) -> None:
    file.write_text(
        "severities:\n  SEV1: &worst {update_every: 15m, first_update: 2m}\n  SEV2: {<<: *worst, first_update: 9m}\n"
    )
    second = Organisation.load(file).severities["SEV2"]
    assert (second.first_update, second.update_every) == (9 * MINUTE, 15 * MINUTE)
