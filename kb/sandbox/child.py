"""The child's side of `kb.sandbox.pool`: give up what a parser does not need, then serve calls.

`python -m kb.sandbox.child LIMITS FOLDER` reads calls from its standard input and writes
answers to its standard output; it is not a command for people. LIMITS are those of
`Limits` as JSON, FOLDER is where it may write.

The process that was started serves none itself. It goes apart, starts one that does,
waits for its end and ends what that one leaves behind.
"""

import importlib
import json
import os
import pickle
import shutil
import signal
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from kb.errors import KBError
from kb.offline import go_offline
from kb.priorities import give_way
from kb.sandbox.confinement.landlock import write_only_below
from kb.sandbox.confinement.limits import Limits
from kb.sandbox.confinement.namespaces import (
    be_apart,
    end_with_parent,
    guard_network,
    leave_network,
    stand_first,
)
from kb.sandbox.confinement.processes import end_below
from kb.sandbox.confinement.rlimits import limit_cpu, limit_resources
from kb.sandbox.confinement.seccomp import refuse_calls

_HEADER = struct.Struct("!Q")


def main(limits: Limits, folder: str) -> None:
    """Serve until the parent closes the pipe, then end as the serving process ended."""
    apart = be_apart()
    end_with_parent()
    if apart:
        stand_first()
    serving = os.fork()
    if serving == 0:
        serve(limits, folder, apart=apart)
        os._exit(0)
    _silence()
    code = os.waitstatus_to_exitcode(_waited(serving))
    _end_children()
    if code < 0:
        os.kill(os.getpid(), -code)
    sys.exit(code)


def serve(limits: Limits, folder: str, *, apart: bool = False) -> None:
    """Serve calls, confined, until the pipe is closed."""
    give_way()
    go_offline()
    requests = os.fdopen(os.dup(0), "rb")  # a dup is not inherited by what parsers start
    answers = os.fdopen(os.dup(1), "wb")
    _silence()
    _confine(limits, folder, apart=apart)
    while header := requests.read(_HEADER.size):
        order = requests.read(_HEADER.unpack(header)[0])
        answer = _answer(order)
        answers.write(_HEADER.pack(len(answer)) + answer)
        answers.flush()


def _confine(limits: Limits, folder: str, *, apart: bool) -> None:
    if apart:
        guard_network()
    else:
        leave_network()
    limit_resources(limits, apart=apart)
    refuse_calls()
    write_only_below([folder], sockets=["/tmp"] if shutil.which("soffice") else [])
    end_with_parent()


def _waited(process: int) -> int:
    """The exit status of `process`; others that end meanwhile are cleared away."""
    while True:
        ended, status = os.wait()
        if ended == process:
            return status


def _end_children() -> None:
    """End all that is left, those too whose own parent ended and that became ours.

    The kernel's word that there are no children is the only one that counts: a list of
    them may miss one while another ends (proc(5)).
    """
    with suppress(ChildProcessError):
        while True:
            end_below(os.getpid())
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.002)


def _answer(order: bytes) -> bytes:
    try:
        module, name, args, options, timeout_s = pickle.loads(order)
        # the parent's clock comes first; this one is for a parent that is stopped
        limit_cpu(4 * timeout_s + 10)
        return pickle.dumps(("done", _found(module, name)(*args, **options)))
    except KBError as error:
        return pickle.dumps(("refused", type(error).__name__, error.code, error.message))
    except MemoryError:
        return pickle.dumps(("memory",))
    except Exception as error:  # noqa: BLE001 - the child's door: the parent hears of all
        return pickle.dumps(("broke", type(error).__name__))


def _found(module: str, name: str) -> Callable[..., object]:
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return cast(Callable[..., object], found)


def _silence() -> None:
    """Parsers print warnings, and their warnings hold text of documents."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    main(Limits(**json.loads(sys.argv[1])), sys.argv[2])
