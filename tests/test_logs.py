"""What the log says, and what it keeps to itself."""

import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
import structlog

from bot import logs

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Logging belongs to the whole process: put back what the next test expects."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logs.CHATTY}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    logging.captureWarnings(False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def lines(stream: io.StringIO) -> Lines:
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def log_as_json(stream: io.StringIO, level: Literal["debug", "info"] = "info") -> None:
    logs.set_up(level, "json", hide=["0123456789abcdef"], stream=stream)


def test_our_own_events_and_the_libraries_come_out_alike(stream: io.StringIO, lines: Lines) -> None:
    log_as_json(stream)
    structlog.get_logger("bot.engine").info("owed effect paid", lane="C1", attempt=2)
    logging.getLogger("slack_sdk.web").warning("retrying %s", "chat.postMessage")
    ours, theirs = lines()
    assert (ours["event"], ours["lane"], ours["attempt"]) == ("owed effect paid", "C1", 2)
    assert theirs["event"] == "retrying chat.postMessage"
    assert (ours["logger"], theirs["logger"]) == ("bot.engine", "slack_sdk.web")
    assert (ours["level"], theirs["level"]) == ("info", "warning")
    assert ours["at"].endswith("Z")


def test_events_say_what_they_were_about(stream: io.StringIO, lines: Lines) -> None:
    log_as_json(stream)
    with logs.about(incident=42, channel="C1"), logs.about(effect="PostCard"):
        logging.getLogger("aiohttp.server").warning("inside")
    structlog.get_logger().info("outside")
    inside, outside = lines()
    assert (inside["incident"], inside["channel"], inside["effect"]) == (42, "C1", "PostCard")
    assert "delivery" not in inside
    assert "incident" not in outside


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-123-456-abcSECRET",
        "xoxe.xoxp-1-abcSECRET",
        "xapp-1-A0-123-abcSECRET",
        "sk-proj-abc_SECRET-1234",
        "Bearer abc.SECRET",
        "authorization: bearer abcSECRET",
        "postgresql+asyncpg://bot:p@SECRET@db/tocsin",
        "https://hooks.slack.com/services/T1/B1/SECRET",
        "wss://wss-primary.slack.com/link/?ticket=SECRET&app_id=A1",
    ],
)
def test_secrets_are_hidden_wherever_they_stand(stream: io.StringIO, secret: str) -> None:
    log_as_json(stream, "debug")
    log = structlog.get_logger("bot")
    log.info(f"calling with {secret}")
    log.info("called", url=secret, nested={"list": [secret, (secret,)], secret: 1}, error=ValueError(secret))
    logging.getLogger("slack_sdk").debug("headers %s", {"x": secret})
    try:
        raise ValueError(f"refused: {secret}")
    except ValueError:
        log.exception("call failed")
    said = stream.getvalue()
    assert len(said.splitlines()) == 4
    assert "Traceback" in said
    assert "SECRET" not in said
    assert logs.HIDDEN in said


def test_values_known_to_be_secret_are_hidden_whatever_they_look_like(stream: io.StringIO, lines: Lines) -> None:
    log_as_json(stream)
    structlog.get_logger().info("signed with 0123456789abcdef", token="plain", headers={"Authorization": "x"})
    (line,) = lines()
    assert line["event"] == f"signed with {logs.HIDDEN}"
    assert line["token"] == logs.HIDDEN
    assert line["headers"] == {"Authorization": logs.HIDDEN}


def test_ordinary_words_are_left_alone(stream: io.StringIO, lines: Lines) -> None:
    log_as_json(stream)
    plain = "risk-assessment at http://127.0.0.1:3000/slack/events by ana@example.com: task-force sk-short"
    structlog.get_logger().info(plain, count=3, ok=True, ratio=0.5, nothing=None)
    (line,) = lines()
    assert line["event"] == plain
    assert (line["count"], line["ok"], line["ratio"], line["nothing"]) == (3, True, 0.5, None)


def test_what_people_wrote_appears_at_debug_only(stream: io.StringIO, lines: Lines) -> None:
    log_as_json(stream, "debug")
    log = structlog.get_logger()
    log.info("message taken", text="our customer Bea", message={"blocks": [1], "ts": "1.2"}, many=[{"body": "x"}])
    log.debug("message taken", text="our customer Bea")
    above, at_debug = lines()
    assert "text" not in above
    assert above["message"] == {"ts": "1.2"}
    assert above["many"] == [{}]
    assert at_debug["text"] == "our customer Bea"


def test_the_level_holds_and_the_chatty_stay_quiet(stream: io.StringIO, lines: Lines) -> None:
    log_as_json(stream)
    structlog.get_logger().debug("not now")
    logging.getLogger("apscheduler.executors.default").info("job executed")
    logging.getLogger("aiohttp.access").info("GET /healthz")
    logging.getLogger("apscheduler.scheduler").warning("missed")
    assert [line["event"] for line in lines()] == ["missed"]


def test_a_warning_from_python_is_a_line_like_any_other(stream: io.StringIO, lines: Lines) -> None:
    log_as_json(stream)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("old habit", UserWarning, stacklevel=1)
    (line,) = lines()
    assert line["logger"] == "py.warnings"
    assert "old habit" in line["event"]


def test_people_get_readable_lines(stream: io.StringIO) -> None:
    logs.set_up("info", "console", stream=stream)
    log = structlog.get_logger("bot")
    log.info("serving", port=3000)
    try:
        raise ValueError("xoxb-1-SECRET")
    except ValueError:
        log.exception("stopped")
    said = stream.getvalue()
    assert "serving" in said
    assert "port=3000" in said
    assert "\x1b[" not in said
    assert "SECRET" not in said


def test_setting_up_twice_does_not_say_everything_twice(stream: io.StringIO, lines: Lines) -> None:
    log_as_json(stream)
    log_as_json(stream)
    structlog.get_logger().info("once")
    assert len(lines()) == 1
