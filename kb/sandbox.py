"""Run a function in a limited, killable child process.

A parser of hostile files may loop, crash, or eat all memory. It does so in a
child that has no network, bounded memory and a deadline, and is replaced when
it dies. A child lives for many calls, since importing parsers costs seconds.

Calls travel as pickles over two pipes. What comes back is read by an unpickler
that knows only our own frozen nouns and the built-in containers: a parser that
was taken over must not be able to run code in the parent.

The child's own side is `kb.sandboxed`.
"""

import io
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, is_dataclass
from enum import Enum
from pathlib import Path
from queue import LifoQueue, SimpleQueue
from typing import Any, Self, TypeVar, cast

from kb import domain
from kb.errors import KBError, LimitExceeded, ParseFailed

T = TypeVar("T")

_HEADER = struct.Struct("!Q")
_LARGEST_ANSWER = 1 << 30  # bytes; a child that sends more is broken or hostile
_PIECE = 1 << 16
_REPAIR = "The file may be damaged: open and save it again, or convert it to PDF."
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR")  # no secrets of the parent


@dataclass(frozen=True, slots=True)
class _Running:
    process: subprocess.Popen[bytes]
    keeper: threading.Thread
    orders: int  # file descriptor of the pipe to the child
    answers: int  # and of the pipe from it


class Child:
    """One child process. Threads may share it; it takes one call at a time.

    `memory_mb` bounds its address space, `file_mb` the largest file it may
    write. After `calls` calls it is replaced, so that what parsers leak stays
    bounded. It is started by the first call.
    """

    def __init__(self, *, memory_mb: int = 3072, file_mb: int = 512, calls: int = 500) -> None:
        self._limits = (str(memory_mb), str(file_mb))
        self._calls = calls
        self._served = 0
        self._closed = False
        self._lock = threading.Lock()
        self._running: _Running | None = None

    def call(
        self, function: Callable[..., T], *args: object, timeout_s: float, **options: object
    ) -> T:
        """Return `function(*args, **options)` as run in the child.

        `function` is found by its module and name; arguments must pickle; the
        result may hold built-in values and the nouns of `kb.domain`.
        `timeout_s` is wall time, the child's start included.
        Raises whatever `KBError` the function raised, `LimitExceeded` past a
        limit, and `ParseFailed` when the function failed in any other way.
        """
        order = (function.__module__, function.__qualname__, args, options, timeout_s)
        deadline = time.monotonic() + timeout_s
        with self._lock:
            try:
                answer = self._ask(pickle.dumps(order), deadline)
            except TimeoutError:
                self._end()
                raise LimitExceeded(
                    f"Reading took longer than {timeout_s:g} seconds and was stopped. Try the "
                    "document again when the machine is less busy, or raise KB_PARSE_TIMEOUT_S."
                ) from None
            except (EOFError, BrokenPipeError):
                raise _death(self._end(patience=1)) from None
            self._served += 1
            if answer[0] in ("memory", "foreign") or self._served >= self._calls:
                self._end()
        return cast(T, _opened(answer))

    def close(self) -> None:
        """Kill the child, in the middle of a call if need be. Later calls are refused."""
        self._closed = True
        running = self._running
        if running is not None:
            _kill(running)
        with self._lock:  # a call in progress has met the end of its pipe by now
            self._end()

    def _ask(self, order: bytes, deadline: float) -> tuple[Any, ...]:
        try:
            running = self._alive()
            _write(running.orders, order, deadline)
        except BrokenPipeError:  # it died while it had nothing to do: not this document's fault
            self._end()
            running = self._alive()
            _write(running.orders, order, deadline)
        answer = _read(running.answers, deadline)
        try:
            return tuple(_Answers(io.BytesIO(answer)).load())
        except (pickle.UnpicklingError, TypeError, ValueError, IndexError, AttributeError):
            return ("foreign", "an answer that is no document")

    def _alive(self) -> _Running:
        if self._closed:
            raise LimitExceeded("The parsers have been shut down. Try again after a restart.")
        if self._running is not None and self._running.process.returncode is not None:
            self._end()
        if self._running is None:
            self._running = _start(self._limits)
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
        return running.process.returncode


