"""Landlock: what a process may read, run and write, and whom it may signal.

It cannot be taken off, is inherited by programs that a parser starts, and needs no
privilege, no namespace and no configuration (landlock(7), Linux 5.13 and later). What is
opened already stays open. Names, sizes and dates of files can be asked for anywhere.
"""

import ctypes
import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress

from kb.sandbox.confinement.syscalls import syscall

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same on all processors
_VERSION = 1  # flag of the first call: ask for the version
_BENEATH = 1  # kind of rule: a folder and all in it
_EXECUTE = 1 << 0
_WRITE_FILE = 1 << 1
_READ_FILE = 1 << 2
_READ = _READ_FILE | 1 << 3  # and list a folder
_SOCKETS = 1 << 5 | 1 << 9  # remove a file, make a socket
_CHANGE_FOLDER = sum(1 << bit for bit in range(4, 13))  # remove and make, each kind of file
_REFER = 1 << 13  # move between folders; from version 2 on
_TRUNCATE = 1 << 14  # from version 3 on
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
"""The rights that a rule for a single file may have."""
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


def landlock_version() -> int:
    """The kernel's version of Landlock, 0 where it has none."""
    if sys.platform.startswith("linux"):
        with suppress(OSError):
            return syscall(_CREATE, None, ctypes.c_size_t(0), _VERSION)
    return 0


def restrict_files(
    *,
    programs: Iterable[str] = (),
    readable: Iterable[str] = (),
    writable: Iterable[str] = (),
    sockets: Iterable[str] = (),
) -> None:
    """Refuse all other files and folders from now on, where the kernel has Landlock.

    Each is a file, or a folder with all below it. `programs` may be read and run;
    `writable` may be read too, and what is written there cannot be run. Below `sockets` Unix
    sockets may be made, and files removed, which is one right in Landlock for a socket and
    any other file. What is to be read or run and cannot be found is passed over. /dev/null stays
    open to all. Needs "no new privileges" to be set; raises `OSError` where that is not, and
    where a folder to write in is missing: the process is not to go on then.
    """
    version = landlock_version()
    if not version:
        return
    file = _WRITE_FILE | (_TRUNCATE if version >= 3 else 0)
    writing = file | _CHANGE_FOLDER | (_REFER if version >= 2 else 0)
    handled = _Handled(
        _EXECUTE | _READ | writing,
        _TCP if version >= 4 else 0,
        _ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0,
    )
    size = ctypes.c_size_t(ctypes.sizeof(handled))
    rules = syscall(_CREATE, ctypes.byref(handled), size, 0)
    for folder in writable:
        _allow(rules, folder, _READ | writing)
    reading = [(path, _READ) for path in readable]
    for path, rights in (*((path, _READ | _EXECUTE) for path in programs), *reading):
        with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
            _allow(rules, path, rights)
    for folder in sockets:
        _allow(rules, folder, _SOCKETS)
    _allow(rules, os.devnull, _READ_FILE | file)
    syscall(_RESTRICT, rules, 0)
    os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(opened).st_mode):
            rights &= _OF_FILES
        rule = _Rule(rights, opened)
        syscall(_ADD, rules, _BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(opened)
