"""What a model wrote is made into a shape, or into words that say what is wrong with it."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from bot.grounding.claims import Basis, Claim
from bot.llm import answers, reading
from bot.llm.answers import Lessons, Title

CLAIM = {"cites": ["E1"], "text": "It broke.", "basis": "stated"}
BROKE = Claim(cites=["E1"], text="It broke.", basis=Basis.STATED)
WHOLE = json.dumps(CLAIM)


@pytest.mark.parametrize(
    "written",
    [
        WHOLE,
        f"  {WHOLE}\n",
        f"```json\n{WHOLE}\n```",
        f"```\n{WHOLE}```",
        f"Sure! {WHOLE} Anything else?",
        f"<think>Maybe {{}} or {WHOLE.replace('broke', 'held')}</think>{WHOLE}",
        f"{{not json}} {WHOLE}",
        f"{WHOLE.replace('broke', 'held')} No, rather: {WHOLE}",
        f'{WHOLE} and {{"note": "something else"}}',
        json.dumps(CLAIM | {"text": "It \x00broke.\x1b", "more": {"cites": 1}}),
        WHOLE.replace("broke", "b\\ud800roke"),
    ],
)
def test_the_object_is_found_whatever_stands_around_it(written: str) -> None:
    assert reading.read(written, Claim) == BROKE


def test_an_object_inside_another_one_is_not_the_answer() -> None:
    with pytest.raises(reading.Unusable):
        reading.read(json.dumps({"answer": CLAIM}), Claim)


def test_lines_within_a_text_stay() -> None:
    assert reading.read(json.dumps(CLAIM | {"text": "a\n\tb"}), Claim).text == "a\n\tb"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (None, "empty"),
        ("", "empty"),
        (" \n", "empty"),
        ("I cannot", "no whole JSON object"),
        (WHOLE[:-4], "no whole JSON object"),
        (f"[{WHOLE[:-1]}", "no whole JSON object"),
        ("{" * 100_000, "no whole JSON object"),
        ('{"a":' * 30_000, "no whole JSON object"),
        (f"<think>{WHOLE}</think>I would rather not.", "no whole JSON object"),
        ("x" * 300_000, "too long"),
        ("{}", "cites: Field required\ntext: Field required\nbasis: Field required"),
        (json.dumps(CLAIM | {"cites": "E1"}), "cites: Input should be a valid list"),
        (json.dumps(CLAIM | {"basis": "guessed"}), "basis: Input should be 'stated' or 'inferred'"),
        (json.dumps(CLAIM | {"text": None}), "text: Input should be a valid string"),
    ],
)
def test_what_cannot_be_used_is_told_without_repeating_it(written: str | None, told: str) -> None:
    with pytest.raises(reading.Unusable) as unusable:
        reading.read(written, Claim)
    assert told in str(unusable.value)
    assert "guessed" not in str(unusable.value)


@given(st.text() | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(json.dumps))
def test_nothing_else_comes_of_it(written: str) -> None:
    for shape in (Claim, Title, Lessons):
        with contextlib.suppress(reading.Unusable):
            assert isinstance(reading.read(written, shape), shape)


def test_every_shape_is_understood_by_every_server() -> None:
    for shape in answers.Shapes.all.values():
        text = json.dumps(answers.schema(shape))
        assert '"description"' not in text
        assert text.count('"additionalProperties": false') == text.count('"object"')
    lessons = answers.schema(Lessons)
    assert lessons["properties"]["root_cause"] == {"anyOf": [{"$ref": "#/$defs/Claim"}, {"type": "null"}]}
    assert "title" in answers.schema(Title)["properties"], "a field that is called like a word for developers"


def test_a_shape_that_some_server_would_not_understand_is_refused() -> None:
    class Missing(answers.Shape):
        text: str = ""

    class Short(answers.Shape):
        text: str = Field(max_length=3)

    class Open(BaseModel):
        text: str

    class Deep(answers.Shape):
        inside: list[Short]

    wrong: dict[type[BaseModel], str] = {
        Missing: "may be missing",
        Short: "maxLength",
        Open: "lets fields in",
        Deep: "maxLength",
    }
    for shape, why in wrong.items():
        with pytest.raises(answers.NotPortable, match=why):
            answers.schema(shape)
