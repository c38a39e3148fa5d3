"""O2: what Slack took, read from the simulator's own journal and messages. The bot's database is not asked."""

import json
import re
from collections import defaultdict
from typing import Any

from bot.sandbox.blockkit.mrkdwn import blocks_text
from bot.sandbox.journal import BOUND, ApiCall
from bot.sandbox.server import Slack
from bot.sandbox.state import Channel, Message
from bot.slack.client import METADATA
from bot.slack.posting import MAY_BE_A_REPEAT
from tests.campaign.model import NAG, Arrived

PAGE = re.compile(r"You are paged|Nobody has answered yet|Somebody is needed|You were called")
LEVEL = re.compile(r"(?:level (\d+)|(after all levels)) of policy")


class Ledger:
    def __init__(self, slack: Slack) -> None:
        self.slack = slack

    def pages(self) -> dict[str, list[Arrived]]:
        """What arrived, by the title of its incident."""
        assert len(self.slack.journal.calls) < BOUND, "the journal has forgotten its beginning"
        moments: dict[str, list[float]] = defaultdict(list)
        for _, message in self._marked():
            moments[_key(message.metadata)].append(float(message.ts))
        found: dict[str, list[Arrived]] = defaultdict(list)
        for call in self.slack.journal.accepted("chat.postMessage"):
            made = self._page(call, moments)
            if made:
                found[made[0]].append(made[1])
        return found

    def message(self, key: str) -> tuple[Channel, Message] | None:
        return next((found for found in self._marked() if _key(found[1].metadata) == key), None)

    def _page(self, call: ApiCall, moments: dict[str, list[float]]) -> tuple[str, Arrived] | None:
        text, blocks = str(call.args.get("text")), _parsed(call.args.get("blocks")) or []
        level, title = LEVEL.search(blocks_text(blocks)), re.search(r"\*INC-\d+\* (.*): SEV\d", text)
        if not PAGE.search(text) or not level or not title:
            return None
        key = _key(_parsed(call.args.get("metadata")))
        channel = self.slack.channel(str(call.args["channel"]))
        at = moments[key].pop(0)
        number = NAG if level[2] else int(level[1])
        read = blocks_text(blocks)
        return title[1], Arrived(at, number, self._whom(channel), key, MAY_BE_A_REPEAT.strip("_") in read)

    def _whom(self, channel: Channel) -> str:
        if channel.kind != "im":
            return f"#{channel.name}"
        return next(user for user in channel.members if user != self.slack.bot.id)

    def _marked(self) -> list[tuple[Channel, Message]]:
        return [
            (channel, message)
            for channel in self.slack.workspace.channels.values()
            for message in channel.messages.values()
            if message.metadata and message.metadata.get("event_type") == METADATA
        ]


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _key(metadata: Any) -> str:
    return str(metadata["event_payload"]["key"])
