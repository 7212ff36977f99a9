"""The outermost door of every request: its number, its log line, its headers, its last resort.

Pure ASGI, since Starlette's BaseHTTPMiddleware hides that a reader has left.
"""

import logging
import time
import traceback
from itertools import count

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.schemas.base import refusal

log = logging.getLogger("kb.api")

INTERNAL = (
    "Something failed inside, and nothing was changed by this request as far as is known. "
    "The service's log has the place, under request {request}."
)

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

GONE = 499
"""For the log: the sender hung up in the middle of its request."""

JSON_LIMIT = 256 * 1024
"""Bytes of a request body; uploads are measured file by file instead."""


class Door:
    """Logs number, route, status and duration of a request, never its path or query."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number, begun, status = next(self._numbers), time.monotonic(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _dress(MutableHeaders(scope=message))
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except ClientDisconnect:
            status = GONE
        except Exception as error:  # noqa: BLE001 - the request's door: no traceback leaves it
            log.error("request %d failed: %s", number, place(error))
            if not status:
                problem = INTERNAL.format(request=number)
                await refusal(500, "internal", problem)(scope, receive, sending)
        took = (time.monotonic() - begun) * 1000
        log.info("request %d %s %s %d %.0f ms", number, scope["method"], route(scope), status, took)


class BodyLimit:
    """Bounds the body of every request but uploads, declared or counted."""

    def __init__(self, app: ASGIApp, uploads: str, limit: int = JSON_LIMIT) -> None:
        self._app = app
        self._uploads = uploads
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == self._uploads:
            await self._app(scope, receive, send)
            return
        taken = 0

        async def receiving() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._limit:
                raise HTTPException(413, f"A request is at most {self._limit // 1024} KB long.")
            return message

        await self._app(scope, receiving, send)


def place(error: BaseException) -> str:
    """Kind and place of an error. Its message may quote a document, so it is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
    return f"{type(error).__name__} at {where}"


def route(scope: Scope) -> str:
    """The route's pattern: what a reader put into the path is not for the log."""
    path = getattr(scope.get("route"), "path", None)
    return str(path) if path is not None else "-"


def _dress(headers: MutableHeaders) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", "no-store")
