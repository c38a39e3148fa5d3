"""Delivery by HTTP: signed POST requests to the app's request URL."""

import hashlib
import hmac
import json
import ssl
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.clock import real_time_s
from bot.sandbox.delivery.outcome import Delivery, Ended, Outcome, Switches
from bot.sandbox.manifest import App
from bot.sandbox.rules import Rules

REDIRECTS = 2  # set by Slack
NOBODY_LISTENS = "connection failed: ClientConnectorError"


class Post:
    """Sends deliveries by HTTP, over a session that is opened by the first and closed by `stop`."""

    def __init__(self, app: App, rules: Rules, switches: Switches) -> None:
        self._app = app
        self._rules = rules
        self._switches = switches
        self._session: aiohttp.ClientSession | None = None
        self._turn = 0

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def url_for(self, delivery: Delivery) -> str | None:
        match delivery.kind:
            case "events_api":
                return self._app.url_of_events()
            case "slash_commands":
                return self._app.url_of_command(delivery.payload["command"])
            case _:
                if delivery.payload["type"] == "block_suggestion":
                    return self._app.url_of_options()
                return self._app.url_of_interactivity()

    async def send(self, delivery: Delivery, *, attempt: int = 0, reason: str = "") -> Outcome:
        url = self.url_for(delivery)
        if url is None:
            return Outcome(Ended.UNREACHABLE, detail="no request URL")
        body, content_type = _body(delivery)
        headers = {"Content-Type": content_type, **_agent(), **self.signature(body)}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        for server in self._servers(url):
            outcome = await self._post(server, body, headers)
            if outcome.detail != NOBODY_LISTENS:
                break
        return outcome

    def _servers(self, url: str) -> list[str]:
        """Whom to try, in this order."""
        spread = self._switches.spread
        if not spread:
            return [url]
        self._turn += 1
        first = self._turn % len(spread)
        return [*spread[first:], *spread[:first]]

    def signature(self, body: bytes) -> dict[str, str]:
        """The two headers by which the app knows Slack. Real time, since the app compares with its own clock."""
        at = str(int(real_time_s()) - (360 if self._switches.old_signature else 0))
        secret = "another secret" if self._switches.wrong_signature else self._app.signing_secret
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": sign(secret, at, body)}

    async def ask(self, url: str, body: bytes, content_type: str) -> tuple[int, str]:
        """A signed POST outside any delivery (url_verification, ssl_check): status and text."""
        headers = {"Content-Type": content_type, **_agent(), **self.signature(body)}
        async with self._open().post(url, data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        in_time = aiohttp.ClientTimeout(total=self._rules.ack_deadline)
        try:
            async with self._open().post(
                url, data=body, headers=headers, max_redirects=REDIRECTS + 1, timeout=in_time
            ) as answer:
                text = await answer.text()
                return _outcome(answer, text)
        except TimeoutError:
            return Outcome(Ended.TIMEOUT, detail="no answer in time")
        except aiohttp.TooManyRedirects:
            return Outcome(Ended.REFUSED, detail="too_many_redirects")
        except (aiohttp.ClientSSLError, ssl.SSLError):
            return Outcome(Ended.REFUSED, detail="ssl_error")
        except aiohttp.ClientConnectorError:
            return Outcome(Ended.LOST, detail=NOBODY_LISTENS)
        except aiohttp.ClientError as broken:
            return Outcome(Ended.LOST, detail=f"connection failed: {type(broken).__name__}")

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                # A kept connection that the app closed meanwhile would look like a failed delivery.
                connector=aiohttp.TCPConnector(force_close=True, limit=0),
            )
        return self._session


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's `v0` signature of a request body."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def _body(delivery: Delivery) -> tuple[bytes, str]:
    match delivery.kind:
        case "events_api":
            return json.dumps(delivery.payload).encode(), "application/json"
        case "slash_commands":
            return urlencode(delivery.payload).encode(), "application/x-www-form-urlencoded"
        case _:
            form = {"payload": json.dumps(delivery.payload)}
            return urlencode(form).encode(), "application/x-www-form-urlencoded"


def _outcome(answer: aiohttp.ClientResponse, text: str) -> Outcome:
    if not 200 <= answer.status < 300:
        stop = answer.headers.get("X-Slack-No-Retry") == "1"
        return Outcome(Ended.REFUSED, detail=f"HTTP {answer.status}", stop=stop)
    if answer.content_type != "application/json" or not text.strip():
        return Outcome(Ended.ACKED, body=text or None)
    try:
        return Outcome(Ended.ACKED, body=json.loads(text))
    except ValueError:
        return Outcome(Ended.ACKED, body=text)


def _agent() -> dict[str, str]:
    return {"User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)", "Accept": "application/json,*/*"}
