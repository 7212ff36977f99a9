"""The house behind a real server on a loopback port."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

from api.server.app import create_app
from api.server.connections import Connection, configured
from tests.api.house import House


def application(house: House, **parts: Any) -> FastAPI:
    """The application around `house`; `parts` are those of `create_app`."""
    return create_app(house, **parts)  # type: ignore[arg-type]  # it stands in for what open_kb gives


@contextmanager
def served(app: FastAPI, connection: type[Connection] = Connection) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(configured(app, connection))
    server.config.timeout_graceful_shutdown = 1
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()
