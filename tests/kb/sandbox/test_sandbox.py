import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.domain import Element, ElementKind, Page, Reading
from kb.errors import KBError, LimitExceeded, ParseFailed, TooLarge
from kb.paths import ROOT
from kb.sandbox.confinement.limits import Limits
from kb.sandbox.pool import Child, Pool

READING = Reading("text/plain", "a", (Element(ElementKind.TITLE, 0, 1),), (Page(1, 0, 1),))


def double(number: int, *, plus: int = 0) -> int:
    return 2 * number + plus


def pid() -> int:
    return int(os.readlink("/proc/self"))  # as the machine counts, not the child's namespace


def reading() -> Reading:
    return READING


def refuse_password() -> None:
    raise ParseFailed("It wants a password.", code="encrypted")


def refuse_size() -> None:
    raise TooLarge("a.pdf", 5)


def stumble() -> None:
    raise ZeroDivisionError("secret text")


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def sleep_in_a_grandchild(seconds: int) -> None:
    subprocess.run(["sleep", str(seconds)], check=False)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def eat() -> int:
    return len(bytearray(4 << 30))


def print_noise() -> str:
    print("noise of a parser")
    os.write(1, b"noise of a library")
    os.write(2, b"noise of a library")
    return "quiet"


def dial(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), timeout=1).close()


def environment() -> dict[str, str]:
    return dict(os.environ)


def limits() -> tuple[int, int]:
    return (
        resource.getrlimit(resource.RLIMIT_AS)[0],
        resource.getrlimit(resource.RLIMIT_CORE)[0],
    )


class Foreign:
    def __reduce__(self) -> tuple[object, ...]:
        return (os.system, ("true",))


def foreign() -> Foreign:
    return Foreign()


def wait_until_gone(process: int) -> None:
    until = time.monotonic() + 5
    while Path(f"/proc/{process}").exists():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    child = Child(limits=Limits(memory_mb=1024))
    yield child
    child.close()


def test_a_call_returns_what_the_function_returns(child: Child) -> None:
    assert child.call(double, 4, plus=1, timeout_s=20) == 9
    assert child.call(reading, timeout_s=20) == READING


def test_a_child_lives_for_many_calls_and_is_replaced_after_its_number() -> None:
    child = Child(calls=2)
    pids = [child.call(pid, timeout_s=20, file=__file__) for _ in range(4)]
    child.close()
    assert pids[0] == pids[1] != pids[2] == pids[3]
    assert os.getpid() not in pids


def test_our_errors_arrive_as_they_were_raised(child: Child) -> None:
    with pytest.raises(ParseFailed, match="It wants a password") as caught:
        child.call(refuse_password, timeout_s=20)
    assert caught.value.code == "encrypted"
    with pytest.raises(TooLarge, match=r"“a\.pdf” is larger than 5 MB"):
        child.call(refuse_size, timeout_s=20)


def test_other_errors_become_a_sentence_without_the_text_they_carry(child: Child) -> None:
    with pytest.raises(ParseFailed, match="ZeroDivisionError") as caught:
        child.call(stumble, timeout_s=20)
    assert "secret" not in caught.value.message


@pytest.mark.alone
def test_a_call_past_its_time_is_ended_and_the_next_one_served(child: Child) -> None:
    before = child.call(pid, timeout_s=20)
    began = time.monotonic()
    with pytest.raises(LimitExceeded, match=r"longer than 0\.5 seconds"):
        child.call(sleep, 60, timeout_s=0.5)
    assert time.monotonic() - began < 5
    assert child.call(pid, timeout_s=20) != before


def test_what_a_parser_started_ends_with_it(child: Child) -> None:
    with pytest.raises(LimitExceeded):
        child.call(sleep_in_a_grandchild, 4711, timeout_s=1)
    time.sleep(0.2)
    commands = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert "sleep 4711" not in commands.stdout


def test_a_crash_is_a_failed_document_not_a_failed_parent(child: Child) -> None:
    with pytest.raises(ParseFailed, match="SIGSEGV") as caught:
        child.call(crash, timeout_s=20)
    assert caught.value.code == "crashed"
    assert child.call(double, 1, timeout_s=20) == 2


def test_memory_is_limited(child: Child) -> None:
    with pytest.raises(LimitExceeded, match="more memory"):
        child.call(eat, timeout_s=20)
    assert child.call(limits, timeout_s=20) == (1024 << 20, 0)


def test_a_child_that_died_while_idle_is_replaced(child: Child) -> None:
    idle = child.call(pid, timeout_s=20, file=__file__)
    os.kill(idle, signal.SIGKILL)
    wait_until_gone(idle)
    assert child.call(double, 1, timeout_s=20) == 2


def test_noise_of_parsers_stays_in_the_child(
    child: Child, capfd: pytest.CaptureFixture[str]
) -> None:
    assert child.call(print_noise, timeout_s=20) == "quiet"
    assert capfd.readouterr() == ("", "")


def test_a_child_has_no_network_and_no_secrets(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_KEY", "secret")
    server = socket.create_server(("127.0.0.1", 0))
    with server, pytest.raises(ParseFailed, match="PermissionError"):
        child.call(dial, server.getsockname()[1], timeout_s=20)
    fresh = Child()
    seen = fresh.call(environment, timeout_s=20)
    fresh.close()
    assert "KB_KEY" not in seen
    assert seen["HF_HUB_OFFLINE"] == "1"


def test_an_answer_cannot_run_code_in_the_parent(child: Child) -> None:
    with pytest.raises(ParseFailed):
        child.call(foreign, timeout_s=20)
    assert child.call(double, 1, timeout_s=20) == 2


def test_close_ends_a_call_in_progress_and_refuses_later_ones() -> None:
    child = Child()
    child.call(pid, timeout_s=20)
    errors: list[KBError] = []

    def wait() -> None:
        try:
            child.call(sleep, 60, timeout_s=60)
        except KBError as error:
            errors.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.3)
    child.close()
    thread.join(5)
    assert len(errors) == 1
    with pytest.raises(LimitExceeded, match="shut down"):
        child.call(pid, timeout_s=20)


def test_a_pool_serves_many_threads_with_few_children() -> None:
    with Pool(2, memory_mb=1024) as pool:
        pids: list[int] = []
        threads = [
            threading.Thread(
                target=lambda: pids.append(pool.call(pid, timeout_s=20, file=__file__))
            )
            for _ in range(12)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert len(pids) == 12
    assert len(set(pids)) <= 2


def test_a_child_survives_the_thread_that_made_it_but_not_the_process() -> None:
    child = Child()
    pids: list[int] = []
    thread = threading.Thread(
        target=lambda: pids.append(child.call(pid, timeout_s=20, file=__file__))
    )
    thread.start()
    thread.join(20)
    assert child.call(pid, timeout_s=20, file=__file__) == pids[0]
    child.close()

    program = (
        "import os; from kb.sandbox.pool import Child; "
        "from tests.kb.sandbox.test_sandbox import pid; "
        "print(Child().call(pid, timeout_s=20), flush=True); os.kill(os.getpid(), 9)"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, env=environ, check=False
    )
    wait_until_gone(int(ended.stdout))
