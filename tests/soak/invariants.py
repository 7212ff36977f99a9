"""Everything that must hold of a store that is closed and whose queue has run empty.

Each finding is a sentence. The store is looked at as it lies on disk: the catalogue
by SQL, the originals by name and hash, the index through chromadb, and none of the
repairs that opening a store makes are run.
"""

import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from kb.app.bootstrap import SCRATCH
from kb.ports import Embedder
from kb.store.database import Database
from kb.store.lexical.postings import ENTRY
from kb.store.schema.migrations import migrate
from kb.store.vectors.chroma import ChromaVectors
from kb.store.vectors.embeddings import embedding_key
from kb.store.vectors.unreadable import readable
from kb.text.analyzer import indexed, terms
from kb.text.context import context_line, embedded_text
from tests.fakes import FakeEmbedder

_PIECE = 5000
ENDED = ("ready", "failed", "quarantined")


def broken(store: Path, embedder: Embedder | None = None, *, graph: bool = True) -> list[str]:
    """What does not hold in this store; nothing when all does.

    `graph`: each vector must also be found by the index's own search, which is approximate:
    where a thousand vectors are equal, it may miss the one beside them.
    """
    database = Database(store / "catalogue.db")
    migrate(database)
    try:
        return [
            *_sound(database),
            *_documents(database),
            *_chunks(database, embedder or FakeEmbedder()),
            *_words(database),
            *_postings(database),
            *_embeddings(database, embedder or FakeEmbedder()),
            *_sources(database),
            *_jobs(database),
            *_originals(database, store / "originals"),
            *_index(database, store / "vectors", graph=graph),
            *_left_over(store),
        ]
    finally:
        database.close()


def _sound(database: Database) -> Iterator[str]:
    for row in database.rows("PRAGMA integrity_check"):
        if row[0] != "ok":
            yield f"the catalogue is damaged: {row[0]}"
    for row in database.rows("PRAGMA foreign_key_check"):
        yield f"a row of {row[0]} points to a {row[2]} that is gone"


def _documents(database: Database) -> Iterator[str]:
    for row in database.rows(
        "SELECT d.*, (SELECT count(*) FROM chunk WHERE document_id = d.id) AS held_chunks, "
        "EXISTS (SELECT 1 FROM content WHERE document_id = d.id) AS has_text, "
        "EXISTS (SELECT 1 FROM source WHERE document_id = d.id) AS has_source FROM document d"
    ):
        what = f"document {row['name']} ({row['status']})"
        if row["status"] not in ENDED:
            yield f"{what} has not ended"
        if row["held"]:
            yield f"{what} is held by nobody"
        if row["status"] != "ready" and not row["problem"]:
            yield f"{what} has no reason"
        if bool(row["has_text"]) != (row["status"] == "ready"):
            yield f"{what} has {'a' if row['has_text'] else 'no'} text"
        if row["chunks"] != row["held_chunks"]:
            yield f"{what} says {row['chunks']} chunks and has {row['held_chunks']}"
        if not row["has_source"]:
            yield f"{what} was found nowhere"


def _chunks(database: Database, embedder: Embedder) -> Iterator[str]:
    """Document by document: all chunks, each beside its whole text, would fill the memory."""
    readable_text = cache(lambda text: readable(embedder, text))
    for document in database.rows("SELECT * FROM document"):
        texts = database.rows("SELECT text FROM content WHERE document_id = ?", (document["id"],))
        whole = "".join(row["text"] for row in texts)
        for row in database.rows("SELECT * FROM chunk WHERE document_id = ?", (document["id"],)):
            if row["text"] != whole[row["char_start"] : row["char_end"]]:
                yield f"chunk {row['id']} is not its span"
            if row["matter_id"] != document["matter_id"]:
                yield f"chunk {row['id']} is in another matter than its document"
            embedded = embedded_text(context_line(document["title"], row["heading"]), row["text"])
            wanted = document["status"] == "ready" and readable_text(embedded)
            if wanted != bool(row["embedding"]):
                told = f"of a {document['status']} document: vector “{row['embedding']}”"
                yield f"chunk {row['id']} {told}"


