"""`make bench-embedders`: what the English and the multilingual embedder cost, in one run.

    python -m tests.bench.embedders [--rounds 3] [--searches 20]

Both take in both sample firms, in turns, and answer the same questions. Prints JSON: seconds and
memory of ingesting, megabytes on disk, milliseconds of searching and of quotes, and the
ratio of the second model to the first.
"""

import argparse
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

from kb.settings import Settings
from tests.bench.running import fresh_store, kb, median, processor, workplace
from tests.bench.serving import quoted, searched, service

SETTING = "KB_EMBEDDER_MODEL"
FIRMS = ("data/sample", "data/sample-languages")
QUESTIONS = (
    "When does the lease of the warehouse end?",
    "Which law governs the agreement?",
    "Mit welcher Frist kann die Mieterin kündigen?",
    "Who pays for the repair of the roof?",
)


def models() -> tuple[str, ...]:
    """The packaged models, as the setting names them."""
    return get_args(Settings.model_fields["embedder_model"].annotation)


@contextmanager
def using(model: str) -> Iterator[None]:
    before = os.environ.get(SETTING)
    os.environ[SETTING] = model
    try:
        yield
    finally:
        del os.environ[SETTING]
        if before is not None:
            os.environ[SETTING] = before


def ingested(store: Path) -> dict[str, float]:
    """Raises `RuntimeError` with what the command said where it failed."""
    ended = kb(store, "ingest", *FIRMS, "--json", KB_OCR="off")
    told = ended.last["summary"]
    return {
        "seconds": told["seconds"],
        "chunks": told["chunks"],
        "cpu_s": round(ended.cpu_s, 1),
        **ended.memory.told(),
    }


def megabytes(store: Path) -> float:
    """On disk, without the models, which stores share here."""
    kept = (file for part in store.iterdir() if part.name != "models" for file in _files(part))
    return round(sum(file.stat().st_size for file in kept) / 1e6, 1)


def _files(part: Path) -> Iterator[Path]:
    yield from ([part] if part.is_file() else (one for one in part.rglob("*") if one.is_file()))


def measured(place: Path, rounds: int, searches: int) -> dict[str, Any]:
    taken: dict[str, list[dict[str, float]]] = {model: [] for model in models()}
    for number in range(rounds):
        for model in models():
            with using(model):
                taken[model].append(ingested(fresh_store(place, f"{model}-{number}")))
    told: dict[str, Any] = {}
    for model, runs in taken.items():
        store = place / f"{model}-0"
        with using(model), service(store) as (owner, memory):
            answers = {
                "search": searched(owner, QUESTIONS, searches),
                "quotes": quoted(owner, QUESTIONS, searches),
            }
        told[model] = {
            "ingest": {name: median([run[name] for run in runs]) for name in runs[0]},
            "store_mb": megabytes(store),
            **answers,
            "service_mb": memory.told()["parent_mb"],
        }
    return told


def ratios(first: dict[str, Any], second: dict[str, Any]) -> dict[str, float]:
    """Of the second to the first; more is slower or larger."""
    pairs = {
        "ingest": (first["ingest"]["seconds"], second["ingest"]["seconds"]),
        "ingest_cpu": (first["ingest"]["cpu_s"], second["ingest"]["cpu_s"]),
        "search": (first["search"]["p50_ms"], second["search"]["p50_ms"]),
        "quotes": (first["quotes"]["p50_ms"], second["quotes"]["p50_ms"]),
        "service_memory": (first["service_mb"], second["service_mb"]),
        "store": (first["store_mb"], second["store_mb"]),
    }
    return {name: round(two / one, 2) for name, (one, two) in pairs.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--searches", type=int, default=20, help="rounds of the questions")
    asked = parser.parse_args()
    with workplace() as place:
        for model in models():  # made once, and not a part of what is measured
            with using(model):
                kb(fresh_store(place, f"first-{model}"), "search", "anything")
        figures = measured(place, asked.rounds, asked.searches)
    english, multilingual = (figures[model] for model in models())
    told = {"processor": processor(), **figures, "ratios": ratios(english, multilingual)}
    print(json.dumps(told, indent=1))
