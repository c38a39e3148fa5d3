"""What only scenarios need."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged at `info`, as the bot in service writes it."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    logs.set_up("info", "json", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()
