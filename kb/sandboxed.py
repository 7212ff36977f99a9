"""The child's side of `kb.sandbox`: give up what a parser does not need, then serve calls.

`python -m kb.sandboxed MEMORY_MB FILE_MB` reads calls from its standard input
and writes answers to its standard output; it is not a command for people.
"""

import ctypes
import importlib
import os
import pickle
import resource
import signal
import struct
import sys
from collections.abc import Callable
from typing import Any, cast

from kb.errors import KBError
from kb.offline import go_offline

_HEADER = struct.Struct("!Q")
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_NETWORK_EVENTS = frozenset(
    f"socket.{verb}" for verb in ("connect", "bind", "getaddrinfo", "sendto", "sendmsg")
)


def main(memory_mb: int, file_mb: int) -> None:
    """Serve calls until the parent closes the pipe."""
    go_offline()
    requests = os.fdopen(os.dup(0), "rb")  # a dup is not inherited by what parsers start
    answers = os.fdopen(os.dup(1), "wb")
    _silence()
    _confine(memory_mb, file_mb)
    while header := requests.read(_HEADER.size):
        order = requests.read(_HEADER.unpack(header)[0])
        answer = _answer(order)
        answers.write(_HEADER.pack(len(answer)) + answer)
        answers.flush()


def _answer(order: bytes) -> bytes:
    try:
        module, name, args, options, timeout_s = pickle.loads(order)
        _limit_cpu(timeout_s)
        return pickle.dumps(("done", _found(module, name)(*args, **options)))
    except KBError as error:
        return pickle.dumps(("refused", type(error).__name__, error.code, error.message))
    except MemoryError:
        return pickle.dumps(("memory",))
    except Exception as error:  # noqa: BLE001 - the child's door: the parent hears of all
        return pickle.dumps(("broke", type(error).__name__))


def _found(module: str, name: str) -> Callable[..., object]:
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return cast(Callable[..., object], found)


def _silence() -> None:
    """Parsers print warnings, and their warnings hold text of documents."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)


def _confine(memory_mb: int, file_mb: int) -> None:
    leave_network()
    _limit(resource.RLIMIT_AS, memory_mb << 20)
    _limit(resource.RLIMIT_FSIZE, file_mb << 20)
    _limit(resource.RLIMIT_CORE, 0)  # a core file would hold a document's text
    # last, for a change of credentials clears it
    _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def leave_network() -> None:
    """An empty network namespace where the machine allows one; a guard in Python everywhere."""
    unshare = getattr(_libc(), "unshare", None)
    if unshare is not None:
        unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    sys.addaudithook(_refuse_network)  # cannot be taken off again


def _refuse_network(event: str, _: tuple[Any, ...]) -> None:
    if event in _NETWORK_EVENTS:
        raise PermissionError("This process may not use the network.")


def _limit(what: int, value: int) -> None:
    _, hard = resource.getrlimit(what)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (value, value))


def _limit_cpu(timeout_s: float) -> None:
    """The parent's clock comes first; this one is for a parent that is gone."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + 4 * timeout_s) + 10
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard == resource.RLIM_INFINITY or seconds < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
