"""Whatever can be pressed or sent is listened to, and whatever is listened to can be pressed or sent."""

import ast

from bot.floors import open_door
from tests.house.tree import files, short, tree

PLACES = [path for path in files("bot", ".py") if not short(path).startswith("bot/sandbox")]


def calls(name: str) -> list[ast.Call]:
    """Every call of a function of this name in the bot, however it was imported."""
    found = [node for path in PLACES for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    return [call for call in found if ast.unparse(call.func).split(".")[-1] == name]


def test_every_button_has_a_word_behind_it() -> None:
    words = {word.name for word in open_door().words}
    drawn = [ast.unparse(call.args[1]) for call in calls("button")]
    assert len(drawn) > 3, "needs buttons to look at"
    for action in drawn:
        named = action.strip("f'\"").removeprefix("word:").split(":")[0]
        assert action == "word.action" or named in words, f"nobody listens to {action}"


def test_every_word_with_a_button_is_offered_in_some_state() -> None:
    labelled = [word for word in open_door().words if word.label]
    assert len(labelled) > 10, "needs words with buttons"
    assert [word.name for word in labelled if not word.in_states] == []


def test_every_form_that_can_be_sent_is_listened_to_and_the_reverse() -> None:
    sendable = {
        ast.literal_eval(call.args[0]) for call in calls("modal") if any(word.arg == "submit" for word in call.keywords)
    }
    assert sendable == set(open_door().forms)


def test_every_shortcut_has_its_own_name_within_slack_s_limit() -> None:
    shortcuts = open_door().shortcuts
    assert shortcuts
    assert len({shortcut.callback for shortcut in shortcuts}) == len(shortcuts)
    assert all(len(shortcut.name) <= 24 and len(shortcut.description) <= 150 for shortcut in shortcuts)
