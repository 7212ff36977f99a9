"""What is allocated while memory is to be clean holds nothing of what was freed before."""

import ctypes

import pytest

from kb.store.vectors.clean_memory import clean_memory

SIZE = 100_000
"""Bytes: as large as what is written out, and small enough to come from the heap."""


def allocated_after_freeing() -> bytes:
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    libc.free.argtypes = [ctypes.c_void_p]
    blocks = [libc.malloc(SIZE) for _ in range(50)]
    for block in blocks:
        ctypes.memset(block, 0x77, SIZE)
    for block in blocks:
        libc.free(block)
    again = [libc.malloc(SIZE) for _ in range(50)]
    held = b"".join(ctypes.string_at(block, SIZE) for block in again)
    for block in again:
        libc.free(block)
    return held


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="no glibc here")
def test_what_was_freed_before_is_overwritten() -> None:
    with clean_memory():
        assert b"\x77" * 16 not in allocated_after_freeing()
    assert b"\x77" * 16 in allocated_after_freeing()
