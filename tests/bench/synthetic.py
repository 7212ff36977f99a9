"""A store of synthetic chunks: vectors in clusters and words by Zipf's law, put in directly.

    python -m tests.bench.synthetic STORE CHUNKS

Nothing is read, cut or embedded: rows go into the catalogue in large transactions, one a
matter, and the entries of terms and the places of words are counted by numpy; there is no whole
text, and FTS5 is empty. A chunk is one sentence and one paragraph. Of 200 matters the first has
0.1 % of the chunks, the second 0.9 %, the others equal parts of the rest, so that the first few
make a scope of 0.1, 1, 10 or 50 %. The vectors lie beside the store in one file too, for a plain
product and for others.
"""

import hashlib
import json
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.offline import go_offline

go_offline()

from kb.app.catalogue import Catalogue  # noqa: E402
from kb.domain import MatterId  # noqa: E402
from kb.domain.keys import matter_key  # noqa: E402
from kb.ports import Vectors  # noqa: E402
from kb.settings import Settings  # noqa: E402
from kb.store.lexical.positions import (  # noqa: E402
    BLOCK_TOKENS,
    CHUNKS,
    PARAGRAPHS,
    SENTENCES,
    SLOT_BITS,
)
from kb.store.lexical.postings import ENTRY, PART_DOCUMENTS  # noqa: E402
from kb.text.analyzer import content_terms  # noqa: E402

Numbers = NDArray[np.int64]

MATTERS = 200
DIMENSIONS = 384
DOCUMENT_CHUNKS = 25
CHUNK_WORDS = 130
VOCABULARY = 20_000
TOPIC_WORDS = 1_000
PARTED = "\n\n"
"""What would stand between two chunks of a document, if it had a text."""
VECTORS = "vectors.f32"
EMBEDDER = "synthetic"
SCOPES = (100.0, 50.0, 10.0, 1.0, 0.1)


def matter_of(number: int) -> MatterId:
    return matter_key(f"matter {number}")


