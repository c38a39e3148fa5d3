"""Every block element, with the properties it may have."""

from bot.sandbox.blockkit.objects import (
    CONFIRM,
    DISPATCH,
    FILTER,
    ID,
    OPTION,
    OPTION_GROUPS,
    OPTIONS,
    OVERFLOW_OPTION,
    PLACEHOLDER,
    RICH_OPTION,
    SLACK_FILE,
    STYLE,
    WORKFLOW,
)
from bot.sandbox.blockkit.shape import (
    Choice,
    Flag,
    Items,
    Kinds,
    Offered,
    Only,
    Ordered,
    Rule,
    Shape,
    String,
    Thing,
    Whole,
    Within,
    plain,
    thing,
)

SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
MULTI_SELECTS = tuple(f"multi_{name}" for name in SELECTS)
TEXT_INPUTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input")
STATIC_OPTIONS = Only(("options", "option_groups"))
SLACK_ID = String(None, 1)


def element(required: str = "", *rules: Rule, **fields: Shape) -> Thing:
    return thing(f"type {required}", *rules, type=String(), action_id=ID, **fields)


def select(required: str = "", *rules: Rule, **fields: Shape) -> Thing:
    return element(required, *rules, placeholder=PLACEHOLDER, confirm=CONFIRM, focus_on_load=Flag(), **fields)


def multi(required: str = "", *rules: Rule, **fields: Shape) -> Thing:
    return select(required, *rules, max_selected_items=Whole(1), **fields)


def typed(required: str = "", *rules: Rule, **fields: Shape) -> Thing:
    return element(
        required,
        *rules,
        placeholder=PLACEHOLDER,
        dispatch_action_config=DISPATCH,
        focus_on_load=Flag(),
        **fields,
    )


FEEDBACK = thing("text value", text=plain(75), value=String(2000), accessibility_label=String(75))

ELEMENTS: dict[str, Thing] = {
    "button": element(
        "text",
        text=plain(75),
        value=String(2000),
        url=String(3000, 1, "url"),
        style=STYLE,
        confirm=CONFIRM,
        accessibility_label=String(75),
        agent_prompt=String(4000),
        agent_prompt_display=String(),
        visible_to_user_ids=Items(SLACK_ID),
    ),
    "static_select": select(
        "",
        STATIC_OPTIONS,
        Offered("initial_option"),
        options=OPTIONS,
        option_groups=OPTION_GROUPS,
        initial_option=OPTION,
    ),
    "external_select": select("", min_query_length=Whole(0), initial_option=OPTION),
    "users_select": select("", initial_user=SLACK_ID),
    "conversations_select": select(
        "",
        initial_conversation=SLACK_ID,
        default_to_current_conversation=Flag(),
        filter=FILTER,
        response_url_enabled=Flag(),
    ),
    "channels_select": select("", initial_channel=SLACK_ID, response_url_enabled=Flag()),
    "multi_static_select": multi(
        "",
        STATIC_OPTIONS,
        Offered("initial_options"),
        options=OPTIONS,
        option_groups=OPTION_GROUPS,
        initial_options=Items(OPTION, 1, 100),
    ),
    "multi_external_select": multi("", min_query_length=Whole(0), initial_options=Items(OPTION, 1, 100)),
    "multi_users_select": multi("", initial_users=Items(SLACK_ID)),
    "multi_conversations_select": multi(
        "",
        initial_conversations=Items(SLACK_ID),
        default_to_current_conversation=Flag(),
        filter=FILTER,
    ),
    "multi_channels_select": multi("", initial_channels=Items(SLACK_ID)),
    "overflow": element("options", options=Items(OVERFLOW_OPTION, 1, 5), confirm=CONFIRM),
    "checkboxes": element(
        "options",
        Offered("initial_options"),
        options=Items(RICH_OPTION, 1, 10),
        initial_options=Items(RICH_OPTION, 1, 10),
        confirm=CONFIRM,
        focus_on_load=Flag(),
    ),
    "radio_buttons": element(
        "options",
        Offered("initial_option"),
        options=Items(RICH_OPTION, 1, 10),
        initial_option=RICH_OPTION,
        confirm=CONFIRM,
        focus_on_load=Flag(),
    ),
    "datepicker": select("", initial_date=String(form="date")),
    "timepicker": select("", initial_time=String(form="time"), timezone=String(None, 1)),
    "datetimepicker": element(
        "",
        initial_date_time=Whole(1_000_000_000, 9_999_999_999),  # ten digits
        confirm=CONFIRM,
        focus_on_load=Flag(),
    ),
    "plain_text_input": typed(
        "",
        Ordered("min_length", "max_length"),
        multiline=Flag(),
        min_length=Whole(0, 3000),
        max_length=Whole(1, 3000),
        initial_value=String(3000),
    ),
    "email_text_input": typed("", initial_value=String(3000)),
    "url_text_input": typed("", initial_value=String(3000)),
    "number_input": typed(
        "is_decimal_allowed",
        Ordered("min_value", "max_value"),
        Within(),
        is_decimal_allowed=Flag(),
        min_value=String(form="number"),
        max_value=String(form="number"),
        initial_value=String(form="number"),
    ),
    "rich_text_input": typed(
        "",
        Ordered("min_lines", "max_lines"),
        initial_value=Kinds("block", ("rich_text",)),
        min_lines=Whole(1, 100),
        max_lines=Whole(1, 100),
    ),
    "file_input": element("", filetypes=Items(String(None, 1)), max_files=Whole(1, 10)),
    "feedback_buttons": element("positive_button negative_button", positive_button=FEEDBACK, negative_button=FEEDBACK),
    "icon_button": element(
        "icon text",
        icon=Choice(("trash",)),
        text=plain(75),
        value=String(2000),
        accessibility_label=String(75),
        visible_to_user_ids=Items(SLACK_ID, 0, 10),
        confirm=CONFIRM,
    ),
    "workflow_button": element(
        "text workflow", text=plain(75), workflow=WORKFLOW, style=STYLE, accessibility_label=String(75)
    ),
    # Not interactive: no action_id.
    "image": thing(
        "type alt_text",
        Only(("image_url", "slack_file")),
        type=String(),
        image_url=String(3000, 1, "image"),
        slack_file=SLACK_FILE,
        alt_text=String(2000, 1),
    ),
    "url": thing("type url text", type=String(), url=String(3000, 1, "web"), text=String(None, 1)),
}
