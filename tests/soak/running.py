"""Real commands in forked processes, over the fake embedder, that can be killed and failed.

A fork costs milliseconds where a new interpreter costs seconds, so hundreds of
kills fit into minutes. The process that forks must never open a store itself: the
threads of a store do not survive a fork.
"""

import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chromadb.api.client import Client

import kb.app.bootstrap
import kb.store.vectors.owned_index
from kb.__main__ import main
from kb.errors import IndexUnavailable
from kb.sandbox.pool import Pool
from kb.settings import Settings
from kb.store.vectors.chroma import ChromaVectors
from tests.fakes import FakeEmbedder

LONGEST_S = 90.0
"""After this long a command is stuck."""


class OtherEmbedder(FakeEmbedder):
    """Another model: the same texts get other vectors."""

    name = "fake-64-other"

    def embed(self, texts: Sequence[str], *, query: bool = False) -> Any:
        return -super().embed(texts, query=query)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: `code` is negative for the signal that killed it."""

    code: int
    said: str
    seconds: float

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL

    @property
    def stuck(self) -> bool:
        return self.code == -signal.SIGALRM


class Running:
    """A function in a forked process."""

    def __init__(self, work: Callable[[], int]) -> None:
        self._began = time.monotonic()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `wait`
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self._child(work)

    def _child(self, work: Callable[[], int]) -> None:
        code = 70
        try:
            os.setsid()
            os.dup2(self._output.fileno(), 1)
            os.dup2(self._output.fileno(), 2)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, LONGEST_S)
            code = work()
        except BaseException:  # noqa: BLE001 - the process ends here either way
            traceback.print_exc()
        finally:
            with suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def terminate(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    def alive(self) -> bool:
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def said(self) -> str:
        with open(f"/proc/self/fd/{self._output.fileno()}", "rb") as output:
            return output.read().decode(errors="replace")

    def wait(self) -> Ended:
        _, status = os.waitpid(self.pid, 0)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)  # parsers that outlive their parent for a moment
        ended = Ended(
            os.waitstatus_to_exitcode(status), self.said(), time.monotonic() - self._began
        )
        self._output.close()
        return ended


def command(
    store: Path,
    *arguments: str | Path,
    arm: Callable[[], None] | None = None,
    sandbox: bool = False,
    other_model: bool = False,
) -> Running:
    """`kb …` on this store; `arm` is called in the process before it begins.

    Without `sandbox` files are read in the process itself: quicker, and by the same code.
    """

    def work() -> int:
        prepare(store, sandbox=sandbox, other_model=other_model)
        if arm:
            arm()
        sys.argv = ["kb", *map(str, arguments)]
        return main()

    return Running(work)


def prepare(
    store: Path, *, sandbox: bool = False, other_model: bool = False, small: bool = True
) -> None:
    """Set this process up for a store with a fake embedder."""
    os.environ["KB_DATA_DIR"] = str(store)
    os.environ.setdefault("KB_WORKERS", "2")
    os.environ.pop("KB_EMBEDDER_PATH", None)
    if other_model:
        os.environ["KB_EMBEDDER_PATH"] = "/other"
    setattr(kb.app.bootstrap, "load_embedder", _load)  # noqa: B010 - a name of its imports
    if small:
        setattr(Client, "get_or_create_collection", _small_batches)  # noqa: B010
    if not sandbox:
        setattr(Pool, "call", _call_here)  # noqa: B010
        setattr(kb.store.vectors.owned_index, "_probe", _probe_here)  # noqa: B010


def _load(settings: Settings) -> FakeEmbedder:
    return OtherEmbedder() if settings.embedder_path else FakeEmbedder()


_whole_collection = Client.get_or_create_collection


def _small_batches(self: Any, name: str, **options: Any) -> Any:
    """An index that writes its graph to disk with every few vectors, not with thousands."""
    options["configuration"]["hnsw"] |= {"batch_size": 2, "sync_threshold": 3}
    return _whole_collection(self, name, **options)


def _probe_here(folder: Path, model: str) -> bool:
    """What a child would find out; an index that ends its process ends this one."""
    try:
        index = ChromaVectors(folder, model)
    except IndexUnavailable:
        return False
    try:
        return index.whole()
    finally:
        index.close()


def _call_here(
    self: Pool,
    function: Callable[..., Any],
    *args: object,
    timeout_s: float,
    file: str = "",
    scratch: str = "",
    **options: object,
) -> Any:
    """What a child of the pool would do, without the child."""
    return function(*args, **options)
