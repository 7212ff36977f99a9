"""Commands run in forks of one process that has imported what they import.

`python -m kb` spends most of its time on imports, and the tests run it hundreds of
times. Here one process pays for them; each command is a process of its own, with the
environment, folder and streams that it is given, and it ends as an interpreter does.
Tests about the start of a process, or about killing one, start a real one.
"""

import atexit
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO

from kb.offline import SWITCHES, go_offline

ROOT = Path(__file__).resolve().parents[1]


def run(
    arguments: Sequence[str],
    environ: Mapping[str, str],
    folder: Path,
    streams: tuple[IO[bytes], IO[bytes]],
    timeout_s: float,
) -> int:
    """`kb` with these arguments; its exit code, negative for the signal that ended it.

    `streams` are its output and its errors. After `timeout_s` an alarm ends it.
    """
    order = json.dumps([list(arguments), dict(environ), str(folder), timeout_s]).encode()
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(timeout_s + 10)
        asking.connect(_server())
        socket.send_fds(asking, [len(order).to_bytes(4)], [one.fileno() for one in streams])
        asking.sendall(order)
        told = asking.recv(8)
    assert told, f"the process that ran {arguments} was lost"
    return int(told)


@cache
def _server() -> str:
    """The socket of the process that forks, which ends with this one."""
    place = Path(tempfile.mkdtemp(prefix="kb-forked-"))
    address = str(place / "sock")
    left_out = {*SWITCHES, "CI"}  # as for any command: it sets the switches itself
    environ = {n: v for n, v in os.environ.items() if n not in left_out and n[:3] != "KB_"}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.forked", address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**environ, "PYTHONPATH": str(ROOT)},
    )
    atexit.register(_end, server, place)
    assert server.stdout is not None and server.stdout.readline() == b"ready\n"
    server.stdout.close()
    return address


def _end(server: subprocess.Popen[bytes], place: Path) -> None:
    assert server.stdin is not None
    server.stdin.close()
    server.kill()
    server.wait()
    shutil.rmtree(place, ignore_errors=True)


def serve(address: str) -> int:
    """Fork a process for each order, until the process that started this one is gone."""
    go_offline()
    from kb.__main__ import main

    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen(16)
        print("ready", flush=True)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while listening.fileno() in select.select([listening.fileno(), 0], [], [])[0]:
            asked, _ = listening.accept()
            if os.fork() == 0:
                break
            asked.close()
        else:
            return 0
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size, streams, _, _ = socket.recv_fds(asked, 4, 2)
    order = bytearray()
    while len(order) < int.from_bytes(size):
        order += asked.recv(1 << 16)
    pid = os.fork()
    if pid:
        _, status = os.waitpid(pid, 0)
        asked.sendall(str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    asked.close()
    arguments, environ, folder, timeout_s = json.loads(order)
    signal.setitimer(signal.ITIMER_REAL, timeout_s)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for there, stream in enumerate(streams, start=1):
        os.dup2(stream, there)
        os.close(stream)
    os.environ.clear()
    os.environ.update(environ)
    go_offline()
    os.chdir(folder)
    command = sys.modules["__main__"] = sys.modules["kb.__main__"]  # whose name a usage line says
    sys.argv = [str(command.__file__), *arguments]
    return main()


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1]))
