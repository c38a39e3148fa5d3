"""What Slack asks of a request URL outside any delivery."""

import json
import secrets
from urllib.parse import parse_qs, urlencode

from bot.sandbox.delivery.signed_http import Post
from bot.sandbox.manifest import App


async def url_verification(post: Post, app: App) -> bool:
    """Whether the events URL repeats a challenge, as text, as a form, or as JSON."""
    url = app.url_of_events()
    if url is None:
        return False
    challenge = secrets.token_urlsafe(32)
    asked = {"token": app.verification_token, "challenge": challenge, "type": "url_verification"}
    status, text = await post.ask(url, json.dumps(asked).encode(), "application/json")
    return status == 200 and challenge in (text, parse_qs(text).get("challenge", [""])[0], _of_json(text))


async def ssl_check(post: Post, app: App) -> bool:
    """Whether the URL of the first command answers Slack's certificate check."""
    url = app.url_of_command(next(iter(app.commands), ""))
    if url is None:
        return False
    asked = urlencode({"ssl_check": "1", "token": app.verification_token}).encode()
    status, _ = await post.ask(url, asked, "application/x-www-form-urlencoded")
    return status == 200


def _of_json(text: str) -> object:
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return said.get("challenge") if isinstance(said, dict) else None
