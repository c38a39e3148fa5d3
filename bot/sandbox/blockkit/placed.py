"""Where things stand: blocks within blocks, and the elements a person can use."""

import copy
import secrets
import string
from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.blockkit.shape import Json

ALPHABET = string.ascii_letters + string.digits + "+/"
ID_LENGTH = 5  # characters, as in `hspI3`
HOLDERS = {"container": "child_blocks", "carousel": "elements", "plan": "tasks"}
ROWS = {"actions": "elements", "context_actions": "elements", "card": "actions"}
LONE = {"section": "accessory", "input": "element"}


@dataclass(frozen=True)
class Placed:
    """An element a person can use, and where it stands. Using it tells the app at once only if it `dispatches`."""

    block_id: str
    action_id: str
    element: Json
    block: Json
    in_input: bool
    dispatches: bool


def elements(blocks: list[Json]) -> list[Placed]:
    """Every interactive element, in order. Ids that were left out are empty: call `fill_ids` first."""
    return [
        Placed(
            block_id=block.get("block_id", ""),
            action_id=element.get("action_id", ""),
            element=element,
            block=block,
            in_input=block["type"] == "input",
            dispatches=_dispatches(block, element),
        )
        for block, _ in nested(blocks)
        for element, _ in own_elements(block)
    ]


def _dispatches(block: Json, element: Json) -> bool:
    # A workflow button starts a workflow of somebody else's; the app is not told.
    if element["type"] == "workflow_button":
        return False
    return block["type"] != "input" or block.get("dispatch_action") is True


def nested(blocks: list[Json], at: str = "") -> Iterator[tuple[Json, str]]:
    """Every block with its JSON pointer, also those held by other blocks."""
    for i, block in enumerate(blocks):
        here = f"{at}/{i}"
        yield block, here
        if held := HOLDERS.get(block["type"]):
            yield from nested(block.get(held, []), f"{here}/{held}")


def own_elements(block: Json, at: str = "") -> Iterator[tuple[Json, str]]:
    """The interactive elements of one block, with their JSON pointers."""
    if name := LONE.get(block["type"]):
        found = [(block[name], f"{at}/{name}")] if name in block else []
    else:
        row = ROWS.get(block["type"], "")
        found = [(element, f"{at}/{row}/{i}") for i, element in enumerate(block.get(row, []))]
    return ((element, where) for element, where in found if element["type"] != "image")


def fill_ids(blocks: list[Json]) -> list[Json]:
    """The blocks as Slack stores and shows them: ids made up where none were given, defaults written out.

    Made-up ids are different each time, as Slack's are: who updates a view without ids loses what was typed.
    """
    filled = copy.deepcopy(blocks)
    taken = {block.get("block_id", "") for block, _ in nested(filled)}
    for block, _ in nested(filled):
        block["block_id"] = block.get("block_id") or _fresh(taken)
        if block["type"] == "input":
            block.setdefault("optional", False)
            block.setdefault("dispatch_action", False)
        _fill_actions(block)
        _write_out(block)
    return filled


def _fill_actions(block: Json) -> None:
    taken = {element.get("action_id", "") for element, _ in own_elements(block)}
    for element, _ in own_elements(block):
        element["action_id"] = element.get("action_id") or _fresh(taken)


def _fresh(taken: set[str]) -> str:
    while (name := "".join(secrets.choice(ALPHABET) for _ in range(ID_LENGTH))) in taken:
        pass
    taken.add(name)
    return name


def _write_out(value: object) -> None:
    if isinstance(value, list):
        for item in value:
            _write_out(item)
    elif isinstance(value, dict):
        if value.get("type") == "plain_text":
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)
        for item in value.values():
            _write_out(item)
