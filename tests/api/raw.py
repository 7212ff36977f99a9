"""Raw connections to a service: requests that no client would send."""

import json
import socket
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

FORM = (
    '--b\r\nContent-Disposition: form-data; name="matter"\r\n\r\nM\r\n'
    '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhalf'
)
"""A form whose file is not whole."""


def knock(address: str, sent: bytes = b"") -> socket.socket:
    """A connection on which this was sent; a minute is more than any test waits for it."""
    host, port = urlsplit(address).hostname, urlsplit(address).port
    connection = socket.create_connection((host, port or 0), timeout=60)
    with suppress(ConnectionError):  # it may be refused in the middle
        connection.sendall(sent)
    return connection


def head(path: str, *, method: str = "POST", length: int = 0, kind: str = "text/plain") -> bytes:
    return (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def stalled(address: str, query: str = "") -> socket.socket:
    """An upload that stops in the middle of its file."""
    kind = "multipart/form-data; boundary=b"
    path = f"/v1/documents{query}"
    return knock(address, head(path, length=900_000, kind=kind) + FORM.encode())


def answer(connection: socket.socket) -> tuple[int, dict[str, str], Any]:
    """Status, headers and JSON of what comes; status 0 where the connection is just closed."""
    came = b""
    with suppress(ConnectionResetError):
        while not _whole(came) and (piece := connection.recv(1 << 16)):
            came += piece
    if not came:
        return 0, {}, None
    top, _, body = came.partition(b"\r\n\r\n")
    status, *lines = top.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(status.split()[1]), headers, json.loads(body)


def _whole(came: bytes) -> bool:
    top, end, body = came.partition(b"\r\n\r\n")
    lengths = [line for line in top.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(end) and bool(lengths) and len(body) >= int(lengths[0].split(b":")[1])
