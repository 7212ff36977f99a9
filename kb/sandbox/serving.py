"""The process that serves one document: it is confined to it, and runs the parser."""

import importlib
import os
import pickle
import struct
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from kb.errors import KBError
from kb.sandbox.confinement.landlock import restrict_files
from kb.sandbox.confinement.limits import Limits
from kb.sandbox.confinement.namespaces import (
    end_with_parent,
    guard_network,
    leave_network,
    share_no_memory,
)
from kb.sandbox.confinement.rlimits import limit_cpu, limit_resources
from kb.sandbox.confinement.seccomp import refuse_calls

_HEADER = struct.Struct("!Q")


@dataclass(frozen=True, slots=True)
class Session:
    """What one document's processes are given; the numbers are file descriptors.

    `programs` may be run and read, `readable` be read; of `writable`, which are folders, the
    first is for temporary files. `apart`: it was forked into namespaces of its own.
    """

    limits: Limits
    apart: bool
    programs: tuple[str, ...]
    readable: tuple[str, ...]
    writable: tuple[str, ...]
    sockets: tuple[str, ...]
    orders: int
    answers: int
    imported: int
    keep: frozenset[str]
    """Modules of which `imported` is told when a call needed them."""


def serve(session: Session) -> None:
    """Serve calls, confined, until the pipe is closed."""
    for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        os.environ[name] = session.writable[0]
    tempfile.tempdir = session.writable[0]
    _confine(session)
    with os.fdopen(session.orders, "rb") as orders, os.fdopen(session.answers, "wb") as answers:
        while header := orders.read(_HEADER.size):
            before = set(sys.modules)
            answer = _answer(orders.read(_HEADER.unpack(header)[0]))
            _tell(session.imported, session.keep & set(sys.modules) - before)
            _send(answers, answer)


def _confine(session: Session) -> None:
    if session.apart:
        share_no_memory()
        guard_network()
    else:
        leave_network()
    limit_resources(session.limits, apart=session.apart)
    refuse_calls()
    restrict_files(
        programs=session.programs,
        readable=session.readable,
        writable=session.writable,
        sockets=session.sockets,
    )
    end_with_parent()


def _answer(order: bytes) -> bytes:
    try:
        module, name, args, options, timeout_s = pickle.loads(order)
        # the parent's clock comes first; this one is for a parent that is stopped
        limit_cpu(4 * timeout_s + 10)
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


def _send(answers: BinaryIO, answer: bytes) -> None:
    answers.write(_HEADER.pack(len(answer)) + answer)
    answers.flush()


def _tell(pipe: int, modules: Iterable[str]) -> None:
    with suppress(BlockingIOError):
        os.write(pipe, "".join(f"{name}\n" for name in sorted(modules)).encode())
