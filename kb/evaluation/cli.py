"""`kb eval`: figures that anyone can make again, as JSON."""

import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from kb.evaluation import sample as sample_questions
from kb.settings import Settings
from kb.wiring import KnowledgeBase, open_kb

Ingest = Callable[[KnowledgeBase, Sequence[Path]], None]
"""A way to take folders into a store; handed in, since evaluation imports no ingestion."""

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"


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
        folders = sorted(path for path in folder.iterdir() if path.is_dir())
        settings = Settings()
        with tempfile.TemporaryDirectory() as store:
            own = settings.model_copy(update={"data_dir": Path(store)})
            (Path(store) / "models").symlink_to(_models(settings))
            kb = open_kb(own, chat=llm)
            try:
                ingest(kb, [folder] if folders else [])
                results = list(sample_questions.run(kb, questions, llm=llm))
            finally:
                kb.close()
        told = sample_questions.figures(results)
        if details:
            told["rows"] = [result.json() for result in results]
        print(json.dumps(told, indent=1))

    app.add_typer(evaluations, name="eval")


def _models(settings: Settings) -> Path:
    """The models prepared once are used by a store of one's own too."""
    folder = settings.data_dir.absolute() / "models"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
