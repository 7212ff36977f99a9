"""Documents and questions with gold spans, read from the formats that benchmarks come in."""

import csv
import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from kb.errors import BadRequest

ANSWERABLE = "answerable"


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question, the files (below the corpus folder) that answer it, and where in them.

    `spans` are (file, first character, one past the last); `kind` says otherwise where
    the files do not answer.
    """

    text: str
    files: tuple[str, ...]
    spans: tuple[tuple[str, int, int], ...]
    kind: str = ANSWERABLE


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents by file name, and the questions on them.

    `articles` are the files of one whole each, as a policy's paragraphs, where the format
    has such.
    """

    name: str
    documents: dict[str, str]
    questions: tuple[GoldQuestion, ...]
    articles: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Graded:
    """Documents by id and queries with the documents that answer them, each with its grade."""

    name: str
    documents: dict[str, str]
    queries: tuple[tuple[str, Mapping[str, int]], ...]


def read_corpus(file: Path, texts: Path | None) -> Corpus:
    """A SQuAD-style file, or a LegalBench-RAG benchmark with its corpus folder `texts`.

    Raises `BadRequest` for another format.
    """
    try:
        told = json.loads(file.read_text("utf-8"))
        if "tests" in told and texts:
            return _legalbench(file.stem, told["tests"], texts)
        return _squad(file.stem, told["data"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise BadRequest(
            f"{file} is neither SQuAD nor LegalBench-RAG with --corpus ({error})."
        ) from error


def read_beir(folder: Path, split: str) -> Graded:
    """corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv of BEIR; the title is the first line.

    Raises `BadRequest` for another format.
    """
    try:
        grades: defaultdict[str, dict[str, int]] = defaultdict(dict)
        with (folder / "qrels" / f"{split}.tsv").open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                grades[row["query-id"]][row["corpus-id"]] = int(row["score"])
        documents = {
            str(row["_id"]): f"{row.get('title', '')}\n\n{row['text']}".strip()
            for row in _json_lines(folder / "corpus.jsonl")
        }
        queries = tuple(
            (str(row["text"]), grades[row["_id"]])
            for row in _json_lines(folder / "queries.jsonl")
            if any(grade > 0 for grade in grades.get(row["_id"], {}).values())
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise BadRequest(
            f"{folder} is not a BEIR folder with qrels/{split}.tsv ({error})."
        ) from error
    return Graded(folder.resolve().name, documents, queries)


def normalised(text: str) -> str:
    """Letters and digits alone, in lower case: equal whatever the layout."""
    return re.sub(r"[\W_]+", "", text.casefold())


def half(text: str, parts: int = 2) -> int:
    """Which half (0 or 1), or which of `parts`, a document belongs to, by its normalised text."""
    return int(hashlib.sha256(normalised(text).encode()).hexdigest()[:8], 16) % parts


def only_half(corpus: Corpus, wanted: int, by: Corpus | None = None) -> Corpus:
    """All documents, and the questions whose first document is in that half.

    `by`: a translation whose halves these are, document by document. Raises `BadRequest`
    where it has other documents.
    """
    halved = by or corpus
    if any(q.files and min(q.files) not in halved.documents for q in corpus.questions):
        raise BadRequest(f"{halved.name} does not have the same documents as {corpus.name}.")
    kept = tuple(q for q in corpus.questions if half_of(halved, q) == wanted)
    return replace(corpus, questions=kept)


def half_of(corpus: Corpus, question: GoldQuestion) -> int:
    """The half of its first document; its own where no document is near to it."""
    return half(corpus.documents[min(question.files)] if question.files else question.text)


def only_answerable(corpus: Corpus) -> Corpus:
    """All documents, and the questions that they answer."""
    kept = tuple(one for one in corpus.questions if one.kind == ANSWERABLE)
    return replace(corpus, questions=kept)


def asked_once(corpus: Corpus, *, by_article: bool = False) -> Corpus:
    """All documents, and questions in the same words as one, which any of their spans answers.

    PolicyQA asks whether “my contact information” is collected in many paragraphs of many
    policies: nobody could tell which of them is meant. `by_article`: as one in each article,
    for a reader who has it at hand.
    """
    article = {file: number for number, held in enumerate(corpus.articles) for file in held}
    alike: defaultdict[tuple[str, int], list[GoldQuestion]] = defaultdict(list)
    for one in corpus.questions:
        where = article.get(min(one.files), 0) if by_article else 0
        alike[" ".join(one.text.split()), where].append(one)
    return replace(corpus, questions=tuple(_one_of(those) for those in alike.values()))


def _one_of(alike: Sequence[GoldQuestion]) -> GoldQuestion:
    files = sorted({file for one in alike for file in one.files})
    spans = dict.fromkeys(span for one in alike for span in one.spans)
    return replace(alike[0], files=tuple(files), spans=tuple(spans))


def asked_in(corpus: Corpus, other: Corpus) -> Corpus:
    """The documents of `corpus` with the questions of `other`, its translation.

    Raises `BadRequest` where the two do not ask the same of the same paragraphs.
    """
    pairs = list(zip(corpus.questions, other.questions, strict=False))
    if len(corpus.questions) != len(other.questions) or any(a.files != b.files for a, b in pairs):
        raise BadRequest(f"{other.name} does not ask the same questions as {corpus.name}.")
    asked = tuple(replace(one, text=translated.text) for one, translated in pairs)
    return replace(corpus, name=f"{corpus.name} asked in {other.name}", questions=asked)


def sampled(corpus: Corpus, most: int, seed: int = 7) -> Corpus:
    """All documents, and at most so many of the questions, by chance; 0 means all."""
    if not most or most >= len(corpus.questions):
        return corpus
    return replace(corpus, questions=tuple(random.Random(seed).sample(corpus.questions, most)))


def sampled_queries(graded: Graded, most: int, seed: int = 7) -> Graded:
    """All documents, and at most so many of the queries, by chance; 0 means all."""
    if not most or most >= len(graded.queries):
        return graded
    return replace(graded, queries=tuple(random.Random(seed).sample(graded.queries, most)))


def _json_lines(file: Path) -> Iterable[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _legalbench(name: str, tests: Sequence[dict[str, Any]], texts: Path) -> Corpus:
    asked, documents = [], {}
    for test in tests:
        for snippet in test["snippets"]:
            file = snippet["file_path"]
            if file not in documents:
                documents[file] = _read(texts, file)
        spans = tuple((s["file_path"], s["span"][0], s["span"][1]) for s in test["snippets"])
        if spans:
            files = tuple(sorted({span[0] for span in spans}))
            asked.append(GoldQuestion(str(test["query"]), files, spans))
    return Corpus(name, documents, tuple(asked))


def _read(texts: Path, file: str) -> str:
    if ".." in PurePosixPath(file).parts or PurePosixPath(file).is_absolute():
        raise ValueError(f"{file} is not below the corpus folder")
    return (texts / file).read_bytes().decode("utf-8")


def _squad(name: str, articles: Sequence[dict[str, Any]]) -> Corpus:
    asked, documents, whole = [], {}, []
    for number, article in enumerate(articles):
        files = [f"{number:04d}-{place:03d}.txt" for place in range(len(article["paragraphs"]))]
        whole.append(frozenset(files))
        for file, paragraph in zip(files, article["paragraphs"], strict=True):
            documents[file] = paragraph["context"]
            for qa in paragraph["qas"]:
                spans = tuple(
                    (file, a["answer_start"], a["answer_start"] + len(a["text"]))
                    for a in qa["answers"]
                )
                if spans:
                    asked.append(GoldQuestion(qa["question"], (file,), spans))
    return Corpus(name, documents, tuple(asked), tuple(whole))
