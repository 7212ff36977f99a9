"""The words that a document's chunks are found by: written, and written anew.

Beside the terms that are every language's (`kb.text.analyzer.terms`) stand those of the
document's own, the fact `language`, or where there is none, of each chunk's.
"""

from contextlib import suppress
from typing import Any

from kb.domain import Fact
from kb.store.database import Database, Row
from kb.store.lexical.postings import posting, unposting
from kb.store.lexical.worded import Worded, labels_of, language_of, worded
from kb.store.write_batches import Gone, Steps, in_batches
from kb.text.analyzer import VERSION
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

        Searches go on, and an interrupted renewal begins again.
        """
        if self.current():
            return 0
        documents = self._documents()
        for known in documents:
            reword(self._db, known)
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


def write_words(connection: Any, key: int, found: Worded) -> None:
    """Make a chunk findable; what was before goes first."""
    connection.execute("UPDATE chunk SET length = ? WHERE key = ?", (found.length, key))
    connection.execute("DELETE FROM chunk_words WHERE rowid = ?", (key,))
    connection.execute(
        "INSERT INTO chunk_words(rowid, context, words) VALUES (?, ?, ?)",
        (key, found.context, found.words),
    )


def reword(database: Database, known: str) -> None:
    """As `rewording`, in batches; nothing where the document is not searched, or not any more."""
    searched = "SELECT 1 FROM document WHERE id = ? AND status IN ('words', 'ready')"

    def holds(connection: Any) -> bool:
        return connection.execute(searched, (known,)).fetchone() is not None

    with suppress(Gone):
        in_batches(database, rewording(known), holds=holds)
    with database.write() as connection:
        connection.execute("DELETE FROM unworded WHERE document_id = ?", (known,))


def rewording(known: str) -> Steps[None]:
    """Write the words of a document's chunks anew: by its title, page labels and language now.

    Meanwhile it is found by none of them. It is noted in `unworded`, where whoever has it done
    takes it out.
    """
    connection = yield
    connection.execute("INSERT OR IGNORE INTO unworded VALUES (?)", (known,))
    title = connection.execute("SELECT title FROM document WHERE id = ?", (known,)).fetchone()
    pages = connection.execute(
        "SELECT number, label FROM page WHERE document_id = ? AND label <> ''", (known,)
    ).fetchall()
    labels = {row["number"]: row["label"] for row in pages}
    stated = connection.execute(
        "SELECT name, value FROM document_fact WHERE document_id = ? AND name = 'language'",
        (known,),
    ).fetchall()
    language = language_of([Fact(row["name"], row["value"]) for row in stated])
    yield from unposting(known)
    last = -1
    while chunks := _chunks(connection, known, last):
        for row in chunks:
            span, last = (row["page_from"], row["page_to"]), row["key"]
            around = [context_line(title["title"], row["heading"]), *labels_of(span, labels)]
            write_words(connection, row["key"], worded(row["text"], around, language))
        connection = yield
    yield from posting(known)


def _chunks(connection: Any, known: str, after: int) -> list[Row]:
    found: list[Row] = connection.execute(
        "SELECT * FROM chunk WHERE document_id = ? AND key > ? ORDER BY key LIMIT 20",
        (known, after),
    ).fetchall()
    return found
