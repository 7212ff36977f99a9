"""One connection: how long it may take over headers and over reading, and how many there are.

uvicorn bounds neither. h11 reads the requests, since httptools takes headers of any
length; what it refuses is answered with a sentence here.
"""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.schemas.base import refusal

HEADERS_LIMIT = 32 * 1024
"""Bytes of a request's line and headers that are held until the last of them has come."""
GRACE_S = 3
"""Seconds that running answers get at the end."""

TOO_LONG = f"The address and headers of a request are at most {HEADERS_LIMIT >> 10} KB long."
NO_HTTP = "This is no request that can be read. Use HTTP/1.1."
TOO_SLOW = "The headers of the request took too long, so it was ended. Send it again."
CROWDED = "Too many connections are open. Try again in {wait} seconds."
RETRY_AFTER_S = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """For one connection: seconds for all headers of a request, and seconds without its
    reader taking anything of what waits to be sent; and how many connections there may be.
    """

    headers_s: float = 20
    reading_s: float = 60
    most: int = 256


class _Alarm:
    """A call after some seconds, unless it is stopped before."""

    def __init__(self) -> None:
        self._set: asyncio.TimerHandle | None = None

    @property
    def is_set(self) -> bool:
        return self._set is not None

    def set(self, after_s: float, call: Callable[[], None]) -> None:
        self.stop()
        self._set = asyncio.get_running_loop().call_later(after_s, call)

    def stop(self) -> None:
        if self._set is not None:
            self._set.cancel()
        self._set = None


class Connection(H11Protocol):
    """A connection that holds nothing for longer than its limits allow."""

    limits: ClassVar[Limits] = Limits()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._headers, self._reading, self._since = _Alarm(), _Alarm(), 0.0
        super().connection_made(transport)
        self._await_headers()
        if len(self.connections) > self.limits.most:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._idle:
            self._headers.stop()
        elif not self._headers.is_set:
            self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._headers.stop()
        self._reading.stop()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._reading.set(self.limits.reading_s, self.transport.abort)

    def resume_writing(self) -> None:
        self._reading.stop()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """What h11 has just refused, told with a sentence where an answer can still begin."""
        error = sys.exception()
        if isinstance(error, h11.RemoteProtocolError) and error.error_status_hint == 431:
            self._refuse(431, "too-large", TOO_LONG)
        else:
            self._refuse(400, "bad-request", NO_HTTP)

    @property
    def _idle(self) -> bool:
        """No request is being answered: the next, or the rest of its headers, is awaited."""
        return self.cycle is None or self.cycle.response_complete

    def _await_headers(self) -> None:
        self._since = self.loop.time()
        self._headers.set(self.limits.headers_s, self._late)

    def _late(self) -> None:
        if self.conn.trailing_data[0]:
            self._refuse(408, "too-slow", TOO_SLOW)
        else:
            self.transport.abort()

    def _make_room(self) -> None:
        """Whoever has waited longest with nothing asked goes; where none does, this one."""
        others = (one for one in self.connections if isinstance(one, Connection))
        idle = [one for one in others if one is not self and one._idle]
        if idle:
            min(idle, key=lambda one: one._since).transport.abort()
        else:
            wait = {"retry-after": str(RETRY_AFTER_S)}
            self._refuse(503, "busy", CROWDED.format(wait=RETRY_AFTER_S), wait)

    def _refuse(
        self, status: int, code: str, problem: str, headers: dict[str, str] | None = None
    ) -> None:
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            told = refusal(status, code, problem, {"connection": "close", **(headers or {})})
            head = h11.Response(status_code=status, headers=told.raw_headers)
            for part in (head, h11.Data(data=bytes(told.body)), h11.EndOfMessage()):
                self.transport.write(self.conn.send(part) or b"")
        self.transport.close()


def configured(app: ASGIApp, connection: type[Connection] = Connection) -> uvicorn.Config:
    """How uvicorn serves `app`, each connection as `connection` says."""
    return uvicorn.Config(
        app,
        http=connection,
        ws="none",  # nothing here speaks it
        h11_max_incomplete_event_size=HEADERS_LIMIT,
        access_log=False,  # it would log query strings
        log_config=None,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S,
    )
