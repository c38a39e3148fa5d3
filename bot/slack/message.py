"""What is posted."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block


@dataclass(frozen=True)
class Message:
    """`text` is the notification, and the whole message where there are no blocks."""

    text: str
    blocks: Sequence[Block] = ()
