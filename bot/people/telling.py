"""What Slack's objects say of people and groups, as the rows that we keep."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.people.model import Person, UserGroup

Row = dict[str, Any]


def person_row(told: Mapping[str, Any], now: datetime) -> Row:
    """`told` is Slack's user object. What deactivated accounts lack has its default."""
    profile = told.get("profile") or {}
    name = profile.get("real_name") or told.get("real_name") or profile.get("display_name") or told.get("name")
    return {
        "id": told["id"], "name": name or told["id"], "handle": told.get("name") or "",
        "email": (profile.get("email") or "").strip().lower(), "zone": told.get("tz") or "Etc/UTC",
        "is_bot": bool(told.get("is_bot")) or told["id"] == "USLACKBOT", "is_gone": bool(told.get("deleted")),
        "is_stranger": bool(told.get("is_stranger")), "updated_at": now,
    }  # fmt: skip


def group_row(told: Mapping[str, Any], now: datetime, members: Iterable[str] = ()) -> Row:
    """`told` is Slack's user group, `members` who they are if it does not say."""
    return {
        "id": told["id"], "handle": (told.get("handle") or "").lower(), "name": told.get("name") or "",
        "members": list(told["users"] if told.get("users") is not None else members),
        "is_gone": bool(told.get("date_delete")), "updated_at": moment(told.get("date_update"), now),
    }  # fmt: skip


def moment(seconds: int | None, now: datetime) -> datetime:
    """Slack's time of a change; now, where it gives none."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else now


def differs(row: Row, known: Person | UserGroup | None) -> bool:
    """Whether it says something new. When we were told it says nothing."""
    kept = known.model_dump(exclude={"updated_at"}) if known else {}
    return {name: value for name, value in row.items() if name != "updated_at"} != kept


def news(rows: Iterable[Row], known: Iterable[Person | UserGroup]) -> list[Row]:
    """Of what we are told, what we did not know."""
    before = {one.id: one for one in known}
    return [row for row in rows if differs(row, before.get(row["id"]))]


def gone(missing: Iterable[Person | UserGroup]) -> list[Row]:
    """Those who are on Slack's list no more. It leaves out other organisations' people: that says nothing of them."""
    left = [one for one in missing if not (isinstance(one, Person) and one.is_stranger)]
    return [one.model_dump() | {"is_gone": True} for one in left]
