"""From data to the judge's second voice on disk: train, export, report."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch

from kb.models.model_files import embedder_folder
from kb.models.onnx import OnnxReader
from kb.settings import Settings
from kb.training.claims.assembly import assemble_claims, said_figures
from kb.training.crossencoder import MOST_TOKENS, Run, export, train
from kb.training.starts import English
from kb.training.train_cross_encoder import write_report


def make_entailment(
    shared: Path, evaluated: Iterable[str], out: Path, run: Run, *, threads: int
) -> dict[str, Any]:
    """Train the second voice of the judge on what lies below `shared`, less what is evaluated on.

    Raises `BadRequest` when there is nothing to train on.
    """
    torch.set_num_threads(threads)
    sets = assemble_claims(shared, evaluated)
    start = English(str(embedder_folder(Settings(embedder_model="english"))[0]))
    export(train(start, sets.train, run), start, out, {"name": out.name, "max_tokens": MOST_TOKENS})
    return write_report(out, [sets], said_figures(OnnxReader(out).score, sets.report))
