"""What every Web API method is given, how it refuses, and how it is registered."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from bot.sandbox.methods import METHODS, Spec
from bot.sandbox.state import Channel, Json, Kind, Message, User

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

TokenKind = Literal["bot", "app"]


class ApiError(Exception):
    """Refused as Slack refuses: {"ok": false, "error": error, **extra}."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error, self.extra = error, extra


@dataclass(frozen=True)
class Token:
    kind: TokenKind
    scopes: frozenset[str]


NO_TOKEN = Token("bot", frozenset())  # before anybody has looked


@dataclass
class Call:
    """One call of a method. `args` hold what was given, read as the type the method documents."""

    slack: "Slack"
    name: str
    args: dict[str, Any]
    token: Token
    at: datetime
    warnings: list[str] = field(default_factory=list)

    @property
    def spec(self) -> Spec:
        return METHODS[self.name]

    def given(self, *names: str) -> bool:
        """Whether any of these arguments was given."""
        return any(name in self.args for name in names)

    def violate(self, kind: str, detail: str) -> None:
        self.slack.journal.violate(kind, detail, self.name)

    def needs(self, *alternatives: str) -> None:
        """Raise missing_scope unless the token has one of these scopes."""
        if alternatives and not self.token.scopes & set(alternatives):
            raise missing_scope(self.token, alternatives)

    def channel(self, arg: str = "channel") -> Channel:
        """The conversation named by an argument, if the bot may know of it and its scopes cover its type."""
        found = self.slack.workspace.channels.get(str(self.args.get(arg, "")))
        if found is None or not self.slack.visible(found):
            raise ApiError("channel_not_found")
        self.covers(found.kind)
        return found

    def covers(self, kind: Kind) -> None:
        """Raise missing_scope unless the method is allowed for this type of conversation."""
        self.needs(*self.spec.scopes_for(kind))

    def member_channel(self, arg: str = "channel") -> Channel:
        """The same, where the bot has to be a member."""
        found = self.channel(arg)
        if not self.slack.is_member(found):
            raise ApiError("not_in_channel")
        return found

    def user(self, arg: str = "user") -> User:
        """The user named by an argument; deactivated ones too."""
        found = self.slack.workspace.users.get(str(self.args.get(arg, "")))
        if found is None:
            raise ApiError("user_not_found")
        return found

    def message(self, channel: Channel, arg: str = "timestamp") -> Message:
        """The message named by an argument. Ephemeral ones are not found."""
        ts = str(self.args.get(arg, ""))
        found = channel.messages.get(ts)
        if found is None or found.ephemeral_for:
            raise ApiError("message_not_found")
        return found


Method = Callable[[Call], Awaitable[Json]]
HANDLERS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Register what answers a method. It returns the answer without `ok`, or raises ApiError."""

    def register(handler: Method) -> Method:
        if name not in METHODS:
            raise KeyError(f"{name} is not in bot/sandbox/methods.py")
        HANDLERS[name] = handler
        return handler

    return register


def missing_scope(token: Token, alternatives: Iterable[str]) -> ApiError:
    return ApiError("missing_scope", needed=",".join(alternatives), provided=",".join(sorted(token.scopes)))


def invalid_arguments(*problems: str) -> ApiError:
    """`invalid_arguments` with its messages, each "what is wrong [json-pointer:/where]"."""
    return ApiError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {problem}" for problem in problems]})
