"""What Slack sends when people do something with the app: commands, clicks, submissions, shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox import shapes
from bot.sandbox.state import Channel, Json, Message, User, View

if TYPE_CHECKING:
    from bot.sandbox.server import Slack


def slash_command(slack: Slack, user: User, channel: Channel, command: str, text: str) -> Json:
    """A command; all values are strings, since it travels as a form."""
    trigger = slack.screens.triggers.issue(user.id, "slash_commands", channel=channel.id)
    return {
        "token": slack.app.verification_token,
        "team_id": slack.workspace.team_id,
        "team_domain": slack.workspace.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": slack.app.id,
        "is_enterprise_install": "false",
        "response_url": slack.screens.hooks.issue("commands", channel.id, user.id),
        "trigger_id": trigger.id,
    }


def message_actions(
    slack: Slack, user: User, channel: Channel, message: Message, actions: list[Json], attachment: int | None
) -> Json:
    """A click in a message; `attachment` counts from 1 if the element stands in one."""
    trigger = slack.screens.triggers.issue(user.id, "block_actions", channel=channel.id)
    payload: Json = {
        "type": "block_actions",
        "user": _user(slack, user),
        "api_app_id": slack.app.id,
        "token": slack.app.verification_token,
        "container": _container(channel, message, attachment),
        "trigger_id": trigger.id,
        "team": _team(slack),
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": _channel(channel),
    }
    if not message.ephemeral_for:
        payload["message"] = shapes.message(slack, channel, message)
    values = slack.screens.in_message(user.id, channel, message)
    url = slack.screens.hooks.issue("actions", channel.id, user.id, original=message)
    return payload | {"state": {"values": values}, "response_url": url, "actions": actions}


def view_actions(slack: Slack, user: User, view: View, actions: list[Json]) -> Json:
    """A click in a modal or on the Home."""
    source = slack.screens.places.get(view.id)
    is_modal = view.body["type"] == "modal"
    trigger = slack.screens.triggers.issue(
        user.id, "block_actions", channel=source, view_id=view.id if is_modal else None
    )
    return {
        "type": "block_actions",
        "user": _user(slack, user),
        "api_app_id": slack.app.id,
        "token": slack.app.verification_token,
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger.id,
        "team": _team(slack),
        "enterprise": None,
        "is_enterprise_install": False,
        "view": slack.screens.payload(view),
        "actions": actions,
    }


def view_submission(slack: Slack, user: User, view: View, response_urls: list[Json]) -> Json:
    place = slack.screens.places.get(view.id)
    trigger = slack.screens.triggers.issue(user.id, "view_submission", channel=place, view_id=view.id)
    return {
        "type": "view_submission",
        "team": _team(slack),
        "user": _user(slack, user),
        "api_app_id": slack.app.id,
        "token": slack.app.verification_token,
        "trigger_id": trigger.id,
        "view": slack.screens.payload(view),
        "response_urls": response_urls,
        "is_enterprise_install": False,
        "enterprise": None,
    }


def view_closed(slack: Slack, user: User, view: View, *, is_cleared: bool) -> Json:
    return {
        "type": "view_closed",
        "team": _team(slack),
        "user": _user(slack, user),
        "api_app_id": slack.app.id,
        "token": slack.app.verification_token,
        "view": slack.screens.payload(view),
        "is_cleared": is_cleared,
        "is_enterprise_install": False,
        "enterprise": None,
    }


def shortcut(slack: Slack, user: User, callback_id: str) -> Json:
    """A global shortcut. It knows no channel."""
    trigger = slack.screens.triggers.issue(user.id, "shortcut")
    return {
        "type": "shortcut",
        "token": slack.app.verification_token,
        "action_ts": action_ts(slack),
        "team": _team(slack),
        "user": {"id": user.id, "username": user.name, "team_id": _team_of(slack, user)},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": callback_id,
        "trigger_id": trigger.id,
    }


def message_action(slack: Slack, user: User, channel: Channel, message: Message, callback_id: str) -> Json:
    """A message shortcut."""
    trigger = slack.screens.triggers.issue(user.id, "message_action", channel=channel.id)
    return {
        "type": "message_action",
        "token": slack.app.verification_token,
        "action_ts": action_ts(slack),
        "team": _team(slack),
        "user": {"id": user.id, "username": user.name, "team_id": _team_of(slack, user), "name": user.name},
        "channel": _channel(channel),
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": callback_id,
        "trigger_id": trigger.id,
        "response_url": slack.screens.hooks.issue("app", channel.id, user.id),
        "message_ts": message.ts,
        "message": shapes.message(slack, channel, message),
    }


def block_suggestion(slack: Slack, user: User, where: Json, block_id: str, action_id: str, typed: str) -> Json:
    """A question for options; `where` is the container with its view, or its message and channel."""
    return {
        "type": "block_suggestion",
        "user": _user(slack, user),
        "api_app_id": slack.app.id,
        "token": slack.app.verification_token,
        "action_id": action_id,
        "block_id": block_id,
        "value": typed,
        "team": _team(slack),
        "enterprise": None,
        "is_enterprise_install": False,
    } | where


def in_view(slack: Slack, view: View) -> Json:
    return {"container": {"type": "view", "view_id": view.id}, "view": slack.screens.payload(view)}


def in_message(slack: Slack, channel: Channel, message: Message, attachment: int | None) -> Json:
    where: Json = {"container": _container(channel, message, attachment), "channel": _channel(channel)}
    return where if message.ephemeral_for else where | {"message": shapes.message(slack, channel, message)}


def action_ts(slack: Slack) -> str:
    return f"{slack.clock.now().timestamp():.6f}"


def channel_name(channel: Channel) -> str:
    """The name as the app is told it: those of private conversations are kept from it."""
    return {"im": "directmessage", "group": "privategroup"}.get(channel.kind, channel.name)


def _container(channel: Channel, message: Message, attachment: int | None) -> Json:
    container: Json = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    if attachment is not None:
        container = {"type": "message_attachment", "message_ts": message.ts, "attachment_id": attachment}
        container |= {"channel_id": channel.id, "is_app_unfurl": False}
    container["is_ephemeral"] = bool(message.ephemeral_for)
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    return container


def _user(slack: Slack, user: User) -> Json:
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": _team_of(slack, user)}


def _team(slack: Slack) -> Json:
    return {"id": slack.workspace.team_id, "domain": slack.workspace.domain}


def _team_of(slack: Slack, user: User) -> str:
    return user.team_id or slack.workspace.team_id


def _channel(channel: Channel) -> Json:
    return {"id": channel.id, "name": channel_name(channel)}
