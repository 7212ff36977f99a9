"""`kb eval`: figures that anyone can make again, as JSON."""

import json
from pathlib import Path
from typing import Annotated

import typer

from kb.evaluation import sample as sample_questions
from kb.evaluation.benchmarks import Benchmarks
from kb.evaluation.corpus_store import Ingest
from kb.evaluation.scratch_store import own_store
from kb.paths import SAMPLE
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
        questions = sample_questions.read_questions(folder / "questions.jsonl")
        with own_store(Settings(), chat=llm) as kb:
            ingest(kb, [folder])
            results = list(sample_questions.run(kb, questions, llm=llm))
        told = sample_questions.figures(results)
        if details:
            told["rows"] = [result.json() for result in results]
        print(json.dumps(told, indent=1))

    benchmarks = Benchmarks(ingest)
    evaluations.command("legalbench-rag")(benchmarks.legalbench_rag)
    evaluations.command("squad")(benchmarks.squad)
    evaluations.command("beir")(benchmarks.beir)
    evaluations.command("abstention")(benchmarks.abstention)
    app.add_typer(evaluations, name="eval")
