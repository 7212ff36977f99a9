"""Who gives way: what is done for documents lets pass what is done for people."""

import os
import threading
from contextlib import suppress

BEHIND = 10
"""Niceness of work for documents; Linux keeps it for each thread (setpriority(2))."""


def give_way() -> None:
    """From now on this thread, and what it starts, runs after all others that want to run."""
    with suppress(OSError, AttributeError):  # refused, or not Linux: then all are alike
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BEHIND)
