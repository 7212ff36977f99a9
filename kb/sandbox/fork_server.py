"""The parent's hold on one `kb.sandbox.child`: started, told what to begin, killed."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from queue import SimpleQueue

from kb.errors import LimitExceeded
from kb.sandbox.confinement.limits import Limits
from kb.sandbox.confinement.processes import end_below
from kb.sandbox.environment import clean_environment
from kb.sandbox.scratch import Temporary, make_temporary

_PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class Access:
    """What one document's processes may reach: the file that they read, a folder to write in.

    Two that are equal and name a file are of one document, and may share its processes.
    """

    file: str = ""
    scratch: str = ""

    @property
    def readable(self) -> list[str]:
        return [self.file] if self.file else []

    @property
    def writable(self) -> list[str]:
        return [self.scratch] if self.scratch else []


@dataclass(slots=True)
class Serving:
    """One document's processes, with the pipes to and from them and their temporary folder."""

    access: Access
    orders: int
    answers: int
    temporary: Temporary
    calls: int = 0


class ForkServer:
    """A running child. Raises `BrokenPipeError` from `begin` and `end` where it is gone."""

    def __init__(self, limits: Limits, folder: str) -> None:
        """`folder` is where the temporary folders of documents are made.

        The process is started by a thread that lives as long as it does: Linux sends
        PR_SET_PDEATHSIG when the *thread* that made a process ends. Raises `LimitExceeded`.
        """
        self._folder = folder
        self.serving: Serving | None = None
        self._control, theirs = socket.socketpair()
        self._control.settimeout(_PATIENCE_S)
        command = [sys.executable, "-P", "-m", "kb.sandbox.child", json.dumps(asdict(limits))]
        started: SimpleQueue[subprocess.Popen[bytes] | OSError] = SimpleQueue()
        self.keeper = threading.Thread(target=_keep, args=(command, theirs, started), daemon=True)
        self.keeper.start()
        process = started.get()
        theirs.close()
        if isinstance(process, OSError):
            self._control.close()
            raise LimitExceeded(
                f"No parser could be started ({process.strerror}). Try again later."
            )
        self.process = process

    def begin(
        self, access: Access, modules: Iterable[str], preload: tuple[str, str, str] | None = None
    ) -> Serving:
        """Begin a document; an earlier one ends first. `modules` have the functions called."""
        self.end()
        temporary = make_temporary(self._folder)
        order_end, orders = _wide_pipe()
        answers, answer_end = _wide_pipe()
        os.set_blocking(orders, False)
        told = {
            "modules": sorted(modules),
            "preload": preload,
            "readable": access.readable,
            "writable": [temporary.path, *access.writable],
        }
        self.serving = Serving(access, orders, answers, temporary)
        try:
            socket.send_fds(self._control, [json.dumps(told).encode()], [order_end, answer_end])
        finally:
            os.close(order_end)
            os.close(answer_end)
        return self.serving

    def end(self) -> None:
        """End the document that is served, if any, with all of its processes and files."""
        if self.serving is None:
            return
        try:
            self._control.sendall(b"end\n")
            if not self._control.recv(1):
                raise BrokenPipeError
        except (TimeoutError, ConnectionError):
            raise BrokenPipeError from None
        finally:
            self._forget()

    def kill(self, *, patience: float = 0) -> int | None:
        """End all of it; the exit code. One that is dying keeps its own."""
        self.keeper.join(patience)
        self.stop()
        self._control.close()
        self._forget()
        return self.process.returncode

    def stop(self) -> None:
        """Kill what serves, in the middle of a call if need be, and the process around it."""
        if self.process.returncode is None:
            end_below(self.process.pid)
            self.keeper.join(1 if self.serving else 0)  # it ends what is left, then itself
        if self.process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.keeper.join(_PATIENCE_S)

    def _forget(self) -> None:
        serving, self.serving = self.serving, None
        if serving is not None:
            os.close(serving.orders)
            os.close(serving.answers)
            serving.temporary.remove()


def _keep(
    command: list[str],
    control: socket.socket,
    started: "SimpleQueue[subprocess.Popen[bytes] | OSError]",
) -> None:
    try:
        process = subprocess.Popen(
            [*command, str(control.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # parsers print warnings that hold text of documents
            stderr=subprocess.DEVNULL,
            pass_fds=[control.fileno()],
            env=clean_environment(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1"),
            start_new_session=True,  # its own process group: killed with what it started
        )
    except OSError as error:
        started.put(error)
        return
    started.put(process)
    process.wait()


def _wide_pipe() -> tuple[int, int]:
    """Both ends of a pipe that takes a megabyte at once, where the system allows it."""
    ends = os.pipe()
    with suppress(OSError):  # a user may have so much of such pipes, and no more
        fcntl.fcntl(ends[0], fcntl.F_SETPIPE_SZ, 1 << 20)
    return ends
