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
        self._found: dict[str, list[Arrived]] = defaultdict(list)
        self._messages: dict[str, list[tuple[Channel, Message]]] = defaultdict(list)  # by the bot's mark
        self._open: list[ApiCall] = []  # posts whose end we have not seen
        self._read = 0

    def pages(self) -> dict[str, list[Arrived]]:
        """What arrived, by the title of its incident."""
        calls = self.slack.journal.calls
        assert len(calls) < BOUND, "the journal has forgotten its beginning"
        new = [*self._open, *calls[self._read :]]
        self._read = len(calls)
        self._open = [call for call in new if call.method == "chat.postMessage" and not self._noted(call)]
        return self._found

    def message(self, key: str) -> tuple[Channel, Message] | None:
        """The first message with this mark, as it is now."""
        if key not in self._messages:
            return None
        channel, message = self._messages[key][0]
        return channel, channel.messages[message.ts]

    def _noted(self, call: ApiCall) -> bool:
        """Whether it need not be looked at again."""
        if not call.took_effect:
            return call.ended
        metadata = _parsed(call.args.get("metadata"))
        if not metadata:
            return True
        key, channel = _key(metadata), self.slack.channel(str(call.args["channel"]))
        known = {message.ts for _, message in self._messages[key]}
        new = [m for m in reversed(channel.messages.values()) if _is_marked(m, key) and m.ts not in known]
        message = new[-1]  # the oldest of the new ones: calls come in order
        self._messages[key].append((channel, message))
        page = self._page(call, key, channel, float(message.ts))
        if page:
            self._found[page[0]].append(page[1])
        return True

    def _page(self, call: ApiCall, key: str, channel: Channel, at: float) -> tuple[str, Arrived] | None:
        text, read = str(call.args.get("text")), blocks_text(_parsed(call.args.get("blocks")) or [])
        level, title = LEVEL.search(read), re.search(r"\*INC-\d+\* (.*): SEV\d", text)
        if not PAGE.search(text) or not level or not title:
            return None
        number = NAG if level[2] else int(level[1])
        return title[1], Arrived(at, number, self._whom(channel), key, MAY_BE_A_REPEAT in read)

    def _whom(self, channel: Channel) -> str:
        if channel.kind != "im":
            return f"#{channel.name}"
        return next(user for user in channel.members if user != self.slack.bot.id)


def _is_marked(message: Message, key: str) -> bool:
    mark = message.metadata
    return bool(mark and mark.get("event_type") == METADATA and _key(mark) == key)


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _key(metadata: Any) -> str:
    return str(metadata["event_payload"]["key"])
