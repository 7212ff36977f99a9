"""Each limit of a child, broken on purpose; from Python, from C, and from started programs."""

import ctypes
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kb.domain import Part
from kb.errors import KBError, LimitExceeded, ParseFailed
from kb.sandbox.confinement.limits import Limits
from kb.sandbox.confinement.processes import below
from kb.sandbox.pool import Child
from kb.sandbox.scratch import trusted

LIMITS = Limits(memory_mb=768, file_mb=2, written_mb=5, open_files=64, processes=40)
BOTH = (__file__, str(Path(__file__).with_name("test_one_document.py")))
MARK = str(4_000_000 + os.getpid())
"""Seconds that escaped processes would sleep: how they are found among others."""


def fork_bomb() -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if os.fork() == 0:
            time.sleep(4)
            os._exit(0)


def thread_bomb() -> None:
    for _ in range(10_000):
        threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
        time.sleep(0.01)


def processes_that_each_take_little() -> None:
    for _ in range(20):
        if os.fork() == 0:
            held = bytearray(b"x" * (60 << 20))
            time.sleep(20)
            os._exit(len(held) and 0)
    time.sleep(20)


def large_file(folder: str) -> int:
    with open(f"{folder}/large", "wb") as file:
        return file.write(b"x" * (3 << 20))


def many_files(folder: str) -> None:
    for number in range(100):
        Path(folder, str(number)).write_bytes(b"x" * (1 << 20))
        time.sleep(0.02)


def leak_descriptors() -> int:
    held = []
    try:
        for _ in range(10_000):
            held.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        return len(held)
    finally:
        for one in held:
            os.close(one)
    return len(held)


def spin() -> None:
    while True:
        pass


def stop_other(process: int) -> None:
    os.kill(process, signal.SIGTERM)


DIAL = """
import socket, sys
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=2)
    print("connected")
except OSError as error:
    print(type(error).__name__, error.errno)
"""


def dial_from_a_program(port: int) -> str:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", DIAL, str(port)], capture_output=True, text=True
    )
    return done.stdout.strip()


def open_sockets_in_c() -> dict[str, int]:
    """The error number of each kind of socket, opened past Python; 0 where it was opened."""
    libc = ctypes.CDLL(None, use_errno=True)
    found = {}
    for kind in ("AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET"):
        opened = libc.socket(int(getattr(socket, kind)), int(socket.SOCK_STREAM), 0)
        found[kind] = ctypes.get_errno() if opened < 0 else 0
    return found


def connect_in_c(path: str) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    opened = libc.socket(int(socket.AF_UNIX), int(socket.SOCK_STREAM), 0)
    address = int(socket.AF_UNIX).to_bytes(2, sys.byteorder) + path.encode() + b"\0"
    return ctypes.get_errno() if libc.connect(opened, address, len(address)) < 0 else 0


def status() -> str:
    return Path("/proc/self/status").read_text()


def escape(mark: str) -> None:
    """Twice forked, in a session of its own: no group and no parent to find it by."""
    program = "import os, time\nif os.fork() == 0:\n os.setsid()\n if os.fork() == 0:\n  " + (
        f"os.execvp('sleep', ['sleep', '{mark}'])\n"
    )
    subprocess.run([sys.executable, "-I", "-S", "-c", program], check=True)


def escape_and_wait(mark: str) -> None:
    escape(mark)
    time.sleep(60)


def resources() -> dict[str, int]:
    names = ("AS", "FSIZE", "NOFILE", "CORE")
    return {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[0] for name in names}


def sleepers() -> str:
    return subprocess.run(["pgrep", "-fa", f"^sleep {MARK}"], capture_output=True, text=True).stdout


def within_seconds(what: Callable[[], bool]) -> bool:
    """Whether it comes true: a process begins and ends a little after it is told to."""
    until = time.monotonic() + 10
    while not what() and time.monotonic() < until:
        time.sleep(0.05)
    return what()


def one_sleeps() -> bool:
    return within_seconds(lambda: bool(sleepers()))


def none_sleeps() -> bool:
    return within_seconds(lambda: not sleepers())


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    child = Child(limits=LIMITS)
    yield child
    child.close()


@pytest.fixture
def scratch(tmp_path: Path) -> str:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return str(folder)


@pytest.mark.parametrize(
    ("attack", "memory_mb", "says"),
    [
        pytest.param(fork_bomb, 4096, "more than 40 processes", id="processes"),
        pytest.param(thread_bomb, 4096, "more than 40 processes", id="threads"),
        pytest.param(
            processes_that_each_take_little, 768, "more memory", id="memory of all together"
        ),
        pytest.param(spin, 768, "longer than 3 seconds", id="processor"),
    ],
)
def test_a_bomb_ends_soon_and_the_next_document_is_read(
    attack: Callable[[], None], memory_mb: int, says: str
) -> None:
    child = Child(limits=replace(LIMITS, memory_mb=memory_mb))
    child.call(resources, timeout_s=20)
    began = time.monotonic()
    with pytest.raises(KBError, match=says):
        child.call(attack, timeout_s=3)
    assert time.monotonic() - began < 8
    assert child.call(resources, timeout_s=20)["CORE"] == 0
    child.close()
    assert len(below(os.getpid())) < 20


