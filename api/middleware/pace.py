"""How slowly a request may come: who stalls in the middle of a body is refused.

Only the time is counted in which the service waits for the sender, so a slow disk here
is nobody's fault.
"""

import asyncio
import time
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CLOSING = {"connection": "close"}
LEFT: Message = {"type": "http.disconnect"}


@dataclass(frozen=True, slots=True)
class Pace:
    """`idle_s` seconds without a byte are too many, and `least` bytes a second too few.

    The mean is taken over each `window_s` seconds of waiting.
    """

    idle_s: float = 30
    window_s: float = 60
    least: int = 1024


class BodyPace:
    """Ends requests whose body comes slower than `pace`, with 408 or, once answered, as left."""

    def __init__(self, app: ASGIApp, pace: Pace) -> None:
        self._app = app
        self._pace = pace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(receive, send, self._pace)
        await self._app(scope, body.receive, body.send)


class _Body:
    def __init__(self, receive: Receive, send: Send, pace: Pace) -> None:
        self._receive, self._send, self._pace = receive, send, pace
        self._waited, self._came = 0.0, 0
        self._whole = self._answered = False

    async def send(self, message: Message) -> None:
        self._answered = True
        await self._send(message)

    async def receive(self) -> Message:
        if self._whole:
            return await self._receive()
        begun = time.monotonic()
        try:
            async with asyncio.timeout(self._pace.idle_s):
                message = await self._receive()
        except TimeoutError:
            return self._end(f"No byte of the request came for {self._pace.idle_s:g} seconds")
        self._whole = not message.get("more_body", False)
        self._waited += time.monotonic() - begun
        self._came += len(message.get("body", b""))
        return (
            message if self._whole or self._in_time() else self._end("The request came too slowly")
        )

    def _in_time(self) -> bool:
        """Whether the sender keeps up; each window is counted for itself."""
        if self._waited < self._pace.window_s:
            return True
        kept = self._came >= self._pace.least * self._waited
        self._waited, self._came = 0.0, 0
        return kept

    def _end(self, problem: str) -> Message:
        if self._answered:
            return LEFT
        raise HTTPException(408, f"{problem}, so it was ended. Send it again.", CLOSING)
