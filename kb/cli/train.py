"""`kb train`: what is set from data, set again by anyone who has the data."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from kb.app.bootstrap import KnowledgeBase
from kb.evaluation.sample import sample_texts
from kb.models.cross_encoders import ENTAILMENT, MULTILINGUAL_READER, READER
from kb.training.tune_abstention import AbstentionTuning
from kb.training.tune_retrieval import Tuning

Ingest = Callable[[KnowledgeBase, Sequence[Path]], None]


def register(app: typer.Typer, ingest: Ingest) -> None:
    training = typer.Typer(help="Set weights from data.", no_args_is_help=True)

    @training.callback()
    def _group() -> None:
        """Set weights from data."""

    training.command()(reader)
    training.command()(entailment)
    training.command("relevance")(AbstentionTuning(ingest).relevance)
    training.command("retrieval")(Tuning(ingest).retrieval)
    app.add_typer(training, name="train")


def reader(
    shared: Annotated[Path, typer.Argument(help="The folder with train/ and eval/.")],
    minutes: Annotated[float, typer.Option(min=0.01, help="How long to train.")] = 60,
    passes: Annotated[int, typer.Option(min=0, help="Passes over all data; 0: minutes.")] = 0,
    device: Annotated[str, typer.Option(help="Where it is trained: cpu, or cuda.")] = "cpu",
    *,
    threads: Annotated[int, typer.Option(min=1, help="Processor threads.")] = 2,
    multilingual: Annotated[
        bool, typer.Option("--multilingual", help="The one for KB_EMBEDDER_MODEL=multilingual.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Where the model goes.")] = None,
) -> None:
    """Train the reader, export it, and print how it does on what was kept back."""
    # torch and scikit-learn take seconds to import
    from kb.training import train_cross_encoder as readers  # noqa: PLC0415
    from kb.training.crossencoder import PASSING, Run  # noqa: PLC0415

    run = Run(passes=passes, device=device, **PASSING) if passes else Run(minutes, device=device)
    make = readers.make_multilingual_reader if multilingual else readers.make_reader
    where = out or (MULTILINGUAL_READER if multilingual else READER)
    print(json.dumps(make(shared, sample_texts(), where, run, threads=threads), indent=1))


def entailment(
    shared: Annotated[Path, typer.Argument(help="The folder with train/, eval/ and corpus/.")],
    minutes: Annotated[float, typer.Option(min=0.01, help="How long to train.")] = 40,
    device: Annotated[str, typer.Option(help="Where it is trained: cpu, or cuda.")] = "cpu",
    *,
    threads: Annotated[int, typer.Option(min=1, help="Processor threads.")] = 2,
    out: Annotated[Path | None, typer.Option(help="Where the model goes.")] = None,
) -> None:
    """Train what tells whether a passage says a sentence, and print how it does on others."""
    # torch and scikit-learn take seconds to import
    from kb.training.claims.train_entailment import make_entailment  # noqa: PLC0415
    from kb.training.crossencoder import Run  # noqa: PLC0415

    run, where = Run(minutes, device=device), out or ENTAILMENT
    print(
        json.dumps(make_entailment(shared, sample_texts(), where, run, threads=threads), indent=1)
    )
