"""The only reader of the environment: what the bot needs to know before it can start."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["console", "json"]

DRIVERS = {
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
}
OPENAI = "https://api.openai.com/v1"
SLACK_HOSTS = {"slack.com", "www.slack.com", "slack-gov.com", "www.slack-gov.com"}
TOKEN_HOMES = {
    "xoxb-": "a bot token, which belongs in SLACK_BOT_TOKEN",
    "xapp-": "an app-level token, which belongs in SLACK_APP_TOKEN",
    "xoxp-": "a user token, which Tocsin never needs",
    "xoxe": "a token that rotates, which Tocsin does not renew: make an app without token rotation",
}
MENDS = {
    "port": "must be a whole number from 0 to 65535, such as 3000 (0 lets the system choose one)",
    "openai_timeout": "must be a number of seconds from 1 to 600, such as 90",
    "openai_temperature": "must be a number from 0 to 2, or empty: some models take none",
    "ai_context_tokens": "must be a whole number from 4000 up, such as 32000: room for question and answer",
    "openai_price_in": "must be a price for a million tokens, such as 0.40",
    "openai_price_out": "must be a price for a million tokens, such as 1.60",
    "log_level": "must be debug, info, warning or error",
    "log_format": "must be console or json",
}


class SettingsError(Exception):
    """Some settings cannot be used. The text names each variable and its mend, one to a line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(["These settings need a change:", *(f"  {problem}" for problem in problems)]))
        self.problems = problems


@dataclass(frozen=True)
class SocketMode:
    """Slack is reached by a connection we open: no address of our own is needed."""

    app_token: SecretStr


@dataclass(frozen=True)
class SignedHttp:
    """Slack calls us at PUBLIC_URL, and signs what it says."""

    signing_secret: SecretStr


@dataclass(frozen=True)
class SlackAccess:
    """All it takes to serve a workspace."""

    api_url: str
    bot_token: SecretStr
    transport: SocketMode | SignedHttp


@dataclass(frozen=True)
class ModelAccess:
    """All it takes to ask a language model."""

    base_url: str = field(repr=False)  # may hold a password
    api_key: SecretStr | None  # servers of one's own need none
    model: str
    timeout: timedelta  # of one question, with all that its answer takes
    context_tokens: int
    temperature: float | None
    price_in: float | None  # of a million tokens
    price_out: float | None


class NotConfigured(Exception):
    """No language model is wanted. The message is a clause that says why."""


def checked_bot_token(value: SecretStr) -> SecretStr:
    return with_prefix(value, "xoxb-", "the app's page, OAuth & Permissions, Bot User OAuth Token")


def checked_app_token(value: SecretStr) -> SecretStr:
    return with_prefix(value, "xapp-", "the app's page, Basic Information, App-Level Tokens")


def with_prefix(value: SecretStr, prefix: str, where: str) -> SecretStr:
    held = value.get_secret_value().strip()
    if not held.startswith(prefix):
        found = next((what for start, what in TOKEN_HOMES.items() if held.startswith(start)), "something else")
        raise ValueError(f"must begin with {prefix} but holds {found}. Find the right one at: {where}")
    return SecretStr(held)


def checked_signing_secret(value: SecretStr) -> SecretStr:
    held = value.get_secret_value().strip()
    found = next((what for start, what in TOKEN_HOMES.items() if held.startswith(start)), None)
    if found is not None:
        raise ValueError(f"holds {found}. Find the secret at: the app's page, Basic Information, Signing Secret")
    return SecretStr(held)


def checked_database_url(value: str) -> str:
    """The same address with the one driver we use for each database."""
    scheme, separator, place = value.partition("://")
    driver = DRIVERS.get(scheme.lower())
    if not separator or driver is None:
        raise ValueError("must begin with sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE")
    if driver.startswith("sqlite"):
        return f"{driver}://{sqlite_place(place)}"
    # libpq calls it sslmode, asyncpg calls it ssl, and hosting companies hand out the first.
    return f"{driver}://" + re.sub(r"([?&])sslmode=", r"\1ssl=", place)


def sqlite_place(place: str) -> str:
    if place in {"", "/"} or ":memory:" in place:
        raise ValueError("must name a file, such as sqlite+aiosqlite:///tocsin.db: memory forgets at every restart")
    if not place.startswith("/"):
        raise ValueError(f"needs three slashes before a file: sqlite+aiosqlite:///{place}")
    return place


def web_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(character.isspace() for character in value):
        raise ValueError("must be an address that begins with https:// (or http://) and names a host")
    return value.rstrip("/")


def checked_slack_api_url(value: str) -> str:
    """The address with the slash at its end that the SDK builds on."""
    checked = web_url(value) + "/"
    parts = urlsplit(checked)
    if parts.hostname in SLACK_HOSTS and parts.path != "/api/":
        raise ValueError(f"must end in /api/ for Slack itself: https://{parts.hostname}/api/")
    return checked


