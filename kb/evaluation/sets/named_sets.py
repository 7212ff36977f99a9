"""Questions that name the document they are about, made from annotated sets in several styles.

Contracts by clause are CUAD's rows (Hendrycks et al., 2021), articles SQuAD's (Rajpurkar et al.,
2016), hypotheses about agreements ContractNLI's (Koreeda and Manning, 2021).
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import BadRequest
from kb.evaluation.sets.clauses import STYLES as CLAUSE_STYLES
from kb.evaluation.sets.clauses import UNNAMED, clause_questions, read_contracts
from kb.evaluation.sets.spans import Span

STYLES = ("before", "after", "file")
"""How a question names its document: its title before what is asked, after it, by the file."""
_FORMS = {
    "before": "In {title}: {asked}",
    "after": "{asked} ({title})",
    "file": "{asked} I mean {stem}.",
}


@dataclass(frozen=True, slots=True)
class NamedQuestion:
    """`spans` are empty where the document does not say it; `kind` is what is asked for."""

    text: str
    file: str
    spans: tuple[Span, ...]
    kind: str
    style: str


@dataclass(frozen=True, slots=True)
class NamedSet:
    """Documents by file name, and questions on them."""

    name: str
    documents: Mapping[str, str]
    questions: tuple[NamedQuestion, ...]


def read_set(file: Path, corpus: Path | None) -> NamedSet:
    """By its format. Raises `BadRequest` for another, and for clauses without their `corpus`."""
    if file.suffix == ".jsonl":
        if corpus is None:
            raise BadRequest(f"{file} has clauses alone. Name the folder of texts with --corpus.")
        return _contracts(file, corpus)
    try:
        told = json.loads(file.read_text("utf-8"))
        name = file.stem if file.stem not in ("dev", "train", "test") else file.parent.name
        return _agreements(name, told) if "labels" in told else _articles(name, told["data"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise BadRequest(
            f"{file} is neither SQuAD nor ContractNLI nor a file of clauses ({error})."
        ) from error


def _contracts(file: Path, corpus: Path) -> NamedSet:
    contracts = read_contracts(file, corpus)
    styles = [style for style in CLAUSE_STYLES if style != UNNAMED]
    asked = (
        NamedQuestion(one.text, one.file, one.spans, one.kind, one.style)
        for one in clause_questions(contracts, styles)
    )
    return NamedSet(file.stem, {one.file: one.text for one in contracts}, tuple(asked))


def _articles(name: str, data: Sequence[Mapping[str, Any]]) -> NamedSet:
    """Each article one document; questions in the same words on one article are one."""
    documents: dict[str, str] = {}
    gold: defaultdict[tuple[str, str], list[Span]] = defaultdict(list)
    for article in data:
        file = f"{article['title']}.txt"
        text = ""
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                for answer in qa["answers"]:
                    start = len(text) + answer["answer_start"]
                    gold[file, qa["question"].strip()].append((start, start + len(answer["text"])))
            text += paragraph["context"] + "\n\n"
        documents[file] = text
    asked = (_named(q, file, tuple(dict.fromkeys(s)), "") for (file, q), s in gold.items())
    return NamedSet(name, documents, tuple(asked))


def _agreements(name: str, told: Mapping[str, Any]) -> NamedSet:
    documents = {f"{Path(one['file_name']).stem}.txt": one["text"] for one in told["documents"]}
    return NamedSet(name, documents, tuple(_hypotheses(told)))


def _hypotheses(told: Mapping[str, Any]) -> Iterator[NamedQuestion]:
    for one in told["documents"]:
        for label, found in one["annotation_sets"][0]["annotations"].items():
            said = told["labels"][label]["hypothesis"].rstrip(".")
            question = f"Does the agreement say that {said[0].lower()}{said[1:]}?"
            spans = tuple(tuple(one["spans"][number]) for number in found["spans"])
            yield _named(question, f"{Path(one['file_name']).stem}.txt", spans, label)


def _named(asked: str, file: str, spans: tuple[Span, ...], kind: str) -> NamedQuestion:
    """Chance, by its own words, gives the style."""
    style = STYLES[hashlib.sha256(f"{file} {asked}".encode()).digest()[0] % len(STYLES)]
    stem = Path(file).stem
    title = " ".join(stem.replace("_", " ").split())
    return NamedQuestion(
        _FORMS[style].format(title=title, stem=stem, asked=asked), file, spans, kind, style
    )
