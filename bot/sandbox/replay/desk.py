"""Where replays are chosen and led from: one at a time, from the page or by a program."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot.sandbox.replay.customs import Customs
from bot.sandbox.replay.planning import Step
from bot.sandbox.replay.player import App, Pace, Player
from bot.sandbox.replay.record import BadRecord, load
from bot.sandbox.state import Json

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

AHEAD = 4  # steps that are shown before their time


class Desk:
    def __init__(self, slack: "Slack", customs: Customs, app: App, shelf: Mapping[str, Path]) -> None:
        """`shelf`: the records that can be chosen on the page, by name."""
        self._slack = slack
        self._customs = customs
        self._app = app
        self._shelf = shelf
        self._titles = {name: load(file).title for name, file in shelf.items()}
        self.player: Player | None = None
        self._tending: asyncio.Task[None] | None = None

    def open(self, file: Path) -> Player:
        """Ready to play, paused. Raises BadRecord, also while another one is under way."""
        if self.player and self.player.pace is not Pace.OVER:
            raise BadRecord(f"“{self.player.record.title}” is being replayed. Let it end, or put it away first.")
        if self._tending:
            self._tending.cancel()
        self.player = Player(self._slack, load(file), self._customs, self._app)
        self._tending = asyncio.create_task(self.player.tend(), name="replay")
        return self.player

    def choose(self, name: str) -> Player:
        if name not in self._shelf:
            raise BadRecord(f"There is no record “{name}” here. There are {', '.join(self._shelf)}.")
        return self.open(self._shelf[name])

    async def put_away(self) -> None:
        """Stop where it is. What was done stays done."""
        if self._tending:
            self._tending.cancel()
        if self.player:
            await self.player.stop()
            self._slack.clock.run(1)
        self.player = None

    def seen(self) -> Json:
        """What the page shows."""
        shelf = [{"name": name, "title": title} for name, title in self._titles.items()]
        player = self.player
        if player is None:
            return {"shelf": shelf, "player": None}
        coming = player.steps[player.done : player.done + AHEAD]
        shown = {
            "title": player.record.title, "pace": player.pace.value, "speed": player.speed, "revision": player.revision,
            "done": player.done, "of": len(player.steps), "room": player.room.id if player.room else None,
            "coming": [self._step(player, step) for step in coming],
            "parts": [{"who": who, "user": user, "taken": user in player.taken} for who, user in _parts(player)],
            "yours": [self._step(player, step) for step in player.passed[-1:]],
            "troubles": [f"{trouble.step.who}: {trouble.why}" for trouble in player.troubles],
        }  # fmt: skip
        return {"shelf": shelf, "player": shown}

    def _step(self, player: Player, step: Step) -> Json:
        user = player.user(step.who)
        return {
            "who": step.who, "user": user or None, "taken": user in player.taken, "deed": step.deed.value,
            "text": step.text, "role": step.details.get("role"), "severity": step.details.get("severity"),
            "at": player.due(step).timestamp(),
        }  # fmt: skip


def _parts(player: Player) -> list[tuple[str, str]]:
    return list(player.cast.people.items())
