"""Every block and element."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def said(text: str) -> Json:
    return {"type": "section", "text": mrkdwn(text)}


def option(text: str, value: str, description: str | None = None) -> Json:
    return {"text": plain(text), "value": value} | ({"description": plain(description)} if description else {})


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def chosen(action: Json) -> str:
    """What was chosen, in the words of the action."""
    keys = [key for key in action if key.startswith("selected_") or key == "value"]
    return escaped(str(action[keys[0]])) if keys else "pressed"


SEVERITIES = [
    option("SEV1", "1", "Everybody is hurt: all hands"),
    option("SEV2", "2", "Many are hurt, or one thing badly"),
    option("SEV3", "3", "Some are hurt, a workaround exists"),
]
SAMPLE = (
    "*bold* _italic_ ~struck~ `code` and *_both_* :rotating_light: <@U0ANA> <!subteam^S0SRE> <#C0GENERAL> <!here>\n"
    "> a quote with a <https://example.com/a_b_c|link> in it\n"
    "```a code block\n  with <https://example.com> &amp; more```"
)


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def confirm(title: str) -> Json:
    return {
        "title": plain(title),
        "text": mrkdwn("This ends the *incident*."),
        "confirm": plain("Resolve"),
        "deny": plain("Not yet"),
    }


def select(kind: str, **more: Any) -> Json:
    return {"type": kind, "action_id": f"a_{kind}", "placeholder": plain(kind.replace("_", " ").capitalize()), **more}


def blocks() -> list[Json]:
    return [
        {"type": "header", "text": plain("Checkout errors :fire:")},
        said(SAMPLE),
        {
            "type": "section",
            "fields": [
                mrkdwn("*Severity*\nSEV2"),
                mrkdwn("*Status*\nActive"),
                mrkdwn("*Commander*\n<@U0BO>"),
                mrkdwn("*Since*\n<!date^1764000000^{date_short_pretty} at {time}|24 Nov>"),
            ],
        },
        {"type": "section", "text": mrkdwn("A section with a button"), "accessory": button("Open modal", "open_modal")},
        {
            "type": "section",
            "text": mrkdwn("A section with an image"),
            "accessory": {"type": "image", "image_url": "https://example.com/cat.png", "alt_text": "A cat"},
        },
        {"type": "divider"},
        {
            "type": "actions",
            "elements": [
                button("Resolve", "resolve", style="primary", confirm=confirm("Resolve?")),
                button("Never answered", "deaf", style="danger"),
                button("Runbook", "runbook", url="https://example.com/runbook"),
                {
                    "type": "overflow",
                    "action_id": "more",
                    "options": [option("Rename", "rename"), option("Archive", "archive")],
                },
                select("static_select", options=SEVERITIES),
                select("users_select"),
                select("channels_select"),
                select("conversations_select"),
                select("multi_static_select", options=SEVERITIES),
                {
                    "type": "external_select",
                    "action_id": "suggest",
                    "min_query_length": 2,
                    "placeholder": plain("Service"),
                },
                {"type": "datepicker", "action_id": "day", "initial_date": "2026-03-04", "placeholder": plain("Day")},
                {"type": "timepicker", "action_id": "time", "initial_time": "14:05"},
                {"type": "datetimepicker", "action_id": "moment", "initial_date_time": 1764000000},
            ],
        },
        {
            "type": "section",
            "block_id": "todo",
            "text": mrkdwn("*To do*"),
            "accessory": {
                "type": "checkboxes",
                "action_id": "todo",
                "initial_options": [{"text": mrkdwn("*Page* on-call"), "value": "page"}],
                "options": [
                    {"text": mrkdwn("*Page* on-call"), "value": "page"},
                    {"text": mrkdwn("Tell customers"), "value": "tell", "description": plain("on the status page")},
                ],
            },
        },
        {
            "type": "section",
            "block_id": "mode",
            "text": mrkdwn("*Mode*"),
            "accessory": {
                "type": "radio_buttons",
                "action_id": "mode",
                "options": [option("Quiet", "q"), option("Loud", "l")],
            },
        },
        {
            "type": "image",
            "image_url": "https://example.com/graph.png",
            "alt_text": "Error rate",
            "title": plain("Error rate"),
        },
        {"type": "rich_text", "elements": rich_text()},
        {
            "type": "context",
            "elements": [
                {"type": "image", "image_url": "https://example.com/i.png", "alt_text": "icon"},
                mrkdwn("Declared by <@U0ANA> · next update <!date^1764003600^{time}|soon>"),
            ],
        },
    ]


def rich_text() -> list[Json]:
    def words(text: str, **style: bool) -> Json:
        return {"type": "text", "text": text} | ({"style": style} if style else {})

    def line(*parts: Json) -> Json:
        return {"type": "rich_text_section", "elements": list(parts)}

    return [
        line(
            words("Rich text: "),
            words("bold", bold=True),
            words(" and "),
            words("code", code=True),
            words(" by "),
            {"type": "user", "user_id": "U0BO"},
            words(" "),
            {"type": "emoji", "name": "tada"},
        ),
        {"type": "rich_text_list", "style": "bullet", "elements": [line(words("First")), line(words("Second"))]},
        {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [line(words("Deeper"))]},
        {"type": "rich_text_quote", "elements": [words("Quoted")]},
        {"type": "rich_text_preformatted", "elements": [words("$ kubectl rollout undo deploy/checkout")]},
    ]


def field(block_id: str, label: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": block_id, **element},
        **more,
    }


def modal() -> Json:
    return {
        "type": "modal",
        "callback_id": "everything",
        "title": plain("Declare an incident"),
        "submit": plain("Declare"),
        "close": plain("Cancel"),
        "blocks": [
            field(
                "title", "Title", {"type": "plain_text_input", "max_length": 60, "placeholder": plain("What is wrong?")}
            ),
            field(
                "severity",
                "Severity",
                {"type": "static_select", "options": SEVERITIES, "initial_option": SEVERITIES[1]},
            ),
            field("who", "Commander", {"type": "users_select"}, optional=True),
            field("where", "Channels", {"type": "multi_channels_select"}, optional=True),
            field(
                "service",
                "Service",
                {"type": "external_select", "min_query_length": 0, "action_id": "suggest"},
                optional=True,
            ),
            field(
                "impact",
                "Impact",
                {"type": "plain_text_input", "multiline": True},
                optional=True,
                hint=plain("One sentence."),
            ),
            field(
                "private",
                "Visibility",
                {"type": "checkboxes", "options": [option("Private", "yes", "Announced nowhere")]},
                optional=True,
            ),
            field(
                "kind",
                "Kind",
                {"type": "radio_buttons", "options": [option("Outage", "o"), option("Security", "s")]},
                optional=True,
            ),
            field("day", "Began on", {"type": "datepicker"}, optional=True),
            field("mail", "E-mail", {"type": "email_text_input"}, optional=True),
            field("count", "Customers", {"type": "number_input", "is_decimal_allowed": False}, optional=True),
            {"type": "actions", "block_id": "more", "elements": [button("More…", "push")]},
        ],
    }


def second_modal() -> Json:
    return {
        "type": "modal",
        "callback_id": "second",
        "title": plain("More"),
        "submit": plain("Save"),
        "blocks": [said("This one lies *on top*."), field("note", "Note", {"type": "plain_text_input"})],
    }


def home(user: str) -> Json:
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": plain("Your incidents")},
            said(f"Good day, <@{user}>. You hold *one* role."),
            {"type": "actions", "elements": [button("Declare an incident", "open_modal", style="primary")]},
            {"type": "divider"},
            {
                "type": "section",
                "text": mrkdwn("*inc-1-checkout-errors*\nSEV2 · active"),
                "accessory": button("Open", "open_modal"),
            },
            {"type": "context", "elements": [mrkdwn("Updated <!date^1764000000^{ago}|just now>")]},
        ],
    }
