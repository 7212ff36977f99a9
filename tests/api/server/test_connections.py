"""Connections that take too long over headers or over reading, or are too many."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import httpx
import pytest

from api.server.connections import Connection, Limits
from tests.api.house import House
from tests.api.raw import answer, head, knock
from tests.api.serving import application, served


@contextmanager
def limited(house: House, limits: Limits) -> Iterator[str]:
    small = type("Small", (Connection,), {"limits": limits})
    with served(application(house), small) as address:
        yield address


@pytest.mark.parametrize(
    ("begin", "more"),
    [
        pytest.param(
            b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nA: ", b"x", id="one long header"
        ),
        pytest.param(b"GET /healthz HTTP/1.1\r\n", b"A: b\r\n", id="many headers"),
        pytest.param(b"GET /", b"x", id="a long address"),
        pytest.param(
            b"POST /v1/search HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1;",
            b"x",
            id="a chunk's extension",
        ),
    ],
)
def test_headers_are_refused_long_before_they_are_all_here(
    address: str, begin: bytes, more: bytes
) -> None:
    """200 MB of them were held in memory once."""
    sent, piece = 0, more * (100_000 // len(more))
    with knock(address, begin) as connection:
        with suppress(ConnectionError):
            while sent < 40_000_000:
                connection.sendall(piece)
                sent += len(piece)
        assert sent < 20_000_000  # what the sockets of both sides hold, and the drop after it
        status, _, told = answer(connection)
    assert status in (0, 431)  # the answer is lost where the sender was still sending
    assert told is None or told["error"]["code"] == "too-large"


def test_long_headers_are_refused_with_a_sentence(address: str) -> None:
    with knock(address, b"GET / HTTP/1.1\r\nA: " + b"x" * 40_000) as connection:
        status, headers, told = answer(connection)
    assert (status, headers["connection"]) == (431, "close")
    assert "at most 32 KB long." in told["error"]["problem"]


def test_what_is_no_http_is_refused_with_a_sentence(address: str) -> None:
    with knock(address, b"\x16\x03\x01 hello\r\n\r\n") as connection:
        status, _, told = answer(connection)
    assert (status, told["error"]["code"]) == (400, "bad-request")
    assert told["error"]["problem"].endswith("Use HTTP/1.1.")


def test_headers_that_come_byte_by_byte_are_ended(house: House) -> None:
    with limited(house, Limits(headers_s=0.5)) as address, knock(address) as connection:
        begun = time.monotonic()
        connection.settimeout(0.1)
        for byte in head("/healthz", method="GET") * 3:
            connection.sendall(bytes([byte]))
            with suppress(TimeoutError):
                if connection.recv(1, socket.MSG_PEEK):
                    break
        assert time.monotonic() - begun < 5
        status, _, told = answer(connection)
    assert (status, told["error"]["code"]) == (408, "too-slow")


def test_who_says_nothing_is_hung_up_on(house: House) -> None:
    with limited(house, Limits(headers_s=0.3)) as address, knock(address) as connection:
        assert answer(connection) == (0, {}, None)


def test_a_request_in_time_is_served_for_as_long_as_it_takes(house: House) -> None:
    house.answerer.pause_s = 0.05
    with limited(house, Limits(headers_s=0.3)) as address:
        asked = httpx.post(f"{address}/v1/ask", json={"question": "When is rent due?"})
    assert asked.elapsed.total_seconds() > 0.3
    assert "event: done" in asked.text


def test_the_idle_make_room_for_the_next(house: House) -> None:
    """As many connections as you like, with nothing asked, keep nobody out."""
    with limited(house, Limits(most=5)) as address, ExitStack() as stack:
        first = stack.enter_context(knock(address))
        for _ in range(20):
            stack.enter_context(knock(address, b"GET / HTTP/1.1\r\n"))
        assert httpx.get(f"{address}/healthz", timeout=5).status_code == 200
        assert answer(first)[0] == 0


def test_where_all_are_busy_the_next_is_asked_to_come_again(house: House) -> None:
    half = head("/v1/search", length=100)
    with limited(house, Limits(most=5)) as address, ExitStack() as stack:
        for _ in range(5):
            stack.enter_context(knock(address, half))
        time.sleep(0.2)
        status, headers, told = answer(stack.enter_context(knock(address)))
    assert (status, told["error"]["code"]) == (503, "busy")
    assert int(headers["retry-after"]) > 0


def test_a_reader_who_takes_nothing_is_hung_up_on(house: House) -> None:
    document = house.add("Northwind lease", "long.txt", b"rent " * 190_000)
    ask = head(f"/v1/documents/{document.id}/original", method="GET")
    with limited(house, Limits(reading_s=0.3)) as address, ExitStack() as stack:
        reader = stack.enter_context(socket.socket())
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.settimeout(10)
        reader.connect(("127.0.0.1", httpx.URL(address).port or 0))
        reader.sendall(ask * 8)  # more than the kernel holds for both sides
        time.sleep(1)
        came = 0
        with suppress(ConnectionResetError):
            while piece := reader.recv(1 << 16):
                came += len(piece)
        assert came < 8 * 950_000
