"""The child's side of `kb.sandbox.pool`: a process that forks another for each document.

`python -m kb.sandbox.child LIMITS CONTROL` is told over the socket CONTROL, a file
descriptor, to begin and to end a document; it is not a command for people. LIMITS are
those of `Limits` as JSON.

The process that was started only goes apart, starts the one that forks, waits for its end
and ends what that one leaves behind. The one that forks never sees a document: orders and
answers travel over pipes that only the process of that document has (`kb.sandbox.serving`),
and it ends with all it started before the next begins. What is kept from one document to the
next is modules, since importing parsers costs seconds: those that a document needed and that a
module whose functions are called names in `KEPT`, and no other. Where a module of either kind
has a `warm`, it is called once: what is made at first use is kept then too.
"""

import gc
import importlib
import json
import os
import resource
import shutil
import signal
import socket
import sys
from contextlib import suppress
from select import select
from typing import Any

from kb.offline import go_offline
from kb.priorities import give_way
from kb.sandbox.confinement import runtime
from kb.sandbox.confinement.limits import Limits
from kb.sandbox.confinement.namespaces import (
    adopt_orphans,
    be_apart,
    end_with_parent,
    stand_first,
)
from kb.sandbox.confinement.processes import end_own
from kb.sandbox.serving import Session, serve

_MOST_TOLD = 1 << 16  # bytes
_PIPES = 2


def main(limits: Limits, control: socket.socket) -> None:
    """Serve until the parent is gone, then end as the process that served ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    go_offline()
    apart = be_apart()
    end_with_parent()
    if apart:
        stand_first()
    forking = os.fork()
    if forking == 0:
        give_way()
        adopt_orphans()
        end_with_parent()
        ForkServer(limits, control, apart=apart).serve()
        os._exit(0)
    control.close()
    code = os.waitstatus_to_exitcode(_waited(forking))
    end_own()
    _end_as(code)


class ForkServer:
    """Begins and ends documents, one at a time, as it is told over `control`."""

    def __init__(self, limits: Limits, control: socket.socket, *, apart: bool) -> None:
        self._limits = limits
        self._control = control
        self._apart = apart
        self._programs = tuple(runtime.programs())
        self._sockets = ("/tmp",) if shutil.which("soffice") else ()
        self._kept: frozenset[str] = frozenset()
        self._ready: set[str] = set()
        self._imported, self._told = _quick_pipe()
        self._woken, waking = _quick_pipe()
        self._process = 0
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waking, warn_on_full_buffer=False)

    def serve(self) -> None:
        """Until the parent is gone; where a document ends by itself, end as it did."""
        while True:
            control = self._control.fileno()
            ready, _, _ = select([control, self._woken], [], [])
            if control in ready:
                told, pipes, _, _ = socket.recv_fds(self._control, _MOST_TOLD, _PIPES)
                if not told:
                    return
                self._hear(told, pipes)
            else:
                _emptied(self._woken)
                self._look()

    def _hear(self, told: bytes, pipes: list[int]) -> None:
        end_own(apart=self._apart)
        self._process = 0
        if pipes:
            self._begin(json.loads(told), *pipes)
        else:
            self._control.send(b"\n")  # it has ended
            self._keep()

    def _look(self) -> None:
        if self._process:
            ended, status = os.waitpid(self._process, os.WNOHANG)
            if ended:
                end_own(apart=self._apart)
                _end_as(os.waitstatus_to_exitcode(status))

    def _begin(self, told: dict[str, Any], orders: int, answers: int) -> None:
        for name in told["modules"]:
            self._import(name)
            self._kept |= sys.modules[name].__dict__.get("KEPT", frozenset())
        self._preload(told["preload"])
        session = Session(
            limits=self._limits,
            apart=self._apart,
            programs=self._programs,
            readable=(*runtime.settings(), *told["readable"]),
            writable=tuple(told["writable"]),
            sockets=self._sockets,
            orders=orders,
            answers=answers,
            imported=self._told,
            keep=self._kept,
        )
        gc.collect()
        gc.freeze()  # what is not looked at is not copied
        self._process = os.fork()
        if self._process == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for one in (self._control.fileno(), self._imported, self._woken):
                os.close(one)
            serve(session)
            os._exit(0)
        os.close(orders)
        os.close(answers)

    def _keep(self) -> None:
        """Import what the last document needed, where that may be kept."""
        names = set(_emptied(self._imported).decode("ascii", "replace").splitlines())
        for name in sorted(self._kept & names - set(sys.modules)):
            with suppress(Exception):  # the next document tells what is wrong with it
                self._import(name)

    def _preload(self, told: list[str] | None) -> None:
        if told and ":".join(told) not in self._ready:
            self._ready.add(":".join(told))
            with suppress(Exception):  # then the document's own process does it
                getattr(importlib.import_module(told[0]), told[1])(told[2])

    def _import(self, name: str) -> None:
        module = importlib.import_module(name)
        if name not in self._ready:
            self._ready.add(name)
            module.__dict__.get("warm", bool)()


def _waited(process: int) -> int:
    """The exit status of `process`; others that end meanwhile are cleared away."""
    while True:
        ended, status = os.wait()
        if ended == process:
            return status


def _end_as(code: int) -> None:
    """End this process with an exit code, or by a signal where it is negative."""
    if code < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.kill(os.getpid(), -code)
    os._exit(code)


def _quick_pipe() -> tuple[int, int]:
    ends = os.pipe()
    for end in ends:
        os.set_blocking(end, False)
    return ends


def _emptied(pipe: int) -> bytes:
    try:
        return os.read(pipe, _MOST_TOLD)
    except BlockingIOError:
        return b""


if __name__ == "__main__":
    main(Limits(**json.loads(sys.argv[1])), socket.socket(fileno=int(sys.argv[2])))
