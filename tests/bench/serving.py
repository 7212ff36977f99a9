"""A running service over a store, and what its answers take, seen from outside."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kb.app import client
from kb.paths import ROOT
from kb.settings import Settings
from tests.bench.running import Memory, percentile

_START_S = 120.0


@contextmanager
def service(store: Path) -> Iterator[tuple[client.Owner, Memory]]:
    """`kb serve` on a free port, reached as the commands reach it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kb", "serve", "--port", "0"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, "KB_DATA_DIR": str(store)},
    )
    memory = Memory(process.pid)
    try:
        yield connected(store, process), memory
    finally:
        memory.end()
        process.terminate()
        process.wait(30)


def connected(store: Path, process: "subprocess.Popen[bytes]") -> client.Owner:
    until = time.monotonic() + _START_S
    while time.monotonic() < until and process.poll() is None:
        owner = client.connect(Settings(data_dir=store))
        if owner:
            return owner
        time.sleep(0.05)
    raise RuntimeError("The service did not start.")


def searched(owner: client.Owner, questions: Sequence[str], rounds: int) -> dict[str, float]:
    """Milliseconds of searches, one after the other, with the way there and back."""
    owner.search(questions[0], [], 8)  # the first one loads the matrix of vectors
    taken = []
    for question in list(questions) * rounds:
        began = time.perf_counter()
        owner.search(question, [], 8)
        taken.append((time.perf_counter() - began) * 1000)
    return _told(taken)


def quoted(owner: client.Owner, questions: Sequence[str], rounds: int) -> dict[str, float]:
    """Milliseconds from a question to its quotes."""
    taken = []
    for question in list(questions) * rounds:
        began = time.perf_counter()
        for name, _ in owner.ask(question, [], llm=False):
            if name == "quotes":
                taken.append((time.perf_counter() - began) * 1000)
    return _told(taken)


def _told(taken: Sequence[float]) -> dict[str, float]:
    return {
        "count": len(taken),
        "p50_ms": round(percentile(taken, 50), 1),
        "p95_ms": round(percentile(taken, 95), 1),
    }
