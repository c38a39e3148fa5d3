"""Every block, with the properties it may have, and the surfaces it may stand on."""

from typing import Literal

from bot.sandbox.blockkit.element_table import ELEMENTS, MULTI_SELECTS, SELECTS, TEXT_INPUTS
from bot.sandbox.blockkit.objects import ID, SLACK_FILE
from bot.sandbox.blockkit.rich_table import CELLS, PARTS, RICH
from bot.sandbox.blockkit.shape import (
    Choice,
    Flag,
    Items,
    Kinds,
    Needs,
    Nullable,
    Only,
    Rule,
    Shape,
    Some,
    String,
    Table,
    Thing,
    Whole,
    Words,
    plain,
    thing,
)

Surface = Literal["message", "attachment", "modal", "home"]

MENUS = (*SELECTS, *MULTI_SELECTS)
PICKED = ("checkboxes", "datepicker", "overflow", "radio_buttons", "timepicker", *MENUS)
ACCESSORIES = ("button", "image", "workflow_button", *PICKED)
ACTIONS = ("button", "datetimepicker", "rich_text_input", "workflow_button", *PICKED)
INPUTS = (
    *TEXT_INPUTS,
    "rich_text_input",
    "datepicker",
    "datetimepicker",
    "timepicker",
    "radio_buttons",
    "checkboxes",
    "file_input",
    *MENUS,
)
RICH_TEXT = Kinds("block", ("rich_text",))
IMAGE = Kinds("element", ("image",))
# Blocks that hold others cannot be held.
CHILDREN = ("section", "header", "divider", "context", "actions", "image", "rich_text", "markdown", "table", "video")


def block(required: str = "", *rules: Rule, **fields: Shape) -> Thing:
    return thing(f"type {required}", *rules, type=String(), block_id=ID, **fields)


BLOCKS: dict[str, Thing] = {
    "section": block(
        "",
        Some(("text", "fields")),
        text=Words(3000),
        fields=Items(Words(2000), 1, 10),
        accessory=Kinds("element", ACCESSORIES),
        expand=Flag(),
    ),
    "header": block("text", text=plain(150), level=Whole(1, 4)),
    "divider": block(),
    "context": block("elements", elements=Items(Kinds("element", ("image",), Words(3000)), 1, 10)),
    "actions": block("elements", elements=Items(Kinds("element", ACTIONS), 1, 25)),
    "image": block(
        "alt_text",
        Only(("image_url", "slack_file")),
        image_url=String(3000, 1, "image"),
        slack_file=SLACK_FILE,
        alt_text=String(2000, 1),
        title=plain(2000),
    ),
    "input": block(
        "label element",
        label=plain(2000),
        element=Kinds("element", INPUTS),
        hint=plain(2000),
        optional=Flag(),
        dispatch_action=Flag(),
    ),
    "rich_text": block("elements", elements=Items(Kinds("rich", PARTS), 1)),
    "markdown": block("text", text=String(12_000, 1)),
    "table": block(
        "rows",
        rows=Items(Items(Kinds("cell", (*CELLS, "rich_text")), 1, 20), 1, 100),
        column_settings=Items(Nullable(thing("", align=Choice(("left", "center", "right")), is_wrapped=Flag())), 0, 20),
    ),
    "video": block(
        "alt_text title video_url thumbnail_url",
        alt_text=String(2000, 1),
        title=plain(199),
        video_url=String(3000, 1, "https"),
        thumbnail_url=String(3000, 1, "image"),
        title_url=String(3000, 1, "https"),
        author_name=String(49),
        provider_name=String(),
        provider_icon_url=String(3000, 1, "image"),
        description=plain(200),
    ),
    "context_actions": block("elements", elements=Items(Kinds("element", ("feedback_buttons", "icon_button")), 1, 5)),
    "task_card": block(
        "task_id title status",
        task_id=String(None, 1),
        title=String(None, 1),
        status=Choice(("pending", "in_progress", "complete", "error")),
        details=RICH_TEXT,
        output=RICH_TEXT,
        sources=Items(Kinds("element", ("url",))),
    ),
    "plan": block("title", title=String(None, 1), tasks=Items(Kinds("block", ("task_card",)))),
    "alert": block("text", text=Words(200), level=Choice(("default", "info", "warning", "error", "success"))),
    "card": block(
        "",
        Some(("hero_image", "title", "actions", "body")),
        hero_image=IMAGE,
        icon=IMAGE,
        title=Words(150),
        subtitle=Words(150),
        body=Words(200),
        actions=Items(Kinds("element", ("button",)), 1),
    ),
    "carousel": block("elements", elements=Items(Kinds("block", ("card",)), 1, 10)),
    "container": block(
        "child_blocks",
        Some(("title", "rich_text_title")),
        Needs("default_collapsed", "is_collapsible"),
        Needs("is_collapsible", "has_header_divider", value=False),
        title=plain(150),
        rich_text_title=RICH_TEXT,
        subtitle=Words(150),
        icon=IMAGE,
        child_blocks=Items(Kinds("block", CHILDREN), 1, 10),
        is_collapsible=Flag(),
        default_collapsed=Flag(),
        has_header_divider=Flag(),
        width=Choice(("narrow", "standard", "wide", "full")),
    ),
}

# `file`, `call` and `auth_provider` exist but cannot be sent by us, `data_table` and `data_visualization` are not
# known to every workspace: all refused as unsupported.
EVERYWHERE = ("section", "header", "divider", "context", "actions", "image", "rich_text", "video")
NOT_IN_VIEWS = ("markdown", "table", "context_actions", "task_card", "plan", "card", "carousel", "container")
ON: dict[Surface, tuple[str, ...]] = {
    "message": (*EVERYWHERE, *NOT_IN_VIEWS, "input"),
    "attachment": (*EVERYWHERE, *NOT_IN_VIEWS),
    "modal": (*EVERYWHERE, "input", "alert"),
    "home": (*EVERYWHERE, "input"),
}

VIEW_COMMON: dict[str, Shape] = {
    "type": String(),
    "private_metadata": String(3000),
    "callback_id": String(255),
    "external_id": String(255),
}
VIEWS: dict[str, Thing] = {
    "modal": Thing(
        {
            **VIEW_COMMON,
            "title": plain(24),
            "blocks": Items(Kinds("block", ON["modal"]), 1, 100),
            "close": plain(24),
            "submit": plain(24),
            "clear_on_close": Flag(),
            "notify_on_close": Flag(),
        },
        ("type", "title", "blocks"),
    ),
    "home": Thing({**VIEW_COMMON, "blocks": Items(Kinds("block", ON["home"]), 1, 100)}, ("type", "blocks")),
}

TABLES: dict[Table, dict[str, Thing]] = {
    "block": BLOCKS,
    "element": ELEMENTS,
    "rich": RICH,
    "cell": {**CELLS, "rich_text": BLOCKS["rich_text"]},
}
