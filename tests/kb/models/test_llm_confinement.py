"""The language model's process, when what it reads has taken it over; it calls past Python."""

import errno
import json
import socket
import subprocess
import sys
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from kb.models.llm import LlamaChat, model_guards
from kb.models.model_files import ModelFile
from kb.paths import ROOT
from kb.sandbox.confinement.landlock import landlock_version

HOSTILE = Path(__file__).with_name("hostile")
landlock = pytest.mark.skipif(not landlock_version(), reason="no Landlock in this kernel")


@pytest.fixture
def tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a hostile model's process got of what it tried."""
    monkeypatch.syspath_prepend(str(HOSTILE))
    monkeypatch.setenv("KB_KEY", "secret")
    path = tmp_path / "models" / "model.gguf"
    for one in (path, tmp_path / "store" / "catalogue.sqlite"):
        one.parent.mkdir()
        one.write_text("words")
    service = str(tmp_path / "s")
    wanted = {
        "read": [
            *(str(path), str(tmp_path / "store" / "catalogue.sqlite"), "/etc/passwd"),
            *("/proc/1/cmdline", str(ROOT / "pyproject.toml"), str(tmp_path)),
        ],
        "write": [
            *(str(path), str(tmp_path / "new")),
            *(f"{place}/{tmp_path.name}.new" for place in ("/tmp", "/dev/shm")),
        ],
        "socket": service,
    }
    chat = LlamaChat(ModelFile("hostile", "chat", path, 5, "", ""), context=2048, threads=1)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(service)
            server.listen()
            asked = [("user", json.dumps(wanted))]
            told = "".join(chat.stream(asked, max_tokens=9, stop=Event()))
            server.settimeout(0.1)
            with pytest.raises(TimeoutError):
                server.accept()
    finally:
        chat.close()
    found: dict[str, Any] = json.loads(told)
    return found


def test_it_has_no_sockets_no_secrets_and_no_new_privileges(tried: dict[str, Any]) -> None:
    assert tried["sockets"] == [errno.EPERM] * 3
    assert tried["connect"] == errno.EPERM
    assert "KB_KEY" not in tried["environment"]
    assert tried["core"] == 0
    assert tried["status"] == ["NoNewPrivs:\t1", "Seccomp:\t2"]


@landlock
def test_it_reads_its_model_alone_writes_nothing_and_starts_nothing(tried: dict[str, Any]) -> None:
    assert tried["read"] == [0, *[errno.EACCES] * 5]
    assert tried["write"] == [errno.EACCES] * 4
    assert tried["started"] == ["PermissionError"] * 2


@landlock
def test_it_tells_what_confines_it() -> None:
    found = model_guards()
    assert found.landlock == landlock_version()
    assert found.seccomp


def test_it_is_confined_where_namespaces_are_refused_too() -> None:
    """In a namespace that may have no further ones, as in many containers."""
    program = 'echo 0 > /proc/sys/user/max_user_namespaces && unshare -U true || exec "$@"'
    again = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-k",
        "test_it_has or test_it_reads",
    ]
    if subprocess.run(["unshare", "-Ur", "true"], capture_output=True).returncode:
        pytest.skip("network namespaces are not allowed here")
    done = subprocess.run(
        ["unshare", "-Ur", "sh", "-c", program, "sh", *again, __file__],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
