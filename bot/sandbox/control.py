"""The browser page and what it is served by: pages on this machine only, for the people of this workspace only."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox import uploads
from bot.sandbox.control_acts import Unreadable, does
from bot.sandbox.control_journal import Record
from bot.sandbox.control_live import Live
from bot.sandbox.control_replay import Replaying
from bot.sandbox.control_seen import PICTURES, Sight, clock
from bot.sandbox.control_stage import disturb, set_clock, story
from bot.sandbox.people import CannotDo
from bot.sandbox.state import Json, User

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

PAGE = Path(__file__).parent / "page"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html"}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes(slack: "Slack") -> list[web.RouteDef]:
    """Everything the page needs. Each request has to come from this machine and, from a browser, from the page."""
    control, replaying = Control(slack), Replaying(slack, _json)
    handlers: list[tuple[str, str, Handler]] = [
        ("GET", "/", control.to_page),
        ("GET", "/archives/{channel}", control.to_message),
        ("GET", "/archives/{channel}/{message}", control.to_message),
        ("GET", "/sandbox", control.to_page),
        ("GET", "/sandbox/", control.page),
        ("GET", "/sandbox/static/{path:.+}", control.static),
        ("GET", "/sandbox/bot_{size}.png", control.icon),
        ("GET", "/sandbox/state", control.state),
        ("GET", "/sandbox/messages", control.messages),
        ("GET", "/sandbox/file", control.file),
        ("GET", "/sandbox/raw/{file}", control.raw),
        ("GET", "/sandbox/live", control.live),
        ("POST", "/sandbox/act", control.act),
        ("POST", "/sandbox/clock", control.clock),
        ("POST", "/sandbox/trouble", control.trouble),
        ("GET", "/sandbox/story", control.story),
        ("GET", "/sandbox/journal", control.journal),
        ("GET", "/sandbox/journal/{entry}", control.entry),
        ("GET", "/sandbox/replay", replaying.seen),
        ("POST", "/sandbox/replay", replaying.lead),
    ]
    return [web.route(method, path, guarded(handler)) for method, path, handler in handlers]


def guarded(handler: Handler) -> Handler:
    """Refuse what another web page has sent, or what came by another name than this machine's.

    A page elsewhere can make a browser send requests here (CSRF), and can rebind its own name to 127.0.0.1.
    """

    async def serve(request: web.Request) -> web.StreamResponse:
        if _name(request.host) not in LOOPBACK:
            raise web.HTTPForbidden(text="Open this page by its own address, http://127.0.0.1.")
        if not _is_own(request):
            raise web.HTTPForbidden(text="Only the sandbox's own page may ask this.")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    return serve


def _name(host: str) -> str | None:
    """The name in a Host header, without the port; None if it is no such header."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _is_own(request: web.Request) -> bool:
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        return False
    site = request.headers.get("Sec-Fetch-Site", "none")
    # Following a link to the page from elsewhere is harmless; doing anything from there is not.
    is_visit = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.method == "GET"
    return site in ("none", "same-origin") or is_visit


