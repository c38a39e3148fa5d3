"""The smallest valid one of every block and element, and ways to place, view and change them."""

import json
from typing import Any

Json = dict[str, Any]


def fresh(value: Any) -> Any:
    """A copy that shares nothing, not even with itself."""
    return json.loads(json.dumps(value))


def plain(text: str = "words") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "*words*") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str = "a", text: str = "A") -> Json:
    return {"text": plain(text), "value": value}


def options(count: int = 2) -> list[Json]:
    return [option(f"v{i}", f"Option {i}") for i in range(count)]


def rich(*inline: Json) -> Json:
    parts = list(inline) or [{"type": "text", "text": "words"}]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": parts}]}


CONFIRM = {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain()}
FEEDBACK = {"text": plain(), "value": "v"}
PICTURE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a graph"}

_MENU = {"options": options()}
ELEMENTS: dict[str, Json] = {
    "button": {"text": plain()},
    "static_select": _MENU,
    "external_select": {},
    "users_select": {},
    "conversations_select": {},
    "channels_select": {},
    "multi_static_select": _MENU,
    "multi_external_select": {},
    "multi_users_select": {},
    "multi_conversations_select": {},
    "multi_channels_select": {},
    "overflow": _MENU,
    "checkboxes": _MENU,
    "radio_buttons": _MENU,
    "datepicker": {},
    "timepicker": {},
    "datetimepicker": {},
    "plain_text_input": {},
    "email_text_input": {},
    "url_text_input": {},
    "number_input": {"is_decimal_allowed": False},
    "rich_text_input": {},
    "file_input": {},
    "feedback_buttons": {"positive_button": FEEDBACK, "negative_button": FEEDBACK},
    "icon_button": {"icon": "trash", "text": plain()},
    "workflow_button": {"text": plain(), "workflow": {"trigger": {"url": "https://slack.com/shortcuts/F1/x"}}},
    "image": PICTURE,
}
MENUS = {name for name in ELEMENTS if name.endswith("_select")}
PICKED = {"checkboxes", "datepicker", "overflow", "radio_buttons", "timepicker", *MENUS}
IN_SECTION = {"button", "image", "workflow_button", *PICKED}
IN_ACTIONS = {"button", "workflow_button", "datetimepicker", "rich_text_input", *PICKED}
IN_INPUT = {
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
    "datetimepicker",
    *(PICKED - {"overflow"}),
}
IN_CONTEXT_ACTIONS = {"feedback_buttons", "icon_button"}


def element(kind: str, **more: Any) -> Json:
    return {"type": kind, **fresh(ELEMENTS[kind] | more)}


_CARD = {"type": "card", "title": mrkdwn()}
_TASK = {"type": "task_card", "task_id": "t", "title": "Look", "status": "pending"}
BLOCKS: dict[str, Json] = {
    "section": {"text": mrkdwn()},
    "header": {"text": plain()},
    "divider": {},
    "context": {"elements": [mrkdwn()]},
    "actions": {"elements": [element("button")]},
    "image": PICTURE,
    "input": {"label": plain(), "element": element("plain_text_input")},
    "rich_text": rich(),
    "markdown": {"text": "# words"},
    "table": {"rows": [[{"type": "raw_text", "text": "cell"}]]},
    "video": {
        "alt_text": "a film",
        "title": plain(),
        "video_url": "https://example.com/embed",
        "thumbnail_url": "https://example.com/a.png",
    },
    "context_actions": {"elements": [element("icon_button")]},
    "task_card": _TASK,
    "plan": {"title": "Plan", "tasks": [_TASK]},
    "alert": {"text": plain()},
    "card": _CARD,
    "carousel": {"elements": [_CARD]},
    "container": {"title": plain(), "child_blocks": [{"type": "divider"}]},
}


def block(kind: str, **more: Any) -> Json:
    return {"type": kind, **fresh(BLOCKS[kind] | more)}


def host(kind: str, **more: Any) -> tuple[Json, str]:
    """A block that holds this element, and the pointer to it within the block."""
    it = element(kind, **more)
    if kind in IN_INPUT:
        return block("input", element=it), "/element"
    if kind in IN_ACTIONS:
        return block("actions", elements=[it]), "/elements/0"
    if kind in IN_CONTEXT_ACTIONS:
        return block("context_actions", elements=[it]), "/elements/0"
    return block("context", elements=[it]), "/elements/0"


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "title": plain("Title"),
        "submit": plain("Send"),
        "blocks": list(blocks) or [block("divider")],
        **more,
    }


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks) or [block("divider")], **more}


def put(whole: Any, pointer: str, value: Any) -> None:
    """Sets what a JSON pointer points at."""
    *way, last = (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
    for step in way:
        whole = whole[int(step)] if isinstance(whole, list) else whole[step]
    if isinstance(whole, list):
        whole[int(last)] = fresh(value)
    else:
        whole[last] = fresh(value)
