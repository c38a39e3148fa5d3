"""One call of Slack's Web API: made when it is our turn, and told what its answer means.

Nothing here retries: the engine does, and looks before it repeats what may have happened.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from enum import StrEnum
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.kernel.clock import Clock
from bot.kernel.effect import Urgency, urgency_now
from bot.kernel.errors import Rejected, Unavailable
from bot.kernel.inside import inside_a_transaction
from bot.slack.pace import Limits, Pace

CALL_TIMEOUT = timedelta(seconds=10)
ANSWER_TIMEOUT_S = 2.5  # for what must be on the screen within Slack's three seconds
TURN_S = 0.25  # a wait for our turn that is not worth coming back for
PAGE_PATIENCE = timedelta(minutes=1)  # the longest wait for the next page of a listing
PAGE_SIZE = {"users.list": 1000, "conversations.list": 1000}  # the most there is: these take few calls a minute
SIGNED_OUT_WAIT = timedelta(seconds=30)
OUTCOME_UNKNOWN = {"fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"}
CONNECTING = {"auth.test", "apps.connections.open"}  # what we ask to be let in again
SIGNED_OUT = {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}

Look = Callable[[], Awaitable[None]]


class CallOutcome(StrEnum):
    OK = "ok"
    RATE_LIMITED = "rate_limited"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"


class Calls:
    """Raises Unavailable or Rejected for whatever Slack or the network answers. Close it when done. `on_called` is told
    what came of each call that went out."""

    def __init__(self, token: str, api_url: str, limits: Limits, clock: Clock, timeout: timedelta) -> None:
        in_time = aiohttp.ClientTimeout(total=timeout.total_seconds())
        self.session = aiohttp.ClientSession(timeout=in_time, connector=aiohttp.TCPConnector(limit=64))
        self.web: AsyncWebClient = _Web(token=token, base_url=api_url, session=self.session, retry_handlers=[])
        self.signed_out: str | None = None  # Slack's word, once it no longer takes our token
        self.on_called: Callable[[str, CallOutcome], None] = lambda _method, _outcome: None
        self._pace = Pace(limits, clock.seconds)

    async def close(self) -> None:
        await self.session.close()

    def room_for_pages(self) -> int | None:
        """How many may go out at once, by the pace; None: any number."""
        return self._pace.room()

    async def call(self, method: str, *, last_look: Look | None = None, **args: Any) -> dict[str, Any]:
        """One call. Waits only a moment for its turn; a longer wait is Unavailable with `retry_after`. `last_look` is
        asked when it is our turn, right before Slack is; what it raises is raised, and Slack is not asked."""
        if inside_a_transaction():
            raise RuntimeError(f"{method} inside a transaction")
        if self.signed_out and method not in CONNECTING:
            raise Unavailable(f"signed out of Slack: {self.signed_out}", retry_after=SIGNED_OUT_WAIT)
        await self._take_turn(method, args.get("channel"))
        if last_look:
            await last_look()
        try:
            answer = await self._ask(method, **args)
        except (Unavailable, Rejected) as why:
            self.on_called(method, self._outcome(why))
            raise
        self.on_called(method, CallOutcome.OK)
        return answer

    async def _ask(self, method: str, **args: Any) -> dict[str, Any]:
        ask = getattr(self.web, method.replace(".", "_"))
        try:
            answer = await ask(**{name: value for name, value in args.items() if value is not None})
        except SlackApiError as error:
            raise self._meaning(method, args.get("channel"), error.response) from error
        except aiohttp.ClientConnectorError as error:
            raise Unavailable(f"{method}: Slack cannot be reached") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable(f"{method}: {type(error).__name__}", outcome_unknown=True) from error
        return {**answer.data, "headers": {name.lower(): value for name, value in answer.headers.items()}}

    def _outcome(self, why: Unavailable | Rejected) -> CallOutcome:
        if isinstance(why, Rejected) or self.signed_out:
            return CallOutcome.REFUSED
        return CallOutcome.RATE_LIMITED if why.retry_after else CallOutcome.UNAVAILABLE

    async def answer(self, method: str, **args: Any) -> dict[str, Any]:
        """One call for somebody who looks at the screen: in time, or Unavailable."""
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                return await self.call(method, **args)
        except TimeoutError:
            raise Unavailable(f"{method} took longer than {ANSWER_TIMEOUT_S} s", outcome_unknown=True) from None

    async def pages(self, method: str, field: str, **args: Any) -> AsyncIterator[Any]:
        """Every item of a listing. Once begun it waits for its turns, or a long one would never come to its end."""
        args["limit"] = PAGE_SIZE.get(method, 200)
        answer = await self.call(method, **args)
        while True:
            for item in answer[field]:
                yield item
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
            answer = await self._next_page(method, **args, cursor=cursor)

    async def _next_page(self, method: str, **args: Any) -> dict[str, Any]:
        while True:
            try:
                return await self.call(method, **args)
            except Unavailable as why:
                if why.retry_after is None or why.retry_after > PAGE_PATIENCE:
                    raise
                wait = why.retry_after
            await asyncio.sleep(wait.total_seconds())

    async def _take_turn(self, method: str, channel: str | None) -> None:
        wait = self._pace.claim(method, channel, urgent=urgency_now.get() is Urgency.PAGE)
        if 0 < wait <= TURN_S:
            await asyncio.sleep(wait)
            wait = self._pace.claim(method, channel, urgent=urgency_now.get() is Urgency.PAGE)
        if wait > 0:
            raise Unavailable(f"{method}: our turn comes later", retry_after=timedelta(seconds=wait))

    def _meaning(self, method: str, channel: str | None, response: Any) -> Exception:
        """What is no answer at all (no JSON, or half of it) says nothing of what happened."""
        data = response.data if isinstance(response, AsyncSlackResponse) else None
        said: dict[str, Any] = data if isinstance(data, dict) else {}
        status = response.status_code if isinstance(response, AsyncSlackResponse) else response.status
        code = str(said.get("error", ""))
        if status == 429 or code in {"ratelimited", "rate_limited"}:
            wait_s = float(response.headers.get("Retry-After", "1"))
            self._pace.refused(method, channel, wait_s)
            return Unavailable(f"{method}: rate limited", retry_after=timedelta(seconds=wait_s))
        if status >= 500 or code in OUTCOME_UNKNOWN or not code:
            return Unavailable(f"{method}: {code or f'status {status}'}", outcome_unknown=True)
        if code in SIGNED_OUT and method != "apps.connections.open":  # which has another token
            self.signed_out = code
            if method not in CONNECTING:
                return Unavailable(f"signed out of Slack: {code}", retry_after=SIGNED_OUT_WAIT)
        needed = f"needs {said.get('needed')}" if code == "missing_scope" else ""
        hints = said.get("response_metadata") or {}
        return Rejected(code, needed or "; ".join(hints.get("messages") or ()))


class _Web(AsyncWebClient):
    async def _request(self, *, http_verb: str, api_url: str, req_args: dict[str, Any]) -> dict[str, Any]:
        """The SDK takes every answer for a dictionary; a proxy's page in plain text is none."""
        answer: dict[str, Any] = await super()._request(http_verb=http_verb, api_url=api_url, req_args=req_args)
        return answer if isinstance(answer["data"], dict) else {**answer, "data": {}}
