"""The Web API methods served here: their arguments, the scopes they ask for, how often they may be called.

Arguments are written in one line: `channel!` is required, `limit:int` is a number; without a type it is a string.
Types: int, bool, json (an object or array, or its JSON), list (ids with commas between, or an array), ts, any."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from bot.sandbox.state import Kind

Type = Literal["str", "int", "bool", "json", "list", "ts", "any"]
Tier = Literal[1, 2, 3, 4, "special"]
Scopes = tuple[str, ...] | Mapping[str, tuple[str, ...]]  # alternatives; or those for each kind of conversation

PER_MINUTE: dict[Tier, int] = {1: 1, 2: 20, 3: 50, 4: 100}


@dataclass(frozen=True)
class Arg:
    name: str
    type: Type = "str"
    required: bool = False


@dataclass(frozen=True)
class Spec:
    """One method. `missing` says which error the lack of a required argument gets; else it is invalid_arguments."""

    name: str
    tier: Tier
    arguments: str = ""
    scopes: Scopes = ()
    missing: dict[str, str] = field(default_factory=dict)
    caller: Literal["bot", "app"] = "bot"  # whose token

    @property
    def args(self) -> dict[str, Arg]:
        return {arg.name: arg for arg in map(_parse, self.arguments.split())}

    def scopes_for(self, kind: Kind) -> tuple[str, ...]:
        """The alternatives of which the token needs one, for a conversation of this kind."""
        return self.scopes if isinstance(self.scopes, tuple) else self.scopes.get(kind, ())

    @property
    def accepted_scopes(self) -> tuple[str, ...]:
        """Every scope that opens the method, for some conversation."""
        if isinstance(self.scopes, tuple):
            return self.scopes
        return tuple(dict.fromkeys(scope for scopes in self.scopes.values() for scope in scopes))


def _parse(word: str) -> Arg:
    name, _, said = word.partition(":")
    kind: Type = next(known for known in get_args(Type) if known == (said or "str"))
    return Arg(name.removesuffix("!"), kind, name.endswith("!"))


def _by_kind(verb: str, *, public: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
    families = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
    scopes = {kind: (f"{family}:{verb}",) for kind, family in families.items()}
    return {**scopes, "channel": public or scopes["channel"]}


READ = _by_kind("read")
HISTORY = _by_kind("history")
MANAGE = _by_kind("write", public=("channels:manage", "channels:write"))
INVITE = {"channel": ("channels:write.invites", "channels:manage"), "group": ("groups:write.invites", "groups:write")}
TOPIC = {kind: (scope[0].split(":")[0] + ":write.topic", *scope) for kind, scope in MANAGE.items()}
KICK = {"channel": ("channels:manage",), "group": ("groups:write",)}

CHAT = ("chat:write",)
USERGROUPS = ("usergroups:read",)

NO_CHANNEL = {"channel": "channel_not_found"}
NO_CHANNEL_ID = {"channel_id": "channel_not_found"}
NO_NAME = {"name": "invalid_name_required"}
NO_ITEM = {**NO_CHANNEL, "timestamp": "no_item_specified", "name": "invalid_name"}

MESSAGE = (
    "channel! text blocks:any attachments:any metadata:json markdown_text thread_ts:ts link_names:bool parse username "
    "icon_emoji icon_url as_user:bool "
)
PAGE = "cursor limit:int "
SPAN = PAGE + "latest:ts oldest:ts inclusive:bool include_all_metadata:bool "

_ALL = (
    Spec("auth.test", "special"),
    Spec("apps.connections.open", 3, "", ("connections:write",), caller="app"),
    Spec("conversations.create", 2, "name! is_private:bool team_id", MANAGE, NO_NAME),
    Spec("conversations.invite", 3, "channel! users!:list force:bool", INVITE, {**NO_CHANNEL, "users": "no_user"}),
    Spec("conversations.kick", 3, "channel! user", KICK, NO_CHANNEL),
    Spec("conversations.join", 3, "channel!", ("channels:join",), NO_CHANNEL),
    Spec("conversations.leave", 3, "channel!", MANAGE, NO_CHANNEL),
    Spec("conversations.archive", 2, "channel!", MANAGE, NO_CHANNEL),
    Spec("conversations.unarchive", 2, "channel!", MANAGE, NO_CHANNEL),
    Spec("conversations.rename", 2, "channel! name!", MANAGE, {**NO_CHANNEL, **NO_NAME}),
    Spec("conversations.setTopic", 2, "channel! topic!", TOPIC, NO_CHANNEL),
    Spec("conversations.setPurpose", 2, "channel! purpose!", TOPIC, NO_CHANNEL),
    Spec("conversations.info", 3, "channel! include_locale:bool include_num_members:bool", READ, NO_CHANNEL),
    Spec("conversations.list", 2, PAGE + "exclude_archived:bool types team_id", READ),
    Spec("conversations.members", 4, PAGE + "channel!", READ, NO_CHANNEL),
    Spec("conversations.history", 3, SPAN + "channel!", HISTORY, NO_CHANNEL),
    Spec("conversations.replies", 3, SPAN + "channel! ts!:ts", HISTORY, {**NO_CHANNEL, "ts": "thread_not_found"}),
    Spec("conversations.open", 3, "channel users:list return_im:bool prevent_creation:bool", MANAGE),
    Spec(
        "conversations.canvases.create",
        2,
        "channel_id! document_content:json title",
        ("canvases:write",),
        NO_CHANNEL_ID,
    ),
    Spec(
        "chat.postMessage",
        "special",
        MESSAGE + "reply_broadcast:bool unfurl_links:bool unfurl_media:bool mrkdwn:bool",
        CHAT,
        NO_CHANNEL,
    ),
    Spec(
        "chat.update",
        3,
        "channel! ts!:ts text blocks:any attachments:any metadata:json markdown_text link_names:bool parse "
        "as_user:bool reply_broadcast:bool file_ids:list unfurled_attachments:any",
        CHAT,
        {**NO_CHANNEL, "ts": "message_not_found"},
    ),
    Spec("chat.delete", 3, "channel! ts!:ts as_user:bool", CHAT, {**NO_CHANNEL, "ts": "message_not_found"}),
    Spec("chat.postEphemeral", 4, MESSAGE + "user!", CHAT, {**NO_CHANNEL, "user": "user_not_in_channel"}),
    Spec(
        "chat.getPermalink", "special", "channel! message_ts!:ts", (), {**NO_CHANNEL, "message_ts": "message_not_found"}
    ),
    Spec("views.open", 4, "trigger_id interactivity_pointer view!:any"),
    Spec("views.push", 4, "trigger_id interactivity_pointer view!:any"),
    Spec("views.update", 4, "view_id external_id view!:any hash"),
    Spec("views.publish", 4, "user_id! view!:any hash interactivity_pointer"),
    Spec("pins.add", 2, "channel! timestamp:ts", ("pins:write",), NO_CHANNEL),
    Spec("pins.remove", 2, "channel! timestamp:ts", ("pins:write",), NO_CHANNEL),
    Spec("pins.list", 2, "channel!", ("pins:read",), NO_CHANNEL),
    Spec(
        "bookmarks.add",
        2,
        "channel_id! title! type! link emoji entity_id access_level parent_id",
        ("bookmarks:write",),
        NO_CHANNEL_ID,
    ),
    Spec("bookmarks.edit", 2, "channel_id! bookmark_id! title link emoji", ("bookmarks:write",), NO_CHANNEL_ID),
    Spec("bookmarks.remove", 2, "channel_id! bookmark_id! quip_section_id", ("bookmarks:write",), NO_CHANNEL_ID),
    Spec("bookmarks.list", 3, "channel_id!", ("bookmarks:read",), NO_CHANNEL_ID),
    Spec("reactions.add", 3, "channel! name! timestamp!:ts", ("reactions:write",), NO_ITEM),
    Spec("reactions.remove", 2, "name! channel timestamp:ts file file_comment", ("reactions:write",), NO_ITEM),
    Spec("reactions.get", 3, "channel timestamp:ts full:bool file file_comment", ("reactions:read",)),
    Spec("users.info", 4, "user! include_locale:bool", ("users:read",), {"user": "user_not_found"}),
    Spec("users.list", 2, PAGE + "include_locale:bool team_id", ("users:read",)),
    Spec("users.lookupByEmail", 3, "email!", ("users:read.email",), {"email": "users_not_found"}),
    Spec("users.conversations", 3, PAGE + "user types exclude_archived:bool exclude_muted:bool team_id", READ),
    Spec(
        "usergroups.list",
        2,
        "include_count:bool include_disabled:bool include_users:bool team_id",
        USERGROUPS,
    ),
    Spec(
        "usergroups.users.list",
        2,
        "usergroup! include_disabled:bool team_id",
        USERGROUPS,
        {"usergroup": "no_such_subteam"},
    ),
    Spec("team.info", 3, "team domain", ("team:read",)),
    Spec("bots.info", 3, "bot team_id", ("users:read",)),
    Spec("files.getUploadURLExternal", 4, "length!:int filename! snippet_type alt_txt", ("files:write",)),
    Spec(
        "files.completeUploadExternal",
        4,
        "files!:json channel_id thread_ts:ts channels:list initial_comment blocks:any username icon_url icon_emoji",
        ("files:write",),
    ),
    Spec("files.info", 4, PAGE + "file! count:int page:int", ("files:read",), {"file": "file_not_found"}),
    Spec("canvases.create", 2, "title document_content:json channel_id", ("canvases:write",)),
    Spec("canvases.edit", 3, "canvas_id! changes!:json", ("canvases:write",), {"canvas_id": "canvas_not_found"}),
    Spec(
        "canvases.access.set",
        3,
        "canvas_id! access_level! channel_ids:list user_ids:list",
        ("canvases:write",),
        {"canvas_id": "canvas_not_found"},
    ),
    Spec(
        "canvases.sections.lookup",
        3,
        "canvas_id! criteria!:json",
        ("canvases:read",),
        {"canvas_id": "canvas_not_found"},
    ),
)

METHODS: dict[str, Spec] = {spec.name: spec for spec in _ALL}
