"""One registry of words serves what is typed, what is pressed, and the help."""

import re

import pytest

from bot.kernel.errors import Refused
from bot.slack.commands import Word, Words, split
from bot.slack.door import Invocation


async def act(asked: Invocation) -> None:
    """Nobody comes here: these words are only looked up."""


def registry() -> Words:
    words = Words()
    live = frozenset({"active"})
    words.add(Word("timeline", "Show it.", act, "", ("history",), label="Timeline", in_states=live, on_card=True))
    words.add(Word("note", "Note it.", act, label="Add a note", in_states=live, rank=10))
    words.add(Word("ic", "Take it.", act, label="Mine", in_states=live, unless="ic", on_card=True, rank=1))
    words.add(Word("panel", "Show all.", act, pattern=re.compile(r"#\d+")))
    return words


@pytest.mark.parametrize(
    ("typed", "word", "rest"),
    [
        ("timeline", "timeline", ""),
        ("  HISTORY   INC-42 \n", "timeline", "INC-42"),
        ("note 14:05 rolled\nback", "note", "14:05 rolled\nback"),
        ("#42 and more", "panel", "#42 and more"),
    ],
)
def test_what_is_typed_is_a_word_and_what_follows_it(typed: str, word: str, rest: str) -> None:
    found, following = registry().read(typed)
    assert (found.name, following.strip()) == (word, rest)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("timelin", "I don't know the word “timelin”. Did you mean `/incident timeline`?"),
        ("histroy", "Did you mean `/incident timeline`?"),
        ("Checkout is down", "write `/incident declare Checkout is down`."),
        ("<!channel> `x` <b", "write `/incident declare @channel 'x' &lt;b`."),
        ("<@U0BO|Bo Berg> is down", "write `/incident declare"),
        ("x" * 500, f"I don't know the word “{'x' * 39}…”."),
    ],
)
def test_what_is_no_word_is_answered_with_the_nearest_or_with_a_declaration(typed: str, answer: str) -> None:
    with pytest.raises(Refused) as refusal:
        registry().read(typed)
    assert answer in refusal.value.message
    assert "<" not in refusal.value.message
    assert refusal.value.message.endswith("`/incident help` lists every word.")


def test_a_button_of_another_version_is_answered() -> None:
    assert registry().find("note").name == "note"
    with pytest.raises(Refused, match="I no longer know that button"):
        registry().find("dance")


def test_the_buttons_that_fit_come_with_the_most_needed_first() -> None:
    words = registry()
    assert [word.name for word in words.buttons("active", {}, card=False)] == ["ic", "note", "timeline"]
    assert [word.name for word in words.buttons("active", {"ic": "U0ANA"}, card=True)] == ["timeline"]
    assert words.buttons("closed", {}, card=False) == []


def test_two_words_cannot_be_called_the_same() -> None:
    words = registry()
    with pytest.raises(ValueError, match="two words are called history"):
        words.add(Word("log", "Log it.", act, "", ("history",)))


@pytest.mark.parametrize(("text", "first", "rest"), [("", "", ""), (" a ", "a", ""), ("a\tb  c ", "a", "b  c")])
def test_splitting_takes_any_blank(text: str, first: str, rest: str) -> None:
    assert split(text) == (first, rest)
