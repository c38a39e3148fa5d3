"""Modals: opened by a trigger, filled in as the client lets people, submitted, stacked, closed."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError

from bot.sandbox.people import CannotDo, Person
from bot.sandbox.server import Slack
from bot.sandbox.state import View
from tests.sandbox.acts.conftest import Connect
from tests.sandbox.acts.manifest import actions, button, field, modal, section, text

Json = dict[str, Any]
TITLE = field("title")
OPTIONS = [{"text": text(w), "value": w} for w in ("SEV1", "SEV2")]
SEVERITY = field("severity", {"type": "static_select", "options": OPTIONS}, optional=True)
FORM = modal(TITLE, SEVERITY, private_metadata="secret", notify_on_close=True)


async def opened(slack: Slack, app: AsyncApp, ana: Person, view: Json, connect: Connect) -> View:
    """Ana has a modal open."""

    @app.shortcut("ring")
    async def ring(ack: AsyncAck, body: Json) -> None:
        await ack()
        await app.client.views_open(trigger_id=body["trigger_id"], view=view)

    await connect()
    await ana.shortcut("ring")
    return await ana.waits_for(lambda: ana.modal)


def _deep(slack: Slack, person: Person, depth: int) -> bool:
    return len(slack.screens.stack(person.id)) == depth


def answering(app: AsyncApp, *answers: Json) -> list[Json]:
    """Answer submissions so, one after the other; what was heard."""
    heard: list[Json] = []

    @app.view("form")
    async def submitted(ack: AsyncAck, body: Json) -> None:
        heard.append(body)
        await ack(**answers[min(len(heard), len(answers)) - 1] if answers else {})

    return heard


async def test_a_form_is_filled_in_and_submitted(slack: Slack, app: AsyncApp, connect: Connect, ana: Person) -> None:
    heard = answering(app)
    view = await opened(slack, app, ana, FORM, connect)
    seen = await ana.submits(title="Checkout", severity="SEV2")

    assert seen.closed
    assert ana.modal is None
    body = heard[0]
    assert body["view"]["id"] == view.id
    assert body["view"]["private_metadata"] == "secret"
    assert body["view"]["state"]["values"] == {
        "title": {"title": {"type": "plain_text_input", "value": "Checkout"}},
        "severity": {
            "severity": {
                "type": "static_select",
                "selected_option": view.values["severity"]["severity"]["selected_option"],
            }
        },
    }
    assert body["response_urls"] == []
    assert set(body["view"]) == {
        "id", "team_id", "type", "blocks", "private_metadata", "callback_id", "state", "hash", "title",
        "clear_on_close", "notify_on_close", "close", "submit", "previous_view_id", "root_view_id", "app_id",
        "external_id", "app_installed_team_id", "bot_id",
    }  # fmt: skip
    assert not slack.journal.violations


async def test_the_client_checks_before_it_sends(slack: Slack, app: AsyncApp, connect: Connect, ana: Person) -> None:
    heard = answering(app)
    await opened(slack, app, ana, FORM, connect)
    seen = await ana.submits(severity="SEV1")

    assert list(seen.errors) == ["title"]
    assert seen.delivery is None
    assert heard == []
    with pytest.raises(CannotDo, match="not offered"):
        await ana.fills(severity="SEV9")
    assert (await ana.submits(title="Checkout")).closed


async def test_errors_of_the_app_stand_under_their_field(
    slack: Slack, app: AsyncApp, connect: Connect, ana: Person
) -> None:
    answering(app, {"response_action": "errors", "errors": {"title": "Too short"}}, {})
    view = await opened(slack, app, ana, FORM, connect)
    seen = await ana.submits(title="x")
    assert (seen.errors, seen.closed, seen.trouble) == ({"title": "Too short"}, False, "")
    assert ana.modal is view
    assert (await ana.submits(title="Checkout")).closed


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nothing": "Too short"}},
        {"response_action": "errors", "errors": {"words": "Not an input"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal", "title": text("x"), "blocks": [{"type": "no"}]}},
        {"response_action": "explode"},
        {"text": "thanks"},
    ],
)
async def test_an_answer_that_makes_no_sense_is_trouble(
    slack: Slack, app: AsyncApp, over_http: Connect, ana: Person, answer: Json
) -> None:
    answering(app, answer, {})
    words = {**section("words"), "block_id": "words"}
    await opened(slack, app, ana, modal(TITLE, words), over_http)
    seen = await ana.submits(title="x")

    assert seen.trouble
    assert not seen.closed
    assert ana.modal is not None
    assert ana.modal.trouble == "We had some trouble connecting. Try again?"
    assert slack.journal.deliveries[-1].shown == ana.modal.trouble
    assert (await ana.submits()).closed, "the person can try again"


async def test_a_late_answer_is_trouble_and_the_form_stays(
    slack: Slack, app: AsyncApp, connect: Connect, ana: Person
) -> None:
    shown = asyncio.Event()
    slack.rules.ack_deadline = 0.3

    @app.view("form")
    async def submitted(ack: AsyncAck) -> None:
        await shown.wait()
        await ack()

    await opened(slack, app, ana, FORM, connect)
    seen = await ana.submits(title="x")
    shown.set()
    assert seen.trouble
    assert ana.modal is not None
    assert ana.modal.values["title"]["title"]["value"] == "x"


async def test_a_submission_can_arrive_twice(slack: Slack, app: AsyncApp, connect: Connect, ana: Person) -> None:
    heard = answering(app)
    await opened(slack, app, ana, FORM, connect)
    first, second = await ana.submits_twice(title="x")
    await slack.deliveries.again(slack.journal.deliveries[-1])

    assert first.closed
    assert second.closed
    assert len(heard) == 3
    assert len({h["view"]["id"] for h in heard}) == 1
    assert len({h["view"]["hash"] for h in heard}) == 1


async def test_forms_are_stacked_three_deep(slack: Slack, app: AsyncApp, connect: Connect, ana: Person) -> None:
    refused: list[str] = []

    @app.action("deeper")
    async def push(ack: AsyncAck, body: Json) -> None:
        await ack()
        try:
            await app.client.views_push(trigger_id=body["trigger_id"], view=deeper)
        except SlackApiError as error:
            refused.append(error.response["error"])

    deeper = modal(*actions(button("deeper")), submit=None)
    root = await opened(slack, app, ana, deeper, connect)
    for depth in (2, 3):
        await ana.clicks(None, "deeper")
        await ana.waits_for(partial(_deep, slack, ana, depth))
    await ana.clicks(None, "deeper")
    await ana.waits_for(lambda: refused)

    assert refused == ["push_limit_reached"]
    stack = slack.screens.stack(ana.id)
    assert [v.root_view_id for v in stack] == [root.id] * 3
    assert [v.previous_view_id for v in stack] == [None, stack[0].id, stack[1].id]
    await ana.closes()
    assert ana.modal is stack[-1]
    await ana.closes_all()
    assert ana.modal is None


async def test_an_answer_can_push_update_and_clear(slack: Slack, app: AsyncApp, connect: Connect, ana: Person) -> None:
    answering(
        app,
        {"response_action": "push", "view": FORM},
        {"response_action": "update", "view": modal(TITLE, field("why"))},
        {"response_action": "clear"},
    )
    first = await opened(slack, app, ana, FORM, connect)
    await ana.submits(title="one")
    second = ana.modal
    assert second is not None
    assert second.previous_view_id == first.id
    await ana.submits(title="two")
    assert ana.modal is second
    assert second.values["title"]["title"]["value"] == "two", "what was typed is kept"
    seen = await ana.submits(why="because")
    assert seen.closed
    assert ana.modal is None


async def test_closing_is_told_only_if_asked_for(slack: Slack, app: AsyncApp, connect: Connect, ana: Person) -> None:
    heard: list[Json] = []

    @app.view_closed("form")
    async def closed(ack: AsyncAck, body: Json) -> None:
        heard.append(body)
        await ack()

    await opened(slack, app, ana, FORM, connect)
    await ana.closes()
    await ana.shortcut("ring")
    root = await ana.waits_for(lambda: ana.modal)
    await ana.closes_all()
    slack.screens.open(slack.screens.triggers.issue(ana.id, "shortcut"), modal(TITLE))
    await ana.closes()

    assert [h["is_cleared"] for h in heard] == [False, True]
    assert heard[1]["view"]["id"] == root.id
    assert "trigger_id" not in heard[0]


async def test_typing_is_told_when_the_field_says_so(
    slack: Slack, app: AsyncApp, connect: Connect, ana: Person
) -> None:
    heard: list[Json] = []

    @app.action("title")
    @app.action("severity")
    async def hear(ack: AsyncAck, body: Json) -> None:
        heard.append(body)
        await ack()

    silent = field("why")
    telling = [{**TITLE, "dispatch_action": True}, {**SEVERITY, "dispatch_action": True}, silent]
    await opened(slack, app, ana, modal(*telling), connect)
    await ana.fills(title="not yet", why="x", severity="SEV1")
    await ana.enters("title", "now")

    assert [h["actions"][0]["action_id"] for h in heard] == ["severity", "title"]
    assert heard[1]["actions"][0]["value"] == "now"
    assert heard[1]["view"]["state"]["values"]["why"]["why"]["value"] == "x"
    assert "state" not in heard[1]


async def test_a_trigger_opens_once_and_for_three_seconds(slack: Slack, app: AsyncApp, ana: Person) -> None:
    async def error(trigger_id: str) -> Any:
        with pytest.raises(SlackApiError) as refused:
            await app.client.views_open(trigger_id=trigger_id, view=FORM)
        return refused.value.response

    trigger = slack.screens.triggers.issue(ana.id, "shortcut")
    await app.client.views_open(trigger_id=trigger.id, view=FORM)
    assert (await error(trigger.id))["error"] == "exchanged_trigger_id"
    assert (await error("1.2.nonsense"))["error"] == "invalid_trigger_id"
    late = slack.screens.triggers.issue(ana.id, "shortcut")
    slack.clock.jump(timedelta(seconds=4))
    assert (await error(late.id))["error"] == "expired_trigger_id"
    slack.rules.trigger_wording = "invalid_arguments"
    said = await error(late.id)
    assert said["error"] == "invalid_arguments"
    assert "`trigger_id` expired" in said["response_metadata"]["messages"][0]


async def test_a_fast_or_paused_workspace_does_not_spoil_triggers(slack: Slack, ana: Person) -> None:
    for speed in (600.0, 0.0):
        slack.clock.run(speed)
        trigger = slack.screens.triggers.issue(ana.id, "shortcut")
        assert slack.screens.triggers.look(trigger.id) is trigger


async def test_opening_over_an_open_modal_is_written_down(slack: Slack, app: AsyncApp, ana: Person) -> None:
    first = slack.screens.triggers.issue(ana.id, "shortcut")
    await app.client.views_open(trigger_id=first.id, view=FORM)
    assert ana.modal is not None
    second = slack.screens.triggers.issue(ana.id, "block_actions", view_id=ana.modal.id)
    await app.client.views_open(trigger_id=second.id, view=FORM)
    assert [v.kind for v in slack.journal.violations] == ["open_over_modal"]
    assert len(slack.screens.stack(ana.id)) == 1


async def test_a_view_is_updated_by_id_by_name_and_under_its_hash(slack: Slack, app: AsyncApp, ana: Person) -> None:
    trigger = slack.screens.triggers.issue(ana.id, "shortcut")
    named = modal(TITLE, external_id="mine")
    answer = await app.client.views_open(trigger_id=trigger.id, view=named)
    view: Json = answer["view"]
    await ana.fills(title="typed")
    old = view["hash"]
    again = await app.client.views_update(external_id="mine", hash=old, view=modal(TITLE, SEVERITY, external_id="mine"))

    assert again["view"]["id"] == view["id"]
    assert again["view"]["hash"] != old
    assert ana.modal is not None
    assert ana.modal.values["title"]["title"]["value"] == "typed"

    async def error(**args: Any) -> Any:
        with pytest.raises(SlackApiError) as refused:
            await app.client.views_update(**args)
        return refused.value.response["error"]

    assert await error(view_id=view["id"], hash=old, view=FORM) == "hash_conflict"
    assert await error(view_id="V0", view=FORM) == "not_found"
    assert await error(view_id=view["id"], view=modal(TITLE, title=text("x" * 25))) == "invalid_arguments"
    large = modal(*[section("x" * 3000)] * 90)
    assert await error(view_id=view["id"], view=large) == "view_too_large"
    other = slack.screens.triggers.issue("U0BO", "shortcut")
    with pytest.raises(SlackApiError, match="duplicate_external_id"):
        await app.client.views_open(trigger_id=other.id, view=named)
    await ana.closes()
    assert await error(view_id=view["id"], view=FORM) == "not_found"


async def test_a_home_is_published_to_people_only(slack: Slack, app: AsyncApp, ana: Person) -> None:
    body = {"type": "home", "blocks": [section("hello")]}
    first = await app.client.views_publish(user_id=ana.id, view=body)
    assert first["view"]["type"] == "home"
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await app.client.views_publish(user_id=ana.id, view=body, hash="1.old")
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await app.client.views_publish(user_id="U0NOBODY", view=body)
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await app.client.views_publish(user_id=ana.id, view=FORM)
    slack.app.manifest["features"]["app_home"]["home_tab_enabled"] = False
    with pytest.raises(SlackApiError, match="not_enabled"):
        await app.client.views_publish(user_id=ana.id, view=body)


async def test_a_conversation_asked_for_gets_a_response_url(
    slack: Slack, app: AsyncApp, connect: Connect, ana: Person, bo: Person
) -> None:
    heard = answering(app)
    element = {"type": "conversations_select", "response_url_enabled": True, "default_to_current_conversation": True}

    @app.command("/bell")
    async def ring(ack: AsyncAck, body: Json) -> None:
        await ack()
        await app.client.views_open(trigger_id=body["trigger_id"], view=modal(field("where", element)))

    await connect()
    await ana.types("/bell", "random")
    await ana.waits_for(lambda: ana.modal)
    with pytest.raises(CannotDo, match="not among"):
        await ana.fills(where=slack.channel("leadership"))
    await ana.submits()

    urls = heard[0]["response_urls"]
    assert [(u["block_id"], u["action_id"], u["channel_id"]) for u in urls] == [("where", "where", "C0RANDOM")]
    assert urls[0]["response_url"].startswith(slack.url)
