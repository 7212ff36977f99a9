"""Real commands in processes of their own: how long, how much processor time, how much memory."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kb.models.onnx import instruction_set
from kb.paths import ROOT
from kb.sandbox.confinement.processes import below

_OFTEN_S = 0.05


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that has ended; `cpu_s` is its processor time and that of all it waited for."""

    code: int
    out: str
    said: str
    seconds: float
    cpu_s: float
    memory: "Memory"

    @property
    def last(self) -> Any:
        """Its last line, which is JSON. Raises `RuntimeError` with what it said where it is not."""
        try:
            return json.loads(self.out.strip().splitlines()[-1])
        except (IndexError, ValueError):
            raise RuntimeError(f"ended with {self.code}: {self.said[-2000:]}") from None


class Memory:
    """The most that a process took, and the most that all below it took together, in MB.

    Resident memory, looked at twenty times a second; pages that processes share count in each.
    A child counts from the second look on: one that is just made still shows its parent's.
    """

    def __init__(self, process: int) -> None:
        self.parent_mb = self.children_mb = 0.0
        self._process = process
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> "Memory":
        self._over.set()
        self._thread.join()
        return self

    def told(self) -> dict[str, int]:
        return {"parent_mb": round(self.parent_mb), "children_mb": round(self.children_mb)}

    def _watch(self) -> None:
        before: dict[int, float] = {}
        while not self._over.wait(_OFTEN_S):
            self.parent_mb = max(self.parent_mb, _resident_mb(self._process))
            now = {one: _resident_mb(one) for one in below(self._process)}
            together = sum(min(mb, before.get(one, 0.0)) for one, mb in now.items())
            self.children_mb, before = max(self.children_mb, together), now


def _resident_mb(process: int) -> float:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def run(command: Sequence[str | Path], **environment: str) -> Ended:
    """Run to the end, from the project's root, with `environment` added to this one's."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=said,
            cwd=ROOT,
            env={**os.environ, **environment},
        )
        memory = Memory(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        memory.end()
        told, complained = _text(out), _text(said)
    cpu_s = usage.ru_utime + usage.ru_stime
    return Ended(process.returncode, told, complained, seconds, cpu_s, memory)


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode(errors="replace")


def kb(store: Path, *words: str | Path, **environment: str) -> Ended:
    """`kb …` on this store."""
    return run([sys.executable, "-m", "kb", *words], KB_DATA_DIR=str(store), **environment)


def module(name: str, *words: str | Path, store: Path | None = None) -> Ended:
    """`python -m name …`, on this store or on the one that is set."""
    environment = {"KB_DATA_DIR": str(store)} if store else {}
    return run([sys.executable, "-m", name, *words], **environment)


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder thrown away at the end. Models are prepared first, since that is done once."""
    prepared = module("tests.bench.bare")
    if prepared.code:
        raise RuntimeError(f"the embedder could not be prepared: {prepared.said[-2000:]}")
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as folder:
        yield Path(folder)


def fresh_store(place: Path, name: str) -> Path:
    """An empty store that shares the prepared models of the one that is set."""
    store = place / name
    store.mkdir(mode=0o700)
    models = Path(os.environ.get("KB_DATA_DIR", "data/local")).absolute() / "models"
    (store / "models").symlink_to(models)
    return store


def processor() -> str:
    """What the figures were taken on: the processor's name and its int8 kernels."""
    told = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    [name] = [line.split(":")[1].strip() for line in told.splitlines() if "model name" in line][
        :1
    ] or ["unknown"]
    return f"{name}, {os.cpu_count()} cores, {instruction_set()}"


def median(values: Sequence[float]) -> float:
    return percentile(values, 50)


def percentile(values: Sequence[float], share: int) -> float:
    """The smallest value that `share` percent of them do not pass."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * share // 100) - 1))]


def timed(work: Callable[[int], Any], count: int) -> tuple[dict[str, Any], list[Any]]:
    """Percentiles of `work(0)`, `work(1)` and so on, after one that is not counted."""
    work(0)
    wall, cpu, results = [], [], []
    for number in range(count):
        began, busy = time.perf_counter(), time.process_time()
        results.append(work(number))
        cpu.append(1000 * (time.process_time() - busy))
        wall.append(1000 * (time.perf_counter() - began))
    return told(wall) | {"cpu": told(cpu)}, results


def told(wall: Sequence[float]) -> dict[str, float]:
    return {f"p{share}": round(percentile(wall, share), 2) for share in (50, 95, 99)}
