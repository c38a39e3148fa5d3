"""When things are due after an incident, by the organisation's calendar."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.learning import Stage, turn
from bot.organisation import Organisation
from tests.files import complaint

FRIDAY = date(2026, 12, 18)


def written(file: Path, text: str) -> Organisation:
    file.write_text(text, encoding="utf-8")
    return Organisation.load(file)


def test_weekends_are_no_business_days_and_holidays_only_where_a_country_is_named(file: Path) -> None:
    assert Organisation.load(None).postmortems.due("SEV1", FRIDAY) == date(2026, 12, 25)
    austria = written(file, "postmortems: {country: AT}\n")
    assert austria.postmortems.due("SEV1", FRIDAY) == date(2026, 12, 28)
    assert written(file, "postmortems: {due_days: {SEV3: null}}\n").postmortems.due("SEV3", FRIDAY) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("postmortems: {country: XX}\n", 'knows no holidays of "XX"'),
        ("postmortems: {country: AT, region: ZZ}\n", 'knows no holidays of "AT, ZZ"'),
        ("postmortems: {region: W}\n", "names a region and no country"),
        ("postmortems: {digest: 09:00}\n", "is not a time in the week. Write it like Mon 09:00."),
        ("postmortems: {digest: Mon 24:00}\n", "is not a time in the week"),
        ("follow_ups: {due_days: {urgent: 0}}\n", "follow_ups.due_days.urgent"),
        ("follow_ups: {due_days: {soon: 3}}\n", "soon"),
    ],
)
def test_what_cannot_be_is_said_with_its_mend(file: Path, text: str, said: str) -> None:
    assert said in "\n".join(complaint(file, text))


def test_the_digest_comes_once_a_week_also_where_clocks_change() -> None:
    terms, zone = Organisation.load(None).postmortems, ZoneInfo("Europe/Vienna")
    before = datetime(2026, 10, 19, 6, 59, tzinfo=UTC)
    assert terms.last_digest(before, zone) == datetime(2026, 10, 12, 7, tzinfo=UTC)
    assert terms.next_digest(before, zone) == datetime(2026, 10, 19, 7, tzinfo=UTC)
    assert terms.last_digest(datetime(2026, 10, 19, 7, tzinfo=UTC), zone) == datetime(2026, 10, 19, 7, tzinfo=UTC)
    assert terms.next_digest(datetime(2026, 10, 19, 7, tzinfo=UTC), zone) == datetime(2026, 10, 26, 8, tzinfo=UTC)


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 5, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "now", "stage", "again"),
    [
        (at(1), at(2), None, at(4)),
        (at(1), at(4), Stage.SOON, at(6)),
        (at(4), at(5), None, at(6)),
        (at(4), at(6), Stage.DUE, at(13)),
        (at(5, 8), at(5, 10), None, at(6)),  # made when it was too late to say that it comes
        (at(1), at(21), Stage.OVERDUE, at(27)),  # after a long sleep only the last is said
    ],
)
def test_reminders_come_before_on_and_weekly_after_the_day(
    since: datetime, now: datetime, stage: Stage | None, again: datetime
) -> None:
    assert turn(date(2026, 5, 6), 2, ZoneInfo("UTC"), since, now) == (stage, again)
