"""Which events the app hears, and the envelopes they come in."""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox.delivery import Delivery
from bot.sandbox.state import Channel, Json

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

FAMILY = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
EVENT_ID_BYTES = 5


@dataclass(frozen=True)
class Heard:
    """What it takes to hear an event: the scope (of those given, the one for the channel's type), and being a member
    of the channel if `inside`."""

    scopes: tuple[str, ...] = ()
    inside: bool = True

    def allowed(self, granted: list[str], channel: Channel | None) -> bool:
        if len(self.scopes) < 2 or channel is None:
            return set(self.scopes) <= set(granted)
        return any(scope.startswith(FAMILY[channel.kind] + ":") and scope in granted for scope in self.scopes)


SUBSCRIPTIONS = {
    **{f"message.{family}": Heard((f"{family}:history",)) for family in FAMILY.values()},
    "app_mention": Heard(("app_mentions:read",)),
    "app_home_opened": Heard(inside=False),
    "app_uninstalled": Heard(inside=False),
    "tokens_revoked": Heard(inside=False),
    "app_rate_limited": Heard(inside=False),
    "reaction_added": Heard(("reactions:read",)),
    "reaction_removed": Heard(("reactions:read",)),
    "pin_added": Heard(("pins:read",)),
    "pin_removed": Heard(("pins:read",)),
    "member_joined_channel": Heard(("channels:read", "groups:read")),
    "member_left_channel": Heard(("channels:read", "groups:read")),
    "channel_left": Heard(("channels:read",)),
    "group_left": Heard(("groups:read",)),
    "channel_created": Heard(("channels:read",), inside=False),
    "channel_archive": Heard(("channels:read",), inside=False),
    "channel_unarchive": Heard(("channels:read",), inside=False),
    "channel_rename": Heard(("channels:read",), inside=False),
    "channel_deleted": Heard(("channels:read",), inside=False),
    "group_archive": Heard(("groups:read",)),
    "group_unarchive": Heard(("groups:read",)),
    "group_rename": Heard(("groups:read",)),
    "group_deleted": Heard(("groups:read",)),
    "channel_id_changed": Heard(inside=False),
    "file_shared": Heard(("files:read",)),
    "subteam_updated": Heard(("usergroups:read",), inside=False),
    "subteam_members_changed": Heard(("usergroups:read",), inside=False),
    "subteam_created": Heard(("usergroups:read",), inside=False),
    "user_change": Heard(("users:read",), inside=False),
    "team_join": Heard(("users:read",), inside=False),
    "im_created": Heard(("im:read",), inside=False),
    "im_open": Heard(("im:read",), inside=False),
}


def emit(slack: "Slack", event: Json, channel: Channel | None) -> None:
    """Deliver the event in the background if the app is to hear it. `event_ts` is added where it is missing."""
    name = subscription(event, channel)
    heard = SUBSCRIPTIONS[name]
    if name not in slack.app.bot_events or not heard.allowed(slack.app.scopes, channel):
        return
    if channel and not (slack.is_member(channel) if heard.inside else slack.visible(channel)):
        return
    event = {**event, "event_ts": event.get("event_ts") or f"{slack.clock.now().timestamp():.6f}"}
    slack.deliveries.post(Delivery(kind="events_api", payload=envelope(slack, event), retryable=True))


def subscription(event: Json, channel: Channel | None) -> str:
    """The name under which a manifest subscribes to this event."""
    if event["type"] == "message" and channel:
        return f"message.{FAMILY[channel.kind]}"
    return str(event["type"])


def envelope(slack: "Slack", event: Json) -> Json:
    """`event_id` is random: a bot that keeps them must not meet them again in another workspace."""
    place = slack.workspace
    return {
        "token": slack.app.verification_token,
        "team_id": place.team_id,
        "context_team_id": place.team_id,
        "context_enterprise_id": None,
        "api_app_id": place.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev" + secrets.token_hex(EVENT_ID_BYTES).upper(),
        "event_time": slack.epoch(),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": place.team_id,
                "user_id": place.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-" + secrets.token_urlsafe(40),
    }
