"""What the page's replay bar asks: what is played, and to lead it."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.control_acts import Unreadable
from bot.sandbox.replay.player import Player
from bot.sandbox.replay.record import BadRecord
from bot.sandbox.state import Json

if TYPE_CHECKING:
    from bot.sandbox.replay.desk import Desk
    from bot.sandbox.server import Slack

FASTEST = 3600.0
PATIENCE_S = 20.0  # a page that asks for news waits so long


class Replaying:
    """The handlers. Without a desk the page shows no bar."""

    def __init__(self, slack: "Slack", read: Callable[[web.Request], Awaitable[Json]]) -> None:
        self._slack = slack
        self._read = read

    async def seen(self, request: web.Request) -> web.StreamResponse:
        """With `since`, a revision: answered once there is another one, or after a while."""
        desk = self._slack.replays
        since = request.query.get("since", "")
        if desk and desk.player and since.isdigit():
            await desk.player.changes(int(since), PATIENCE_S)
        return self._told(desk)

    async def lead(self, request: web.Request) -> web.StreamResponse:
        """`{"do": "open" | "play" | "fast" | "pause" | "step" | "take" | "give" | "away", …}`."""
        desk = self._slack.replays
        try:
            asked = await self._read(request)
            if desk is None:
                raise Unreadable("nothing can be replayed here")
            await _leads(desk, asked)
        except (BadRecord, Unreadable) as why:
            return web.json_response({"ok": False, "why": str(why)})
        return self._told(desk)

    def _told(self, desk: "Desk | None") -> web.Response:
        return web.json_response({"ok": True, **(desk.seen() if desk else {"shelf": [], "player": None})})


async def _leads(desk: "Desk", asked: Json) -> None:
    do = asked.get("do")
    if do == "open":
        desk.choose(str(asked.get("name")))
        return
    if do == "away":
        await desk.put_away()
        return
    if desk.player is None:
        raise Unreadable("Choose a record first.")
    await _leads_player(desk.player, str(do), asked)


async def _leads_player(player: Player, do: str, asked: Json) -> None:
    if do == "play":
        speed = asked.get("speed", 1)
        if isinstance(speed, bool) or not isinstance(speed, int | float) or not 0 < speed <= FASTEST:
            raise Unreadable("The speed has to be a number from 1 to 3600.")
        player.play(float(speed))
    elif do == "step":
        await player.step()
    elif do in ("take", "give"):
        user = asked.get("user")
        if user not in player.cast.people.values():
            raise Unreadable("Nobody of this story is called so.")
        (player.take_over if do == "take" else player.give_back)(str(user))
    elif do in ("fast", "pause"):
        (player.play_at_once if do == "fast" else player.pause)()
    else:
        raise Unreadable(f"nothing is called {do}")
