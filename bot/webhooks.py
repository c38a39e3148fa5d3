"""Telling other services of what happened, signed as Standard Webhooks has it: they can check who says so, that nobody
changed it, and by its id that they have it already."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.kernel.clock import Clock
from bot.kernel.errors import Rejected, Unavailable
from bot.organisation import WebhookTerms

TIMEOUT = aiohttp.ClientTimeout(total=10)
BUSY = 429
WRONG = range(400, 500)


class Webhooks:
    """The addresses that the organisation's file names. Without any, nothing is ever called."""

    def __init__(self, terms: Sequence[WebhookTerms], secret: SecretStr | None, clock: Clock) -> None:
        self._terms = terms
        self._secret = secret.get_secret_value().encode() if secret else b""
        self._clock = clock

    def wanting(self, event: str, *, is_private: bool) -> list[str]:
        """Who is to be told of this event, by address."""
        return [str(one.url) for one in self._terms if event in one.events and (one.private or not is_private)]

    async def call(self, url: str, key: str, told: Mapping[str, Any]) -> None:
        """`key`: the same for each try. Raises Unavailable to be tried again, Rejected where that would be in vain."""
        body = json.dumps(told, sort_keys=True, ensure_ascii=False).encode()
        headers = {**self._signed(key, body), "Content-Type": "application/json", "User-Agent": "tocsin"}
        try:
            async with (
                aiohttp.ClientSession(timeout=TIMEOUT) as session,
                session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as why:
            raise Unavailable(f"it did not answer ({type(why).__name__})") from None
        if status in WRONG and status != BUSY:
            raise Rejected(f"http_{status}", "it refused what we told it")
        if not 200 <= status < 300:
            raise Unavailable(f"it answered with {status}")

    def _signed(self, key: str, body: bytes) -> dict[str, str]:
        at = str(int(self._clock.now().timestamp()))
        digest = hmac.new(self._secret, b".".join([key.encode(), at.encode(), body]), hashlib.sha256).digest()
        return {
            "webhook-id": key, "webhook-timestamp": at,
            "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        }  # fmt: skip
