"""Landlock: below which folders a process may write, and whom it may signal.

It cannot be taken off, is inherited by programs that a parser starts, and needs no
privilege, no namespace and no configuration (landlock(7), Linux 5.13 and later).
"""

import ctypes
import os
import sys
from collections.abc import Iterable
from contextlib import suppress

from kb.sandbox.confinement.syscalls import syscall

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same on all processors
_VERSION = 1  # flag of the first call: ask for the version
_BENEATH = 1  # kind of rule: a folder and all in it
_WRITE_FILE = 1 << 1
_SOCKETS = 1 << 5 | 1 << 9  # remove a file, make a socket
_CHANGE_FOLDER = sum(1 << bit for bit in range(4, 13))  # remove and make, each kind of file
_REFER = 1 << 13  # move between folders; from version 2 on
_TRUNCATE = 1 << 14  # from version 3 on
_TCP = 0b11  # bind and connect; from version 4 on
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11  # to processes outside; from version 6 on


class _Handled(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _Rule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def write_only_below(folders: Iterable[str], *, sockets: Iterable[str] = ()) -> None:
    """Refuse writing elsewhere from now on, where the kernel has Landlock.

    Below `sockets` Unix sockets may be made, and files removed, which is one right in
    Landlock for a socket and any other file. Needs "no new privileges" to be set.
    /dev/null stays open to all.
    """
    if not sys.platform.startswith("linux"):
        return
    with suppress(OSError):
        version = syscall(_CREATE, None, ctypes.c_size_t(0), _VERSION)
        file = _WRITE_FILE | (_TRUNCATE if version >= 3 else 0)
        writing = file | _CHANGE_FOLDER | (_REFER if version >= 2 else 0)
        handled = _Handled(
            writing,
            _TCP if version >= 4 else 0,
            _ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0,
        )
        size = ctypes.c_size_t(ctypes.sizeof(handled))
        rules = syscall(_CREATE, ctypes.byref(handled), size, 0)
        for folder in folders:
            _allow(rules, folder, writing)
        for folder in sockets:
            _allow(rules, folder, _SOCKETS)
        _allow(rules, os.devnull, file)
        syscall(_RESTRICT, rules, 0)
        os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = _Rule(rights, opened)
    syscall(_ADD, rules, _BENEATH, ctypes.byref(rule), 0)
    os.close(opened)
