"""What the app answers to a submission or a question for options, and what becomes of it on the screen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.sandbox import blockkit
from bot.sandbox.delivery import Outcome
from bot.sandbox.interactions import TROUBLE, StackFull
from bot.sandbox.state import Json, View

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

MOST_OPTIONS = 100  # set by Slack


class NotUnderstood(Exception):
    """The app answered something Slack does not act on; the person sees trouble, and the message says what it was."""


def to_submission(slack: Slack, view: View, outcome: Outcome) -> str:
    """Do what the app answered to the submission of `view`. Why the person is shown trouble, if they are."""
    if not slack.screens.is_open(view):
        return "" if outcome.acked else TROUBLE
    if not outcome.acked:
        slack.screens.in_trouble(view)
        return outcome.detail or outcome.ended.value
    try:
        _respond(slack, view, outcome.body)
    except NotUnderstood as why:
        slack.screens.in_trouble(view)
        return str(why)
    return ""


def to_suggestion(outcome: Outcome) -> list[Json]:
    """The options the app offers, those of groups in a row. Raises NotUnderstood."""
    if not outcome.acked:
        raise NotUnderstood(outcome.detail or outcome.ended.value)
    body = outcome.body
    if not isinstance(body, dict) or ("options" in body) == ("option_groups" in body):
        raise NotUnderstood("neither `options` nor `option_groups`")
    if body.get("options") == [] or body.get("option_groups") == []:
        return []
    offered = {name: body[name] for name in ("options", "option_groups") if name in body}
    element = {"type": "static_select", "action_id": "a", **offered}
    problems = blockkit.check_message_blocks([{"type": "actions", "elements": [element]}])
    if problems:
        raise NotUnderstood(f"{problems[0].message} {problems[0].pointer}")
    groups = [offered] if "options" in offered else offered["option_groups"]
    return [option for group in groups for option in group["options"]]


def _respond(slack: Slack, view: View, body: Any) -> None:
    if body in (None, ""):
        slack.screens.close(view)
        return
    if isinstance(body, str):
        body = _read(body)
    if not isinstance(body, dict):
        raise NotUnderstood("the answer is no JSON object")
    match body.get("response_action"):
        case "clear":
            slack.screens.clear(view.user)
        case "errors":
            slack.screens.refuse(view, _errors(view, body.get("errors")))
        case "update":
            slack.screens.replace(view, _view(slack, body.get("view"), view))
        case "push":
            _push(slack, view, body)
        case None if not body:
            slack.journal.violate("submission_answer", "an empty object")
            slack.screens.close(view)
        case unknown:
            raise NotUnderstood(f"unknown response_action {unknown!r}")


def _push(slack: Slack, view: View, body: Json) -> None:
    try:
        slack.screens.push(view.user, _view(slack, body.get("view"), None))
    except StackFull:
        raise NotUnderstood("push_limit_reached") from None


def _errors(view: View, errors: Any) -> dict[str, str]:
    """The errors, if each stands under an input block of the view."""
    if not isinstance(errors, dict) or not errors:
        raise NotUnderstood("`errors` names no block")
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if unknown := [key for key in errors if key not in inputs]:
        raise NotUnderstood(f"`errors` names {', '.join(unknown)}, which is no input block of this view")
    if not all(isinstance(said, str) and said for said in errors.values()):
        raise NotUnderstood("`errors` holds something that is no text")
    return dict(errors)


def _view(slack: Slack, body: Any, mine: View | None) -> Json:
    if not isinstance(body, dict):
        raise NotUnderstood("`view` is missing")
    if problems := blockkit.check_view(body):
        raise NotUnderstood(f"{problems[0].message} [json-pointer:{problems[0].pointer}]")
    if body["type"] != "modal":
        raise NotUnderstood("only modals answer a submission")
    other = slack.screens.by_external_id(body["external_id"]) if body.get("external_id") else None
    if other is not None and other is not mine:
        raise NotUnderstood("duplicate_external_id")
    return body


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
