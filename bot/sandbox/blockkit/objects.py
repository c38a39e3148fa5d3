"""The composition objects: confirm, option, option group, filter and the like."""

from bot.sandbox.blockkit.shape import (
    Choice,
    Flag,
    Items,
    Only,
    Some,
    String,
    Thing,
    Words,
    plain,
    thing,
)

ID = String(255, 1)  # block_id and action_id
STYLE = Choice(("primary", "danger"))
PLACEHOLDER = plain(150)

CONFIRM = thing(
    "title text confirm deny",
    title=plain(100),
    text=Words(300),
    confirm=plain(30),
    deny=plain(30),
    style=STYLE,
)

OPTION = thing("text value", text=plain(75), value=String(150, 1), description=plain(75))
# Radio buttons and checkboxes show formatted text, menus do not.
RICH_OPTION = thing("text value", text=Words(75), value=String(150, 1), description=plain(75))
OVERFLOW_OPTION = thing(
    "text value", text=plain(75), value=String(150, 1), description=plain(75), url=String(3000, 1, "url")
)

OPTIONS = Items(OPTION, 1, 100)
OPTION_GROUPS = Items(thing("label options", label=plain(75), options=OPTIONS), 1, 100)

FILTER = thing(
    "",
    Some(("include", "exclude_external_shared_channels", "exclude_bot_users")),
    include=Items(Choice(("im", "mpim", "private", "public")), 1),
    exclude_external_shared_channels=Flag(),
    exclude_bot_users=Flag(),
)

DISPATCH = thing("", trigger_actions_on=Items(Choice(("on_enter_pressed", "on_character_entered")), 1))

SLACK_FILE = thing("", Only(("id", "url")), id=String(None, 1), url=String(3000, 1, "url"))

WORKFLOW: Thing = thing(
    "trigger",
    trigger=thing(
        "url",
        url=String(3000, 1, "url"),
        customizable_input_parameters=Items(thing("name value", name=String(None, 1), value=String())),
    ),
)
