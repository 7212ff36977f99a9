"""Run a function in a limited, killable child process.

A parser of hostile files may loop, crash, or eat all memory. It does so in a
child that has no network, bounded memory and a deadline, and is replaced when
it dies. A child lives for many calls, since importing parsers costs seconds.

Calls travel as pickles over two pipes; answers are opened by `kb.sandbox.unpickling`. While it
waits, the parent looks at the limits that the kernel does not keep (`kb.sandbox.monitor`).

The child's own side is `kb.sandbox.child`, what it gives up is in `kb.sandbox.confinement`.
"""

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import LifoQueue, SimpleQueue
from typing import Any, Self, TypeVar, cast

from kb.errors import LimitExceeded
from kb.sandbox.confinement.limits import Limits
from kb.sandbox.confinement.processes import end_below
from kb.sandbox.monitor import Watch
from kb.sandbox.unpickling import death, returned, unpickled

T = TypeVar("T")

_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")  # no secrets of the parent


@dataclass(frozen=True, slots=True)
class _Running:
    process: subprocess.Popen[bytes]
    keeper: threading.Thread
    orders: int  # file descriptor of the pipe to the child
    answers: int  # and of the pipe from it
    temporary: str  # its folder for temporary files


class Child:
    """One child process. Threads may share it; it takes one call at a time.

    It may write below `writable` alone, the folder for temporary files when none is
    given, where the kernel has Landlock. After `calls` calls it is replaced, so that
    what parsers leak stays bounded. It is started by the first call.
    """

    def __init__(
        self, *, writable: Path | None = None, calls: int = 500, limits: Limits | None = None
    ) -> None:
        self._limits = limits or Limits()
        self._writable = writable or Path(tempfile.gettempdir())
        self._calls = calls
        self._served = 0
        self._closed = False
        self._lock = threading.Lock()
        self._running: _Running | None = None

    def call(
        self,
        function: Callable[..., T],
        *args: object,
        timeout_s: float,
        scratch: str = "",
        **options: object,
    ) -> T:
        """Return `function(*args, **options)` as run in the child.

        `function` is found by its module and name; arguments must pickle; the
        result may hold built-in values and the classes of `kb.domain.model` and `.citations`.
        `timeout_s` is wall time, the child's start included. `scratch` is a folder in
        which the function writes: what lies there counts towards its limit.
        Raises whatever `KBError` the function raised, `LimitExceeded` past a
        limit, and `ParseFailed` when the function failed in any other way.
        """
        order = pickle.dumps((function.__module__, function.__qualname__, args, options, timeout_s))
        deadline = time.monotonic() + timeout_s
        with self._lock:
            try:
                answer = self._ask(order, scratch, deadline)
            except TimeoutError:
                self._end()
                raise LimitExceeded(
                    f"Reading took longer than {timeout_s:g} seconds and was stopped. Try the "
                    "document again when the machine is less busy, or raise KB_PARSE_TIMEOUT_S."
                ) from None
            except LimitExceeded:
                self._end()
                raise
            except (EOFError, BrokenPipeError):
                raise death(self._end(patience=1)) from None
            self._served += 1
            if answer[0] in ("memory", "foreign") or self._served >= self._calls:
                self._end()
        return cast(T, returned(answer))

    def close(self) -> None:
        """Kill the child, in the middle of a call if need be. Later calls are refused."""
        self._closed = True
        running = self._running
        if running is not None:
            _kill(running)
        with self._lock:  # a call in progress has met the end of its pipe by now
            self._end()

    def _ask(self, order: bytes, scratch: str, deadline: float) -> tuple[Any, ...]:
        try:
            running, watch = self._watched(scratch, deadline)
            watch.send(running.orders, order)
        except BrokenPipeError:  # it died while it had nothing to do: not this document's fault
            self._end()
            running, watch = self._watched(scratch, deadline)
            watch.send(running.orders, order)
        return unpickled(watch.receive(running.answers))

    def _watched(self, scratch: str, deadline: float) -> tuple[_Running, Watch]:
        running = self._alive()
        folders = tuple(folder for folder in (running.temporary, scratch) if folder)
        return running, Watch(running.process.pid, self._limits, folders, deadline)

    def _alive(self) -> _Running:
        if self._closed:
            raise LimitExceeded("The parsers have been shut down. Try again after a restart.")
        if self._running is not None and self._running.process.returncode is not None:
            self._end()
        if self._running is None:
            self._running = _start(self._limits, str(self._writable))
            self._served = 0
        return self._running

    def _end(self, *, patience: float = 0) -> int | None:
        """Kill and forget the child; one that is dying keeps its own exit code."""
        running, self._running = self._running, None
        if running is None:
            return None
        running.keeper.join(patience)
        _kill(running)
        for pipe in (running.process.stdin, running.process.stdout):
            if pipe is not None:
                pipe.close()
        shutil.rmtree(running.temporary, ignore_errors=True)
        return running.process.returncode


