"""Slack's limits are applied where blocks are made."""

import pytest
from slack_sdk.models.blocks import Block

from bot.sandbox.blockkit import check_message_blocks, check_view
from bot.slack import blocks
from bot.slack.commands import Sure
from bot.slack.text import length

LONG = "🔥&amp;<@U0BO> " * 2000


def drawn(*shown: Block) -> list[dict[str, object]]:
    return [block.to_dict() for block in shown]


def test_nothing_that_is_too_long_reaches_slack() -> None:
    pressed = blocks.button("x" * 200, "word:x", "1", sure=Sure("x" * 200, "x" * 500, "x" * 50))
    shown = drawn(
        blocks.header(LONG), blocks.section(LONG, pressed), blocks.context(*[LONG] * 12), blocks.divider(),
        blocks.fields(*[("label", LONG)] * 12), blocks.actions(pressed),
    )  # fmt: skip
    assert check_message_blocks(shown) == []


def test_no_field_of_a_form_is_too_long_either() -> None:
    options = [(str(number), LONG, LONG) for number in range(120)]
    view = blocks.modal(
        "x",
        LONG,
        [
            blocks.text_input("text", "Label", initial=LONG, hint=LONG, placeholder=LONG, limit=100),
            blocks.select("select", "Label", [option[:2] for option in options], initial="7", hint=LONG),
            blocks.choice("choice", "Label", options, initial="7"),
            blocks.tick("tick", "Label", LONG, hint=LONG),
        ],
        submit=LONG,
    ).to_dict()
    assert check_view(view) == []
    assert length(view["blocks"][0]["element"]["initial_value"]) <= 100


def test_lines_are_gathered_and_none_is_cut_in_two() -> None:
    shown = blocks.lines(f"{number}: " + "x" * 500 for number in range(20))
    texts = [block.to_dict()["text"]["text"] for block in shown]
    assert 3 < len(texts) < 20
    assert "\n".join(texts).split("\n") == [f"{number}: " + "x" * 500 for number in range(20)]
    assert blocks.lines([]) == []


def test_a_form_that_would_carry_too_much_is_a_fault_of_ours() -> None:
    assert blocks.modal("x", "x", [], carries={"text": "ß" * 2900}).private_metadata
    with pytest.raises(ValueError, match="x carries"):
        blocks.modal("x", "x", [], carries={"text": "ß" * 3000})
