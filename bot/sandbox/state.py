"""What a workspace remembers. Field names are Slack's where Slack has one; all times are Slack `ts` strings or
Unix seconds. Nothing here decides or checks anything: the rules are in `api/`, the telling in `delivery/`."""

from typing import Any, Literal

from pydantic import BaseModel, Field

Json = dict[str, Any]
Kind = Literal["channel", "group", "im", "mpim"]  # public, private, direct, group direct


class User(BaseModel):
    id: str  # U…
    name: str  # the handle, lower case
    real_name: str
    display_name: str = ""
    email: str | None = None
    title: str = ""
    tz: str = "Etc/UTC"
    deleted: bool = False
    is_admin: bool = False
    is_bot: bool = False
    is_restricted: bool = False  # multi-channel guest
    is_ultra_restricted: bool = False  # single-channel guest
    is_stranger: bool = False  # from another organisation, by Slack Connect
    team_id: str = ""
    bot_id: str | None = None  # B…, for bot users
    app_id: str | None = None
    presence: Literal["active", "away"] = "active"
    updated: int = 0


class UserGroup(BaseModel):
    id: str  # S…
    handle: str
    name: str
    description: str = ""
    users: list[str] = []
    date_delete: int = 0
    created: int = 0
    updated: int = 0  # 0: never since


class Reaction(BaseModel):
    name: str
    users: list[str] = []


class Message(BaseModel):
    ts: str
    user: str | None = None
    text: str = ""  # as Slack stores it: & < > escaped, mentions as tokens
    blocks: list[Json] = []
    attachments: list[Json] = []
    metadata: Json | None = None
    subtype: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    client_msg_id: str | None = None
    thread_ts: str | None = None  # set on a parent too, once it has replies
    reply_ts: list[str] = []  # on a parent: its replies in order
    broadcast: bool = False
    edited: Json | None = None  # {"user", "ts"}
    reactions: list[Reaction] = []
    files: list[str] = []  # file ids
    pinned: bool = False
    ephemeral_for: str | None = None  # user id; such a message is not in history
    extra: Json = {}  # fields of system messages (topic, name, inviter, old_name …)


class Pin(BaseModel):
    ts: str
    created: int
    created_by: str


class Bookmark(BaseModel):
    id: str  # Bk…
    channel_id: str
    title: str
    link: str
    emoji: str = ""
    type: str = "link"
    date_created: int = 0
    date_updated: int = 0
    app_id: str = ""


class Channel(BaseModel):
    id: str  # C… or D…
    name: str = ""
    kind: Kind = "channel"
    created: int = 0
    creator: str = ""
    members: list[str] = []
    is_archived: bool = False
    is_general: bool = False
    topic: Json = Field(default_factory=lambda: {"value": "", "creator": "", "last_set": 0})
    purpose: Json = Field(default_factory=lambda: {"value": "", "creator": "", "last_set": 0})
    previous_names: list[str] = []
    messages: dict[str, Message] = {}  # by ts, in order; replies too; ephemeral ones too
    pins: list[Pin] = []
    bookmarks: list[Bookmark] = []
    canvas_id: str | None = None
    last_read: dict[str, str] = {}  # user id -> ts
    last_ts: str = "0"  # the newest ts ever given here

    @property
    def is_private(self) -> bool:
        return self.kind != "channel"


class File(BaseModel):
    id: str  # F…
    name: str
    title: str = ""
    mimetype: str = "text/plain"
    size: int = 0
    user: str = ""
    created: int = 0
    content: str = ""  # text as it is; anything else as base64
    is_base64: bool = False
    shares: dict[str, list[str]] = {}  # channel id -> ts of the messages that show it
    ticket: str = ""  # of its upload URL, until it was used
    received: bool = False
    complete: bool = False
    deleted: bool = False


class Canvas(BaseModel):
    id: str  # F… too: a canvas is a file
    title: str = ""
    markdown: str = ""
    owner: str = ""
    channel_id: str | None = None  # the channel whose tab it is
    readers: list[str] = []  # user or channel ids
    writers: list[str] = []
    created: int = 0
    updated: int = 0
    sections: int = 0  # section ids given so far
    section_ids: list[str] = []  # of the paragraphs of `markdown`, in order


class View(BaseModel):
    """A modal on somebody's screen, or somebody's Home."""

    id: str  # V…
    user: str
    body: Json  # what the app gave, with block_id and action_id filled in
    hash: str
    values: dict[str, Json] = {}  # state.values: block_id -> action_id -> {"type", …}
    root_view_id: str
    previous_view_id: str | None = None
    opened: int = 0
    errors: dict[str, str] = {}  # block_id -> message, after a refused submission
    trouble: str = ""  # "We had some trouble connecting. Try again?", when Slack would say so


class Workspace(BaseModel):
    """Everything. One per simulator."""

    team_id: str = "T0TOCSIN"
    domain: str = "acme"
    name: str = "Acme"
    bot_user_id: str = "U0TOCSIN"
    bot_id: str = "B0TOCSIN"
    app_id: str = "A0TOCSIN"
    users: dict[str, User] = {}
    groups: dict[str, UserGroup] = {}
    channels: dict[str, Channel] = {}
    files: dict[str, File] = {}
    canvases: dict[str, Canvas] = {}
    modals: dict[str, list[View]] = {}  # user id -> the stack, topmost last, at most three
    homes: dict[str, View] = {}  # user id -> published Home
    counter: int = 0  # for ids
