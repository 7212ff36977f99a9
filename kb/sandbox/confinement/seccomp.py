"""A seccomp filter: system calls that no parser needs are refused by the kernel.

It cannot be taken off, and programs that a parser starts inherit it, so it holds
the network back where network namespaces are not allowed (seccomp(2)). Sockets
may be of AF_UNIX alone, and none may connect: on the other end of one may be the
service, or a container engine. io_uring is refused since it connects without
`connect`; ptrace and its kin, since they reach into other processes.
"""

import ctypes
import errno
import platform
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from kb.sandbox.confinement.syscalls import prctl

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_MODE_FILTER = 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # BPF_LD, BPF_JEQ, BPF_JGE, BPF_RET
_CALL, _ARCHITECTURE, _ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | errno.EPERM
_X32 = 0x40000000  # a second set of numbers for the same calls


@dataclass(frozen=True, slots=True)
class _Machine:
    """`refused`: connect, ptrace, process_vm_readv, process_vm_writev, io_uring_setup."""

    architecture: int
    socket: int
    refused: tuple[int, ...]


_MACHINES = {
    "x86_64": _Machine(0xC000003E, 41, (42, 101, 310, 311, 425)),
    "aarch64": _Machine(0xC00000B7, 198, (203, 117, 270, 271, 425)),
}


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("then", ctypes.c_ubyte),
        ("otherwise", ctypes.c_ubyte),
        ("value", ctypes.c_uint),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("first", ctypes.POINTER(_Instruction)))


def refuse_calls(*, sockets: bool = True) -> None:
    """No new privileges, and the filter where the kernel and this processor have one.

    Without `sockets` those of AF_UNIX are refused as well.
    """
    if not sys.platform.startswith("linux"):
        return
    with suppress(OSError):
        prctl(_PR_SET_NO_NEW_PRIVS, 1)
        machine = _MACHINES.get(platform.machine())
        if machine is not None:
            more = () if sockets else (machine.socket,)
            rules = _rules(replace(machine, refused=(*machine.refused, *more)))
            program = _Program(len(rules), (_Instruction * len(rules))(*rules))
            prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program))


def _rules(machine: _Machine) -> Sequence[_Instruction]:
    """Jumps count the instructions that they pass over; the last of all refuses."""
    refused = machine.refused
    last = len(refused) + 8
    tests = [
        _Instruction(_EQUAL, last - at - 1, 0, call) for at, call in enumerate(refused, start=4)
    ]
    return [
        _Instruction(_LOAD, 0, 0, _ARCHITECTURE),
        _Instruction(_EQUAL, 0, last - 2, machine.architecture),
        _Instruction(_LOAD, 0, 0, _CALL),
        _Instruction(_AT_LEAST, last - 4, 0, _X32),
        *tests,
        _Instruction(_EQUAL, 0, 2, machine.socket),
        _Instruction(_LOAD, 0, 0, _ARGUMENT),
        _Instruction(_EQUAL, 0, 1, socket.AF_UNIX),
        _Instruction(_RETURN, 0, 0, _ALLOW),
        _Instruction(_RETURN, 0, 0, _REFUSE),
    ]
