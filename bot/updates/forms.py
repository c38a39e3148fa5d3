"""What the update form says, typed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.incidents import forms
from bot.incidents.terms import Severity, Status


@dataclass(frozen=True)
class Update:
    """Status and severity are None where the form was left as it was drawn: others may have changed them meanwhile."""

    text: str
    status: Status | None
    severity: Severity | None
    next_in: timedelta | None

    @classmethod
    def parse(cls, values: dict[str, Any], carries: dict[str, Any]) -> "Update":
        minutes = int(values["next"])
        return cls(
            forms.needed(values, "message", "Say what people should know, even if it is only that we are looking."),
            Status(values["status"]) if values["status"] != carries.get("status") else None,
            Severity(values["severity"]) if values["severity"] != carries.get("severity") else None,
            timedelta(minutes=minutes) if minutes else None,
        )
