"""Namespaces of a child's own: without network, and with processes that end together."""

import os
import signal
import sys
from contextlib import suppress
from typing import Any

from kb.sandbox.confinement.syscalls import prctl, unshare

_NEW_USER, _NEW_PROCESSES, _NEW_NETWORK, _NEW_IPC = 0x10000000, 0x20000000, 0x40000000, 0x08000000
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_DESCRIPTORS = 64  # more than a process has that has only begun
_NETWORK_EVENTS = frozenset(
    f"socket.{verb}" for verb in ("connect", "bind", "getaddrinfo", "sendto", "sendmsg")
)


def leave_network() -> None:
    """An empty network namespace where the machine allows one; a guard in Python everywhere."""
    with suppress(OSError):
        unshare(_NEW_USER | _NEW_NETWORK)
    guard_network()


def guard_network() -> None:
    """Python's own calls to the network fail from now on; the guard cannot be taken off."""
    sys.addaudithook(_refuse_network)


def adopt_orphans() -> None:
    """Become the parent of processes below this one whose own parent ends."""
    with suppress(OSError, AttributeError):
        prctl(_PR_SET_CHILD_SUBREAPER, 1)


def be_apart() -> bool:
    """Leave network, processes and shared memory of the machine; False where it is not allowed.

    Where it is, the first process that is made afterwards is the first of a namespace:
    when it ends, the kernel ends all others in it, however they tried to get away.
    Where it is not, this process becomes the parent of those whose own parent ends.
    """
    adopt_orphans()
    try:
        unshare(_NEW_USER | _NEW_NETWORK | _NEW_PROCESSES | _NEW_IPC)
    except OSError:
        return False
    return True


def share_no_memory() -> None:
    """Memory and queues that processes share are this process's own, where it is apart."""
    with suppress(OSError):
        unshare(_NEW_IPC)


def stand_first() -> None:
    """Make the first process of the namespace: it waits until it is killed."""
    if os.fork() == 0:
        end_with_parent()
        os.closerange(0, _DESCRIPTORS)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel clears away who ends here
        while True:
            signal.pause()


def end_with_parent() -> None:
    """Be killed when the parent ends. To be said last: a change of credentials clears it."""
    with suppress(OSError, AttributeError):
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _refuse_network(event: str, _: tuple[Any, ...]) -> None:
    if event in _NETWORK_EVENTS:
        raise PermissionError("This process may not use the network.")
