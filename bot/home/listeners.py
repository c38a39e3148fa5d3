"""App Home is drawn when somebody opens it."""

from bot.home import views
from bot.incidents import queries
from bot.kernel.ids import UserId
from bot.slack.door import Door, Happened

SHOWN = 20


def listen(door: Door) -> None:
    door.event("app_home_opened", on_opened)


async def on_opened(happened: Happened) -> None:
    if happened.event.get("tab") != "home":
        return
    user = UserId(happened.event["user"])
    async with happened.world.db.snapshot() as snap:
        live, over = await queries.live(snap, user, SHOWN), await queries.recent(snap, user)
        more = await queries.how_many_live(snap, user) - len(live)
        held = await queries.roles_of(snap, user)
        page = views.page(live, more, over, held, happened.world.organisation, snap.now)
    await happened.world.slack.publish_home(user, page)
