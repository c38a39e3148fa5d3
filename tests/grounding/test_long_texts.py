"""People paste what they like; nothing here may take long over it."""

import time

import pytest

from bot.grounding.cleaning import clean, one_line
from bot.grounding.injection import suspicion
from bot.grounding.lint import lint
from bot.grounding.redact import Addresses, Redaction
from bot.grounding.sources import read

PASTED = {
    "one letter": "a" * 20_000,
    "hyphens": "a-" * 10_000,
    "dots": "a." * 10_000,
    "figures": "1 " * 10_000,
    "digits": "7" * 20_000,
    "colons": "a:1:" * 5_000,
    "at signs": "a@" * 10_000,
    "slashes": "/a" * 10_000,
    "brackets": "[" * 20_000,
    "quotes": "“a" * 10_000,
    "spaces": " " * 20_000,
    "password": "password " * 2_000,
    "capitals": "A b " * 5_000,
    "not": "not " * 5_000,
    "ignore": "ignore " * 3_000,
    "zero width": "\u200b" * 20_000,
    "commas": "1,111" * 4_000,
    "equals": "key=" * 5_000,
    "keys": "-----BEGIN RSA PRIVATE KEY-----" * 500,
    "urls": "https://a:" * 2_000,
    "lines": "ERROR 500 at /var/log/x.log: timeout after 30 s\n" * 400,
}


@pytest.mark.parametrize("name", PASTED)
def test_a_long_text_takes_no_long_time(name: str) -> None:
    text = PASTED[name]
    for act in (
        suspicion,
        lambda said: one_line(clean(said)),
        lambda said: Redaction(customers=["Globex"], addresses=Addresses.HIDDEN).redact(said),
        lambda said: lint(said, names=["Ana"]),
        lambda said: read(said, frozenset({"responder 1"}), frozenset(), frozenset()),
    ):
        begun = time.process_time()
        act(text)
        spent = time.process_time() - begun
        assert spent < 2, f"{act} took {spent:.1f} s"
