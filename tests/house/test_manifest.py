"""The app manifest asks for what the code uses, and for nothing else."""

import ast
from typing import Any

from bot.app import app_manifest
from bot.floors import open_door
from bot.slack.manifest import EVENT_SCOPES, SCOPES
from tests.house.test_actions import PLACES
from tests.house.tree import tree

BY_THE_SDK = {"apps.connections.open"}  # Socket Mode's own, by the app-level token


def called() -> set[str]:
    """Every method of the Web API that is named in a call: `self.call("chat.update", …)`."""
    methods = set()
    for path in PLACES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call):
                methods |= {arg.value for arg in node.args if isinstance(arg, ast.Constant) and arg.value in SCOPES}
            if isinstance(node, ast.Constant | ast.Assign):
                methods |= _assigned(node)
    return methods


def _assigned(node: ast.AST) -> set[str]:
    """A method's name kept for a call that follows: `method = "conversations.replies"`."""
    values = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)] if isinstance(node, ast.Assign) else []
    return {value for value in values if isinstance(value, str) and value in SCOPES}


def looks_like_a_method(node: ast.AST) -> str | None:
    if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"call", "_answer", "_pages", "answer"}:
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and "." in first.value:
            return first.value
    return None


def test_every_method_that_is_called_has_its_scopes_written_down() -> None:
    named = {name for path in PLACES for node in ast.walk(tree(path)) if (name := looks_like_a_method(node))}
    assert len(named) > 10, "needs calls to look at"
    assert named - set(SCOPES) == set()


def test_no_scope_is_asked_for_a_method_that_is_not_called() -> None:
    assert set(SCOPES) - called() - BY_THE_SDK == set()


def test_events_and_their_scopes_are_those_listened_to() -> None:
    assert set(open_door().events) == set(EVENT_SCOPES)
    assert app_manifest()["settings"]["event_subscriptions"]["bot_events"] == sorted(EVENT_SCOPES)


def test_it_is_within_slack_s_limits() -> None:
    manifest = app_manifest()
    about = manifest["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000
    (command,) = manifest["features"]["slash_commands"]
    assert command["should_escape"] is True
    assert len(command["usage_hint"]) <= 1000


def test_for_http_every_address_is_ours() -> None:
    over_http, by_socket = app_manifest("https://tocsin.example.com"), app_manifest()
    assert addresses(over_http) == {"https://tocsin.example.com/slack/events"}
    assert over_http["settings"]["socket_mode_enabled"] is False
    assert addresses(by_socket) == set()
    assert by_socket["settings"]["socket_mode_enabled"] is True


def addresses(part: Any) -> set[str]:
    if isinstance(part, dict):
        return {found for value in part.values() for found in addresses(value)}
    if isinstance(part, list):
        return {found for value in part for found in addresses(value)}
    return {part} if isinstance(part, str) and part.startswith("http") else set()
