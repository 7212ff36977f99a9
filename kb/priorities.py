"""Who gives way: what is done for documents lets pass what is done for people."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BEHIND = 10
"""Niceness of work for documents; Linux keeps it for each thread (setpriority(2))."""


def give_way() -> None:
    """From now on this thread, and what it starts, runs after all others that want to run."""
    with suppress(OSError, AttributeError):  # refused, or not Linux: then all are alike
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BEHIND)


LONGEST_S = 0.1
"""Work for documents goes on after so long, however many questions there are."""
_asked = threading.Condition()
_questions = 0


@contextmanager
def question() -> Iterator[None]:
    """While a question of a person is looked for."""
    global _questions  # noqa: PLW0603 - all that one process does shares one interpreter
    with _asked:
        _questions += 1
    try:
        yield
    finally:
        with _asked:
            _questions -= 1
            _asked.notify_all()


def let_pass() -> None:
    """Wait until no question is being looked for, but at most `LONGEST_S`.

    A thread's niceness does not help those who wait for what it holds, the interpreter
    for one; so what may take it for long asks first.
    """
    with _asked:
        _asked.wait_for(lambda: not _questions, LONGEST_S)
