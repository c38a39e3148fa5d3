"""How the people of a workspace use its app. It is given from outside: the workspace knows no app."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Deed(StrEnum):
    """What somebody does in a step."""

    POST = "post"  # an app of the company's own, by its webhook
    SAY = "say"
    KEEP = "keep"
    # By a custom
    DECLARE = "declare"
    ACK = "ack"
    ROLE = "role"
    ASSIGN = "assign"
    SEVERITY = "severity"
    MITIGATE = "mitigate"
    RESOLVE = "resolve"
    UPDATE = "update"
    NOTE = "note"
    COMMAND = "command"


@dataclass(frozen=True)
class Custom:
    """What one does for a deed. In `types` and `fields`, `{text}` and the other details of the step are filled in.

    A field whose template is one name alone gets the bare value, and none if there is none; `option:{title}` chooses
    the option that has these words in it.
    """

    types: str
    form: str = ""  # the callback_id of the form that comes up then, to be filled in and sent
    fields: Mapping[str, str] = field(default_factory=dict)  # by action_id
    button: str = ""  # an action_id: pressed in the app's newest direct message that has it, instead of typing


@dataclass(frozen=True)
class Customs:
    deeds: Mapping[Deed, Custom]
    first_role: str  # who commands
    voice_role: str  # who speaks to the world
    reaction: str  # that keeps a message, in the incident's channel
    shortcut: str  # that keeps one from anywhere else, and the form that comes then
    shortcut_form: Custom
