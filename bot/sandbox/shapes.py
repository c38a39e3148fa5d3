"""How messages, channels, people and files look in answers and events: the fields a real Slack sends."""

from datetime import UTC
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox.state import Bookmark, Canvas, Channel, File, Json, Message, User, UserGroup

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

TOMBSTONE = "This message was deleted."


def permalink(slack: "Slack", channel: Channel, message: Message) -> str:
    link = f"{slack.url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return link


def bot_profile(slack: "Slack") -> Json:
    bot = slack.bot
    return {
        "id": bot.bot_id,
        "app_id": bot.app_id,
        "user_id": bot.id,
        "name": bot.real_name,
        "icons": {f"image_{size}": f"{slack.url}/sandbox/bot_{size}.png" for size in (36, 48, 72)},
        "deleted": False,
        "updated": bot.updated,
        "team_id": slack.workspace.team_id,
    }


def message(slack: "Slack", channel: Channel, said: Message, *, metadata: bool = True) -> Json:
    """A message as it is shown to the app. Its metadata is left out where the app has not asked for it."""
    shown: Json = {"type": "message", "subtype": said.subtype, "user": said.user, "text": said.text, "ts": said.ts}
    shown |= {"client_msg_id": said.client_msg_id, "team": slack.workspace.team_id, "edited": said.edited}
    if said.bot_id:
        shown |= {"bot_id": said.bot_id, "app_id": said.app_id}
        shown |= {"bot_profile": bot_profile(slack)} if said.bot_id == slack.bot.bot_id else {}
    shown |= {"blocks": said.blocks or None, "attachments": said.attachments or None}
    shown |= {"metadata": (said.metadata if metadata else None) or None}
    shown |= {"files": [file(slack, slack.workspace.files[file_id]) for file_id in said.files] or None}
    shown |= _thread(slack, channel, said)
    shown |= {"reactions": [{"name": r.name, "users": r.users, "count": len(r.users)} for r in said.reactions] or None}
    shown |= {"pinned_to": [channel.id] if said.pinned else None, **said.extra}
    if said.subtype == "tombstone":
        shown["hidden"] = True
    return {name: value for name, value in shown.items() if value is not None}


def _thread(slack: "Slack", channel: Channel, said: Message) -> Json:
    if said.thread_ts is None:
        return {}
    if said.thread_ts == said.ts:
        replies = [channel.messages[ts] for ts in said.reply_ts]
        users = list(dict.fromkeys(reply.user for reply in replies if reply.user))
        latest = replies[-1].ts if replies else None
        count = {"reply_count": len(replies), "reply_users_count": len(users), "latest_reply": latest}
        return {"thread_ts": said.ts, **count, "reply_users": users, "is_locked": False, "subscribed": False}
    parent = channel.messages.get(said.thread_ts)
    shown: Json = {"thread_ts": said.thread_ts, "parent_user_id": parent.user if parent else None}
    if said.broadcast and parent:
        shown["root"] = message(slack, channel, parent, metadata=False)
    return shown


def channel(slack: "Slack", place: Channel) -> Json:
    team = slack.workspace.team_id
    if place.kind == "im":
        return _direct(slack, place)
    return {
        "id": place.id,
        "name": place.name,
        "name_normalized": place.name,
        "is_channel": place.kind != "mpim",
        "is_group": place.kind == "mpim",
        "is_im": False,
        "is_mpim": place.kind == "mpim",
        "is_private": place.is_private,
        "created": place.created,
        "creator": place.creator,
        "is_archived": place.is_archived,
        "is_general": place.is_general,
        "unlinked": 0,
        "is_shared": False,
        "is_org_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "shared_team_ids": [team],
        "context_team_id": team,
        "parent_conversation": None,
        "updated": place.created * 1000,
        "is_member": slack.is_member(place),
        "topic": place.topic,
        "purpose": place.purpose,
        "previous_names": place.previous_names,
        "properties": _properties(slack, place),
        "priority": 0,
    }


def _properties(slack: "Slack", place: Channel) -> Json:
    canvas = slack.workspace.canvases.get(place.canvas_id or "")
    if canvas is None:
        return {}
    tab = {"id": f"Ct{canvas.id[1:]}", "label": "", "type": "canvas", "data": {"file_id": canvas.id}}
    return {"canvas": {"file_id": canvas.id, "is_empty": not canvas.markdown, "quip_thread_id": ""}, "tabs": [tab]}


def _direct(slack: "Slack", place: Channel) -> Json:
    other = next(
        (file_id for file_id in place.members if file_id != slack.workspace.bot_user_id), slack.workspace.bot_user_id
    )
    user = slack.workspace.users.get(other)
    return {
        "id": place.id,
        "created": place.created,
        "is_archived": place.is_archived,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": slack.workspace.team_id,
        "updated": place.created * 1000,
        "user": other,
        "is_user_deleted": bool(user and user.deleted),
        "is_open": True,
        "priority": 0,
    }


