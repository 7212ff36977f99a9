"""Memory without what it held before, for who writes memory to disk as it got it."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

_M_PERTURB = -6
"""mallopt(3): what is allocated is filled with a pattern, what is freed with its complement."""
_PATTERN = 0x5A


@contextmanager
def clean_memory() -> Iterator[None]:
    """What glibc allocates meanwhile, but for small blocks, is overwritten first.

    hnswlib writes out whole blocks, with the unused parts of them: there numbers of a vector
    could stand that was erased from the same process.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_PERTURB, _PATTERN)
    try:
        yield
    finally:
        if mallopt is not None:
            mallopt(_M_PERTURB, 0)