def _postings(database: Database) -> Iterator[str]:
    """What is searched by words is exactly what the words say."""
    wanted: dict[int, dict[str, tuple[int, int]]] = {}
    for row in database.rows("SELECT rowid, context, words FROM chunk_words"):
        words, context = Counter(row["words"].split()), Counter(row["context"].split())
        wanted[row["rowid"]] = {
            term: (min(words[term], 255), min(context[term], 255)) for term in words | context
        }
    found: defaultdict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in database.rows("SELECT term, entries FROM posting"):
        for entry in np.frombuffer(row["entries"], dtype=ENTRY):
            told = int(entry["text"]), int(entry["context"])
            if row["term"] in found[int(entry["key"])]:
                yield f"“{row['term']}” is entered twice for chunk {entry['key']}"
            found[int(entry["key"])][row["term"]] = told
    for key in wanted.keys() | found.keys():
        if wanted.get(key, {}) != found.get(key, {}):
            yield f"the entries of chunk {key} are not its words"


def _words(database: Database) -> Iterator[str]:
    chunks = {
        row["key"]: row
        for row in database.rows("SELECT key, id, document_id, text, length FROM chunk")
    }
    words = {
        row["rowid"]: row["words"] for row in database.rows("SELECT rowid, words FROM chunk_words")
    }
    for key in chunks.keys() ^ words.keys():
        yield f"row {key} has {'a chunk without words' if key in chunks else 'words without chunk'}"
    languages: defaultdict[str, list[str]] = defaultdict(list)
    for row in database.rows("SELECT * FROM document_fact WHERE name = 'language'"):
        languages[row["document_id"]].append(row["value"].casefold())
    for key in chunks.keys() & words.keys():
        told = languages[chunks[key]["document_id"]]
        expected = terms(chunks[key]["text"])
        beside = indexed(chunks[key]["text"], told[0] if len(told) == 1 else "")
        found = words[key] == " ".join([*expected, *beside])
        if not found or chunks[key]["length"] != len(expected):
            yield f"chunk {chunks[key]['id']} has other words than its text"


def _embeddings(database: Database, embedder: Embedder) -> Iterator[str]:
    [model] = [r[0] for r in database.rows("SELECT value FROM fact WHERE name = 'embedder'")] or [
        ""
    ]
    if model not in ("", embedder.name):
        yield f"the store says its vectors are {model}'s"
    kept = {
        row["key"]: np.frombuffer(row["vector"], dtype=np.float32)
        for row in database.rows("SELECT * FROM embedding")
    }
    used = set()
    embed = cache(lambda text: embedder.embed([text])[0])
    for row in database.rows(
        "SELECT c.*, d.title FROM chunk c JOIN document d ON d.id = c.document_id "
        "WHERE c.embedding <> ''"
    ):
        used.add(row["embedding"])
        text = embedded_text(context_line(row["title"], row["heading"]), row["text"])
        if row["embedding"] != embedding_key(embedder.name, text):
            yield f"chunk {row['id']} names a vector of another text or model"
        elif row["embedding"] not in kept:
            yield f"chunk {row['id']} names a vector that is not there"
        elif not np.array_equal(kept[row["embedding"]], embed(text)):
            yield f"chunk {row['id']} has a wrong vector"
    for row in database.rows("SELECT * FROM renewal WHERE embedding <> ''"):
        used.add(row["embedding"])
        if row["embedding"] not in kept:
            yield f"a vector that chunk {row['chunk_key']} is to have is not there"
    for key in kept.keys() - used:
        yield f"vector {key[:8]} belongs to no chunk"


def _sources(database: Database) -> Iterator[str]:
    """`current` by its definition, counted anew from the sources alone."""
    rows = database.rows("SELECT * FROM source")
    newest: dict[tuple[str, str, str | None], int] = {}
    for row in rows:
        place = (row["matter_id"], row["path"], row["parent"])
        newest[place] = max(newest.get(place, 0), row["version"])
    flags = {row["id"]: bool(row["current"]) for row in database.rows("SELECT * FROM document")}
    for known, flag in flags.items():
        expected = any(
            row["document_id"] == known
            and row["version"] == newest[row["matter_id"], row["path"], row["parent"]]
            and (row["parent"] is None or flags[row["parent"]])
            for row in rows
        )
        if flag != expected:
            yield f"document {known} is {'' if flag else 'not '}current and should be otherwise"
    for row in database.rows(
        "SELECT s.path FROM source s JOIN document d ON d.id = s.document_id "
        "WHERE d.matter_id <> s.matter_id"
    ):
        yield f"{row['path']} is a source in another matter than its document"


