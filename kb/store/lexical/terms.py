"""The words that a document's chunks are found by: written, and written anew.

Beside the terms that are every language's (`kb.text.analyzer.terms`) stand those of the
document's own, the fact `language`, or where there is none, of each chunk's.
"""

from collections.abc import Sequence
from typing import Any

from kb.store.database import Database
from kb.store.lexical.postings import post
from kb.text.analyzer import VERSION, indexed, terms
from kb.text.context import context_line


class Wording:
    """Whether the store's words are of this program's making, and making them so."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def current(self) -> bool:
        """False where documents are still found by the words of an older version."""
        row = self._db.row("SELECT value FROM fact WHERE name = 'words'")
        return bool(row and row["value"] == VERSION)

    def begin(self) -> None:
        """Note that an empty store will have this version's words from the first document on."""
        if not self.current() and not self._documents():
            self._note()

    def renew(self) -> int:
        """Write the words of every document anew if they are older; how many documents.

        One transaction a document: searches go on, and an interrupted renewal begins again.
        """
        if self.current():
            return 0
        documents = self._documents()
        for known in documents:
            with self._db.write() as connection:
                reword(connection, known)
        self._note()
        return len(documents)

    def _note(self) -> None:
        with self._db.write() as connection:
            connection.execute(
                "INSERT INTO fact VALUES ('words', ?) "
                "ON CONFLICT DO UPDATE SET value = excluded.value",
                (VERSION,),
            )

    def _documents(self) -> list[str]:
        rows = self._db.rows("SELECT DISTINCT document_id FROM chunk ORDER BY document_id")
        return [row["document_id"] for row in rows]


def write_words(connection: Any, key: int, text: str, around: Sequence[str], language: str) -> None:
    """Make a chunk's text and what stands around it findable; what was before goes first.

    The chunk's length is set too, which is counted in terms.
    """
    context, words = " ".join(around), terms(text)
    connection.execute("UPDATE chunk SET length = ? WHERE key = ?", (len(words), key))
    connection.execute("DELETE FROM chunk_words WHERE rowid = ?", (key,))
    connection.execute(
        "INSERT INTO chunk_words(rowid, context, words) VALUES (?, ?, ?)",
        (
            key,
            " ".join(terms(context) + indexed(context, language)),
            " ".join(words + indexed(text, language)),
        ),
    )


def reword(connection: Any, known: str) -> None:
    """Write the words of a document's chunks anew: by its title, page labels and language now."""
    title = connection.execute("SELECT title FROM document WHERE id = ?", (known,)).fetchone()
    pages = connection.execute(
        "SELECT number, label FROM page WHERE document_id = ? AND label <> ''", (known,)
    ).fetchall()
    labels = {row["number"]: row["label"] for row in pages}
    language = language_of(connection, known)
    chunks = connection.execute("SELECT * FROM chunk WHERE document_id = ?", (known,)).fetchall()
    for row in chunks:
        span = (row["page_from"], row["page_to"])
        around = [context_line(title["title"], row["heading"]), *labels_of(span, labels)]
        write_words(connection, row["key"], row["text"], around, language)
    post(connection, known)


def language_of(connection: Any, known: str) -> str:
    """The one language of a document, by its facts; "" where it has none or several."""
    rows = connection.execute(
        "SELECT value FROM document_fact WHERE document_id = ? AND name = 'language'", (known,)
    ).fetchall()
    return str(rows[0]["value"]).casefold() if len(rows) == 1 else ""


def labels_of(span: tuple[int | None, int | None], labels: dict[int, str]) -> list[str]:
    """The labels of the pages from the first to the last of `span`."""
    first, last = span
    if not labels or first is None or last is None:
        return []
    return [labels[number] for number in range(first, last + 1) if number in labels]
