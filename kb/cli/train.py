"""`kb train`: what is set from data, set again by anyone who has the data."""

import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from kb.answer.abstention import WEIGHTS
from kb.app.bootstrap import KnowledgeBase
from kb.errors import BadRequest
from kb.evaluation.corpora import sampled
from kb.evaluation.sample import sample_texts
from kb.evaluation.scratch_store import own_store
from kb.models.cross_encoders import READER
from kb.settings import Settings
from kb.training.firm import read_firm
from kb.training.pairs import unread
from kb.training.questions import Corpus, read_corpus, without
from kb.training.tune_retrieval import Tuning

Ingest = Callable[[KnowledgeBase, Sequence[Path]], None]


def register(app: typer.Typer, ingest: Ingest) -> None:
    training = typer.Typer(help="Set weights from data.", no_args_is_help=True)

    @training.callback()
    def _group() -> None:
        """Set weights from data."""

    @training.command()
    def relevance(
        files: Annotated[
            list[Path] | None, typer.Argument(help="More questions: SQuAD or LegalBench-RAG files.")
        ] = None,
        corpus: Annotated[
            Path | None, typer.Option(help="The corpus folder of LegalBench-RAG files.")
        ] = None,
        most: Annotated[int, typer.Option(help="Questions taken of each file.")] = 250,
        out: Annotated[Path, typer.Option(help="Where the weights go.")] = WEIGHTS,
    ) -> None:
        """Set the floor of abstention, and print how it does on the other half."""
        # scikit-learn takes a second to import, and no other command needs it
        from kb.training import relevance as floor  # noqa: PLC0415

        read = [unread(read_corpus(file, corpus)) for file in files or ()]
        evaluated = sample_texts()
        corpora = [without(sampled(one, most), evaluated) for one in read]
        corpora.append(without(read_firm(), evaluated))
        with own_store(Settings(), chat=False) as kb, tempfile.TemporaryDirectory() as place:
            found: list[floor.Example] = []
            for one in corpora:
                ingest(kb, [_laid_out(one, Path(place))])
                found.extend(floor.examples(kb, one.name, one.questions))
        told = {"trained_on": [one.name for one in corpora], **floor.fit(found)}
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(told, indent=1) + "\n")
        print(json.dumps(told, indent=1))

    training.command()(reader)
    training.command("retrieval")(Tuning(ingest).retrieval)
    app.add_typer(training, name="train")


def reader(
    shared: Annotated[Path, typer.Argument(help="The folder with train/ and eval/.")],
    minutes: Annotated[float, typer.Option(min=0.01, help="How long to train.")] = 60,
    passes: Annotated[int, typer.Option(min=0, help="Passes over all data; 0: minutes.")] = 0,
    device: Annotated[str, typer.Option(help="Where it is trained: cpu, or cuda.")] = "cpu",
    threads: Annotated[int, typer.Option(min=1, help="Processor threads.")] = 2,
    out: Annotated[Path, typer.Option(help="Where the model goes.")] = READER,
) -> None:
    """Train the reader, export it, and print how it does on what was kept back."""
    # torch and scikit-learn take seconds to import
    from kb.training.crossencoder import PASSING, Run  # noqa: PLC0415
    from kb.training.train_cross_encoder import make_reader  # noqa: PLC0415

    run = Run(passes=passes, device=device, **PASSING) if passes else Run(minutes, device=device)
    told = make_reader(shared, sample_texts(), out, run, threads=threads)
    print(json.dumps(told, indent=1))


def _laid_out(corpus: Corpus, place: Path) -> Path:
    """A folder whose one matter is the corpus. Raises `BadRequest` for two files of one name."""
    folder = place / f"{corpus.name}-files" / corpus.name
    folder.mkdir(parents=True)
    for file, text in corpus.documents.items():
        target = folder / file.rsplit("/", 1)[-1]
        if target.exists():
            raise BadRequest(f"Two documents of {corpus.name} are named {target.name}.")
        target.write_bytes(text.encode())
    return folder.parent
