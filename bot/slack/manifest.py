"""The app manifest, made from what the code listens to and calls. Nothing is asked for that is not used."""

from typing import Any

from bot.slack.commands import COMMAND
from bot.slack.door import Door

# What each method of the Web API that we call needs, and why. A test compares this with the calls in the code.
SCOPES: dict[str, tuple[str, ...]] = {
    "auth.test": (),
    "apps.connections.open": (),
    "conversations.create": ("channels:manage", "groups:write"),
    "conversations.invite": ("channels:manage", "groups:write"),
    "conversations.setTopic": ("channels:manage", "groups:write"),
    "conversations.join": ("channels:join",),
    "conversations.list": ("channels:read", "groups:read"),
    "conversations.members": ("channels:read", "groups:read"),
    "conversations.info": ("channels:read", "groups:read"),
    "users.conversations": ("channels:read", "groups:read"),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.replies": ("channels:history", "groups:history", "im:history"),
    "conversations.open": ("im:write",),
    "conversations.canvases.create": ("canvases:write",),
    "canvases.create": ("canvases:write",),
    "canvases.edit": ("canvases:write",),
    "canvases.access.set": ("canvases:write",),
    "chat.postMessage": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.update": ("chat:write",),
    "pins.add": ("pins:write",),
    "users.info": ("users:read", "users:read.email"),
    "users.list": ("users:read", "users:read.email"),
    "usergroups.list": ("usergroups:read",),
    "files.getUploadURLExternal": ("files:write",),
    "files.completeUploadExternal": ("files:write",),
    "files.info": ("files:read",),
    "views.open": (),
    "views.push": (),
    "views.update": (),
    "views.publish": (),
}
EVENT_SCOPES: dict[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "subteam_created": ("usergroups:read",),
    "subteam_members_changed": ("usergroups:read",),
    "subteam_updated": ("usergroups:read",),
    "team_join": ("users:read", "users:read.email"),
    "user_change": ("users:read", "users:read.email"),
}
ABOUT = (
    "Tocsin opens a channel for each incident, gets an Incident Commander, a Comms Lead and an Ops Lead into their "
    "roles, keeps a timeline that follows edits and deletions, says when a status update is due, and drafts a "
    "blameless postmortem whose every sentence points at the timeline."
)


def manifest(door: Door, public_url: str | None = None) -> dict[str, Any]:
    """For Socket Mode, or for signed HTTP at `public_url`."""
    address = {"request_url": f"{public_url}/slack/events"} if public_url else {}
    command = {
        "command": COMMAND,
        "description": "Declare and run incidents",
        "usage_hint": "declare [what is wrong] · list · help",
        "should_escape": True,
        **({"url": address["request_url"]} if address else {}),
    }
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Tocsin",
            "description": "Declare, run and learn from incidents in Slack",
            "long_description": ABOUT,
            "background_color": "#7a1f1f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "tocsin", "always_online": True},
            "shortcuts": [
                {
                    "name": shortcut.name,
                    "type": "message" if shortcut.on_message else "global",
                    "callback_id": shortcut.callback,
                    "description": shortcut.description,
                }
                for shortcut in door.shortcuts
            ],
            "slash_commands": [command],
        },
        "oauth_config": {"scopes": {"bot": scopes(door)}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": sorted(door.events)},
            "interactivity": {"is_enabled": True, **address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": public_url is None,
            "token_rotation_enabled": False,
        },
    }


def scopes(door: Door) -> list[str]:
    """What the app must be allowed; compared at every start with what it is."""
    needed = {"commands", *(scope for asked in SCOPES.values() for scope in asked)}
    needed |= {scope for event in door.events for scope in EVENT_SCOPES[event]}
    return sorted(needed)