def user(slack: "Slack", person: User, *, email: bool) -> Json:
    """`email`: whether the token may see addresses."""
    team = person.team_id or slack.workspace.team_id
    name = person.display_name or person.real_name
    profile: Json = {
        "title": person.title,
        "phone": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.display_name,
        "display_name_normalized": person.display_name,
        "first_name": name.split()[0],
        "last_name": " ".join(person.real_name.split()[1:]),
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": person.id.lower(),
        "team": team,
        **{f"image_{size}": f"{slack.url}/sandbox/{person.id}_{size}.png" for size in (24, 32, 48, 72, 192, 512)},
    }
    if person.is_bot:
        profile |= {"api_app_id": person.app_id, "bot_id": person.bot_id, "always_active": True}
    elif email and person.email:
        profile["email"] = person.email
    shown: Json = {"id": person.id, "team_id": team, "name": person.name, "deleted": person.deleted, "profile": profile}
    if not person.deleted:
        shown |= {"color": "9f69e7", "real_name": person.real_name, **_zone(slack, person)}
        shown |= {"is_admin": person.is_admin, "is_owner": False, "is_primary_owner": False}
        shown |= {"is_restricted": person.is_restricted or person.is_ultra_restricted}
        shown |= {"is_ultra_restricted": person.is_ultra_restricted, "is_email_confirmed": True}
        shown |= {"who_can_share_contact_card": "EVERYONE"}
    if person.is_stranger:
        shown["is_stranger"] = True
    return {**shown, "is_bot": person.is_bot, "is_app_user": False, "updated": person.updated}


def _zone(slack: "Slack", person: User) -> Json:
    try:
        there = slack.clock.now().astimezone(ZoneInfo(person.tz))
    except ZoneInfoNotFoundError:
        there = slack.clock.now().astimezone(UTC)
    offset = there.utcoffset()
    return {"tz": person.tz, "tz_label": there.tzname(), "tz_offset": int(offset.total_seconds()) if offset else 0}


def group(slack: "Slack", team: UserGroup) -> Json:
    return {
        "id": team.id,
        "team_id": slack.workspace.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": team.name,
        "description": team.description,
        "handle": team.handle,
        "is_external": False,
        "date_create": team.created,
        "date_update": team.updated or team.created,
        "date_delete": team.date_delete,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": slack.workspace.bot_user_id,
        "updated_by": slack.workspace.bot_user_id,
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        "channel_count": 0,
    }


def bookmark(slack: "Slack", mark: Bookmark) -> Json:
    shown = mark.model_dump()
    return {
        **shown,
        "emoji": mark.emoji or None,
        "icon_url": None,
        "entity_id": None,
        "rank": "a",
        "last_updated_by_user_id": slack.workspace.bot_user_id,
        "last_updated_by_team_id": slack.workspace.team_id,
        "shortcut_id": None,
        "app_action_id": None,
    }


def file(slack: "Slack", kept: File) -> Json:
    channels = [slack.workspace.channels[file_id] for file_id in kept.shares]
    shares: Json = {"public": {}, "private": {}}
    for place in channels:
        shown = [
            {"ts": ts, "channel_name": place.name, "team_id": slack.workspace.team_id} for ts in kept.shares[place.id]
        ]
        shares["private" if place.is_private else "public"][place.id] = shown
    kind = kept.name.rpartition(".")[2] if "." in kept.name else "text"
    return {
        "id": kept.id,
        "created": kept.created,
        "timestamp": kept.created,
        "name": kept.name,
        "title": kept.title or kept.name,
        "mimetype": kept.mimetype,
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": kept.user,
        "user_team": slack.workspace.team_id,
        "editable": kept.mimetype.startswith("text/"),
        "size": kept.size,
        "mode": "hosted" if kept.is_base64 else "snippet",
        "is_external": False,
        "external_type": "",
        "is_public": bool(shares["public"]),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{slack.url}/files/{kept.id}",
        "url_private_download": f"{slack.url}/files/{kept.id}?download=1",
        "permalink": f"{slack.url}/archives/files/{kept.id}",
        "comments_count": 0,
        "shares": {kind: places for kind, places in shares.items() if places},
        "channels": [place.id for place in channels if place.kind == "channel"],
        "groups": [place.id for place in channels if place.kind in ("group", "mpim")],
        "ims": [place.id for place in channels if place.kind == "im"],
        "has_rich_preview": False,
        "file_access": "visible",
    }


def canvas(slack: "Slack", page: Canvas) -> Json:
    """A canvas is a file, of type quip."""
    like = File(id=page.id, name=page.title or "Untitled", title=page.title, mimetype="application/vnd.slack-docs")
    like = like.model_copy(update={"user": page.owner, "created": page.created, "size": len(page.markdown)})
    return file(slack, like) | {"filetype": "quip", "pretty_type": "Canvas", "mode": "quip", "editable": True}
