"""How long each transaction holds the one writer, in a store of 100,000 chunks, as JSON.

    python -m tests.bench.writes [--chunks 100000] [--long 3000]

A synthetic store is filled; then a document of thousands of chunks with facts, changes and
citations is read, embedded, retitled, quoted by a reply and erased, and small ones beside it.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from kb.offline import go_offline

go_offline()

from kb.app.bootstrap import KnowledgeBase  # noqa: E402
from kb.domain import DocumentId, Fact  # noqa: E402
from kb.settings import Settings  # noqa: E402
from kb.store.database import Database  # noqa: E402
from tests.bench.running import percentile, processor  # noqa: E402
from tests.bench.searched import Given  # noqa: E402
from tests.bench.synthetic import build, texts_of, vocabulary, words_of  # noqa: E402
from tests.shelf import put  # noqa: E402

MOST_MS = 200.0
SMALL = 20
"""Small documents of 20 chunks each, read and erased one after another."""


@contextmanager
def held(taken: dict[str, list[float]], step: list[str]) -> Iterator[None]:
    """Milliseconds from BEGIN to the end of COMMIT, by the step that is done."""
    write = Database.write

    @contextmanager
    def timed(self: Database) -> Iterator[Any]:
        began = [0.0]
        try:
            with write(self) as connection:
                began[0] = time.perf_counter()
                yield connection
        finally:
            if began[0]:
                taken[step[0]].append((time.perf_counter() - began[0]) * 1000)

    Database.write = timed  # type: ignore[method-assign]  # until the end of this process's run
    try:
        yield
    finally:
        Database.write = write  # type: ignore[method-assign]


def measured(chunks: int, long: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as name:
        store = Path(name) / "store"
        store.mkdir()
        build(store, chunks)
        kb = KnowledgeBase(Settings(data_dir=store), embedder=Given(), chat=None)
        kb.index = None  # the catalogue's writer alone is looked at
        taken: defaultdict[str, list[float]] = defaultdict(list)
        step = [""]
        with held(taken, step):
            for label, work in _steps(kb, long):
                step[0] = label
                work()
        kb.close()
    every = [one for several in taken.values() for one in several]
    return {
        "processor": processor(),
        "chunks": chunks,
        "long_document_chunks": long,
        "steps": {
            label: {
                "transactions": len(several),
                "p95_ms": round(percentile(several, 95), 1),
                "longest_ms": round(max(several), 1),
            }
            for label, several in taken.items()
        },
        "longest_ms": round(max(every), 1),
        "wanted_at_most_ms": MOST_MS,
    }


def _steps(kb: KnowledgeBase, long: int) -> Iterator[tuple[str, Callable[[], object]]]:
    words, chance = vocabulary(), random.Random(7)
    text = "\n\n".join(texts_of(words_of(3, long), words))
    scope = kb.access.scope(kb.access.local_user())
    made: dict[str, DocumentId] = {}
    message = (Fact("message-id", "long@firm"), *(Fact("party", f"P{n}") for n in range(500)))

    def add(name: str, said: str, **more: Any) -> None:
        made[name] = put(kb, "matter 3", name, said, **more).id

    yield "read and embed a long document", lambda: add("long", text, facts=message)
    yield "state its title", lambda: kb.contents.state(made["long"], "title", ["New"], scope)
    half = "\n\n".join(text.split("\n\n")[: long // 2])
    answer = (Fact("reply-to", "long@firm"),)
    yield (
        "read a reply that quotes half of it",
        lambda: add("reply", "Yes.", quoted=half, facts=answer),
    )
    for number in range(SMALL):
        said = "\n\n".join(texts_of(words_of(4 + number, 20), words))
        yield "read and embed small documents", partial(add, f"small-{number}", said)

    def erase(name: str) -> None:
        kb.deleting.delete(made[name], kb.files, before=lambda _: None)

    for number in chance.sample(range(SMALL), SMALL):
        yield "erase small documents", partial(erase, f"small-{number}")
    yield "erase the long one, which gives back what the reply quotes", partial(erase, "long")
    yield "erase the reply", partial(erase, "reply")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--long", type=int, default=3_000)
    given = parser.parse_args()
    found = measured(given.chunks, given.long)
    print(json.dumps(found, indent=1))
    sys.exit(0 if float(str(found["longest_ms"])) <= MOST_MS else 1)
