"""A firm's files written to set the floor of abstention on, with questions of all kinds.

They lie in data/training/firm, a folder for each matter: documents as long and as alike as a
firm's, and questions.jsonl with question, kind, files and verbatim quotes.
"""

import json
from pathlib import Path

from kb.evaluation.sets.corpora import Corpus, GoldQuestion
from kb.paths import TRAINING

FIRM = TRAINING / "firm"
QUESTIONS = "questions.jsonl"


def read_firm(folder: Path = FIRM) -> Corpus:
    """All matters as one corpus; a question that nothing is near to has no file."""
    texts: dict[str, str] = {}
    asked: list[GoldQuestion] = []
    for questions in sorted(folder.glob(f"*/{QUESTIONS}")):
        matter = questions.parent
        known = {p.name: p for p in sorted(matter.iterdir()) if p.name != QUESTIONS}
        texts.update({_file(path): path.read_text("utf-8") for path in known.values()})
        for row in map(json.loads, questions.read_text("utf-8").splitlines()):
            files = tuple(_file(known[name]) for name in row["files"])
            spans = [span for quote in row["quotes"] for span in _spans(texts, files, quote)]
            asked.append(GoldQuestion(row["question"], files, tuple(spans), row["kind"]))
    return Corpus("firm", texts, tuple(asked))


def _file(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _spans(texts: dict[str, str], files: tuple[str, ...], quote: str) -> list[tuple[str, int, int]]:
    """Where a quote stands in the first of the files that has it."""
    for file in files:
        start = texts[file].find(quote)
        if start >= 0:
            return [(file, start, start + len(quote))]
    return []
