"""Keeps a workspace in a SQLite file, one row for each thing, written before anybody is told of the change."""

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bot.sandbox.state import Message, View, Workspace

Key = tuple[str, ...]  # ("message", channel id, ts), ("user", id), ("workspace",) …

# Where in the workspace things of each kind live. Messages live in their channel.
SHELVES = {
    "user": "users",
    "group": "groups",
    "channel": "channels",
    "file": "files",
    "canvas": "canvases",
    "modals": "modals",
    "home": "homes",
}
SCALARS = set(Workspace.model_fields) - set(SHELVES.values())


class Store:
    """Survives a kill of the process at any moment. One process at a time."""

    def __init__(self, path: Path | str) -> None:
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        with self._db:
            self._db.execute("CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID")

    def load(self) -> Workspace | None:
        """The workspace as it was last written, or None if the file is new."""
        rows = {
            tuple(json.loads(key)): json.loads(body) for key, body in self._db.execute("SELECT key, body FROM kept")
        }
        scalars = rows.pop(("workspace",), None)
        if scalars is None:
            return None
        content: dict[str, Any] = {shelf: {} for shelf in SHELVES.values()}
        for (kind, *ids), body in sorted(rows.items()):
            if kind != "message":
                content[SHELVES[kind]][ids[0]] = body
        for (kind, *ids), body in sorted(rows.items()):
            if kind == "message":
                content["channels"][ids[0]].setdefault("messages", {})[ids[1]] = body
        return Workspace.model_validate({**scalars, **content})

    def write(self, workspace: Workspace, keys: Iterable[Key]) -> None:
        """Write these things as they are now, in one transaction; what is no longer there is deleted."""
        with self._db:
            for key in {("workspace",), *keys}:
                body = _body(workspace, key)
                if body is None:
                    self._db.execute("DELETE FROM kept WHERE key = ?", (json.dumps(key),))
                else:
                    self._db.execute("REPLACE INTO kept VALUES (?, ?)", (json.dumps(key), body))

    def write_all(self, workspace: Workspace) -> None:
        keys = [(kind, name) for kind, shelf in SHELVES.items() for name in getattr(workspace, shelf)]
        said = [("message", c.id, ts) for c in workspace.channels.values() for ts in c.messages]
        self.write(workspace, [*keys, *said])

    def close(self) -> None:
        self._db.close()


def _body(workspace: Workspace, key: Key) -> str | None:
    if key == ("workspace",):
        return workspace.model_dump_json(include=SCALARS)
    found = _find(workspace, key)
    if isinstance(found, BaseModel):
        return found.model_dump_json(exclude={"messages"})
    return None if found is None else json.dumps([view.model_dump() for view in found])


def _find(workspace: Workspace, key: Key) -> BaseModel | list[View] | None:
    if key[0] == "message":
        channel = workspace.channels.get(key[1])
        message: Message | None = channel.messages.get(key[2]) if channel else None
        return message
    found: BaseModel | list[View] | None = getattr(workspace, SHELVES[key[0]]).get(key[1])
    return found
