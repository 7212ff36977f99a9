"""From data to a reader on disk: train, export, report, and write its card."""

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from kb.models.cross_encoders import multilingual_reader
from kb.models.model_files import embedder_folder, packaged_words, sha256_of
from kb.models.onnx import MODEL_FILE, OnnxReader
from kb.ports import Vectors
from kb.settings import Settings
from kb.training.crossencoder import MOST_TOKENS, Run, export, train
from kb.training.dataset import PLENTY, Amount, Sets, assemble, figures, made
from kb.training.multilingual_export import export_layers
from kb.training.pairs import Group
from kb.training.starts import English, Multilingual
from kb.training.translations import read_translations, translated

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
    start = English(str(embedder_folder(Settings(embedder_model="english"))[0]))
    model = train(start, [*corpora.train, *own.train * amount.often], run)
    export(model, start, out, {"name": out.name, "max_tokens": MOST_TOKENS})
    return _reported(out, OnnxReader(out).score, [corpora, own])


def make_multilingual_reader(
    shared: Path, evaluated: Iterable[str], out: Path, run: Run, *, threads: int
) -> dict[str, Any]:
    """As `make_reader`, from the multilingual embedder and on translated questions as well.

    Raises `BadRequest` when there is nothing to train on.
    """
    torch.set_num_threads(threads)
    evaluated = list(evaluated)
    corpora, own = assemble(shared, evaluated, Amount()), made()
    # what English keeps back of the half A is trained on in other languages
    seen = [one for one in corpora.report if one.source != "xquad.en"]
    texts = read_translations(shared / "eval" / "xquad", evaluated)
    rng = random.Random(run.seed)
    abroad = Sets(*(list(translated(texts, rng, half)) for half in (0, 1)))
    start = Multilingual(packaged_words())
    told = [*corpora.train, *own.train, *abroad.train]
    export_layers(train(start, told, run), start.tokenizer(), told, out)
    sets = [replace(corpora, report=seen), own, abroad]
    return _reported(out, multilingual_reader(folder=out).score, sets)


def _reported(
    folder: Path, score: Callable[[str, Sequence[str]], Vectors], sets: Sequence[Sets]
) -> dict[str, Any]:
    """How the exported reader does on documents that it has not seen; written beside it."""
    kept: list[Group] = [group for one in sets for group in one.report]
    return write_report(folder, sets, figures(score, kept))


def write_report(folder: Path, sets: Sequence[Sets], kept_back: dict[str, Any]) -> dict[str, Any]:
    """What model lies in `folder`, and the figures on what was kept back; written beside it."""
    told = {
        "sha256": sha256_of(folder / MODEL_FILE),
        "bytes": (folder / MODEL_FILE).stat().st_size,
        "trained_on": sum(len(one.train) for one in sets),
        "kept_back": kept_back,
    }
    (folder / REPORT).write_text(json.dumps(told, indent=1) + "\n")
    return told
