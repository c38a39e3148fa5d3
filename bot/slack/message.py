"""What is posted."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import Block


@dataclass(frozen=True)
class Message:
    """`text` is the notification, and the whole message where there are no blocks."""

    text: str
    blocks: Sequence[Block] = ()

    def sent(self) -> list[dict[str, Any]] | None:
        """The blocks as Slack is sent them."""
        return [_plain(block) for block in self.blocks] or None


def _plain(value: Any) -> Any:
    """As the SDK's `to_dict`, which first looks through all that an object has for checks of itself, at every level:
    that took more time than all the rest of a page. What `bot/slack/blocks.py` makes has been cut to Slack's limits."""
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if not isinstance(value, JsonObject):
        return value
    if type(value).to_dict is not JsonObject.to_dict:
        return value.to_dict()
    found = ((name, getattr(value, name, None)) for name in _attributes(type(value)))
    return {name: _plain(one) for name, one in found if one is not None and one != [] and one != ""}


@cache
def _attributes(kind: type[JsonObject]) -> list[str]:
    """The SDK puts them together anew for each object, and they are the same for all of a class."""
    return sorted(object.__new__(kind).attributes)
