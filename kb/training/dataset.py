"""What the reader is trained on and reported on; `kb train reader` runs it.

Trained: CUAD's training contracts (questions with gold spans, and clauses that a
contract lacks), a train part of ContractNLI, the halves A of XQuAD and PolicyQA,
and passages with questions written for this (data/training/made). Reported: the
halves B, and contracts and made passages that were kept back. No document whose
text is in another evaluation set is used.
"""

import json
import lzma
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from kb.errors import BadRequest
from kb.training.clause_questions import clause_corpus
from kb.training.pairs import Group, Others, absent, groups, names_in, renamed
from kb.training.questions import Corpus, GoldQuestion, half, read_corpus, without
from kb.training.synthetic import made_groups, read_made

KEPT_BACK = 0.15
"""Share of the contracts and of the other documents that is only reported on."""


@dataclass(frozen=True, slots=True)
class Sets:
    """Groups to train on and groups to report on."""

    train: list[Group]
    report: list[Group]


@dataclass(frozen=True, slots=True)
class Amount:
    """`scale` multiplies the questions of each corpus that are taken at most.

    `near` passages of its own document, and a quarter as many of others, are set against what a
    question asks for. `often` is how often a written passage comes for one of the corpora.
    """

    scale: float = 1.0
    near: int = 2
    often: int = 2


PLENTY = Amount(scale=6, near=12, often=1)
"""For a graphics processor: nearly every question, and a dozen passages to tell apart."""


def assemble(
    shared: Path, evaluated: Iterable[str], amount: Amount = Amount(), *, seed: int = 7
) -> Sets:
    """The corpora below `shared` less what is evaluated on. Raises `BadRequest` without any."""
    rng = random.Random(seed)
    forbidden = [*evaluated, *evaluated_below(shared)]
    train: list[Group] = []
    report: list[Group] = []
    for corpus, missing, most, most_missing in sources(shared, amount.scale, rng):
        kept = without(corpus, forbidden)
        back = _kept_back(kept)
        mine = [q for q in kept.questions if not back.intersection(q.files)]
        theirs = [q for q in kept.questions if back.issuperset(q.files)]
        report.extend(groups(replace(kept, questions=tuple(theirs)), rng, 200, _others(kept, 2)))
        train.extend(
            groups(replace(kept, questions=tuple(mine)), rng, most, _others(kept, amount.near))
        )
        gone = [(q, file) for q, file in missing if file in kept.documents and file not in back]
        rng.shuffle(gone)
        train.extend(absent(kept, gone, most=most_missing))
    if not train:
        raise BadRequest(f"There is nothing to train on below {shared}.")
    train.extend(_renamed(train, rng))
    return Sets([_dressed(group, rng) for group in train], report)


def made(*, seed: int = 7) -> Sets:
    """The passages that were written for this, and their questions."""
    rng = random.Random(seed)
    found = read_made()
    train = list(made_groups(found, kept_back=False))
    train.extend(_renamed(train, rng))
    return Sets(train, list(made_groups(found, kept_back=True)))


