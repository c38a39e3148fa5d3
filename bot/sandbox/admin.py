"""What an administrator does to accounts and user groups; the app is told as Slack tells it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.sandbox import shapes
from bot.sandbox.state import Json, User, UserGroup

if TYPE_CHECKING:
    from bot.sandbox.server import Slack


class Admin:
    """People and groups are named by id, handle or name. `told=False`: the events about it never arrive."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    def hires(self, name: str, real_name: str, *, told: bool = True) -> User:
        place = self._slack.workspace
        email = f"{name}@{place.domain}.example"
        user = User(
            id=self._slack.new_id("U"), name=name, real_name=real_name, display_name=name, email=email,
            team_id=place.team_id,
        )  # fmt: skip
        place.users[user.id] = user
        self._account(user, "team_join", told=told)
        return user

    def deactivates(self, who: str, *, told: bool = True) -> None:
        self._changes(who, lambda user: setattr(user, "deleted", True), told=told)

    def reactivates(self, who: str, *, told: bool = True) -> None:
        self._changes(who, lambda user: setattr(user, "deleted", False), told=told)

    def gives_address(self, who: str, email: str, *, told: bool = True) -> None:
        self._changes(who, lambda user: setattr(user, "email", email), told=told)

    def founds(self, handle: str, members: Sequence[str], *, told: bool = True) -> UserGroup:
        """A user group; its first members come with it."""
        now = self._slack.epoch()
        users = [self._slack.person(member).id for member in members]
        group = UserGroup(id=self._slack.new_id("S"), handle=handle, name=handle, users=users, created=now, updated=now)
        self._slack.workspace.groups[group.id] = group
        self._tell(group, "subteam_created", told=told)
        return group

    def staffs(self, handle: str, members: Sequence[str], *, told: bool = True) -> None:
        """From now on these are the members."""
        group, users = self.group(handle), [self._slack.person(member).id for member in members]
        came, went = [u for u in users if u not in group.users], [u for u in group.users if u not in users]
        before = group.updated or group.created
        group.users, group.updated = users, self._slack.epoch()
        self._tell(group, "subteam_updated", told=told)
        changed: Json = {"type": "subteam_members_changed", "subteam_id": group.id}
        changed |= {"team_id": self._slack.workspace.team_id}
        changed |= {"date_previous_update": before, "date_update": group.updated}
        changed |= {"added_users": came, "added_users_count": len(came)}
        changed |= {"removed_users": went, "removed_users_count": len(went)}
        if told:
            self._slack.emit(changed)

    def renames(self, handle: str, to: str, *, told: bool = True) -> None:
        group = self.group(handle)
        group.handle, group.updated = to, self._slack.epoch()
        self._tell(group, "subteam_updated", told=told)

    def disables(self, handle: str, *, told: bool = True) -> None:
        group = self.group(handle)
        group.date_delete = group.updated = self._slack.epoch()
        self._tell(group, "subteam_updated", told=told)

    def enables(self, handle: str, *, told: bool = True) -> None:
        group = self.group(handle)
        group.date_delete, group.updated = 0, self._slack.epoch()
        self._tell(group, "subteam_updated", told=told)

    def group(self, name: str) -> UserGroup:
        return next(g for g in self._slack.workspace.groups.values() if name.removeprefix("@") in (g.id, g.handle))

    def _changes(self, who: str, change: Callable[[User], None], *, told: bool) -> None:
        user = self._slack.person(who).user
        change(user)
        self._account(user, "user_change", told=told)

    def _account(self, user: User, event: str, *, told: bool) -> None:
        user.updated = self._slack.epoch()
        self._slack.changed("user", user=user.id)
        if told:
            seen = shapes.user(self._slack, user, email="users:read.email" in self._slack.app.scopes)
            self._slack.emit({"type": event, "user": seen, "cache_ts": user.updated})

    def _tell(self, group: UserGroup, event: str, *, told: bool) -> None:
        self._slack.changed("group", group=group.id)
        if told:
            shown = shapes.group(self._slack, group) | {"users": list(group.users), "user_count": len(group.users)}
            self._slack.emit({"type": event, "subteam": shown})
