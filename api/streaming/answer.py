"""An answer on its way to a reader: one thread makes it, one dependency owns it.

FastAPI does not close a generator that a route returned when the reader hangs
up, so a `yield` dependency does: it stops the turn at once, and ends only when
the thread that runs the generator has come back and closed it.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import closing

import anyio
import anyio.to_thread
from starlette.requests import Request

from api.middleware.request_log import place
from kb.app.ask import Inquiry
from kb.domain.events import Answer, Done, Event, Failed
from kb.errors import KBError
from kb.serializers.results import Json, event_json

log = logging.getLogger("kb.api")

INTERNAL = "Something failed inside while the answer was made. Ask again; the log has the place."


class AnswerFailed(KBError):
    """A `Failed` event where the whole answer was asked for."""

    def __init__(self, failed: Failed) -> None:
        self.code = failed.code
        super().__init__(failed.problem)


class AnswerStream:
    """The events of one answer. Make it in the event loop, `close` it there in any case."""

    def __init__(self, inquiry: Inquiry, threads: anyio.CapacityLimiter) -> None:
        """It is made in one of `threads`, where it may wait long for the model."""
        self._inquiry = inquiry
        self._threads = threads
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Queue[Event | None] = asyncio.Queue()
        self._left = False
        self._maker: asyncio.Task[None] | None = None

    async def frames(self) -> AsyncIterator[bytes]:
        """The events as server-sent events; a failure is the last of them."""
        async for event in self._made():
            yield frame(event)

    async def whole(self, request: Request) -> Answer | None:
        """The finished answer, None when the reader left first. Raises `AnswerFailed`."""
        watch = asyncio.create_task(self._watch(request))
        try:
            async for event in self._made():
                match event:
                    case Done(answer):
                        return answer
                    case Failed():
                        raise AnswerFailed(event)
        finally:
            watch.cancel()
        return None

    def leave(self) -> None:
        """The reader is gone: no more is made than what is being made now."""
        self._left = True
        self._inquiry.stop()

    async def close(self) -> None:
        """Stop, wait for the thread, give the turn back."""
        self.leave()
        if self._maker is not None:
            with anyio.CancelScope(shield=True):
                await asyncio.wait([self._maker])
        self._inquiry.close()

    async def _made(self) -> AsyncIterator[Event]:
        making = anyio.to_thread.run_sync(self._make, limiter=self._threads)
        self._maker = asyncio.create_task(making)
        while (event := await self._waiting.get()) is not None:
            yield event

    async def _watch(self, request: Request) -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        self.leave()

    def _make(self) -> None:
        """In a thread: run the generator to its end, or until the reader has left."""
        try:
            with closing(self._inquiry.events()) as events:
                for event in events:
                    self._hand_over(event)
                    if self._left:
                        break
        except KBError as error:
            self._hand_over(Failed(error.code, error.message))
        except Exception as error:  # noqa: BLE001 - the request's door: its thread has no other
            log.error("an answer failed: %s", place(error))
            self._hand_over(Failed("internal", INTERNAL))
        finally:
            self._hand_over(None)

    def _hand_over(self, event: Event | None) -> None:
        self._loop.call_soon_threadsafe(self._waiting.put_nowait, event)


def frame(event: Event) -> bytes:
    return encoded(*event_json(event))


def encoded(name: str, data: Json, *, number: int | None = None) -> bytes:
    """One server-sent event; a reader who comes back says which `number` was the last."""
    head = "" if number is None else f"id: {number}\n"
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
