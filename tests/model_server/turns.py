"""What the behaviours are made of."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.model_server.answers import Answer, Body

HTML = "<html><body>Welcome to our gateway</body></html>"


class Turn:
    """One request, as a behaviour sees it."""

    def __init__(self, request: web.Request, body: Body, number: int, good: Callable[[Body], Answer]) -> None:
        self.request = request
        self.body = body
        self.number = number  # of those for this model, from 1
        self._good = good

    def good(self) -> Answer:
        return self._good(self.body)

    def says(self, content: str | None, finish: str = "stop", **usage: Any) -> web.Response:
        return web.json_response(self.completion(content, finish, **usage))

    def completion(self, content: str | None, finish: str = "stop", **usage: Any) -> Answer:
        counted, said = round(len(self.body.text.encode()) / 4), len(content or "") // 4
        return {
            "id": "c1", "object": "chat.completion", "created": 1, "model": self.body.model,
            "choices": [
                {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content}},
            ],
            "usage": {"prompt_tokens": counted, "completion_tokens": said, "total_tokens": counted + said} | usage,
        }  # fmt: skip


Behaviour = Callable[[Turn], Awaitable[web.StreamResponse]]


def error(status: int, message: str, code: str | None = None, param: str | None = None, **headers: str) -> web.Response:
    told = {"error": {"message": message, "type": "invalid_request_error", "code": code, "param": param}}
    return web.json_response(
        told, status=status, headers={name.replace("_", "-"): held for name, held in headers.items()}
    )