def _jobs(database: Database) -> Iterator[str]:
    ends: Counter[tuple[str, int]] = Counter()
    for row in database.rows("SELECT * FROM job_item"):
        if row["outcome"] is None or row["ended"] is None:
            yield f"{row['path']} of job {row['job_id']} has not ended"
        ends[row["job_id"], row["ended"]] += 1
        erased = row["document_id"] is None and row["path"].startswith("erased ")
        if row["outcome"] in ("failed", "quarantined") and not row["problem"] and not erased:
            yield f"{row['path']} of job {row['job_id']} failed without a reason"
    for row in database.rows("SELECT id FROM job WHERE open"):
        yield f"job {row['id']} is open though nobody offers to it"
    for (job, order), count in ends.items():
        if count > 1:
            yield f"{count} files of job {job} ended as number {order}"


def _originals(database: Database, folder: Path) -> Iterator[str]:
    promised = {r["sha256"]: r["size"] for r in database.rows("SELECT sha256, size FROM document")}
    there = {p.name: p for p in folder.rglob("*") if p.is_file()}
    for name in there.keys() - promised.keys():
        yield f"original {there[name].relative_to(folder)} belongs to no document"
    for sha256 in promised.keys() - there.keys():
        yield f"the original {sha256[:8]} of a document is missing"
    for sha256 in promised.keys() & there.keys():
        content = there[sha256].read_bytes()
        if len(content) != promised[sha256] or hashlib.sha256(content).hexdigest() != sha256:
            yield f"the original {sha256[:8]} has other bytes"


def _index(database: Database, folder: Path, *, graph: bool) -> Iterator[str]:
    """Ids, matters and the vectors' values, and whether a search reaches each of them."""
    rows = {
        row["id"]: row
        for row in database.rows(
            "SELECT c.id, c.matter_id, e.vector FROM chunk c "
            "JOIN embedding e ON e.key = c.embedding"
        )
    }
    if not (folder / "current").exists():
        if rows:
            yield "there is no index"
        return
    names = {path.name for path in folder.iterdir()}
    for name in names - {"current", "clean", (folder / "current").read_text()}:
        yield f"{name} is left in the folder of the index"
    index = ChromaVectors(folder, "")
    try:
        yield from _vectors(index, rows, graph=graph)
    finally:
        index.close()


def _vectors(index: ChromaVectors, rows: dict[str, Any], *, graph: bool) -> Iterator[str]:
    held = list(_held(index))
    for known in rows.keys() ^ {one for one, _, _ in held}:
        yield f"chunk {known} is {'not in' if known in rows else 'only in'} the index"
    for known, vector, noted in held:
        if known not in rows:
            continue
        matter = rows[known]["matter_id"]
        if not np.allclose(vector, np.frombuffer(rows[known]["vector"], np.float32), atol=1e-6):
            yield f"chunk {known} has another vector in the index"
        if noted["matter"] != matter:
            yield f"chunk {known} has another matter in the index"
        if not graph:
            continue
        nearest = index.search(vector, frozenset([matter]), 10)
        if not nearest or nearest[0][1] < 0.999:
            yield f"chunk {known} is not found by its own vector in the index"


def _held(index: ChromaVectors) -> Iterator[tuple[str, Any, Any]]:
    """Id, vector and metadata of all in the index, in pieces: it cannot give 40,000 at once."""
    for offset in range(0, index._collection.count(), _PIECE):
        held = index._collection.get(
            include=["embeddings", "metadatas"], limit=_PIECE, offset=offset
        )
        yield from zip(*(held[n] for n in ("ids", "embeddings", "metadatas")), strict=True)


def _left_over(store: Path) -> Iterator[str]:
    scratch = store / SCRATCH
    for path in scratch.rglob("*") if scratch.is_dir() else ():
        yield f"{path.relative_to(store)} is left in the scratch folder"


if __name__ == "__main__":
    found = broken(Path(sys.argv[1]))
    print(json.dumps(found, indent=1))
    sys.exit(1 if found else 0)
