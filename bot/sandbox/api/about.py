"""Who am I, where am I: auth.test, apps.connections.open, team.info, bots.info."""

from bot.sandbox import shapes
from bot.sandbox.api.registry import ApiError, Call, method
from bot.sandbox.state import Json


@method("auth.test")
async def test(call: Call) -> Json:
    place, bot = call.slack.workspace, call.slack.bot
    return {
        "url": call.slack.url + "/",
        "team": place.name,
        "user": bot.name,
        "team_id": place.team_id,
        "user_id": bot.id,
        "bot_id": bot.bot_id,
        "is_enterprise_install": False,
        "app_id": place.app_id,
        "app_name": call.slack.app.name,
    }


@method("apps.connections.open")
async def connect(call: Call) -> Json:
    if not call.slack.app.socket_mode:
        raise ApiError("socket_mode_disabled")
    return {"url": call.slack.deliveries.ticket_url()}


@method("team.info")
async def team(call: Call) -> Json:
    place = call.slack.workspace
    if call.args.get("team", place.team_id) != place.team_id:
        raise ApiError("team_not_found")
    icon = {f"image_{size}": f"{call.slack.url}/sandbox/team_{size}.png" for size in (34, 44, 68, 88, 102, 132, 230)}
    return {
        "team": {
            "id": place.team_id,
            "name": place.name,
            "url": call.slack.url + "/",
            "domain": place.domain,
            "email_domain": f"{place.domain}.example",
            "icon": icon | {"image_default": True},
            "avatar_base_url": call.slack.url + "/sandbox/",
            "is_verified": False,
        }
    }


@method("bots.info")
async def bot(call: Call) -> Json:
    profile = shapes.bot_profile(call.slack)
    if call.args.get("bot") != profile["id"]:
        raise ApiError("bot_not_found")
    return {"bot": {name: profile[name] for name in profile if name != "team_id"}}
