"""Run a function in a limited, killable child process.

A parser of hostile files may loop, crash, or eat all memory. It does so in a
child that has no network, bounded memory and a deadline, and is replaced when
it dies. The processes of one document can read that document's file and no other, write
in its folders and no others, and end before the next document begins.

Calls travel as pickles over two pipes; answers are opened by `kb.sandbox.unpickling`. While it
waits, the parent looks at the limits that the kernel does not keep (`kb.sandbox.monitor`).

The child's own side is `kb.sandbox.child`, what it gives up is in `kb.sandbox.confinement`.
"""

import pickle
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeVar, cast

from kb.errors import LimitExceeded
from kb.sandbox.confinement.guards import Guards, guards, in_force
from kb.sandbox.confinement.limits import Limits
from kb.sandbox.fork_server import Access, ForkServer, Serving
from kb.sandbox.monitor import Watch
from kb.sandbox.scratch import sweep
from kb.sandbox.unpickling import death, returned, unpickled

T = TypeVar("T")
Preload = tuple[str, str, str]
_START_S = 30.0
_SHUT_DOWN = "The parsers have been shut down. Try again after a restart."


class Child:
    """One child. Threads may share it; it takes one call at a time.

    Temporary folders of documents are made in `writable`, the folder for temporary files
    when none is given, and what a killed parent left there is swept. After `calls` calls
    for one document its processes are replaced, so that what parsers leak stays bounded.
    The child is started by the first call; `preload` names a module, a function and its
    argument, which it runs before it serves anybody, to have ready what takes a while.
    """

    def __init__(
        self,
        *,
        writable: Path | None = None,
        calls: int = 500,
        limits: Limits | None = None,
        preload: Preload | None = None,
    ) -> None:
        self._preload = preload
        self._limits = limits or Limits()
        self._writable = writable or Path(tempfile.gettempdir())
        self._calls = calls
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._server: ForkServer | None = None
        self._modules: set[str] = set()

    def call(
        self,
        function: Callable[..., T],
        *args: object,
        timeout_s: float,
        file: str = "",
        scratch: str = "",
        **options: object,
    ) -> T:
        """Return `function(*args, **options)` as run in the child.

        `function` is found by its module and name; arguments must pickle; the
        result may hold built-in values and the classes of `kb.domain`.
        `timeout_s` is wall time, the child's start included. `file` is what the function may
        read, `scratch` a folder in which it may write: what lies there counts towards its
        limit. Calls with the same file and folder may be served by one process; one
        without a file is served by a process of its own.
        Raises whatever `KBError` the function raised, `LimitExceeded` past a
        limit, and `ParseFailed` when the function failed in any other way.
        """
        order = pickle.dumps((function.__module__, function.__qualname__, args, options, timeout_s))
        deadline = time.monotonic() + timeout_s
        access = Access(file, scratch)
        with self._lock:
            self._modules.add(function.__module__)
            try:
                answer = self._ask(order, access, deadline)
            except TimeoutError:
                self._kill()
                raise LimitExceeded(
                    f"Reading took longer than {timeout_s:g} seconds and was stopped. Try the "
                    "document again when the machine is less busy, or raise KB_PARSE_TIMEOUT_S."
                ) from None
            except LimitExceeded:
                self._kill()
                raise
            except (EOFError, BrokenPipeError):
                raise death(self._kill(patience=1)) from None
            if answer[0] in ("memory", "foreign") or not file:
                self._rest()
        return cast(T, returned(answer))

    def serves(self, access: Access) -> bool:
        """Whether the last call was for this."""
        server = self._server
        return bool(server and server.serving and server.serving.access == access)

    def leave(self, access: Access) -> None:
        """End the processes that serve this, if any; nothing of the document is left in them."""
        with self._lock:
            if self.serves(access):
                self._rest()

    def close(self) -> None:
        """Kill the child, in the middle of a call if need be. Later calls are refused."""
        self._closed.set()
        server = self._server
        if server is not None:
            server.stop()
        with self._lock:  # a call in progress has met the end of its pipe by now
            self._kill()

    def _ask(self, order: bytes, access: Access, deadline: float) -> tuple[Any, ...]:
        try:
            serving, watch = self._watched(access, deadline)
            watch.send(serving.orders, order)
        except BrokenPipeError:  # it died while it had nothing to do: not this document's fault
            self._kill()
            serving, watch = self._watched(access, deadline)
            watch.send(serving.orders, order)
        answer = watch.receive(serving.answers)
        serving.temporary.empty()
        return unpickled(answer)

    def _watched(self, access: Access, deadline: float) -> tuple[Serving, Watch]:
        server = self._alive()
        serving = server.serving
        if serving is None or serving.access != access or serving.calls >= self._calls:
            serving = server.begin(access, self._modules, self._preload)
        serving.calls += 1
        folders = (serving.temporary.path, *access.writable)
        return serving, Watch(server.process.pid, self._limits, folders, deadline)

    def _alive(self) -> ForkServer:
        if self._closed.is_set():
            raise LimitExceeded(_SHUT_DOWN)
        if self._server is not None and self._server.process.returncode is not None:
            self._kill()
        if self._server is None:
            sweep(str(self._writable))
            self._server = ForkServer(self._limits, str(self._writable))
            if self._closed.is_set():  # meanwhile
                self._kill()
                raise LimitExceeded(_SHUT_DOWN)
        return self._server

    def _rest(self) -> None:
        try:
            if self._server is not None:
                self._server.end()
        except BrokenPipeError:
            self._kill()

    def _kill(self, *, patience: float = 0) -> int | None:
        """Kill and forget the child; one that is dying keeps its own exit code."""
        server, self._server = self._server, None
        return server.kill(patience=patience) if server else None


