"""What a message of the app may contain, and how it is read from the arguments."""

import json
from dataclasses import dataclass
from typing import Any

from bot.sandbox import blockkit
from bot.sandbox.api.registry import ApiError, Call
from bot.sandbox.blockkit import mrkdwn
from bot.sandbox.blockkit.shape import Problem
from bot.sandbox.state import Json
from bot.sandbox.words import stored

ATTACHMENTS_LIMIT = 100  # set by Slack
MARKDOWN_LIMIT = 12_000  # characters, set by Slack
EVENT_TYPE_LIMIT = 255
CUSTOM = ("username", "icon_url", "icon_emoji")


@dataclass
class Content:
    """A message as it will be kept. What was not given is None: an edit leaves it as it is."""

    text: str | None = None
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    metadata: Json | None = None

    @property
    def empty(self) -> bool:
        return not (self.text or "").strip() and not self.blocks and not self.attachments


def read(call: Call) -> Content:
    """Read and check everything but lengths of text. Raises ApiError; notes violations."""
    _customised(call)
    content = Content(metadata=_metadata(call))
    if "markdown_text" in call.args:
        content.blocks = _markdown(call)
    if "blocks" in call.args:
        content.blocks = _blocks(call)
    if "attachments" in call.args:
        content.attachments = _attachments(call)
    if "text" in call.args:
        content.text = stored(call.args["text"])
    _lint(call, content)
    return content


def read_comment(call: Call) -> Content:
    """The words that go with a file: `initial_comment`, or else blocks."""
    content = Content()
    if call.args.get("initial_comment"):
        content.text = stored(call.args["initial_comment"])
        for raw in mrkdwn.unescaped(call.args["initial_comment"]):
            call.violate("unescaped", raw)
    elif "blocks" in call.args:
        content.blocks = _blocks(call)
    return content


def _customised(call: Call) -> None:
    if call.args.get("as_user"):
        raise ApiError("as_user_not_supported")
    if call.given(*CUSTOM):
        call.needs("chat:write.customize")
    if call.args.get("link_names") or call.args.get("parse", "none") not in ("none", "client"):
        call.violate("deprecated_argument", "link_names and parse bring names in people's texts to life")


def _markdown(call: Call) -> list[Json]:
    if call.given("blocks", "text"):
        raise ApiError("markdown_text_conflict")
    text = call.args["markdown_text"]
    if len(text) > MARKDOWN_LIMIT:
        raise ApiError("msg_too_long")
    return blockkit.fill_ids([{"type": "markdown", "text": text}])


def _blocks(call: Call) -> list[Json]:
    given = _array(call.args["blocks"])
    if given is None:
        raise ApiError("invalid_blocks_format")
    _raise(blockkit.check_message_blocks(given), "invalid_blocks")
    if len(mrkdwn.blocks_text(given)) > call.slack.rules.blocks_chars:
        raise ApiError("msg_blocks_too_long")
    return blockkit.fill_ids(given)


def _attachments(call: Call) -> list[Json]:
    given = _array(call.args["attachments"])
    if given is None:
        raise ApiError("invalid_attachments")
    if len(given) > ATTACHMENTS_LIMIT:
        raise ApiError("too_many_attachments")
    _raise(blockkit.check_attachments(given), "invalid_blocks")
    kept = []
    for number, one in enumerate(given, start=1):
        filled = {"blocks": blockkit.fill_ids(one["blocks"])} if one.get("blocks") else {}
        kept.append({"id": number, "fallback": "[no preview available]", **one, **filled})
    return kept


def _array(given: Any) -> list[Any] | None:
    """A list, or its JSON; None for anything else. An empty string is no list of anything."""
    if isinstance(given, str):
        try:
            given = json.loads(given or "[]")
        except ValueError:
            return None
    return given if isinstance(given, list) else None


def _raise(problems: list[Problem], error: str) -> None:
    if problems:
        lines = [f"{problem.message} [json-pointer:{problem.pointer}]" for problem in problems]
        messages = [f"[ERROR] {line}" for line in lines]
        raise ApiError(error, errors=lines, response_metadata={"messages": messages})


def _metadata(call: Call) -> Json | None:
    given = call.args.get("metadata")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise ApiError("invalid_metadata_format")
    if not given and call.name == "chat.update":
        return {}
    event, payload = given.get("event_type"), given.get("event_payload")
    if not isinstance(event, str) or not isinstance(payload, dict) or not 0 < len(event) <= EVENT_TYPE_LIMIT:
        raise ApiError("invalid_metadata_format")
    if given.keys() - {"event_type", "event_payload", "entities"}:
        raise ApiError("invalid_metadata_schema")
    if len(json.dumps(payload).encode()) > call.slack.rules.metadata_bytes:
        raise ApiError("metadata_too_large")
    return given


def _lint(call: Call, content: Content) -> None:
    if content.blocks and not content.text and not call.given("markdown_text"):
        call.violate("fallback_missing", "blocks without text")
    inside = [one.get("blocks", []) for one in content.attachments or []]
    drawn = [text for blocks in (content.blocks or [], *inside) for text in mrkdwn.mrkdwn_texts(blocks)]
    for text in (call.args.get("text", ""), *drawn):
        for raw in mrkdwn.unescaped(text):
            call.violate("unescaped", raw)
    _unknown(call, content)


def _unknown(call: Call, content: Content) -> None:
    place = call.slack.workspace
    found = mrkdwn.mentions(content.text or "", content.blocks)
    known = place.users.keys() | place.groups.keys() | place.channels.keys()
    for named in (*found.users, *found.groups, *found.channels):
        if named not in known:
            call.violate("mention_unknown", named)
