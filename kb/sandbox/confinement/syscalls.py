"""The calls of the Linux kernel that Python has no words for."""

import ctypes
import os


def prctl(option: int, value: int = 0, pointer: object = None) -> None:
    """Raises `OSError` where the kernel refuses."""
    _checked(_libc().prctl(option, ctypes.c_ulong(value), pointer, None, None))


def syscall(number: int, *arguments: object) -> int:
    """Raises `OSError` where the kernel refuses."""
    return _checked(_libc().syscall(ctypes.c_long(number), *arguments))


def unshare(flags: int) -> None:
    """Raises `OSError` where the kernel refuses, and where it is not Linux."""
    call = getattr(_libc(), "unshare", None)
    if call is None:
        raise OSError("no namespaces here")
    _checked(call(flags))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
