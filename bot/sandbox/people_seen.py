"""What people see of what they did."""

from dataclasses import dataclass, field

from bot.sandbox.delivery import Delivery, Outcome
from bot.sandbox.state import Json, Message, View


class CannotDo(Exception):
    """Slack's client would not let this person do that. The message says why."""


@dataclass(frozen=True)
class Typed:
    """Something was typed and sent. Of a command: `reply` is what the app answered at once, `error` is the code in
    `failed with the error "…"`. Of a message: `message`."""

    message: Message | None = None
    reply: Message | None = None
    error: str = ""
    delivery: Delivery | None = None


@dataclass(frozen=True)
class Acted:
    """Something was clicked, chosen or started. `trouble` is what the person was shown if the app did not answer;
    `confirm` is the dialog that was confirmed first; without `delivery` the app was not told."""

    trouble: str = ""
    confirm: Json | None = None
    delivery: Delivery | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Submitted:
    """A modal was submitted. `errors` stand under the fields, from the client (then `delivery` is None) or from the
    app; `trouble` is why the person was shown that something went wrong; `closed`: the view is gone."""

    view: View
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    closed: bool = False
    delivery: Delivery | None = None
    outcome: Outcome | None = None
