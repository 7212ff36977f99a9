"""`kb train relevance`: the confidence of answers and its floor, set from questions."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer

from kb.answer.abstention import WEIGHTS
from kb.app.bootstrap import KnowledgeBase
from kb.errors import BadRequest
from kb.evaluation.corpus_store import Ingest, Shelf, shelve
from kb.evaluation.sample import sample_texts
from kb.evaluation.scratch_store import own_store
from kb.evaluation.sets.clauses import read_contracts
from kb.evaluation.sets.corpora import asked_in, half, only_half, sampled
from kb.evaluation.sets.firm import FIRM, read_firm
from kb.evaluation.sets.named_sets import NamedSet, read_set
from kb.settings import Settings
from kb.training.pairs import unread
from kb.training.questions import Corpus, read_corpus, without
from kb.training.relevance import CONTRACTS, Example, clause_examples, examples, named_examples
from kb.training.translations import read_translations

ASKED_OF_CONTRACTS = 800
"""Questions on clauses, half of them on clauses that are there."""
ASKED_OF_A_SET = 500
"""Questions that name their document, half of them on what it does not say."""
ASKED_OF_A_PAIR = 25
"""Questions in one language over paragraphs in one."""


@dataclass(frozen=True, slots=True)
class AbstentionTuning:
    """`ingest` takes the documents in that questions are asked on."""

    ingest: Ingest

    def relevance(
        self,
        files: Annotated[
            list[Path] | None, typer.Argument(help="More questions: SQuAD or LegalBench-RAG files.")
        ] = None,
        *,
        corpus: Annotated[
            Path | None, typer.Option(help="The corpus folder of LegalBench-RAG files.")
        ] = None,
        clauses: Annotated[
            Path | None, typer.Option(help="Clauses that contracts have or have not.")
        ] = None,
        texts: Annotated[Path | None, typer.Option(help="The folder of the contracts.")] = None,
        translations: Annotated[
            Path | None, typer.Option(help="The folder of XQuAD, for a multilingual embedder.")
        ] = None,
        sets: Annotated[
            list[Path] | None, typer.Option("--set", help="A set that `eval answers` takes.")
        ] = None,
        most: Annotated[int, typer.Option(help="Questions taken of each file.")] = 250,
        store: Annotated[
            Path | None, typer.Option(help="Keep the store of documents in this folder.")
        ] = None,
        out: Annotated[Path | None, typer.Option(help="Where the model goes.")] = None,
    ) -> None:
        """Set the floor of abstention, and print how it does on the other half."""
        if (clauses is None) is not (texts is None):
            raise BadRequest("--clauses and --texts belong together. Give both or neither.")
        # scikit-learn takes a second to import, and no other command needs it
        from kb.training.abstention_model import fit  # noqa: PLC0415

        read = [unread(read_corpus(file, corpus)) for file in files or ()]
        corpora = [without(one, sample_texts()) for one in (*read, read_firm())]
        with own_store(Settings(), chat=False, keep=store) as kb:
            found = list(self._of_corpora(kb, corpora, most))
            if clauses and texts:
                found.extend(self._of_contracts(kb, clauses, texts))
            found.extend(chain.from_iterable(self._of_set(kb, file) for file in sets or ()))
            if translations:
                found.extend(self._of_translations(kb, translations))
            where = out or WEIGHTS[kb.embedder.multilingual]
        told = {"trained_on": sorted({one.corpus for one in found}), **fit(found)}
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_text(as_text(told))
        print(json.dumps({name: one for name, one in told.items() if name != "trees"}, indent=1))

    def _of_corpora(
        self, kb: KnowledgeBase, corpora: Sequence[Corpus], most: int
    ) -> Iterator[Example]:
        for one in corpora:
            some = sampled(one, most) if one.name != FIRM.name else one
            yield from examples(kb, some, self._shelved(kb, one))

    def _of_contracts(self, kb: KnowledgeBase, clauses: Path, texts: Path) -> Iterator[Example]:
        contracts = read_contracts(clauses, texts)
        files = {one.file: one.text for one in contracts}
        corpus = without(Corpus(CONTRACTS, files, ()), sample_texts())
        shelf = self._shelved(kb, corpus)
        kept = [one for one in contracts if one.file in corpus.documents]
        yield from clause_examples(kb, kept, shelf, ASKED_OF_CONTRACTS)

    def _of_set(self, kb: KnowledgeBase, file: Path) -> Iterator[Example]:
        asked = read_set(file, None)
        whole = Corpus(asked.name, dict(asked.documents), ())
        kept = without(whole, sample_texts()).documents
        questions = tuple(q for q in asked.questions if q.file in kept)
        shelf = self._shelved(kb, Corpus(asked.name, kept, ()))
        yield from named_examples(kb, NamedSet(asked.name, kept, questions), shelf, ASKED_OF_A_SET)

    def _of_translations(self, kb: KnowledgeBase, folder: Path) -> Iterator[Example]:
        """Of each pair of languages some; only paragraphs that the reader was not trained on."""
        corpora = read_translations(folder, sample_texts())
        for told, corpus in corpora.items():
            shelf = self._shelved(kb, corpus)
            for asked, other in corpora.items():
                unseen = only_half(asked_in(corpus, other), 1, corpora["en"])
                name = "one language" if asked == told else "two languages"
                few = replace(sampled(unseen, ASKED_OF_A_PAIR), name=name)
                for one in examples(kb, few, shelf):
                    yield replace(one, half=half(one.document))

    def _shelved(self, kb: KnowledgeBase, corpus: Corpus) -> Shelf:
        """Raises `BadRequest` where a document was not taken in: nothing is set from gaps."""
        shelf = shelve(kb, corpus.name, corpus.documents, self.ingest)
        for file, why in shelf.unread.items():
            raise BadRequest(f"{file} of {corpus.name} was not taken in: {why}")
        return shelf


def as_text(told: dict[str, Any]) -> str:
    """JSON for people, with a line for each tree."""
    head = json.dumps({name: one for name, one in told.items() if name != "trees"}, indent=1)
    lines: Sequence[str] = [json.dumps(tree, separators=(",", ":")) for tree in told["trees"]]
    trees = ",\n".join(lines)
    return f'{head.removesuffix("}").rstrip()},\n "trees": [\n{trees}\n ]\n}}\n'
