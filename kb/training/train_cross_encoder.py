"""From data to a reader on disk: train, export, report, and write its card."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch

from kb.models.model_files import embedder_folder, sha256_of
from kb.models.onnx import MODEL_FILE, OnnxReader
from kb.settings import Settings
from kb.training.crossencoder import MOST_TOKENS, Run, export, train
from kb.training.dataset import PLENTY, Amount, Sets, assemble, figures, made
from kb.training.pairs import Group

REPORT = "report.json"


def make_reader(
    shared: Path, evaluated: Iterable[str], out: Path, run: Run, *, threads: int
) -> dict[str, Any]:
    """Train on what lies below `shared`, less what is evaluated on, and report what was kept back.

    By passes over the data it takes plenty of it, by minutes as much as minutes are for.
    Raises `BadRequest` when there is nothing to train on.
    """
    torch.set_num_threads(threads)
    amount = PLENTY if run.passes else Amount()
    corpora, own = assemble(shared, evaluated, amount), made()
    folder = str(embedder_folder(Settings())[0])
    model = train(folder, [*corpora.train, *own.train * amount.often], run)
    export(model, folder, out, {"name": out.name, "max_tokens": MOST_TOKENS})
    told = report(out, corpora, own)
    (out / REPORT).write_text(json.dumps(told, indent=1) + "\n")
    return told


def report(folder: Path, corpora: Sets, own: Sets) -> dict[str, Any]:
    """How the exported reader does on documents that it has not seen."""
    kept: list[Group] = [*corpora.report, *own.report]
    return {
        "sha256": sha256_of(folder / MODEL_FILE),
        "bytes": (folder / MODEL_FILE).stat().st_size,
        "trained_on": len(corpora.train) + len(own.train),
        "kept_back": figures(OnnxReader(folder).score, kept),
    }