class Pool:
    """`size` children; each call takes a free one, the most recently used first."""

    def __init__(self, size: int, *, memory_mb: int = 3072, file_mb: int = 512) -> None:
        self._children = [Child(memory_mb=memory_mb, file_mb=file_mb) for _ in range(size)]
        self._free: LifoQueue[Child] = LifoQueue()
        for child in self._children:
            self._free.put(child)

    def call(
        self, function: Callable[..., T], *args: object, timeout_s: float, **options: object
    ) -> T:
        """As `Child.call`; the wait for a free child is not part of `timeout_s`."""
        child = self._free.get()
        try:
            return child.call(function, *args, timeout_s=timeout_s, **options)
        finally:
            self._free.put(child)

    def close(self) -> None:
        """Kill all children, in the middle of their calls if need be."""
        for child in self._children:
            child.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Answers(pickle.Unpickler):
    """Builds our nouns and built-in containers, and nothing that runs code."""

    def find_class(self, module: str, name: str) -> type:
        found = getattr(domain, name, None) if module == domain.__name__ else None
        if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum)):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is not a noun of ours")


def _opened(answer: tuple[Any, ...]) -> object:
    match answer:
        case ("done", value):
            return value
        case ("refused", str(name), str(code), str(message)):
            raise _revived(name, code, message)
        case ("memory",):
            raise LimitExceeded(
                "Reading needed more memory than a parser may have. "
                "Split the document, or raise KB_PARSE_MEMORY_MB."
            )
    raise ParseFailed(
        f"The parser could not make sense of it ({answer[-1]}). {_REPAIR}", code="damaged"
    )


def _revived(name: str, code: str, message: str) -> KBError:
    kind = {kind.__name__: kind for kind in _all_kinds(KBError)}.get(name, KBError)
    error = kind.__new__(kind)
    Exception.__init__(error, message)  # a kind's own __init__ would build the sentence again
    error.code = code
    return error


def _all_kinds(kind: type[KBError]) -> Iterator[type[KBError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _all_kinds(child)


def _death(code: int | None) -> KBError:
    if code in (-signal.SIGKILL, -signal.SIGXCPU):
        return LimitExceeded(
            "The parser was ended by the system, most likely for the memory or time it took. "
            "Split the document, or read it on a larger machine."
        )
    name = signal.Signals(-code).name if code is not None and code < 0 else f"exit {code}"
    return ParseFailed(f"The parser crashed on it ({name}). {_REPAIR}", code="crashed")


def _start(limits: tuple[str, str]) -> _Running:
    """Start a child from a thread that lives as long as the child does.

    Linux sends PR_SET_PDEATHSIG when the *thread* that made the child ends, so
    a child made by a short-lived worker thread would die with that thread.
    """
    started: SimpleQueue[subprocess.Popen[bytes] | OSError] = SimpleQueue()
    keeper = threading.Thread(target=_keep, args=(limits, started), daemon=True)
    keeper.start()
    process = started.get()
    if isinstance(process, OSError):
        raise LimitExceeded(f"No parser could be started ({process.strerror}). Try again later.")
    assert process.stdin is not None and process.stdout is not None
    return _Running(process, keeper, process.stdin.fileno(), process.stdout.fileno())


def _keep(
    limits: tuple[str, str], started: "SimpleQueue[subprocess.Popen[bytes] | OSError]"
) -> None:
    environ = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environ["PYTHONPATH"] = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    environ["OMP_NUM_THREADS"] = environ["OPENBLAS_NUM_THREADS"] = "1"
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "kb.sandboxed", *limits],
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
    if running.process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(running.process.pid, signal.SIGKILL)
    running.keeper.join(5)


def _write(pipe: int, order: bytes, deadline: float) -> None:
    left = memoryview(_HEADER.pack(len(order)) + order)
    while left:
        _wait(pipe, select.POLLOUT, deadline)
        left = left[os.write(pipe, left[: select.PIPE_BUF]) :]  # this much never blocks


def _read(pipe: int, deadline: float) -> bytes:
    (length,) = _HEADER.unpack(_read_exactly(pipe, _HEADER.size, deadline))
    if length > _LARGEST_ANSWER:
        raise EOFError
    return _read_exactly(pipe, length, deadline)


def _read_exactly(pipe: int, length: int, deadline: float) -> bytes:
    pieces: list[bytes] = []
    while length:
        _wait(pipe, select.POLLIN, deadline)
        piece = os.read(pipe, min(length, _PIECE))
        if not piece:
            raise EOFError
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


def _wait(pipe: int, event: int, deadline: float) -> None:
    waiter = select.poll()  # not select(): a busy server has more than 1,024 descriptors
    waiter.register(pipe, event)
    if not waiter.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise TimeoutError
