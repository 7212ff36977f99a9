"""The processes that one process has started, found in /proc; none where there is no /proc."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_ROUNDS = 1000


def below(process: int) -> list[int]:
    """The ids of all processes under `process`, itself left out."""
    found: list[int] = []
    waiting = [process]
    while waiting:
        children = list(_children(waiting.pop()))
        found += children
        waiting += children
    return found


def end_below(process: int) -> None:
    """Kill the processes under `process`, those too that are made meanwhile.

    One may be missed that changes its parent just then.
    """
    for _ in range(_ROUNDS):
        running = [one for one in below(process) if not _is_over(one)]
        if not running:
            return
        for one in running:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(one, signal.SIGKILL)


def threads(process: int) -> int:
    with suppress(OSError):
        return len(os.listdir(f"/proc/{process}/task"))
    return 0


def memory(process: int) -> int:
    """Bytes of memory that it holds now, those that it shares included."""
    with suppress(OSError, IndexError):
        pages = Path(f"/proc/{process}/statm").read_text("ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _children(process: int) -> Iterator[int]:
    tasks = Path(f"/proc/{process}/task")
    with suppress(OSError):  # it ends while we look
        for task in os.listdir(tasks):
            yield from map(int, (tasks / task / "children").read_text("ascii").split())


def _is_over(process: int) -> bool:
    """Whether it has ended and only its exit code is still kept."""
    try:
        told = Path(f"/proc/{process}/stat").read_text("utf-8", "replace")
    except OSError:
        return True
    return told.rpartition(") ")[2][:1] in ("Z", "X")
