"""`kb eval`: figures that anyone can make again, as JSON."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from kb.evaluation import languages as language_figures
from kb.evaluation import sample as sample_questions
from kb.evaluation.benchmarks import Benchmarks, judge
from kb.evaluation.corpus_store import Ingest
from kb.evaluation.sample import Result
from kb.evaluation.scratch_store import own_store
from kb.paths import LANGUAGES, SAMPLE
from kb.settings import Settings


def register(app: typer.Typer, ingest: Ingest) -> None:
    evaluations = typer.Typer(
        help="Measure against gold answers, in a store of its own.", no_args_is_help=True
    )

    @evaluations.command()
    def sample(
        folder: Annotated[Path, typer.Option(help="Documents with a questions.jsonl.")] = SAMPLE,
        llm: Annotated[bool, typer.Option("--llm", help="Let the model answer too.")] = False,
        details: Annotated[bool, typer.Option("--details", help="A row a question.")] = False,
    ) -> None:
        """The sample firm's questions: found, verbatim, covered, abstained."""
        _, results = _asked(folder, ingest, llm=llm)
        _print(sample_questions.figures(results), results if details else [])

    @evaluations.command()
    def languages(
        folder: Annotated[Path, typer.Option(help="Documents with a questions.jsonl.")] = LANGUAGES,
        details: Annotated[bool, typer.Option("--details", help="A row a question.")] = False,
    ) -> None:
        """The firm in eight languages: found and quoted, by language of question and document."""
        embedder, results = _asked(folder, ingest, llm=False)
        told = {"embedder": embedder, **language_figures.figures(results)}
        _print(told, results if details else [])

    benchmarks = Benchmarks(ingest)
    evaluations.command("legalbench-rag")(benchmarks.legalbench_rag)
    evaluations.command("squad")(benchmarks.squad)
    evaluations.command("beir")(benchmarks.beir)
    evaluations.command("abstention")(benchmarks.abstention)
    evaluations.command("answers")(benchmarks.answers)
    evaluations.command("judge")(judge)
    app.add_typer(evaluations, name="eval")


def _asked(folder: Path, ingest: Ingest, *, llm: bool) -> tuple[str, list[Result]]:
    """Take a folder in and ask its questions; the name of the embedder that found the answers."""
    questions = sample_questions.read_questions(folder / "questions.jsonl")
    with own_store(Settings(), chat=llm) as kb:
        ingest(kb, [folder])
        return kb.embedder.name, list(sample_questions.run(kb, questions, llm=llm))


def _print(figures: dict[str, Any], rows: Sequence[Result]) -> None:
    told = {**figures, "rows": [row.json() for row in rows]} if rows else figures
    print(json.dumps(told, indent=1))
