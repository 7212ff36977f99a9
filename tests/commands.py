"""The real commands as processes of their own, over stores that share one prepared embedder."""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from kb.offline import SWITCHES
from tests import forked

ROOT = Path(__file__).resolve().parents[1]


class Commands:
    """`python -m kb` in one data folder, with nothing set that the commands set themselves."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.data_dir = data_dir
        left_out = {*SWITCHES, "CI"}  # vendors that send nothing in CI must be quiet elsewhere too
        kept = {n: v for n, v in os.environ.items() if n not in left_out and n[:3] != "KB_"}
        self.environ = {**kept, "PYTHONPATH": str(ROOT), "KB_DATA_DIR": str(data_dir), **settings}

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "kb", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environ,
            cwd=self.data_dir.parent,
        )

    def run(self, *arguments: str | Path, code: int = 0) -> str:
        """What it printed. It must end with `code`, and never with a traceback."""
        printed, said = self.exactly(*arguments, code=code)
        return printed.decode() if code == 0 else printed.decode() + said

    def exactly(self, *arguments: str | Path, code: int = 0) -> tuple[bytes, str]:
        ended, printed, said = self._ended(list(map(str, arguments)))
        assert "Traceback" not in said, said
        assert ended == code, said or printed.decode()
        return printed, said

    def _ended(self, arguments: list[str]) -> "tuple[int, bytes, str]":
        """Its exit code and what it wrote. An interpreter of its own where that may matter."""
        folder = self.data_dir.parent
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            if self._usual():
                code = forked.run(arguments, self.environ, folder, (out, err), 120)
            else:
                code = subprocess.run(
                    [sys.executable, "-m", "kb", *arguments],
                    stdout=out,
                    stderr=err,
                    env=self.environ,
                    cwd=folder,
                    timeout=120,
                ).returncode
            out.seek(0)
            err.seek(0)
            return code, out.read(), err.read().decode()

    def _usual(self) -> bool:
        """Whether nothing is set that Python or a vendor reads when it starts."""
        usual = {**os.environ, "PYTHONPATH": str(ROOT)}
        return all(n[:3] == "KB_" or usual.get(n) == v for n, v in self.environ.items())

    def json(self, *arguments: str | Path, code: int = 0) -> Any:
        return json.loads(self.exactly(*arguments, "--json", code=code)[0])

    def ingest(self, *arguments: str | Path, code: int = 0) -> "tuple[list[Any], Any]":
        """The lines of `kb ingest --json` and its summary."""
        printed, _ = self.exactly("ingest", *arguments, "--json", code=code)
        *lines, last = [json.loads(line) for line in printed.splitlines()]
        return lines, last["summary"]

    @contextmanager
    def serving(self) -> Iterator[str]:
        """`kb serve` on a free port: the address of its page."""
        process = self.start("serve", "--port", "0")
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line.startswith("Open http://127.0.0.1:"), process.communicate(timeout=10)
            yield line.split()[1]
            process.terminate()
            _, said = process.communicate(timeout=20)
            assert process.returncode == 0, said
            assert "Traceback" not in said, said
        finally:
            process.kill()
            process.communicate()


@cache
def embedder() -> Path:
    """The fast embedder, exported once for all tests of a run: it takes 20 seconds."""
    folder = Path(tempfile.mkdtemp(prefix="kb-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    commands = Commands(folder / "store")
    commands.run("search", "anything")
    return commands.data_dir / "models" / "embedder"


def new_store(folder: Path, **settings: str) -> Commands:
    """An empty store below `folder` that has the fast embedder already."""
    commands = Commands(folder / "store", **settings)
    (commands.data_dir / "models").mkdir(parents=True)
    (commands.data_dir / "models" / "embedder").symlink_to(embedder())
    return commands