def _renamed(found: Sequence[Group], rng: random.Random) -> list[Group]:
    """A third of the questions, asked about somebody else."""
    names = names_in(group.question for group in found)
    asked = (renamed(group, names, rng) for group in rng.sample(found, len(found) // 3))
    return [group for group in asked if group]


def figures(score: Any, report: Sequence[Group]) -> dict[str, dict[str, float]]:
    """By source: gold passage first, and AUC of answering against passages that do not."""
    told: dict[str, dict[str, float]] = {}
    for source in sorted({_set(group) for group in report}):
        mine = [group for group in report if _set(group) == source]
        first: list[bool] = []
        truth: list[float] = []
        logits: list[float] = []
        for group in mine:
            rows = np.asarray(
                score(group.question, [pair.shown(group.question) for pair in group.pairs])
            )
            ranked = [i for i, pair in enumerate(group.pairs) if pair.relevant in (0.0, 1.0)]
            if any(group.pairs[i].relevant == 1.0 for i in ranked):
                best = max(ranked, key=lambda i: rows[i, 0])
                first.append(group.pairs[best].relevant == 1.0)
            known = [i for i, pair in enumerate(group.pairs) if pair.answers in (0.0, 1.0)]
            truth.extend(group.pairs[i].answers for i in known)
            logits.extend(float(rows[i, 1]) for i in known)
        told[source] = {
            "questions": len(mine),
            "gold_first": round(float(np.mean(first)), 4) if first else 0.0,
            "answers_auc": round(float(roc_auc_score(truth, logits)), 4)
            if len(set(truth)) > 1
            else 0.0,
        }
    return told


Source = tuple[Corpus, list[tuple[str, str]], int, int]
"""A corpus, questions that a file does not answer, how many to take of these and of those."""


def sources(shared: Path, scale: float, rng: random.Random) -> Iterator[Source]:
    contracts = shared / "train" / "cuad_train.jsonl.xz"
    if contracts.is_file():
        yield from _contracts(contracts, scale, rng)
    ndas = shared / "eval" / "contract-nli" / "train_truncated.json"
    if ndas.is_file():
        yield (*_ndas(ndas), int(800 * scale), int(500 * scale))
    for name, most in (("xquad/xquad.en.json", 900), ("policyqa/dev.json", 700)):
        file = shared / "eval" / name
        if file.is_file():
            yield half_alone(read_corpus(file, None), 0), [], int(most * scale), 0


def half_alone(corpus: Corpus, which: int) -> Corpus:
    """The half A (0) of a corpus, which is trained on, or B (1), which is reported on."""
    kept = {n: t for n, t in corpus.documents.items() if half(t) == which}
    asked = tuple(q for q in corpus.questions if all(file in kept for file in q.files))
    return Corpus(corpus.name, kept, asked)


def _set(group: Group) -> str:
    """The set a group is of; the kinds of questions of one are measured together."""
    return group.source.partition(",")[0].replace("dev", "policyqa")


def _others(corpus: Corpus, near: int) -> Others:
    """PolicyQA marks one passage of many that answer, so others of its document say nothing."""
    return Others(0, 1) if corpus.name == "dev" else Others(near, max(1, near // 4))


def _kept_back(corpus: Corpus) -> set[str]:
    return {n for n, t in corpus.documents.items() if half(f"kept back {t}", 100) < 100 * KEPT_BACK}


def evaluated_below(shared: Path) -> Iterator[str]:
    """The texts below `shared` that are measured on elsewhere."""
    for file in sorted((shared / "eval" / "legalbench-rag" / "corpus").rglob("*.txt")):
        yield file.read_text("utf-8", errors="replace")
    dev = shared / "eval" / "contract-nli" / "dev.json"
    if dev.is_file():
        yield from (one["text"] for one in json.loads(dev.read_text("utf-8"))["documents"])


def _contracts(file: Path, scale: float, rng: random.Random) -> Iterator[Source]:
    """CUAD three times: retrieval questions, clauses by their description, and as people ask."""
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    texts = {row["file"]: row["text"] for row in rows}
    asked = [_asked(q["query"], row["file"], q["spans"]) for row in rows for q in row["queries"]]
    clauses = [(row["file"], one) for row in rows for one in row["clauses"]]
    there = [_asked(c["question"], f, c["spans"]) for f, c in clauses if not c["is_impossible"]]
    gone = [(c["question"], f) for f, c in clauses if c["is_impossible"]]
    yield Corpus("cuad", texts, tuple(asked)), [], int(2500 * scale), 0
    yield (
        Corpus("cuad clauses", texts, tuple(there)),
        gone,
        int(1200 * scale),
        int(800 * scale),
    )
    yield (*clause_corpus(rows, rng), int(4000 * scale), int(3000 * scale))


def _asked(question: str, file: str, spans: Iterable[Sequence[int]]) -> GoldQuestion:
    return GoldQuestion(question, (file,), tuple((file, start, end) for start, end in spans))


def _ndas(file: Path) -> tuple[Corpus, list[tuple[str, str]]]:
    told = json.loads(file.read_text("utf-8"))
    asked, missing, texts = [], [], {}
    for one in told["documents"]:
        name = one["file_name"]
        texts[name] = one["text"]
        for label, found in one["annotation_sets"][0]["annotations"].items():
            said = told["labels"][label]["hypothesis"].rstrip(".")
            question = f"Does the agreement say that {said[0].lower()}{said[1:]}?"
            spans = [one["spans"][number] for number in found["spans"]]
            if spans:
                asked.append(_asked(question, name, spans))
            else:
                missing.append((question, name))
    return Corpus("contract-nli", texts, tuple(asked)), missing


def _dressed(group: Group, rng: random.Random) -> Group:
    """Half of the retrieval questions without the part that names the document."""
    question = group.question
    if "; " in question and rng.random() < 0.6:
        question = question.split("; ", 1)[1]
    return replace(group, question=question)
