"""What a person meets who starts the bot with settings that are right, missing or mixed up."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.settings import NotConfigured, Settings, SettingsError, SignedHttp, SocketMode

BOT = "xoxb-1-abcdef"
APP = "xapp-1-abcdef"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An empty folder and none of our variables set, whatever the machine has."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def complaint(environment: pytest.MonkeyPatch, **variables: str) -> str:
    for name, value in variables.items():
        environment.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        Settings.load()
    return str(refused.value)


def test_nothing_set_is_a_bot_on_this_machine_with_a_file_for_a_database() -> None:
    settings = Settings.load()
    assert settings.database_url == "sqlite+aiosqlite:///tocsin.db"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert (settings.host, settings.port) == ("127.0.0.1", 3000)
    assert (settings.log_level, settings.log_format) == ("info", "console")
    assert settings.tocsin_config is None


def test_the_environment_comes_before_the_env_file(environment: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PORT=4000\nLOG_LEVEL=DEBUG\nSOMETHING_ELSE=1\nHOST=\n")
    environment.setenv("PORT", "5000")
    settings = Settings.load()
    assert (settings.port, settings.log_level, settings.host) == (5000, "debug", "127.0.0.1")


def test_an_env_file_that_is_not_text_is_named() -> None:
    Path(".env").write_bytes(b"PORT=\xff\xfe")
    with pytest.raises(SettingsError, match="not UTF-8"):
        Settings.load()


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///tocsin.db", "sqlite+aiosqlite:///tocsin.db"),
        ("sqlite:////var/lib/tocsin.db", "sqlite+aiosqlite:////var/lib/tocsin.db"),
        ("sqlite+aiosqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        ("postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql://u:p@h/d?sslmode=require", "postgresql+asyncpg://u:p@h/d?ssl=require"),
        ("postgresql+asyncpg://u:p@h:5432/d", "postgresql+asyncpg://u:p@h:5432/d"),
        ("postgresql://postgres:@/d?host=/run/pg", "postgresql+asyncpg://postgres:@/d?host=/run/pg"),
    ],
)
def test_each_database_has_one_driver_however_its_address_is_written(
    environment: pytest.MonkeyPatch, given: str, used: str
) -> None:
    environment.setenv("DATABASE_URL", given)
    assert Settings.load().database_url == used


@pytest.mark.parametrize(
    ("given", "mend"),
    [
        ("mysql://u:p4ssword@h/d", "must begin with sqlite+aiosqlite"),
        ("postgresql+psycopg://u:p4ssword@h/d", "postgresql+asyncpg"),
        ("tocsin.db", "must begin with"),
        ("sqlite://tocsin.db", "sqlite+aiosqlite:///tocsin.db"),
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
    ],
)
def test_a_database_address_we_cannot_use_gets_one_we_can(
    environment: pytest.MonkeyPatch, given: str, mend: str
) -> None:
    said = complaint(environment, DATABASE_URL=given)
    assert "DATABASE_URL" in said
    assert mend in said
    assert "p4ssword" not in said


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("SLACK_BOT_TOKEN", APP, "belongs in SLACK_APP_TOKEN"),
        ("SLACK_BOT_TOKEN", "xoxp-1-abcdef", "a user token"),
        ("SLACK_BOT_TOKEN", "xoxe.xoxb-1-abcdef", "rotates"),
        ("SLACK_APP_TOKEN", BOT, "belongs in SLACK_BOT_TOKEN"),
        ("SLACK_APP_TOKEN", "abcdef", "must begin with xapp-"),
        ("SLACK_SIGNING_SECRET", BOT, "belongs in SLACK_BOT_TOKEN"),
        ("SLACK_API_URL", "slack.com/api", "begins with https://"),
        ("SLACK_API_URL", "https://slack.com", "https://slack.com/api/"),
        ("OPENAI_BASE_URL", "localhost:11434", "begins with https://"),
        ("OPENAI_TIMEOUT", "0", "seconds from 1 to 600"),
        ("OPENAI_TIMEOUT", "abcdef", "seconds from 1 to 600"),
        ("OPENAI_TEMPERATURE", "3", "from 0 to 2"),
        ("AI_CONTEXT_TOKENS", "2048", "from 4000 up"),
        ("OPENAI_PRICE_IN", "-1", "a million tokens"),
        ("OPENAI_PRICE_OUT", "$2", "a million tokens"),
        ("PUBLIC_URL", "https://", "names a host"),
        ("PUBLIC_URL", "https://[x", "names a host"),
        ("HOST", "http://127.0.0.1", "0.0.0.0"),
        ("PORT", "65536", "from 0 to 65535"),
        ("PORT", "http", "from 0 to 65535"),
        ("LOG_LEVEL", "loud", "debug, info, warning or error"),
        ("LOG_FORMAT", "xml", "console or json"),
    ],
)
def test_a_wrong_value_is_named_with_its_mend(
    environment: pytest.MonkeyPatch, name: str, value: str, mend: str
) -> None:
    said = complaint(environment, **{name: value})
    assert f"  {name} " in said
    assert mend in said
    assert "abcdef" not in said


def test_every_fault_is_told_at_once(environment: pytest.MonkeyPatch) -> None:
    said = complaint(environment, SLACK_BOT_TOKEN=APP, SLACK_APP_TOKEN=BOT, PORT="x")
    assert all(name in said for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "PORT"))


def test_addresses_get_the_ending_their_readers_build_on(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SLACK_API_URL", "http://127.0.0.1:3333/api")
    environment.setenv("PUBLIC_URL", "https://tocsin.example.com/")
    settings = Settings.load()
    assert settings.slack_api_url == "http://127.0.0.1:3333/api/"
    assert settings.public_url == "https://tocsin.example.com"


def test_no_secret_is_ever_shown(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SLACK_BOT_TOKEN", f" {BOT}\n")
    environment.setenv("SLACK_SIGNING_SECRET", "5ecret")
    environment.setenv("OPENAI_API_KEY", "sk-abcdef")
    environment.setenv("OPENAI_BASE_URL", "https://me:p4ssword@h/v1")
    environment.setenv("OPENAI_MODEL", "m")
    environment.setenv("DATABASE_URL", "postgresql://u:p4ssword@h/d")
    settings = Settings.load()
    shown = repr(settings) + repr(settings.for_asking())
    assert not any(secret in shown for secret in ("abcdef", "5ecret", "p4ssword"))
    assert settings.secrets() == [BOT, "5ecret", "sk-abcdef"]


def test_an_app_token_means_socket_mode_and_a_signing_secret_alone_means_http(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SLACK_BOT_TOKEN", BOT)
    environment.setenv("SLACK_SIGNING_SECRET", "5ecret")
    assert isinstance(Settings.load().for_serving().transport, SignedHttp)
    environment.setenv("SLACK_APP_TOKEN", APP)
    access = Settings.load().for_serving()
    assert isinstance(access.transport, SocketMode)
    assert access.bot_token.get_secret_value() == BOT
    assert access.transport.app_token.get_secret_value() == APP


def test_a_model_needs_a_key_or_an_address_and_a_name(environment: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotConfigured, match="OPENAI_API_KEY is not set"):
        Settings.load().for_asking()
    environment.setenv("OPENAI_API_KEY", "sk-abcdef")
    with pytest.raises(NotConfigured, match="OPENAI_MODEL is not set"):
        Settings.load().for_asking()
    environment.setenv("OPENAI_MODEL", "m")
    access = Settings.load().for_asking()
    assert (access.base_url, access.model) == ("https://api.openai.com/v1", "m")
    assert (access.timeout, access.context_tokens, access.temperature) == (timedelta(seconds=90), 32_000, None)
    environment.setenv("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1/")
    environment.setenv("OPENAI_TEMPERATURE", "0")
    environment.setenv("OPENAI_TIMEOUT", "2.5")
    access = Settings.load().for_asking()
    assert (access.base_url, access.temperature) == ("http://127.0.0.1:11434/v1", 0)
    assert access.timeout == timedelta(seconds=2.5)


def test_serving_without_tokens_says_which_and_offers_the_sandbox() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.load().for_serving()
    said = str(refused.value)
    assert all(
        word in said for word in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "tocsin sandbox")
    )


def test_settings_do_not_change() -> None:
    settings = Settings.load()
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1  # type: ignore[misc]
