"""What may stand inside a rich_text block, and inside a table's cells."""

from bot.sandbox.blockkit.shape import (
    Choice,
    Flag,
    Items,
    Kinds,
    Number,
    Shape,
    String,
    Thing,
    Whole,
    thing,
)

STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
STYLE = Thing({name: Flag() for name in STYLES})
SLACK_ID = String(None, 1)
INLINE = ("text", "link", "user", "usergroup", "channel", "emoji", "broadcast", "date", "color", "team")
PARTS = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
BORDER = Whole(0, 1)


def inline(required: str, **fields: Shape) -> Thing:
    return thing(f"type {required}", type=String(), style=STYLE, **fields)


def part(required: str = "", *, of: tuple[str, ...] = INLINE, **fields: Shape) -> Thing:
    return thing(f"type elements {required}", type=String(), elements=Items(Kinds("rich", of)), **fields)


RICH: dict[str, Thing] = {
    "rich_text_section": part(),
    "rich_text_list": part(
        "style",
        of=("rich_text_section",),
        style=Choice(("bullet", "ordered")),
        indent=Whole(0, 8),
        offset=Whole(0),
        border=BORDER,
    ),
    "rich_text_preformatted": part(of=("text", "link"), border=BORDER),
    "rich_text_quote": part(border=BORDER),
    "text": inline("text", text=String(None, 1)),
    "link": inline("url", url=String(None, 1, "url"), text=String(None, 1), unsafe=Flag()),
    "user": inline("user_id", user_id=SLACK_ID),
    "usergroup": inline("usergroup_id", usergroup_id=SLACK_ID),
    "channel": inline("channel_id", channel_id=SLACK_ID),
    "team": inline("team_id", team_id=SLACK_ID),
    "emoji": inline(
        "name", name=String(None, 1), skin_tone=Whole(1, 6), unicode=String(None, 1), url=String(None, 1, "web")
    ),
    "broadcast": inline("range", range=Choice(("here", "channel", "everyone"))),
    "date": inline(
        "timestamp format",
        timestamp=Whole(),
        format=String(None, 1, "template"),
        url=String(None, 1, "url"),
        fallback=String(None, 1),
    ),
    "color": inline("value", value=String(form="colour")),
}

CELLS: dict[str, Thing] = {
    "raw_text": thing("type text", type=String(), text=String(None, 1)),
    "raw_number": thing("type value", type=String(), value=Number(), text=String(None, 1)),
}