class Pool:
    """`size` children; each call takes a free one: that of its document, else the last used.

    `writable` and `preload` are as for `Child`; the other options are those of `Limits`.
    """

    def __init__(
        self,
        size: int,
        *,
        writable: Path | None = None,
        preload: Preload | None = None,
        **limits: int,
    ) -> None:
        self.closed = False
        chosen = Limits(**limits)
        self._children = [
            Child(writable=writable, limits=chosen, preload=preload) for _ in range(size)
        ]
        self._free = list(self._children)
        self._returned = threading.Condition()

    def call(
        self,
        function: Callable[..., T],
        *args: object,
        timeout_s: float,
        file: str = "",
        scratch: str = "",
        **options: object,
    ) -> T:
        """As `Child.call`; the wait for a free child is not part of `timeout_s`."""
        child = self._take(Access(file, scratch))
        try:
            return child.call(
                function, *args, timeout_s=timeout_s, file=file, scratch=scratch, **options
            )
        finally:
            self._give_back(child)

    def leave(self, file: str, scratch: str = "") -> None:
        """End the processes of a document whose calls are done, in each child that is free."""
        access = Access(file, scratch)
        with self._returned:
            held = [child for child in self._free if child.serves(access)]
        for child in held:
            child.leave(access)

    def close(self) -> None:
        """Kill all children, in the middle of their calls if need be."""
        self.closed = True
        for child in self._children:
            child.close()

    def _take(self, access: Access) -> Child:
        with self._returned:
            self._returned.wait_for(lambda: self._free)
            own = [child for child in self._free if access.file and child.serves(access)]
            child = (own or self._free)[-1]
            self._free.remove(child)
            return child

    def _give_back(self, child: Child) -> None:
        with self._returned:
            self._free.append(child)
            self._returned.notify()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def parser_guards() -> Guards:
    """What confines parsers and drawing on this machine, by a child's own word.

    Raises `KBError` where none can be started.
    """
    child = Child()
    try:
        return guards(child.call(in_force, timeout_s=_START_S))
    finally:
        child.close()