class Control:
    """The handlers."""

    def __init__(self, slack: "Slack") -> None:
        self._slack = slack
        self._record = Record(slack)
        self._live = Live(slack, self._record)

    # The page

    async def to_page(self, request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/sandbox/")

    async def to_message(self, request: web.Request) -> web.StreamResponse:
        """A permalink leads to the page, which goes to the message."""
        query = f"?{request.query_string}" if request.query_string else ""
        raise web.HTTPFound(f"/sandbox/#{request.path}{query}")

    async def page(self, request: web.Request) -> web.StreamResponse:
        return _file(PAGE / "index.html")

    async def static(self, request: web.Request) -> web.StreamResponse:
        path = (PAGE / request.match_info["path"]).resolve()
        if not path.is_relative_to(PAGE) or path.suffix not in TYPES or not path.is_file():
            raise web.HTTPNotFound
        return _file(path)

    async def icon(self, request: web.Request) -> web.StreamResponse:
        """The picture that messages of the app are said to have."""
        raise web.HTTPFound("/sandbox/static/icon.svg")

    # Reading

    async def state(self, request: web.Request) -> web.StreamResponse:
        """All that somebody sees; with `channel`, its newest messages too."""
        sight = Sight(self._slack, self._user(request))
        told = {"ok": True, **sight.everything()}
        channel = self._slack.workspace.channels.get(request.query.get("channel", ""))
        if channel is not None and sight.may_look(channel):
            told |= {"messages": {channel.id: sight.messages(channel)["messages"]}}
        return web.json_response(told)

    async def messages(self, request: web.Request) -> web.StreamResponse:
        sight = Sight(self._slack, self._user(request))
        channel = self._slack.workspace.channels.get(request.query.get("channel", ""))
        if channel is None or not sight.may_look(channel):
            return _refused("There is no such conversation.", 404)
        return web.json_response({"ok": True, **sight.messages(channel, request.query.get("before"))})

    async def file(self, request: web.Request) -> web.StreamResponse:
        found = Sight(self._slack, self._user(request)).file(request.query.get("id", ""))
        return web.json_response({"ok": True, **found}) if found else _refused("You cannot open this file.", 404)

    async def raw(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file. Nothing but pictures is shown by the browser itself, lest a file act as the page."""
        file = Sight(self._slack, self._user(request)).file_to_read(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound
        response = uploads.content(self._slack, file.id)
        if file.mimetype not in PICTURES:
            response.content_type = "application/octet-stream"
            response.headers["Content-Disposition"] = "attachment"
        return response

    async def journal(self, request: web.Request) -> web.StreamResponse:
        """Entries that are new or different since the `revision` of an earlier answer, given as `since`."""
        since = request.query.get("since", "0")
        return web.json_response({"ok": True, **self._record.since(int(since) if since.isdigit() else 0)})

    async def entry(self, request: web.Request) -> web.StreamResponse:
        found = self._record.entry(request.match_info["entry"])
        return web.json_response({"ok": True, "entry": found}) if found else _refused("It is forgotten by now.", 404)

    async def story(self, request: web.Request) -> web.StreamResponse:
        """What the app has recorded of the case that a channel is about."""
        channel = self._slack.workspace.channels.get(request.query.get("channel", ""))
        if channel is None or not Sight(self._slack, self._user(request)).may_look(channel):
            return _refused("There is no such conversation.", 404)
        return web.json_response({"ok": True, **await story(self._slack, channel.id)})

    async def live(self, request: web.Request) -> web.StreamResponse:
        return await self._live.serve(request, self._user(request))

    # Doing

    async def act(self, request: web.Request) -> web.StreamResponse:
        try:
            asked = await _json(request)
            who, name, args = asked.get("who"), asked.get("act"), asked.get("args") or {}
            if not isinstance(who, str) or not isinstance(name, str) or not isinstance(args, dict):
                raise Unreadable("say who, act and args")
            told = await does(self._slack, who, name, args)
        except CannotDo as why:
            return _refused(_sentence(str(why)))
        except Unreadable as why:
            return _refused(str(why), 400)
        self._slack.flush()
        return web.json_response({"ok": True, **told})

    async def clock(self, request: web.Request) -> web.StreamResponse:
        """`{"jump": minutes}`, `{"to": Unix seconds}` or `{"speed": 0 to 3600}`."""
        try:
            asked = await _json(request)
            jump, to, speed = _number(asked, "jump"), _number(asked, "to"), _number(asked, "speed")
        except Unreadable as why:
            return _refused(str(why), 400)
        if wrong := set_clock(self._slack, jump, to, speed):
            return _refused(wrong, 400)
        return web.json_response({"ok": True, **clock(self._slack)})

    async def trouble(self, request: web.Request) -> web.StreamResponse:
        """`{"what": "slow", "on": true}`; `cut`, `kill` and `start` happen once."""
        try:
            asked = await _json(request)
            await disturb(self._slack, str(asked.get("what")), on=asked.get("on") is True)
        except CannotDo as why:
            return _refused(str(why))
        except Unreadable as why:
            return _refused(str(why), 400)
        return web.json_response({"ok": True})

    def _user(self, request: web.Request) -> User:
        """The person the page is for; without a name, the first who is there."""
        named = request.query.get("as", "")
        people = [user for user in self._slack.workspace.users.values() if not (user.is_bot or user.deleted)]
        return next((user for user in people if named in (user.id, user.name)), people[0])


def _file(path: Path) -> web.Response:
    return web.Response(body=path.read_bytes(), content_type=TYPES[path.suffix], charset="utf-8")


async def _json(request: web.Request) -> Json:
    # Only a script of the page itself can send this type without the browser asking first.
    if request.content_type != "application/json":
        raise Unreadable("send application/json")
    try:
        asked = json.loads(await request.text())
    except ValueError:
        raise Unreadable("this is no JSON") from None
    if not isinstance(asked, dict):
        raise Unreadable("this is no JSON object")
    return asked


def _number(asked: Json, name: str) -> float | None:
    given = asked.get(name)
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise Unreadable(f"{name} has to be a number")
    return float(given)


def _sentence(why: str) -> str:
    return why if why.endswith((".", "!", "?")) else why[:1].upper() + why[1:] + "."


def _refused(why: str, status: int = 200) -> web.Response:
    return web.json_response({"ok": False, "why": why}, status=status)
