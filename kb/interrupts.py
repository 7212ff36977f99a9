"""Ctrl-C that waits while something is done that must be whole."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def undisturbed() -> Iterator[None]:
    """The first Ctrl-C inside raises `KeyboardInterrupt` at its end, a second one at once.

    For what nobody could close were it left half made: threads that run and are in no list,
    a file that is closed while another thread reads it. Changes nothing in another thread than
    the main one, which alone is interrupted, nor where a server has Ctrl-C its own way.
    """
    usual = signal.default_int_handler
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not usual:
        yield
        return
    came = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal came
        came = True
        signal.signal(signal.SIGINT, usual)

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
        if came:
            raise KeyboardInterrupt
