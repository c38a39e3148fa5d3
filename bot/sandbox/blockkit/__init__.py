"""Block Kit as a strict Slack understands it: what it refuses, and what a client lets a person do with the rest.

Pure: nothing here remembers anything. All functions but the `check_*` ones expect blocks that passed their check.
"""

from bot.sandbox.blockkit.entering import CannotEnter, value_of
from bot.sandbox.blockkit.placed import Placed, elements, fill_ids
from bot.sandbox.blockkit.shape import Problem
from bot.sandbox.blockkit.values import action_payload, check_entries, initial_values, kept_values
from bot.sandbox.blockkit.whole import check_attachments, check_message_blocks, check_view

__all__ = [
    "CannotEnter",
    "Placed",
    "Problem",
    "action_payload",
    "check_attachments",
    "check_entries",
    "check_message_blocks",
    "check_view",
    "elements",
    "fill_ids",
    "initial_values",
    "kept_values",
    "value_of",
]
