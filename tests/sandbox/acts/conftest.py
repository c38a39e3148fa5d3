"""A workspace, and a real Bolt app that reaches it over the wire by one of the two transports."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.people import Person
from bot.sandbox.server import Slack
from tests.sandbox.acts.manifest import manifest

Connect = Callable[[], Awaitable[None]]


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    slack = Slack(manifest=manifest())
    await slack.start(page=False)
    yield slack
    await slack.stop()


@pytest.fixture
def app(slack: Slack) -> AsyncApp:
    return AsyncApp(
        signing_secret=slack.app.signing_secret,
        client=AsyncWebClient(token=slack.app.bot_token, base_url=slack.api_url),
    )


@pytest.fixture(params=["socket", "http"])
async def connect(request: pytest.FixtureRequest, slack: Slack, app: AsyncApp) -> AsyncIterator[Connect]:
    """Call it when all listeners are there: from then on the app hears."""
    async with AsyncExitStack() as closing:

        async def socket() -> None:
            handler = AsyncSocketModeHandler(app, slack.app.app_token)
            await handler.connect_async()  # type: ignore[no-untyped-call]
            closing.push_async_callback(handler.close_async)
            await slack.deliveries.connected()

        async def http() -> None:
            await serve(slack, app, closing)

        yield socket if request.param == "socket" else http


@pytest.fixture
async def over_socket(slack: Slack, app: AsyncApp) -> AsyncIterator[Connect]:
    async with AsyncExitStack() as closing:

        async def connect() -> None:
            handler = AsyncSocketModeHandler(app, slack.app.app_token, ping_interval=0.1)
            await handler.connect_async()  # type: ignore[no-untyped-call]
            closing.push_async_callback(handler.close_async)
            await slack.deliveries.connected()

        yield connect


@pytest.fixture
async def over_http(slack: Slack, app: AsyncApp) -> AsyncIterator[Connect]:
    async with AsyncExitStack() as closing:

        async def connect() -> None:
            await serve(slack, app, closing)

        yield connect


async def serve(slack: Slack, app: AsyncApp, closing: AsyncExitStack) -> None:
    await serve_web(slack, app.web_app(path="/slack/events"), closing)


async def serve_web(slack: Slack, site: web.Application, closing: AsyncExitStack) -> None:
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    closing.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.app.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"


@pytest.fixture
def ana(slack: Slack) -> Person:
    return slack.person("ana")


@pytest.fixture
def bo(slack: Slack) -> Person:
    return slack.person("bo")
