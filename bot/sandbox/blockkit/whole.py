"""What is checked of a message, its attachments or a view as a whole, and where all checks start."""

from collections.abc import Iterator

from bot.sandbox.blockkit.block_table import ON, VIEWS
from bot.sandbox.blockkit.checking import NO_SCHEMA, problems
from bot.sandbox.blockkit.placed import nested, own_elements
from bot.sandbox.blockkit.shape import Items, Json, Kinds, Problem, String

MARKDOWN = 12_000  # characters in all markdown blocks of a message together
MESSAGE = Items(Kinds("block", ON["message"]), 0, 50)
ATTACHMENT = Items(Kinds("block", ON["attachment"]), 0, 50)
ATTACHMENTS = 100


def check_message_blocks(blocks: object) -> list[Problem]:
    """What Slack refuses in the `blocks` of a message. Pointers start with /blocks."""
    return list(problems(MESSAGE, blocks, "/blocks")) or list(_message(blocks, "/blocks"))


def check_attachments(attachments: object) -> list[Problem]:
    """What Slack refuses in `attachments`: too many, or blocks in them. Their older fields are not checked."""
    if not isinstance(attachments, list):
        return [Problem("must provide an array", "/attachments")]
    found = []
    if len(attachments) > ATTACHMENTS:
        found.append(Problem(f"no more than {ATTACHMENTS} items allowed", "/attachments"))
    for i, attachment in enumerate(attachments):
        found += _attachment(attachment, f"/attachments/{i}")
    return found


def check_view(view: object) -> list[Problem]:
    """What Slack refuses in a modal or Home view. Pointers start with /view."""
    if not isinstance(view, dict):
        return [Problem("must provide an object", "/view")]
    if "type" not in view:
        return [Problem("missing required field: type", "/view")]
    kind = view["type"]
    if not isinstance(kind, str) or kind not in VIEWS:
        return [Problem(f"unsupported type: {kind}", "/view/type")]
    # A view is a union in Slack's schema, so its errors begin by naming the union.
    found = list(problems(VIEWS[kind], view, "/view"))
    return [Problem(NO_SCHEMA, "/view"), *found] if found else list(_view(view))


def _message(blocks: object, at: str) -> Iterator[Problem]:
    assert isinstance(blocks, list)
    yield from _ids(blocks, at)
    yield from _one_table(blocks, at)
    yield from _markdown(blocks, at)
    yield from _inputs(blocks, at)
    for pointer, element in _elements(blocks, at):
        if element.get("response_url_enabled"):
            yield Problem("`response_url_enabled` is only allowed in modals", f"{pointer}/response_url_enabled")


def _attachment(attachment: object, at: str) -> Iterator[Problem]:
    if not isinstance(attachment, dict):
        yield Problem("must provide an object", at)
        return
    if "color" in attachment:
        yield from problems(String(), attachment["color"], f"{at}/color")
    if "blocks" in attachment:
        found = list(problems(ATTACHMENT, attachment["blocks"], f"{at}/blocks"))
        yield from found or _message(attachment["blocks"], f"{at}/blocks")


def _view(view: Json) -> Iterator[Problem]:
    blocks, at = view["blocks"], "/view/blocks"
    yield from _ids(blocks, at)
    yield from _inputs(blocks, at)
    if view["type"] == "modal" and "submit" not in view:
        for i, block in enumerate(blocks):
            if block["type"] == "input":
                yield Problem("must define `submit` to use `input` block", f"{at}/{i}/input")
    focused = [pointer for pointer, element in _elements(blocks, at) if element.get("focus_on_load")]
    for pointer in focused[1:]:
        yield Problem("only one element may set `focus_on_load`", f"{pointer}/focus_on_load")
    for pointer, element in _elements(blocks, at):
        modal_input = view["type"] == "modal" and pointer.endswith("/element")
        if element.get("response_url_enabled") and not modal_input:
            yield Problem(
                "`response_url_enabled` is only allowed in input blocks of modals", f"{pointer}/response_url_enabled"
            )


def _ids(blocks: list[Json], at: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for block, pointer in nested(blocks, at):
        name = block.get("block_id")
        # Slack ignores the block_id of markdown blocks.
        if name is not None and block["type"] != "markdown":
            if name in seen:
                yield Problem(f'`block_id` "{name}" already exists', f"{pointer}/block_id")
            seen.add(name)
        yield from _action_ids(block, pointer)


def _action_ids(block: Json, at: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for element, pointer in own_elements(block, at):
        name = element.get("action_id")
        if name is not None and name in seen:
            yield Problem(f'`action_id` "{name}" already exists', f"{pointer}/action_id")
        seen.add(name or "")


def _one_table(blocks: list[Json], at: str) -> Iterator[Problem]:
    tables = [pointer for block, pointer in nested(blocks, at) if block["type"] == "table"]
    for pointer in tables[1:]:
        yield Problem("only_one_table_allowed", pointer)


def _markdown(blocks: list[Json], at: str) -> Iterator[Problem]:
    length = 0
    for block, pointer in nested(blocks, at):
        if block["type"] == "markdown":
            length += len(block["text"])
            if length > MARKDOWN:
                yield Problem(f"must be less than {MARKDOWN + 1} characters", f"{pointer}/text")
                return


def _inputs(blocks: list[Json], at: str) -> Iterator[Problem]:
    for block, pointer in nested(blocks, at):
        if block["type"] == "input" and block["element"]["type"] == "file_input" and block.get("dispatch_action"):
            yield Problem("`file_input` cannot dispatch actions", f"{pointer}/dispatch_action")


def _elements(blocks: list[Json], at: str) -> Iterator[tuple[str, Json]]:
    for block, pointer in nested(blocks, at):
        for element, where in own_elements(block, pointer):
            yield where, element