def checked_host(value: str) -> str:
    if not value or "/" in value or any(character.isspace() for character in value):
        raise ValueError("must be an address to listen on, such as 127.0.0.1 (this machine) or 0.0.0.0 (everyone)")
    return value


def lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


Url = Annotated[str, AfterValidator(web_url)]


class Settings(BaseSettings):
    """Each field is one variable, the same word in capitals; `.env` in the current folder may hold them too.

    An empty variable counts as absent. Nothing is required here: ask `for_serving` for what serving needs.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )

    slack_bot_token: Annotated[SecretStr, AfterValidator(checked_bot_token)] | None = None
    slack_app_token: Annotated[SecretStr, AfterValidator(checked_app_token)] | None = None
    slack_signing_secret: Annotated[SecretStr, AfterValidator(checked_signing_secret)] | None = None
    slack_api_url: Annotated[str, AfterValidator(checked_slack_api_url)] = "https://slack.com/api/"
    # May hold a password, so it is not shown.
    database_url: Annotated[str, AfterValidator(checked_database_url)] = Field(
        "sqlite+aiosqlite:///tocsin.db", repr=False
    )
    openai_api_key: SecretStr | None = None
    openai_base_url: Url | None = Field(None, repr=False)  # may hold a password too
    openai_model: str | None = None
    openai_timeout: Annotated[float, Field(ge=1, le=600)] = 90.0
    openai_temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    ai_context_tokens: Annotated[int, Field(ge=4000)] = 32_000
    openai_price_in: Annotated[float, Field(ge=0)] | None = None
    openai_price_out: Annotated[float, Field(ge=0)] | None = None
    tocsin_prompts: Path | None = None
    webhook_secret: Annotated[SecretStr, Field(min_length=24)] | None = None
    # Only this machine, until somebody says otherwise: Socket Mode needs no open port.
    host: Annotated[str, AfterValidator(checked_host)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 3000
    public_url: Url | None = None
    tocsin_config: Path | None = None
    log_level: Annotated[LogLevel, BeforeValidator(lower)] = "info"
    log_format: Annotated[LogFormat, BeforeValidator(lower)] = "console"

    @classmethod
    def load(cls, env_file: Path | None = Path(".env")) -> "Settings":
        """Read the environment, then `env_file` for what it leaves out. Raises SettingsError with every fault."""
        try:
            return cls(_env_file=env_file)
        except ValidationError as invalid:
            raise SettingsError(faults(invalid)) from None
        except UnicodeDecodeError:
            raise SettingsError([f"{env_file} is not UTF-8 text. Save it again as UTF-8."]) from None

    def for_serving(self) -> SlackAccess:
        """What it takes to serve: Socket Mode if there is an app token, else signed HTTP. Raises SettingsError."""
        transport = self._transport()
        missing = []
        if self.slack_bot_token is None:
            missing.append(
                "SLACK_BOT_TOKEN is not set. It begins with xoxb- and is on the app's page after installing."
            )
        if transport is None:
            missing.append(
                "SLACK_APP_TOKEN or SLACK_SIGNING_SECRET is not set. Set the first (xapp-) for Socket Mode, "
                "or the second if Slack can reach this machine by HTTPS."
            )
        if self.slack_bot_token is None or transport is None:
            missing.append("To try Tocsin without Slack, run: tocsin sandbox")
            raise SettingsError(missing)
        return SlackAccess(self.slack_api_url, self.slack_bot_token, transport)

    def for_asking(self) -> ModelAccess:
        """What it takes to ask a language model. Raises NotConfigured."""
        if self.openai_api_key is None and self.openai_base_url is None:
            raise NotConfigured("no model is configured (OPENAI_API_KEY is not set)")
        if self.openai_model is None:
            raise NotConfigured("no model is configured (OPENAI_MODEL is not set)")
        return ModelAccess(
            self.openai_base_url or OPENAI, self.openai_api_key, self.openai_model,
            timedelta(seconds=self.openai_timeout), self.ai_context_tokens, self.openai_temperature,
            self.openai_price_in, self.openai_price_out,
        )  # fmt: skip

    def secrets(self) -> list[str]:
        """Every secret value, for the logs to hide."""
        held = (
            self.slack_bot_token,
            self.slack_app_token,
            self.slack_signing_secret,
            self.openai_api_key,
            self.webhook_secret,
        )
        return [secret.get_secret_value() for secret in held if secret is not None]

    def _transport(self) -> SocketMode | SignedHttp | None:
        if self.slack_app_token is not None:
            return SocketMode(self.slack_app_token)
        if self.slack_signing_secret is not None:
            return SignedHttp(self.slack_signing_secret)
        return None


def faults(invalid: ValidationError) -> list[str]:
    """Each fault as a sentence that begins with the variable. Values are not repeated: they may be secret."""
    return [
        f"{str(error['loc'][0]).upper()} {mend(error['type'], error['msg'], str(error['loc'][0]))}."
        for error in invalid.errors(include_url=False)
    ]


def mend(kind: str, message: str, field: str) -> str:
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    return MENDS.get(field, message)
