"""One server on two sockets, with a worker beside it, and an orderly end."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress

import uvicorn

from api.server.app import create_app
from api.server.connections import configured
from api.server.sockets import address, listen_tcp, listen_unix
from api.server.worker import StartWorker
from kb.app.bootstrap import KnowledgeBase, open_kb
from kb.errors import IndexUnavailable
from kb.settings import Settings
from kb.text.visible import VisibleFormatter

SWITCH_S = 0.0005
"""How long a thread waits for one that computes in Python: a search gives the interpreter up
for each statement and each product, and takes it up again behind a document's words."""
OWNED = (
    "Another process works on this data folder: a service or an ingestion. "
    "Use its page, or stop it first."
)


def run(
    settings: Settings,
    start_worker: StartWorker,
    *,
    opening: Callable[[Settings], KnowledgeBase] = open_kb,
) -> None:
    """Serve until SIGINT or SIGTERM. Raises `KBError` where it cannot begin."""
    _log(settings.log_level)
    sys.setswitchinterval(SWITCH_S)
    with suppress(KeyboardInterrupt), _terminable(), ExitStack() as stack:
        tcp = stack.enter_context(closing(listen_tcp(settings.host, settings.port)))
        kb = stack.enter_context(closing(opening(settings)))
        if not kb.own():
            raise IndexUnavailable(OWNED)
        unix = stack.enter_context(listen_unix(settings.data_dir))
        stack.callback(start_worker(kb).stop)
        asyncio.run(_server(kb, address(tcp)).serve([tcp, unix]))


class Announced(uvicorn.Server):
    """Prints one line once requests are answered."""

    def __init__(self, config: uvicorn.Config, line: str) -> None:
        super().__init__(config)
        self._line = line

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self._line, flush=True)


def _server(kb: KnowledgeBase, page: str) -> Announced:
    line = f"Open {page} in a browser on this machine. Ctrl-C stops."
    return Announced(configured(create_app(kb)), line)


def _log(level: str) -> None:
    """Our own log at `level`; what libraries say only from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(VisibleFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("kb").setLevel(level.upper())


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM ends the process as Ctrl-C does, so that everything is closed."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
