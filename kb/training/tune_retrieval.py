"""`kb train retrieval`: the stores, the evidence and the file of weights."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from kb.app.bootstrap import KnowledgeBase
from kb.evaluation.corpus_store import Ingest, shelve, shelve_graded
from kb.evaluation.sample import sample_texts
from kb.evaluation.scratch_store import own_store
from kb.evaluation.sets.corpora import (
    Corpus,
    Graded,
    only_answerable,
    read_beir,
    read_corpus,
    sampled,
    sampled_queries,
)
from kb.evaluation.sets.firm import read_firm
from kb.search.hybrid.scoring import WEIGHTS, calibrated
from kb.settings import Settings
from kb.training.pairs import unread
from kb.training.questions import without
from kb.training.retrieval import (
    ALONE,
    Example,
    fit,
    from_beir,
    from_legalbench,
    from_squad,
    looking,
    named,
)
from kb.training.synthetic import made_corpus, read_made


@dataclass(frozen=True, slots=True)
class Tuning:
    """`ingest` takes the documents in."""

    ingest: Ingest

    def retrieval(
        self,
        files: Annotated[list[Path], typer.Argument(help="LegalBench-RAG question files.")],
        corpus: Annotated[Path, typer.Option(help="The folder of their documents.")],
        *,
        squad: Annotated[list[Path] | None, typer.Option(help="A SQuAD-style file.")] = None,
        beir: Annotated[Path | None, typer.Option(help="A BEIR folder.")] = None,
        split: Annotated[str, typer.Option(help="The file of its qrels.")] = "train",
        most: Annotated[int, typer.Option(min=0, help="Questions taken of each set.")] = 300,
        only: Annotated[
            list[str] | None, typer.Option(help="Set this weight, keep the others as they are.")
        ] = None,
        store: Annotated[Path | None, typer.Option(help="Keep the stores in this folder.")] = None,
        out: Annotated[Path, typer.Option(help="Where the weights go.")] = WEIGHTS,
    ) -> None:
        """Set the weights of retrieval, and print how they do on the other half."""
        weights = named(only or ())
        seen = [without(read_corpus(file, corpus), sample_texts()) for file in files]
        corpora = [sampled(one, most) for one in seen]
        examples = list(self._legalbench(corpora, store, weights))
        plain = _plain(squad or (), unread_alone=ALONE in weights)
        for one in plain:
            kept = sampled(only_answerable(without(one, sample_texts())), most)
            examples.extend(self._squad(kept, store, weights))
        if beir:
            graded = sampled_queries(read_beir(beir, split), most)
            examples.extend(self._beir(graded, store, weights))
        told = {
            "trained_on": sorted({e.set for e in examples}),
            **fit(examples, calibrated(), weights),
        }
        told["report"] = {**reported(out, weights), ", ".join(weights) or "all": told["report"]}
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(told, indent=1) + "\n")
        print(json.dumps(told, indent=1))

    def _legalbench(
        self, corpora: Sequence[Corpus], store: Path | None, only: Sequence[str]
    ) -> Iterator[Example]:
        documents: dict[str, str] = {}
        for one in corpora:
            documents.update(one.documents)
        with _store(store, "legalbench-rag") as kb:
            shelf = shelve(kb, "benchmark", documents, self.ingest)
            yield from from_legalbench(looking(kb.retriever, only), corpora, shelf)

    def _squad(self, corpus: Corpus, store: Path | None, only: Sequence[str]) -> Iterator[Example]:
        with _store(store, "squad") as kb:
            shelf = shelve(kb, corpus.name, corpus.documents, self.ingest)
            yield from from_squad(looking(kb.retriever, only), corpus, shelf)

    def _beir(self, graded: Graded, store: Path | None, only: Sequence[str]) -> Iterator[Example]:
        with _store(store, "beir") as kb:
            shelf = shelve_graded(kb, graded, self.ingest)
            yield from from_beir(looking(kb.retriever, only), graded, shelf)


def _plain(files: Sequence[Path], *, unread_alone: bool) -> list[Corpus]:
    """The files' questions and our own; those that no cross-encoder was trained on, or all."""
    read = [read_corpus(file, None) for file in files]
    kept = [unread(one) for one in read] if unread_alone else read
    return [*kept, made_corpus(read_made(), unread=unread_alone), read_firm()]


def reported(file: Path, weights: Sequence[str]) -> dict[str, Any]:
    """What the file tells of other weights, which stay as they are where only some are set."""
    if not weights or not file.is_file():
        return {}
    return dict(json.loads(file.read_text("utf-8"))["report"])


@contextmanager
def _store(store: Path | None, name: str) -> Iterator[KnowledgeBase]:
    with own_store(Settings(), chat=False, keep=store / name if store else None) as kb:
        yield kb
