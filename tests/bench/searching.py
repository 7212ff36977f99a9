"""Searching at 10,000, 100,000 and a million chunks, beside others, as one JSON object.

    python -m tests.bench.searching [--sizes 10000,100000] [--graphs-up-to 100000] [--keep DIR]

Each size has a store of synthetic chunks of its own (`tests.bench.synthetic`, filled by
direct inserts), thrown away at the end unless `--keep` names a folder for it; a store that
is kept there is used again.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.running import Ended, module
from tests.bench.synthetic import VECTORS

DONE = "filled.json"


def done(name: str, *words: str | Path) -> Any:
    ended: Ended = module(name, *words)
    if ended.code:  # what was measured before has been told
        raise RuntimeError(f"{name} ended with {ended.code}: {ended.said[-2000:]}")
    return ended.last | {"peak_mb": round(ended.memory.parent_mb)}


def filled(place: Path, chunks: int) -> tuple[Path, dict[str, Any]]:
    store = place / f"chunks-{chunks}"
    if not (store / DONE).exists():
        store.mkdir(mode=0o700, parents=True)
        told = done("tests.bench.synthetic", store, str(chunks))
        (store / DONE).write_text(json.dumps(told))
    return store, json.loads((store / DONE).read_text())


def size(place: Path, chunks: int, graphs_up_to: int) -> dict[str, Any]:
    store, filling = filled(place, chunks)
    codes = store / "codes"
    result: dict[str, Any] = {"filling": filling}
    if not codes.exists():
        result["codes_made"] = done("tests.bench.searched", store, "--codes")
    result["codes_mb"] = round(sum(file.stat().st_size for file in codes.glob("*")) / 1e6)
    result["vectors_mb"] = round((store / VECTORS).stat().st_size / 1e6)
    result["load_before"] = os.getloadavg()[0]
    result["kb"] = done("tests.bench.searched", store)
    print(json.dumps({str(chunks): result}), file=sys.stderr, flush=True)
    result["beside"] = done("tests.bench.search_peers", store, "--graphs-up-to", str(graphs_up_to))
    result["load_after"] = os.getloadavg()[0]
    return result


def encoder() -> dict[str, float]:
    """The product's embedder on questions, which every search pays once for two texts."""
    from kb.models.embedder_factory import load_embedder
    from kb.settings import Settings
    from tests.bench.running import percentile

    embedder, wall = load_embedder(Settings()), []
    for number in range(60):
        question = f"What is the cap on liability in agreement {number}, and who may raise it?"
        began = time.perf_counter()
        embedder.embed([question, "What is the cap on liability, and who may raise it?"])
        wall.append(1000 * (time.perf_counter() - began))
    return {f"p{share}": round(percentile(wall[10:], share), 2) for share in (50, 95, 99)}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench-search")
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--graphs-up-to", type=int, default=100_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--no-encoder", action="store_true")
    chosen = parser.parse_args(arguments)
    told: dict[str, Any] = {
        "machine": {"cores": os.cpu_count(), "processor": platform.processor()},
        "encoder_ms": None if chosen.no_encoder else encoder(),
    }
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as folder:
        place = chosen.keep or Path(folder)
        told["sizes"] = {
            word: size(place, int(word), chosen.graphs_up_to) for word in chosen.sizes.split(",")
        }
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
