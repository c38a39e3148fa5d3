"""views.open, views.push, views.update, views.publish."""

import json

from bot.sandbox import blockkit
from bot.sandbox.api.registry import ApiError, Call, invalid_arguments, method
from bot.sandbox.interactions import StackFull
from bot.sandbox.state import Json, View
from bot.sandbox.triggers import Spent, Trigger

LARGEST = 250_000  # bytes of a view, set by Slack


@method("views.open")
async def open_view(call: Call) -> Json:
    body = _body(call, "modal")
    trigger = _trigger(call)
    _unique(call, body, None)
    if trigger.view_id and call.slack.screens.by_id(trigger.view_id):
        call.violate("open_over_modal", trigger.source)
    trigger.used = True
    return _answer(call, call.slack.screens.open(trigger, body))


@method("views.push")
async def push_view(call: Call) -> Json:
    body = _body(call, "modal")
    trigger = _trigger(call)
    _unique(call, body, None)
    screens = call.slack.screens
    if trigger.view_id is None or screens.top(trigger.user) is None:
        raise ApiError("not_found")
    try:
        view = screens.push(trigger.user, body)
    except StackFull:
        raise ApiError("push_limit_reached") from None
    trigger.used = True
    return _answer(call, view)


@method("views.update")
async def update_view(call: Call) -> Json:
    if not call.given("view_id", "external_id"):
        raise invalid_arguments("missing required field: view_id")
    view = _named(call)
    body = _body(call, view.body["type"] if view else None)
    if view is None:
        raise ApiError("not_found")
    _fresh(call, view)
    _unique(call, body, view)
    call.slack.screens.replace(view, body)
    return _answer(call, view)


@method("views.publish")
async def publish_view(call: Call) -> Json:
    body = _body(call, "home")
    if not call.slack.app.home_tab:
        raise ApiError("not_enabled")
    user = call.slack.workspace.users.get(str(call.args.get("user_id", "")))
    if user is None or user.is_bot or user.deleted:
        raise invalid_arguments("failed to match all allowed schemas [json-pointer:/user_id]")
    home = call.slack.screens.home(user.id)
    _fresh(call, home)
    _unique(call, body, home)
    return _answer(call, call.slack.screens.publish(user.id, body))


def _body(call: Call, surface: str | None) -> Json:
    """The view to show, checked as Slack checks it. The trigger is not used up by a view that is refused."""
    given = call.args.get("view")
    if isinstance(given, str):
        given = _parsed(given)
    if not isinstance(given, dict):
        raise invalid_arguments("must be a valid view object [json-pointer:/view]")
    if len(json.dumps(given, ensure_ascii=False).encode()) > LARGEST:
        raise ApiError("view_too_large")
    if surface is not None and given.get("type") in ("modal", "home") and given["type"] != surface:
        raise invalid_arguments(f"unsupported type: {given['type']} [json-pointer:/view/type]")
    problems = blockkit.check_view(given)
    if problems:
        raise invalid_arguments(*(f"{p.message} [json-pointer:{p.pointer}]" for p in problems))
    return given


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _trigger(call: Call) -> Trigger:
    """The trigger, if it still opens something; else Slack's error, in the wording the rules ask for."""
    if not call.given("trigger_id", "interactivity_pointer"):
        raise invalid_arguments("missing required field: trigger_id")
    found = call.slack.screens.triggers.look(str(call.args.get("trigger_id", "")))
    if isinstance(found, Trigger):
        return found
    if call.slack.rules.trigger_wording == "invalid_arguments" and found is Spent.EXPIRED:
        raise invalid_arguments("`trigger_id` expired [json-pointer:/trigger_id]")
    raise ApiError(found.value)


def _named(call: Call) -> View | None:
    screens = call.slack.screens
    if view_id := call.args.get("view_id"):
        return screens.by_id(str(view_id))
    return screens.by_external_id(str(call.args["external_id"]))


def _fresh(call: Call, view: View | None) -> None:
    """Raise hash_conflict if the app meant to change another state of the view than the current one."""
    if view is not None and call.args.get("hash") and call.args["hash"] != view.hash:
        raise ApiError("hash_conflict")


def _unique(call: Call, body: Json, mine: View | None) -> None:
    external_id = body.get("external_id")
    other = call.slack.screens.by_external_id(external_id) if external_id else None
    if other is not None and other is not mine:
        raise ApiError("duplicate_external_id")


def _answer(call: Call, view: View) -> Json:
    return {"view": call.slack.screens.answer(view)}
