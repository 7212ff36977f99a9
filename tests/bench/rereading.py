"""How many candidates a reranker should read: what it brings and what it takes, as one JSON object.

    python -m tests.bench.rereading QUESTIONS... --corpus DIR [--most 190] [--store DIR]

Each LegalBench-RAG question's candidates are gathered once, and so many of the first as are most
are read once; with fewer the others count as unread. Precision at 1 and recall at 8 are by
characters, each set weighing the same. Milliseconds are of reading so many passages by the
reranker of each form of query, and of that with what the reader of quotes reads after it of the
eight that are shown: what it has not read, where the two are one model.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kb.offline import go_offline

go_offline()

from ingest.folder.batch import take_in  # noqa: E402
from kb.answer.abstention import PASSAGES_READ  # noqa: E402
from kb.app.bootstrap import KnowledgeBase  # noqa: E402
from kb.evaluation.corpus_store import Shelf, shelve  # noqa: E402
from kb.evaluation.legalbench import measured  # noqa: E402
from kb.evaluation.metrics import Row, report  # noqa: E402
from kb.evaluation.scratch_store import own_store  # noqa: E402
from kb.evaluation.sets.corpora import Corpus, read_corpus, sampled  # noqa: E402
from kb.ports import Reranker  # noqa: E402
from kb.search.hybrid.reranking import at_most, first  # noqa: E402
from kb.search.hybrid.scoring import calibrated, ordered  # noqa: E402
from kb.settings import Settings  # noqa: E402
from tests.bench.running import percentile  # noqa: E402

READ = (0, 4, 8, 12, 16, 20, 24)
TIMES = 20
SHOWN = ("precision@1", "recall@8")


def reading() -> Settings:
    """The settings, with a reranker whatever they say of it."""
    return Settings().model_copy(update={"reranker": "auto"})


def worth(kb: KnowledgeBase, corpora: Sequence[Corpus], shelf: Shelf) -> dict[int, Any]:
    """For each number of candidates read, the figures of `SHOWN`."""
    rows: dict[int, list[Row]] = {count: [] for count in READ}
    for corpus in corpora:
        for asked in corpus.questions:
            gathered = kb.retriever.gather(asked.text, shelf.scope)
            places = first(gathered.evidence, calibrated(), READ[-1])
            evidence, _ = kb.retriever.read(gathered, places)
            gold = [(shelf.documents[file], start, end) for file, start, end in asked.spans]
            for count in READ:
                known = at_most(evidence, places[:count])
                chunks = [known.chunks[at] for at in ordered(known, calibrated())[:8]]
                found = [(one.document_id, one.char_start, one.char_end) for one in chunks]
                values = measured(gold, found)
                shown = {name: values[name] for name in SHOWN}
                rows[count].append(Row(corpus.name, min(asked.files), shown))
    return {count: report(those)["overall"] for count, those in rows.items()}


def took(kb: KnowledgeBase, shelf: Shelf, question: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Milliseconds at the median for each number of passages of the store, by form of query."""
    readers = kb.readers
    evidence = kb.retriever.gather(question, shelf.scope).evidence
    texts = [chunk.text for chunk in evidence.chunks]
    readers.reader.score(question, texts[:2])
    for count in READ[1:]:
        forms = {"led": readers.reranker, "free": readers.reader}
        yield count, {form: _timed(kb, one, question, texts, count) for form, one in forms.items()}


def _timed(
    kb: KnowledgeBase, reranker: Reranker, question: str, texts: Sequence[str], count: int
) -> dict[str, float]:
    alone, both = [], []
    for turn in range(TIMES):
        these = [texts[(turn * count + n) % len(texts)] for n in range(READ[-1])]
        began = time.perf_counter()
        reranker.score(question, these[:count])
        alone.append(1000 * (time.perf_counter() - began))
        for one in (kb.readers.reader, kb.readers.reranker):
            one.score(question, these[count if one is reranker else 0 : PASSAGES_READ])
        both.append(1000 * (time.perf_counter() - began))
    return {"p50": percentile(alone, 50), "with_reader_p50": percentile(both, 50)}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench-reranker")
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--most", type=int, default=190)
    parser.add_argument("--store", type=Path)
    chosen = parser.parse_args(arguments)
    corpora = [sampled(read_corpus(file, chosen.corpus), chosen.most) for file in chosen.files]
    documents = {file: text for one in corpora for file, text in one.documents.items()}
    with own_store(reading(), chat=False, keep=chosen.store) as kb:
        shelf = shelve(kb, "benchmark", documents, take_in)
        times = dict(took(kb, shelf, corpora[0].questions[0].text))
        brought = worth(kb, corpora, shelf)
    told = {count: {**found, "ms": times.get(count)} for count, found in brought.items()}
    print(json.dumps({"candidates_read": told}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
