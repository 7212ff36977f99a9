"""Development questions with the documents that answer them, from the formats at hand."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kb.errors import BadRequest


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the files (below the corpus folder) that answer it, and where in them.

    `spans` are (file, first character, one past the last).
    """

    text: str
    files: tuple[str, ...]
    spans: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents by file name, and the questions on them."""

    name: str
    documents: dict[str, str]
    questions: tuple[Asked, ...]


def read_corpus(file: Path, texts: Path | None) -> Corpus:
    """A SQuAD-style file, or a LegalBench-RAG benchmark with its corpus folder `texts`.

    Raises `BadRequest` for another format.
    """
    try:
        told = json.loads(file.read_text("utf-8"))
        if "tests" in told and texts:
            return _legalbench(file.stem, told["tests"], texts)
        return _squad(file.stem, told["data"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadRequest(
            f"{file} is neither SQuAD nor LegalBench-RAG with --corpus ({error})."
        ) from error


def without(corpus: Corpus, evaluation: Iterable[str]) -> Corpus:
    """The corpus less every document whose normalised text is in an evaluation set."""
    forbidden = {normalised(text) for text in evaluation}
    kept = {n: t for n, t in corpus.documents.items() if normalised(t) not in forbidden}
    asked = tuple(q for q in corpus.questions if all(file in kept for file in q.files))
    return Corpus(corpus.name, kept, asked)


def normalised(text: str) -> str:
    """Letters and digits alone, in lower case: equal whatever the layout."""
    return re.sub(r"[\W_]+", "", text.casefold())


def _legalbench(name: str, tests: list[dict[str, object]], texts: Path) -> Corpus:
    asked, documents = [], {}
    for test in tests:
        snippets = test["snippets"]
        assert isinstance(snippets, list)
        for snippet in snippets:
            file = snippet["file_path"]
            if file not in documents:
                documents[file] = (texts / file).read_bytes().decode("utf-8")
        spans = tuple((s["file_path"], s["span"][0], s["span"][1]) for s in snippets)
        asked.append(Asked(str(test["query"]), tuple({span[0] for span in spans}), spans))
    return Corpus(name, documents, tuple(asked))


def _squad(name: str, articles: list[dict[str, object]]) -> Corpus:
    asked, documents = [], {}
    for number, article in enumerate(articles):
        paragraphs = article["paragraphs"]
        assert isinstance(paragraphs, list)
        for place, paragraph in enumerate(paragraphs):
            file = f"{number:04d}-{place:03d}.txt"
            documents[file] = paragraph["context"]
            for qa in paragraph["qas"]:
                spans = tuple(
                    (file, a["answer_start"], a["answer_start"] + len(a["text"]))
                    for a in qa["answers"]
                )
                if spans:
                    asked.append(Asked(qa["question"], (file,), spans))
    return Corpus(name, documents, tuple(asked))
