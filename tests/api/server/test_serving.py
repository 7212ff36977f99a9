"""`kb serve` as a process: where it listens, what it says, how it ends."""

import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from api.server.sockets import listen_tcp, listen_unix
from kb.app.client import socket_path
from kb.errors import BadRequest
from kb.paths import ROOT

SERVE = """
import sys
from pathlib import Path
from api.server.run import run
from kb.settings import Settings
from tests.api.house import House

class Worker:
    def __init__(self, kb): pass
    def stop(self): print("worker stopped", flush=True)

settings = Settings(data_dir=Path(sys.argv[1]), port=0)
run(settings, Worker, opening=House)
"""


@contextmanager
def serving(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(data_dir)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_it_answers_on_both_sockets_and_ends_in_order(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, line):
        page = next(word for word in line.split() if word.startswith("http"))
        assert httpx.get(f"{page}healthz").json() == {"status": "ok"}
        path = socket_path(tmp_path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(path))) as client:
            assert client.get("http://localhost/healthz").status_code == 200
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=10)
        assert (process.returncode, rest) == (0, "worker stopped\n")
        assert not path.exists()


def test_a_long_folder_gets_a_short_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    with listen_unix(folder) as listener:
        path = socket_path(folder)
        assert len(str(path)) < 100
        assert listener.getsockname() == str(path)
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not path.parent.exists()


def test_a_stale_socket_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "kb.sock").write_text("left by a crash")
    with listen_unix(tmp_path):
        assert socket_path(tmp_path).is_socket()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.org", ""])
def test_only_loopback_is_listened_to(host: str) -> None:
    with pytest.raises(BadRequest, match="not a loopback address"):
        listen_tcp(host, 0)


def test_a_taken_port_is_a_sentence() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(BadRequest, match=r"in use.*--port"),
    ):
        listen_tcp("127.0.0.1", taken.getsockname()[1])


def test_the_command_refuses_an_address_of_the_network(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kb", "serve", "--host", "0.0.0.0"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"KB_DATA_DIR": str(tmp_path), "PYTHONPATH": ".", "PATH": "/usr/bin:/bin"},
        timeout=60,
    )
    assert done.returncode == 1
    assert "0.0.0.0 is not a loopback address." in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
