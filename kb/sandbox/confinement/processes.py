"""The processes that one process has started, found in /proc; none where there is no /proc."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_ROUNDS = 1000
_PAUSE_S = 0.0003


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
        if not _kill_below(process):
            return


def end_own(*, apart: bool = False) -> None:
    """Kill the processes under this one, and wait until each of them is gone.

    The kernel's word that there are no children is the only one that counts: a list of
    them may miss one while another ends (proc(5)). `apart`: this process was made into a
    namespace of processes, in which there is nothing else but its first process; the
    kernel then kills all others in one step, those too that are being made.
    """
    alone = apart and os.getppid() == 0  # its parent is not in the namespace
    with suppress(ChildProcessError):
        while True:
            if alone:
                with suppress(ProcessLookupError):
                    os.kill(-1, signal.SIGKILL)
            else:
                _kill_below(os.getpid())
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            time.sleep(_PAUSE_S)


def _kill_below(process: int) -> int:
    """How many were still running."""
    running = [one for one in below(process) if not _is_over(one)]
    for one in running:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(one, signal.SIGKILL)
    return len(running)


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


def own_memory(process: int) -> int:
    """Bytes of memory that it holds now, of those that it shares its part alone.

    It takes a millisecond or more; where it is not told, as `memory`.
    """
    with suppress(OSError, ValueError, IndexError):
        told = Path(f"/proc/{process}/smaps_rollup").read_text("ascii")
        return int(told.partition("\nPss:")[2].split()[0]) << 10
    return memory(process)


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
