"""Blocks made with slack_sdk are accepted; blocks broken at random are answered, not crashed on."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.models import blocks as sdk
from slack_sdk.models.blocks.basic_components import DispatchActionConfig
from slack_sdk.models.views import View

from bot.sandbox.blockkit import (
    Problem,
    check_attachments,
    check_entries,
    check_message_blocks,
    check_view,
    elements,
    fill_ids,
    initial_values,
    kept_values,
)
from bot.sandbox.blockkit.mrkdwn import blocks_text, mentions
from tests.sandbox.blockkit.samples import BLOCKS, ELEMENTS, Json, block, fresh, host, modal, put

# The machine may be busy: no example is too slow.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def words(most: int) -> st.SearchStrategy[str]:
    return st.text(min_size=1, max_size=most)


def plain(most: int) -> st.SearchStrategy[sdk.PlainTextObject]:
    return st.builds(sdk.PlainTextObject, text=words(most), emoji=st.none() | st.booleans())


def either(most: int) -> st.SearchStrategy[sdk.TextObject]:
    return plain(most) | st.builds(sdk.MarkdownTextObject, text=words(most), verbatim=st.none() | st.booleans())


OPTION = st.builds(sdk.Option, text=plain(75), value=words(75), description=st.none() | plain(75))
MENU = st.lists(OPTION, min_size=1, max_size=4)
CONFIRM = st.none() | st.builds(sdk.ConfirmObject, title=plain(100), text=plain(300), confirm=plain(30), deny=plain(30))
HINT = st.none() | plain(150)


@st.composite
def static_select(draw: st.DrawFn) -> sdk.StaticSelectElement:
    menu = draw(MENU)
    initial = draw(st.none() | st.sampled_from(menu))
    return sdk.StaticSelectElement(options=menu, initial_option=initial, placeholder=draw(HINT), confirm=draw(CONFIRM))


@st.composite
def checkboxes(draw: st.DrawFn) -> sdk.CheckboxesElement:
    menu = draw(MENU)
    initial = draw(st.none() | st.lists(st.sampled_from(menu), min_size=1, max_size=2))
    return sdk.CheckboxesElement(options=menu, initial_options=initial, confirm=draw(CONFIRM))


BUTTON = st.builds(
    sdk.ButtonElement,
    text=plain(75),
    value=st.none() | words(2000),
    style=st.sampled_from([None, "primary", "danger"]),
    confirm=CONFIRM,
)
PICKED = st.one_of(
    static_select(),
    checkboxes(),
    st.builds(sdk.UserSelectElement, placeholder=HINT, initial_user=st.sampled_from([None, "U1"])),
    st.builds(sdk.ChannelMultiSelectElement, placeholder=HINT, max_selected_items=st.none() | st.integers(1, 9)),
    st.builds(
        sdk.ConversationSelectElement,
        placeholder=HINT,
        filter=st.none() | st.builds(sdk.ConversationFilter, include=st.just(["public"])),
    ),
    st.builds(sdk.RadioButtonsElement, options=MENU),
    st.builds(sdk.DatePickerElement, placeholder=HINT, initial_date=st.none() | st.dates().map(str)),
    st.builds(sdk.TimePickerElement, placeholder=HINT, initial_time=st.sampled_from([None, "00:00"])),
)
TYPED = st.one_of(
    st.builds(
        sdk.PlainTextInputElement,
        placeholder=HINT,
        initial_value=st.none() | words(3000),
        multiline=st.none() | st.booleans(),
        min_length=st.none() | st.integers(0, 10),
        max_length=st.none() | st.integers(10, 3000),
        dispatch_action_config=st.none()
        | st.builds(DispatchActionConfig, trigger_actions_on=st.just(["on_enter_pressed"])),
    ),
    st.builds(sdk.EmailInputElement, placeholder=HINT),
    st.builds(sdk.UrlInputElement, placeholder=HINT),
    st.builds(sdk.NumberInputElement, placeholder=HINT, is_decimal_allowed=st.booleans()),
)
PARTS = sdk.RichTextElementParts
RICH = st.builds(
    sdk.RichTextBlock,
    elements=st.lists(
        st.builds(
            sdk.RichTextSectionElement,
            elements=st.lists(
                st.builds(PARTS.Text, text=words(50), style=st.none() | st.builds(PARTS.TextStyle, bold=st.booleans()))
                | st.builds(PARTS.User, user_id=st.just("U1"))
                | st.builds(PARTS.Broadcast, range=st.sampled_from(["here", "channel", "everyone"])),
                max_size=4,
            ),
        ),
        min_size=1,
        max_size=3,
    ),
)
SHOWN = st.one_of(
    st.builds(sdk.SectionBlock, text=either(3000), accessory=st.none() | BUTTON | PICKED),
    st.builds(sdk.SectionBlock, fields=st.lists(either(2000), min_size=1, max_size=10)),
    st.builds(sdk.HeaderBlock, text=plain(150)),
    st.builds(sdk.DividerBlock),
    st.builds(sdk.ContextBlock, elements=st.lists(either(3000), min_size=1, max_size=10)),
    st.builds(sdk.ActionsBlock, elements=st.lists(BUTTON | PICKED, min_size=1, max_size=5)),
    st.builds(sdk.ImageBlock, image_url=st.just("https://example.com/a.png"), alt_text=words(2000), title=HINT),
    RICH,
)
ASKED = st.builds(
    sdk.InputBlock,
    label=plain(2000),
    element=TYPED | PICKED,
    hint=st.none() | plain(2000),
    optional=st.none() | st.booleans(),
)


def dicts(blocks: list[sdk.Block]) -> list[Json]:
    return [it.to_dict() for it in blocks]


@UNHURRIED
@given(st.lists(SHOWN, max_size=6))
def test_messages_made_with_the_sdk_are_accepted(blocks: list[sdk.Block]) -> None:
    assert check_message_blocks(dicts(blocks)) == []
    assert check_attachments([{"color": "#E01E5A", "blocks": dicts(blocks)}]) == []


@UNHURRIED
@given(st.lists(SHOWN | ASKED, min_size=1, max_size=6))
def test_modals_made_with_the_sdk_are_accepted(blocks: list[sdk.Block]) -> None:
    title, submit = sdk.PlainTextObject(text="Title"), sdk.PlainTextObject(text="Send")
    view = View(type="modal", title=title, submit=submit, blocks=blocks).to_dict()
    assert check_view(view) == []
    is_held(view["blocks"])


def is_held(blocks: list[Json]) -> None:
    """What passed the check a client can show, hold and send back."""
    shown = fill_ids(blocks)
    assert check_message_blocks(shown) == []
    values = initial_values(shown)
    assert kept_values(shown, values, shown) == values
    assert set(check_entries(shown, values)) <= {it.block_id for it in elements(shown) if it.in_input}
    assert len({(it.block_id, it.action_id) for it in elements(shown)}) == len(elements(shown))
    mentions(blocks_text(shown), shown)


SCALAR: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
)
NAMES = st.sampled_from(["type", "text", "elements", "element", "options", "value", "blocks", "fields", "title", ""])
KINDS = st.sampled_from([*BLOCKS, *ELEMENTS, "plain_text", "mrkdwn", "text", "rich_text_section"])
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    SCALAR | KINDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=4), inner, max_size=4),
    max_leaves=8,
)


def pointers(value: Any, at: str = "") -> list[str]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    steps = [(f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}", each) for key, each in inner]
    return [pointer for step, each in steps for pointer in (step, *pointers(each, step))]


def values(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [each for one in inner for each in (one, *values(one))]


WHOLE = [block(kind) for kind in BLOCKS] + [host(kind)[0] for kind in ELEMENTS]
# Something that stands elsewhere in a valid block breaks less, and so gets further.
PLAUSIBLE = st.sampled_from(values(WHOLE))


@st.composite
def broken(draw: st.DrawFn) -> Json:
    it: Json = fresh(draw(st.sampled_from(WHOLE)))
    for _ in range(draw(st.integers(1, 3))):
        put(it, draw(st.sampled_from([*pointers(it), "/more", "/block_id"])), draw(ANYTHING | PLAUSIBLE))
    return it


def tells(found: list[Problem], start: str) -> None:
    assert all(problem.message and problem.pointer.startswith(start) for problem in found)


@settings(UNHURRIED, max_examples=300)
@given(broken())
def test_broken_blocks_are_answered(it: Json) -> None:
    found = check_message_blocks([it])
    tells(found, "/blocks")
    tells(check_view(modal(it)), "/view")
    if not found:
        is_held([it])


@UNHURRIED
@given(ANYTHING)
def test_anything_is_answered(anything: Any) -> None:
    tells(check_message_blocks(anything), "/blocks")
    tells(check_message_blocks([anything]), "/blocks")
    tells(check_attachments(anything), "/attachments")
    tells(check_attachments([anything, {"blocks": anything}]), "/attachments")
    tells(check_view(anything), "/view")
    tells(check_view({"type": "home", "blocks": anything}), "/view")