def test_one_file_and_all_files_together_are_limited(child: Child, scratch: str) -> None:
    with pytest.raises(ParseFailed, match="OSError"):
        child.call(large_file, scratch, timeout_s=20, scratch=scratch)
    assert Path(scratch, "large").stat().st_size <= 2 << 20
    with pytest.raises(LimitExceeded, match="wrote more than 5 MB"):
        child.call(many_files, scratch, timeout_s=20, scratch=scratch)
    assert sum(file.stat().st_size for file in Path(scratch).iterdir()) < 20 << 20


def test_descriptors_are_limited(child: Child) -> None:
    assert child.call(leak_descriptors, timeout_s=20) < 64
    expected = {"AS": 768 << 20, "FSIZE": 2 << 20, "NOFILE": 64, "CORE": 0}
    assert child.call(resources, timeout_s=20) == expected


def test_processor_time_is_limited_also_without_a_parent() -> None:
    program = (
        "from kb.sandbox.confinement.rlimits import limit_cpu\nlimit_cpu(0.2)\nwhile True: pass"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program], env=environ, timeout=30)
    assert done.returncode in (-signal.SIGXCPU, -signal.SIGKILL)


def test_neither_python_nor_c_nor_a_started_program_reaches_a_server(
    child: Child, tmp_path: Path
) -> None:
    path = str(tmp_path / "s")
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as service,
    ):
        service.bind(path)
        service.listen()
        port = server.getsockname()[1]
        assert "PermissionError" in child.call(dial_from_a_program, port, timeout_s=20)
        assert child.call(connect_in_c, path, timeout_s=20) == 1  # EPERM
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
    found = child.call(open_sockets_in_c, timeout_s=20)
    assert found == {"AF_UNIX": 0, "AF_INET": 1, "AF_INET6": 1, "AF_NETLINK": 1, "AF_PACKET": 1}


def test_no_new_privileges_and_a_filter_of_calls(child: Child) -> None:
    told = child.call(status, timeout_s=20)
    assert "NoNewPrivs:\t1" in told
    assert "Seccomp:\t2" in told


def test_another_process_cannot_be_signalled(child: Child) -> None:
    other = subprocess.Popen(["sleep", "30"])
    try:
        with pytest.raises(ParseFailed, match=r"PermissionError|ProcessLookupError"):
            child.call(stop_other, other.pid, timeout_s=20)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_what_escaped_ends_with_the_call_that_is_stopped(child: Child) -> None:
    with pytest.raises(LimitExceeded, match="longer than 2 seconds"):
        child.call(escape_and_wait, MARK, timeout_s=2)
    assert none_sleeps()


def test_what_escaped_ends_with_the_child_and_with_the_parent() -> None:
    child = Child(limits=LIMITS)
    child.call(escape, MARK, timeout_s=20, file=__file__)
    assert one_sleeps()
    child.close()
    assert none_sleeps()


def test_what_escaped_ends_before_the_next_document() -> None:
    child = Child(limits=LIMITS)
    child.call(escape, MARK, timeout_s=20, file=__file__)
    assert one_sleeps()
    child.call(resources, timeout_s=20)
    assert not sleepers()
    child.close()


def test_it_holds_where_namespaces_are_refused_too() -> None:
    """In a namespace that may have no further ones, as in many containers."""
    again = "processes or escaped or reaches or signalled or outside or read or left"
    program = 'echo 0 > /proc/sys/user/max_user_namespaces && unshare -U true || exec "$@"'
    tests = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-k", again, *BOTH]
    if subprocess.run(["unshare", "-Ur", "true"], capture_output=True).returncode:
        pytest.skip("network namespaces are not allowed here")
    done = subprocess.run(
        ["unshare", "-Ur", "sh", "-c", program, "sh", *tests], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def part(path: Path) -> Part:
    return Part("letter.pdf", str(path))


def test_a_part_is_taken_only_when_it_is_a_plain_file_of_its_folder(tmp_path: Path) -> None:
    scratch, outside = tmp_path / "scratch", tmp_path / "secret"
    scratch.mkdir()
    outside.write_text("of another matter")
    good = scratch / "0001"
    good.write_text("text")
    assert trusted(part(good), scratch) == good
    (scratch / "link").symlink_to(outside)
    (scratch / "hard").hardlink_to(outside)
    (scratch / "folder").mkdir()
    os.mkfifo(scratch / "pipe")
    for name in ("link", "hard", "folder", "pipe", "absent", "../secret", "folder/x", "", "\0"):
        with pytest.raises(ParseFailed, match=r"“letter\.pdf”.* could not be taken out"):
            trusted(part(scratch / name), scratch)
    with pytest.raises(ParseFailed):
        trusted(part(good), scratch, most_bytes=3)
    (tmp_path / "alias").symlink_to(scratch)
    with pytest.raises(ParseFailed):
        trusted(part(tmp_path / "alias" / "0001"), tmp_path / "alias")
