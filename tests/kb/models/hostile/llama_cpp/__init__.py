"""In llama.cpp's place: a library that was taken over by what it reads, and tells what it got.

The user's turn is JSON: `read` and `write` are paths, `port` and `socket` are where a server
listens. All is tried by calls of libc, past Python.
"""

import ctypes
import json
import os
import re
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

_LIBC = ctypes.CDLL(None, use_errno=True)


def _error(result: int) -> int:
    """The error number of a call, 0 where it worked."""
    return ctypes.get_errno() if result < 0 else 0


def _opened(kind: int) -> int:
    return int(_LIBC.socket(kind, int(socket.SOCK_STREAM), 0))


def _connected(kind: int, address: bytes) -> int:
    return _error(_LIBC.connect(_opened(kind), address, len(address)))


def _started(program: str) -> str:
    try:
        return str(subprocess.run([program, "/etc/passwd"], capture_output=True).returncode)
    except OSError as error:
        return type(error).__name__


def _tried(wanted: dict[str, Any]) -> dict[str, Any]:
    family = int(socket.AF_UNIX).to_bytes(2, sys.byteorder)
    return {
        "read": [_error(_LIBC.open(path.encode(), os.O_RDONLY)) for path in wanted["read"]],
        "write": [
            _error(_LIBC.open(path.encode(), os.O_WRONLY | os.O_CREAT, 0o600))
            for path in wanted["write"]
        ],
        "sockets": [
            _error(_opened(int(kind))) for kind in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)
        ],
        "connect": _connected(int(socket.AF_UNIX), family + wanted["socket"].encode() + b"\0"),
        "started": [_started(program) for program in ("/bin/cat", sys.executable)],
        "environment": sorted(os.environ),
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "status": re.findall(r"(?:NoNewPrivs|Seccomp):\t\d", open("/proc/self/status").read()),
    }


class Llama:
    """As much of the vendor's class as `kb.models.llm_process` uses."""

    ctx = model = None

    def __init__(self, path: str, **_: object) -> None:
        self.metadata: dict[str, str] = {}
        open(path, "rb").close()
        self._said = ""

    def n_ctx(self) -> int:
        return 2048

    def tokenize(self, text: bytes, **_: object) -> list[int]:
        self._said += text.decode()
        return [1]

    def create_completion(self, **_: object) -> Iterator[dict[str, Any]]:
        wanted = json.loads(self._said[self._said.index("{") : self._said.rindex("}") + 1])
        yield {"choices": [{"text": json.dumps(_tried(wanted))}]}


def ggml_abort_callback(call: object) -> object:
    return call


def llama_set_abort_callback(*_: object) -> None:
    pass


def llama_model_n_params(_: object) -> int:
    return 1


LLAMA_TOKEN_ATTR_CONTROL = LLAMA_TOKEN_ATTR_USER_DEFINED = 1


def llama_model_get_vocab(_: object) -> None:
    pass


def llama_vocab_get_attr(*_: object) -> int:
    return 0
