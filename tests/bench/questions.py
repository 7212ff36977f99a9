"""`make bench`: ingesting, searching and answering, as ratios wherever a ratio can be had.

    python -m tests.bench.questions [--corpus FOLDER] [--peer SCRIPT --peer-python PYTHON]
        [--contracts N]

Prints one JSON object; the README's aims stand beside the figures.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tests.bench.asked import QUESTIONS
from tests.bench.contracts import FOLDER, Peer, beside, chosen
from tests.bench.running import Ended, fresh_store, median, module, run, workplace
from tests.bench.serving import quoted, searched, service

_COLD = 3
_ROUNDS = 5
_HEAVY = ("torch", "llama_index", "chromadb", "unstructured", "llama_cpp", "sklearn", "fastapi")
_SEARCH = (
    "import json, sys; from kb.__main__ import main; code = main(); "
    f"print(json.dumps([one for one in {_HEAVY} if one in sys.modules])); sys.exit(code)"
)
AIMS = {
    "ratio_to_peer": "4 times its pages/s",
    "share_of_bare_embedder": "0.85",
    "search": "no aim of its own; the peer's is search_p50_ms",
    "quotes": "p95 below 300 ms",
    "first_token": "1.1 times bare llama.cpp",
    "cold_search": "below 3 s",
}


def main(arguments: list[str]) -> int:
    parser = parsed()
    asked = parser.parse_args(arguments)
    if not (asked.corpus / FOLDER).is_dir():
        print(f"skipped: there is no {asked.corpus / FOLDER}; name the folder with CORPUS=...")
        return 0
    with workplace() as place:
        folder = chosen(asked.corpus, place, asked.contracts)
        figures: dict[str, Any] = dict(beside(folder, place, Peer(asked.peer, asked.peer_python)))
        store = figures.pop("store")
        figures["cold_search"] = cold(store)
        figures["cold_search_of_nothing"] = cold(fresh_store(place, "empty"))
        with service(store) as (owner, memory):
            figures["search"] = searched(owner, QUESTIONS, _ROUNDS)
            figures["quotes"] = quoted(owner, QUESTIONS, _ROUNDS)
        figures["service"] = memory.told()
        figures["first_token"] = first_tokens(store)
    print(json.dumps({"aims": AIMS, **figures}, indent=2))
    return 0


def parsed() -> argparse.ArgumentParser:
    """The options that both benches have."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    parser.add_argument("--peer", type=Path, default=Path("../shared/peers/llamaindex_starter.py"))
    parser.add_argument("--peer-python", type=Path, default=Path("data/local/peer/bin/python"))
    parser.add_argument("--contracts", type=int, default=0, help="how many; 0 means all")
    return parser


def cold(store: Path) -> dict[str, Any]:
    """Seconds from nothing to an answered search, and which heavy libraries it imported."""
    runs: list[Ended] = []
    for question in QUESTIONS[:_COLD]:
        words = ("search", question, "--json")
        runs.append(run([sys.executable, "-c", _SEARCH, *words], KB_DATA_DIR=str(store)))
    return {
        "median_s": round(median([one.seconds for one in runs]), 2),
        "cpu_s": round(median([one.cpu_s for one in runs]), 2),
        "imported": runs[0].last,
        "peak_mb": round(max(one.memory.parent_mb for one in runs)),
    }


def first_tokens(store: Path) -> dict[str, Any]:
    """From the prompt on, as bare llama.cpp is given it; and from the question on, with finding."""
    taken: list[tuple[float, float, float]] = module("tests.bench.tokens", store=store).last
    whole, ours, bare = ([row[place] for row in taken] for place in range(3))
    return {
        "answers": len(taken),
        "median_s": round(median(ours), 2),
        "bare_median_s": round(median(bare), 2),
        "ratio_median": round(median([a / b for a, b in zip(ours, bare, strict=True)]), 2),
        "ratio_of_sums": round(sum(ours) / sum(bare), 2),
        "with_finding_median_s": round(median(whole), 2),
        "with_finding_ratio_of_sums": round(sum(whole) / sum(bare), 2),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