def sizes(chunks: int) -> list[int]:
    """How many chunks each matter has."""
    first = [max(1, chunks // 1000), max(1, chunks * 9 // 1000)]
    rest = np.linspace(sum(first), chunks, MATTERS - 1).round().astype(int)
    return [*first, *np.diff(rest).tolist()]


def matters_of(share: float, chunks: int) -> int:
    """How many of the first matters hold this share of the chunks, in percent."""
    held = np.cumsum(sizes(chunks))
    return int(np.searchsorted(held, chunks * share / 100 * 0.999)) + 1


def vectors_of(matter: int, count: int) -> Vectors:
    """Chunks of one matter: near what all share, their matter's topic and their document."""
    common = _unit(np.random.default_rng(0).standard_normal((1, DIMENSIONS)))
    chance = np.random.default_rng(1000 + matter)
    topic = _unit(chance.standard_normal((1, DIMENSIONS)))
    documents = -(-count // DOCUMENT_CHUNKS)
    about = _unit(chance.standard_normal((documents, DIMENSIONS)))
    about = np.repeat(about, DOCUMENT_CHUNKS, axis=0)[:count]
    own = _unit(chance.standard_normal((count, DIMENSIONS), dtype=np.float32))
    return _unit(0.45 * common + 0.55 * topic + 0.45 * about + 0.65 * own)


def queries_of(count: int, chunks: int, seed: int, *, among: int) -> Vectors:
    """Vectors near chunks of the first `among` matters, as a question is near its answer."""
    chance = np.random.default_rng(seed)
    held = sizes(chunks)
    chosen = chance.choice(among, size=count)
    rows = [vectors_of(m, held[m])[chance.integers(held[m])] for m in chosen]
    noise = _unit(chance.standard_normal((count, DIMENSIONS)))
    return _unit(0.7 * np.stack(rows) + 0.6 * noise)


def vocabulary() -> list[str]:
    """Made-up words that stand for themselves when they are searched."""
    chance, found = np.random.default_rng(5), dict[str, None]()
    while len(found) < VOCABULARY:
        syllables = chance.integers(0, 60, size=chance.integers(2, 5))
        word = "".join("bdfgklmnprtv"[s % 12] + "aiou"[s // 12 % 4] for s in syllables) + "k"
        if content_terms(word) == [word]:
            found[word] = None
    return list(found)


def words_of(matter: int, count: int) -> Numbers:
    """The words of a matter's chunks, by their numbers; shape (count, CHUNK_WORDS).

    Most are common to all matters by Zipf's law, a fifth is of the matter's topic.
    """
    chance = np.random.default_rng(2000 + matter)
    rarity = 1 / (np.arange(VOCABULARY) + 8)
    numbers = chance.choice(VOCABULARY, size=(count, CHUNK_WORDS), p=rarity / rarity.sum())
    topic = chance.choice(VOCABULARY, size=TOPIC_WORDS)
    own = chance.random(numbers.shape) < 0.2
    numbers[own] = topic[chance.integers(0, TOPIC_WORDS, size=int(own.sum()))]
    return numbers


def texts_of(numbers: Numbers, words: Sequence[str]) -> list[str]:
    return [" ".join([words[n] for n in row]) for row in numbers.tolist()]


def build(store: Path, chunks: int, embedder: str = EMBEDDER) -> dict[str, float]:
    """Fill an empty folder; seconds it took and bytes it takes.

    `embedder` is whom the store says that its vectors are of.
    """
    began, words = time.perf_counter(), vocabulary()
    catalogue = Catalogue(Settings(data_dir=store))
    catalogue.database.rows("PRAGMA synchronous=OFF")
    catalogue.database.rows("PRAGMA cache_size=-500000")
    with catalogue.database.write() as connection:
        connection.execute("INSERT INTO fact VALUES ('embedder', ?)", (embedder,))
    made = 0
    with (store / VECTORS).open("wb") as file:
        for matter, count in enumerate(sizes(chunks)):
            catalogue.library.add_matter(f"matter {matter}")
            vectors = vectors_of(matter, count)
            file.write(vectors.tobytes())
            with catalogue.database.write() as connection:
                _fill(connection, matter, vectors, words)
            made += count
    catalogue.database.forget()
    catalogue.close()
    held = sum(file.stat().st_size for file in store.glob("catalogue.db*"))
    return {"chunks": made, "seconds": time.perf_counter() - began, "catalogue_mb": held / 1e6}


def _fill(connection: Any, matter: int, vectors: Vectors, words: Sequence[str]) -> None:
    numbers = words_of(matter, len(vectors))
    first = connection.execute("SELECT coalesce(max(key), 0) + 1 FROM chunk").fetchone()[0]
    seqs = []
    for start in range(0, len(vectors), DOCUMENT_CHUNKS):
        part = slice(start, start + DOCUMENT_CHUNKS)
        texts = texts_of(numbers[part], words)
        seqs.append(_document(connection, matter, start))
        _chunks(connection, (seqs[-1], matter, first + start), texts, vectors[part])
    blocks = BLOCK_TOKENS // (DOCUMENT_CHUNKS * CHUNK_WORDS) + 1
    for start in range(0, len(seqs), blocks):
        rows = slice(start * DOCUMENT_CHUNKS, (start + blocks) * DOCUMENT_CHUNKS)
        _place(connection, matter, seqs[start : start + blocks], numbers[rows], words)
    for start in range(0, len(seqs), PART_DOCUMENTS):
        rows = slice(start * DOCUMENT_CHUNKS, (start + PART_DOCUMENTS) * DOCUMENT_CHUNKS)
        held = seqs[start : start + PART_DOCUMENTS]
        _post(connection, (matter, first + rows.start), held, numbers[rows], words)
    connection.execute(
        "UPDATE document SET status = 'ready' WHERE matter_id = ?", (matter_of(matter),)
    )


def _document(connection: Any, matter: int, start: int) -> int:
    hashed = hashlib.sha256(f"{matter} {start}".encode()).hexdigest()
    [seq] = connection.execute(
        "INSERT INTO document (id, matter_id, name, sha256, size, status, added_at) "
        "VALUES (?, ?, ?, ?, 1, 'words', '2026-01-01') RETURNING seq",
        ("d" + hashed[:23], matter_of(matter), f"{start}.txt", hashed),
    ).fetchone()
    return int(seq)


def _chunks(
    connection: Any, where: tuple[int, int, int], texts: Sequence[str], vectors: Vectors
) -> None:
    seq, matter, first = where
    [known] = connection.execute("SELECT id FROM document WHERE seq = ?", (seq,)).fetchone()
    keys = [f"{seq:012x}{number:052x}" for number in range(len(texts))]
    starts = np.cumsum([0, *(len(text) + len(PARTED) for text in texts)]).tolist()
    connection.executemany(
        "INSERT INTO embedding VALUES (?, ?)",
        [(key, vector.tobytes()) for key, vector in zip(keys, vectors, strict=True)],
    )
    connection.executemany(
        "INSERT INTO chunk (key, id, document_id, matter_id, ordinal, heading, char_start, "
        "char_end, text, length, embedding) VALUES (?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?)",
        [
            (first + n, f"{known}-{n:05d}", known, matter_of(matter), n, starts[n],
             starts[n] + len(text), text, CHUNK_WORDS, keys[n])
            for n, text in enumerate(texts)
        ],
    )  # fmt: skip
    connection.execute("UPDATE document SET chunks = ? WHERE seq = ?", (len(texts), seq))


def _post(
    connection: Any,
    where: tuple[int, int],
    seqs: Sequence[int],
    numbers: Numbers,
    words: Sequence[str],
) -> None:
    """What `posting` writes, counted for a whole part at once."""
    matter, first = where
    count = len(numbers)
    [part] = connection.execute(
        "INSERT INTO posting_part (matter_id, documents, chunks) VALUES (?, ?, ?) RETURNING part",
        (matter_of(matter), len(seqs), count),
    ).fetchone()
    pairs, often = np.unique(numbers * count + np.arange(count)[:, None], return_counts=True)
    entries = np.zeros(len(pairs), dtype=ENTRY)
    entries["key"] = first + pairs % count
    entries["document"] = np.array(seqs)[pairs % count // DOCUMENT_CHUNKS]
    entries["length"], entries["text"] = CHUNK_WORDS, often
    term = pairs // count
    edges = [0, *(np.flatnonzero(np.diff(term)) + 1).tolist(), len(pairs)]
    connection.executemany(
        "INSERT INTO posting VALUES (?, ?, ?)",
        [(part, words[term[a]], entries[a:b].tobytes()) for a, b in pairwise(edges)],
    )
    held = [min(DOCUMENT_CHUNKS, count - n * DOCUMENT_CHUNKS) for n in range(len(seqs))]
    connection.executemany(
        "UPDATE document SET part = ?, posted = ?, posted_length = ? WHERE seq = ?",
        [(part, n, n * CHUNK_WORDS, seq) for n, seq in zip(held, seqs, strict=True)],
    )


def _place(
    connection: Any, matter: int, seqs: Sequence[int], numbers: Numbers, words: Sequence[str]
) -> None:
    """What `placing` writes, for the documents of a whole block at once."""
    tokens = numbers.size
    [block] = connection.execute(
        "INSERT INTO word_block (matter_id, slots, tokens) VALUES (?, ?, ?) RETURNING block",
        (matter_of(matter), len(seqs), tokens),
    ).fetchone()
    whole = DOCUMENT_CHUNKS * CHUNK_WORDS
    connection.executemany(
        "INSERT INTO word_document SELECT id, ?, ?, 1, ? FROM document WHERE seq = ?",
        [(block, n, min(whole, tokens - n * whole), seq) for n, seq in enumerate(seqs)],
    )
    at = np.arange(tokens)
    places = ((at // whole << SLOT_BITS) + at % whole).astype("<u4")
    begins = places[::CHUNK_WORDS].tobytes()
    order = np.argsort(numbers, axis=None, kind="stable")
    found = numbers.ravel()[order]
    edges = [0, *(np.flatnonzero(np.diff(found)) + 1).tolist(), tokens]
    connection.executemany(
        "INSERT INTO word_place VALUES (?, ?, ?)",
        [
            *((block, unit, begins) for unit in (CHUNKS, PARAGRAPHS, SENTENCES)),
            *((block, words[found[a]], places[order[a:b]].tobytes()) for a, b in pairwise(edges)),
        ],
    )


def _unit(rows: Any) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


if __name__ == "__main__":
    print(json.dumps(build(Path(sys.argv[1]), int(sys.argv[2]))))