class Pool:
    """`size` children; each call takes a free one, the most recently used first.

    `writable` is the folder below which they may write, as for `Child`; the other
    options are those of `Limits`.
    """

    def __init__(self, size: int, *, writable: Path | None = None, **limits: int) -> None:
        self.closed = False
        chosen = Limits(**limits)
        self._children = [Child(writable=writable, limits=chosen) for _ in range(size)]
        self._free: LifoQueue[Child] = LifoQueue()
        for child in self._children:
            self._free.put(child)

    def call(
        self,
        function: Callable[..., T],
        *args: object,
        timeout_s: float,
        scratch: str = "",
        **options: object,
    ) -> T:
        """As `Child.call`; the wait for a free child is not part of `timeout_s`."""
        child = self._free.get()
        try:
            return child.call(function, *args, timeout_s=timeout_s, scratch=scratch, **options)
        finally:
            self._free.put(child)

    def close(self) -> None:
        """Kill all children, in the middle of their calls if need be."""
        self.closed = True
        for child in self._children:
            child.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _start(limits: Limits, writable: str) -> _Running:
    """Start a child from a thread that lives as long as the child does.

    Linux sends PR_SET_PDEATHSIG when the *thread* that made the child ends, so
    a child made by a short-lived worker thread would die with that thread.
    """
    started: SimpleQueue[subprocess.Popen[bytes] | OSError] = SimpleQueue()
    Path(writable).mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = tempfile.mkdtemp(prefix="kb-parser-", dir=writable)
    command = [sys.executable, "-P", "-m", "kb.sandbox.child", json.dumps(asdict(limits)), writable]
    keeper = threading.Thread(target=_keep, args=(command, temporary, started), daemon=True)
    keeper.start()
    process = started.get()
    if isinstance(process, OSError):
        shutil.rmtree(temporary, ignore_errors=True)
        raise LimitExceeded(f"No parser could be started ({process.strerror}). Try again later.")
    assert process.stdin is not None and process.stdout is not None
    return _Running(process, keeper, process.stdin.fileno(), process.stdout.fileno(), temporary)


def _keep(
    command: list[str], temporary: str, started: "SimpleQueue[subprocess.Popen[bytes] | OSError]"
) -> None:
    environ = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environ["PYTHONPATH"] = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    environ["OMP_NUM_THREADS"] = environ["OPENBLAS_NUM_THREADS"] = "1"
    environ["TMPDIR"] = temporary
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=environ,
            start_new_session=True,  # its own process group: killed with what it started
        )
    except OSError as error:
        started.put(error)
        return
    started.put(process)
    process.wait()


def _kill(running: _Running) -> None:
    """End what serves; the process around it ends what is left, and is killed if it does not."""
    if running.process.returncode is None:
        end_below(running.process.pid)
        running.keeper.join(1)
    if running.process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(running.process.pid, signal.SIGKILL)
    running.keeper.join(5)
