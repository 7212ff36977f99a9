"""Searches while documents are read and embedded, and without: one service, one run, as JSON.

    python -m tests.bench.beside [--seconds 20]

The sample firm is searched three times a second, first with nothing else to do, then while a
folder is ingested that holds a text of 15 MB, one of 600 kB and many small ones.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from kb.app import client
from kb.paths import ROOT
from tests.bench.running import percentile, processor
from tests.bench.serving import service

EVERY_S = 0.35
LETTERS = 150
"""Small documents, which are read, while the large ones are embedded."""
QUESTIONS = (
    "When does the lease end?",
    "Who pays for the roof?",
    "What is the cap on liability?",
    "Which law governs the agreement?",
    "How much is the monthly rent?",
    "May the tenant assign the lease?",
    "What did the court decide on the motion?",
)


def text_of(kilobytes: int, seed: int) -> str:
    """Sentences of a contract's words, none twice."""
    chance = random.Random(seed)
    words = "tenant landlord rent shall pay notice term premises roof lease party breach".split()
    lines: list[str] = []
    length = 0
    while length < kilobytes << 10:
        told = " ".join(chance.choices(words, k=14))
        lines.append(f"{len(lines)}. The {told} on day {chance.randrange(10**6)}.")
        length += len(lines[-1]) + 2
    return "\n\n".join(lines)


def folder_of(where: Path) -> Path:
    where.mkdir()
    (where / "large.txt").write_text(text_of(15_000, 1))
    (where / "middle.txt").write_text(text_of(600, 2))
    for number in range(LETTERS):
        (where / f"letter-{number}.txt").write_text(text_of(6, 100 + number))
    return where


def searched(owner: client.Owner, seconds: float, ended: threading.Event) -> list[float]:
    """Milliseconds of searches that begin every third of a second, however long each takes.

    One that begins late since the one before was slow counts from when it should have begun.
    """
    taken, began, number = [], time.monotonic(), 0
    while time.monotonic() - began < seconds and not ended.is_set():
        due = began + number * EVERY_S
        time.sleep(max(0.0, due - time.monotonic()))
        owner.search(QUESTIONS[number % len(QUESTIONS)] + f" ({number})", [], 8)
        taken.append((time.monotonic() - due) * 1000)
        number += 1
    return taken


def told(taken: Sequence[float]) -> dict[str, float]:
    return {
        "searches": len(taken),
        "p50_ms": round(percentile(taken, 50), 1),
        "p95_ms": round(percentile(taken, 95), 1),
        "longest_ms": round(max(taken), 1),
    }


def measured(seconds: float) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as name:
        store, never = Path(name) / "store", threading.Event()
        command = [sys.executable, "-m", "kb", "ingest"]
        environ = {**os.environ, "KB_DATA_DIR": str(store)}
        subprocess.run(
            [*command, "data/sample"], check=True, capture_output=True, env=environ, cwd=ROOT
        )
        folder = folder_of(Path(name) / "large")
        with service(store) as (owner, _):
            searched(owner, 3, never)
            idle = searched(owner, seconds, never)
            ended = threading.Event()
            ingesting = subprocess.Popen(
                [*command, str(folder), "--matter", "Large"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environ,
                cwd=ROOT,
            )

            def follow() -> None:
                ingesting.wait()
                ended.set()

            threading.Thread(target=follow, daemon=True).start()
            time.sleep(2)
            beside = searched(owner, 3 * seconds, ended)
            whole = ended.is_set()
            ingesting.terminate()
            ingesting.wait()
    return {
        "processor": processor(),
        "idle": told(idle),
        "while_ingesting": told(beside),
        "ingesting_ended": whole,
        "p95_ratio": round(percentile(beside, 95) / percentile(idle, 95), 2),
        "wanted_at_most": 2.0,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    print(json.dumps(measured(parser.parse_args().seconds), indent=1))
