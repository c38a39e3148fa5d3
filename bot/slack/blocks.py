"""Block Kit as we use it, over slack_sdk's models. Slack's limits are applied here, and nowhere else."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    CheckboxesElement,
    ConfirmObject,
    ContextBlock,
    DatePickerElement,
    DateTimePickerElement,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    InteractiveElement,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    SectionBlock,
    StaticSelectElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot.kernel.ids import UserId
from bot.slack.commands import Sure
from bot.slack.text import clip, length, shorten

HEADER_LIMIT = 150  # characters; all of these are Slack's
SECTION_LIMIT = 3000
FIELD_LIMIT = 2000
BUTTON_LIMIT = 75
TITLE_LIMIT = 24
OPTION_LIMIT = 75
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
INPUT_LIMIT = 3000
CARRIED_LIMIT = 3000  # of what a view carries, as JSON


def header(text: str) -> Block:
    return HeaderBlock(text=PlainTextObject(text=shorten(text, HEADER_LIMIT), emoji=True))


def section(mrkdwn: str, accessory: InteractiveElement | None = None) -> Block:
    return SectionBlock(text=MarkdownTextObject(text=clip(mrkdwn, SECTION_LIMIT)), accessory=accessory)


def fields(*pairs: tuple[str, str]) -> Block:
    """Two columns of a bold label and its value; at most ten."""
    shown = [MarkdownTextObject(text=clip(f"*{label}*\n{value}", FIELD_LIMIT)) for label, value in pairs[:10]]
    return SectionBlock(fields=shown)


def context(*mrkdwn: str) -> Block:
    return ContextBlock(elements=[MarkdownTextObject(text=clip(line, SECTION_LIMIT)) for line in mrkdwn[:10]])


def divider() -> Block:
    return DividerBlock()


def actions(*elements: InteractiveElement) -> Block:
    return ActionsBlock(elements=list(elements[:25]))


def button(label: str, action: str, value: str, *, style: str | None = None, sure: Sure | None = None) -> ButtonElement:
    text = PlainTextObject(text=shorten(label, BUTTON_LIMIT), emoji=True)
    return ButtonElement(
        text=text, action_id=action, value=value, style=style, confirm=_confirm(sure) if sure else None
    )


def _confirm(sure: Sure) -> ConfirmObject:
    return ConfirmObject(
        title=PlainTextObject(text=shorten(sure.title, 100)), text=PlainTextObject(text=shorten(sure.text, 300)),
        confirm=PlainTextObject(text=shorten(sure.yes, 30)), deny=PlainTextObject(text="Not now"),
    )  # fmt: skip


def lines(mrkdwn: Iterable[str]) -> list[Block]:
    """One after the other, as many to a section as it holds, none cut in two."""
    sections: list[str] = []
    for line in mrkdwn:
        joined = f"{sections[-1]}\n{line}" if sections else line
        if sections and length(joined) <= SECTION_LIMIT:
            sections[-1] = joined
        else:
            sections.append(line)
    return [section(text) for text in sections]


def text_input(
    name: str,
    label: str,
    *,
    initial: str | None = None,
    hint: str | None = None,
    placeholder: str | None = None,
    limit: int = INPUT_LIMIT,
    multiline: bool = False,
    optional: bool = False,
    block: str | None = None,
) -> Block:
    """`block`: another one than its name, so that new words take the place of what was typed."""
    element = PlainTextInputElement(
        action_id=name, multiline=multiline, max_length=limit,
        initial_value=shorten(initial, limit) if initial else None,
        placeholder=PlainTextObject(text=shorten(placeholder, 150)) if placeholder else None,
    )  # fmt: skip
    return _input(name, label, element, hint=hint, optional=optional, block=block)


def select(
    name: str,
    label: str,
    options: Sequence[tuple[str, str]],
    *,
    initial: str | None = None,
    hint: str | None = None,
    optional: bool = False,
) -> Block:
    """One of `options`, each a value and its label."""
    shown = {value: _option(value, words) for value, words in options[:100]}
    element = StaticSelectElement(
        action_id=name, options=list(shown.values()), initial_option=shown.get(initial) if initial else None
    )
    return _input(name, label, element, hint=hint, optional=optional)


def choice(name: str, label: str, options: Sequence[tuple[str, str, str]], *, initial: str | None = None) -> Block:
    """One of `options`, each a value, its label and what it means; all in sight at once."""
    shown = {value: _option(value, words, meaning) for value, words, meaning in options[:10]}
    element = RadioButtonsElement(
        action_id=name, options=list(shown.values()), initial_option=shown.get(initial) if initial else None
    )
    return _input(name, label, element)


def person(name: str, label: str, *, initial: UserId | None = None, hint: str | None = None) -> Block:
    """A person or nobody."""
    return _input(name, label, UserSelectElement(action_id=name, initial_user=initial), hint=hint, optional=True)


def moment(name: str, label: str, *, initial: datetime | None = None, hint: str | None = None) -> Block:
    """A date and time or none, shown in the zone of whoever fills it in."""
    at = int(initial.timestamp()) if initial else None
    return _input(name, label, DateTimePickerElement(action_id=name, initial_date_time=at), hint=hint, optional=True)


def day(name: str, label: str, *, initial: date | None = None, hint: str | None = None) -> Block:
    """A day or none."""
    element = DatePickerElement(action_id=name, initial_date=initial.isoformat() if initial else None)
    return _input(name, label, element, hint=hint, optional=True)


def tick(name: str, label: str, option: str, *, hint: str | None = None) -> Block:
    """One box; ticked means yes."""
    return _input(name, label, CheckboxesElement(action_id=name, options=[_option("yes", option, hint)]), optional=True)


def modal(
    callback: str,
    title: str,
    blocks: Iterable[Block],
    *,
    submit: str | None = None,
    carries: dict[str, Any] | None = None,
) -> View:
    """`carries` comes back with the submission; it says what the form is about, never what anybody may do. Raises
    ValueError if it is more than Slack carries."""
    luggage = json.dumps(carries or {}, ensure_ascii=False)
    if length(luggage) > CARRIED_LIMIT:
        raise ValueError(f"{callback} carries {length(luggage)} characters")
    return View(
        type="modal", callback_id=callback, title=PlainTextObject(text=shorten(title, TITLE_LIMIT)),
        submit=PlainTextObject(text=shorten(submit, TITLE_LIMIT)) if submit else None,
        close=PlainTextObject(text="Cancel" if submit else "Close"),
        blocks=list(blocks)[:VIEW_BLOCKS], private_metadata=luggage,
    )  # fmt: skip


def home(blocks: Iterable[Block]) -> View:
    return View(type="home", blocks=list(blocks)[:VIEW_BLOCKS])


def _input(
    name: str, label: str, element: Any, *, hint: str | None = None, optional: bool = False, block: str | None = None
) -> Block:
    return InputBlock(
        block_id=block or name, label=PlainTextObject(text=label), element=element, optional=optional,
        hint=PlainTextObject(text=shorten(hint, 2000)) if hint else None,
    )  # fmt: skip


def _option(value: str, label: str, description: str | None = None) -> Option:
    about = PlainTextObject(text=shorten(description, OPTION_LIMIT)) if description else None
    return Option(value=value, text=PlainTextObject(text=shorten(label, OPTION_LIMIT)), description=about)
