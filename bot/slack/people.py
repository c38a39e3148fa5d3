"""Who is in the workspace, and in which user group."""

from typing import Any

from bot.kernel.errors import Rejected
from bot.kernel.ids import UserId
from bot.slack.calls import Calls


class People(Calls):
    async def user(self, user: UserId) -> dict[str, Any]:
        """users.info's user, in time for whoever waits for it. Raises Rejected("user_not_found")."""
        return dict((await self.answer("users.info", user=user))["user"])

    async def everybody(self) -> list[dict[str, Any]]:
        return [dict(user) async for user in self.pages("users.list", "members")]

    async def groups(self) -> list[dict[str, Any]] | None:
        """Every user group with its members, the disabled ones too. None if we may not know of any."""
        try:
            answer = await self.call("usergroups.list", include_users=True, include_disabled=True)
        except Rejected as refusal:
            if refusal.code == "plan_upgrade_required":
                return []  # a free plan has none
            if refusal.code == "missing_scope":
                return None  # installed before we asked for it; the start has said so
            raise
        return [dict(group) for group in answer["usergroups"]]
