"""Users and user groups."""

from bot.sandbox import shapes
from bot.sandbox.api.paging import page
from bot.sandbox.api.registry import ApiError, Call, method
from bot.sandbox.state import Json


@method("users.info")
async def info(call: Call) -> Json:
    return {"user": shapes.user(call.slack, call.user(), email=_sees_email(call))}


@method("users.list")
async def everyone(call: Call) -> Json:
    users, metadata = page(call, list(call.slack.workspace.users.values()), default=1000)
    shown = [shapes.user(call.slack, user, email=_sees_email(call)) for user in users]
    return {"members": shown, "cache_ts": call.slack.epoch(), "response_metadata": metadata}


@method("users.lookupByEmail")
async def by_email(call: Call) -> Json:
    wanted = call.args["email"].lower()
    for user in call.slack.workspace.users.values():
        if (user.email or "").lower() == wanted and not user.deleted:
            return {"user": shapes.user(call.slack, user, email=True)}
    raise ApiError("users_not_found")


def _sees_email(call: Call) -> bool:
    return "users:read.email" in call.token.scopes


@method("usergroups.list")
async def groups(call: Call) -> Json:
    _paid(call)
    shown = []
    for group in call.slack.workspace.groups.values():
        if group.date_delete and not call.args.get("include_disabled"):
            continue
        one = shapes.group(call.slack, group)
        one |= {"users": group.users} if call.args.get("include_users") else {}
        one |= {"user_count": len(group.users)} if call.args.get("include_count") else {}
        shown.append(one)
    return {"usergroups": shown}


@method("usergroups.users.list")
async def group_members(call: Call) -> Json:
    _paid(call)
    group = call.slack.workspace.groups.get(call.args["usergroup"])
    if group is None or (group.date_delete and not call.args.get("include_disabled")):
        raise ApiError("no_such_subteam")
    return {"users": list(group.users)}


def _paid(call: Call) -> None:
    if call.slack.faults.free_plan:
        raise ApiError("plan_upgrade_required")
