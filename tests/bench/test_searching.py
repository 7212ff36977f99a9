"""The measuring of searches itself: scopes of the right size, and a store that is searched."""

from pathlib import Path

import numpy as np
import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.settings import Settings
from kb.store.lexical.positions import placing
from kb.store.write_batches import at_once
from tests.bench import synthetic
from tests.bench.connected import expressions
from tests.bench.searched import Given, first_rows, nearest_rows, recall, scope_of
from tests.bench.synthetic import (
    DIMENSIONS,
    PARTED,
    VECTORS,
    build,
    queries_of,
    sizes,
)


@pytest.mark.parametrize("chunks", [10_000, 100_000, 1_000_000])
def test_the_first_matters_hold_the_share_that_is_asked_for(chunks: int) -> None:
    assert sum(sizes(chunks)) == chunks and len(sizes(chunks)) == 200
    for share in synthetic.SCOPES:
        _, rows = first_rows(share, chunks)
        assert rows == pytest.approx(chunks * share / 100, rel=0.06)


def test_a_synthetic_store_is_searched_exactly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synthetic, "VOCABULARY", 2000)
    store = tmp_path / "store"
    store.mkdir()
    assert build(store, 2000)["chunks"] == 2000
    kb = KnowledgeBase(Settings(data_dir=store), embedder=Given(), chat=None)
    vectors = np.fromfile(store / VECTORS, dtype=np.float32).reshape(-1, DIMENSIONS)
    matters, rows = first_rows(10, 2000)
    queries = queries_of(20, 2000, 3, among=matters)
    hits = [kb.reader.vectors.search(query, scope_of(matters), 10) for query in queries]
    found = [{key - 1 for key in kb.chunks.keys([one for one, _ in hit])} for hit in hits]
    assert recall(found, nearest_rows(vectors[:rows], queries)) == 1
    texts = [row[0] for row in kb.database.rows("SELECT text FROM chunk ORDER BY key")][:rows]
    for word in synthetic.vocabulary()[:50:5]:
        match = kb.keywords.match([word], scope_of(matters))
        assert match.chunks == rows
        assert {key: int(text) for key, text in match.postings[word].entries[["key", "text"]]} == {
            key: text.split().count(word)
            for key, text in enumerate(texts, 1)
            if word in text.split()
        }
    kb.close()


def test_words_of_a_synthetic_store_stand_where_they_would_be_placed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synthetic, "VOCABULARY", 4100)
    build(tmp_path, 5000)
    kb = KnowledgeBase(Settings(data_dir=tmp_path), embedder=Given(), chat=None)
    whole = scope_of(200)
    asked = [
        *expressions(1, synthetic.vocabulary(), 10),
        *expressions(5, synthetic.vocabulary(), 10),
    ]
    before = [kb.connectors.search(one, whole) for one in asked]
    assert sum(found.documents for found in before) > 100
    documents = [row[0] for row in kb.database.rows("SELECT id FROM document")]
    with kb.database.write() as connection:
        for known in documents:
            rows = connection.execute(
                "SELECT text FROM chunk WHERE document_id = ? ORDER BY ordinal", (known,)
            ).fetchall()
            text = PARTED.join(row["text"] for row in rows)
            at_once(connection, placing(known, text))
    for one, found in zip(asked, before, strict=True):
        again = kb.connectors.search(one, whole)
        assert (again.documents, again.passages, again.spans) == (
            found.documents,
            found.passages,
            found.spans,
        )
    kb.close()
