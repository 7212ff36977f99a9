"""The two places the service listens at: loopback TCP for browsers, a private Unix socket
for the commands of the same person.
"""

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from api.middleware.origin import is_loopback
from kb.errors import BadRequest

LONGEST_PATH = 100
"""Bytes; the kernel takes 107 in a Unix socket's address."""


def listen_tcp(host: str, port: int) -> socket.socket:
    """A socket bound to a loopback address. Raises `BadRequest` for any other, or a taken port."""
    bare = host.removeprefix("[").removesuffix("]")
    if not is_loopback(bare):
        raise BadRequest(
            f"{host} is not a loopback address. There is no sign-in yet, so the service listens "
            "only to its own machine: use 127.0.0.1, or reach it from elsewhere through SSH."
        )
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((bare, port))
        listener.listen()  # from here on the port is taken for others
    except OSError as error:
        listener.close()
        raise BadRequest(
            f"Cannot listen on {host} port {port}: {error.strerror}. "
            "Stop what uses it, or choose another with --port (0 takes any free one)."
        ) from None
    return listener


def address(listener: socket.socket) -> str:
    """The page's address in a browser."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


@contextmanager
def listen_unix(data_dir: Path) -> Iterator[socket.socket]:
    """A socket only this person may open, removed at the end.

    It is `kb.sock` in the data folder. Where that path is too long for the
    kernel it is in a short private folder, and `kb.sock.path` names it. The
    caller owns the data folder, so whatever socket is there is a stale one.
    """
    usual, pointer = data_dir / "kb.sock", data_dir / "kb.sock.path"
    usual.unlink(missing_ok=True)
    pointer.unlink(missing_ok=True)
    path, folder = usual, None
    if len(os.fsencode(usual.absolute())) > LONGEST_PATH:
        folder = Path(tempfile.mkdtemp(prefix="kb-", dir="/tmp"))
        path = folder / "kb.sock"
        pointer.write_text(f"{path}\n", encoding="utf-8")
    listener = _bound(path)
    try:
        yield listener
    finally:
        listener.close()
        path.unlink(missing_ok=True)
        if folder is not None:
            pointer.unlink(missing_ok=True)
            with suppress(OSError):
                folder.rmdir()


def _bound(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)  # mode 0600 from birth: a later chmod would leave a gap
    try:
        listener.bind(str(path))
    except OSError as error:
        listener.close()
        raise BadRequest(f"Cannot listen on {path}: {error.strerror}.") from None
    finally:
        os.umask(before)
    return listener
