"""Where content was found: paths and their versions, mails and archives and what is in them."""

import time
from dataclasses import dataclass, replace
from typing import Any

from kb.domain import DocumentId, MatterId, Scope, Source, Status, UserId
from kb.domain.jobs import Offered, Outcome
from kb.domain.keys import document_key
from kb.errors import StoreProblem
from kb.store import generations
from kb.store.blobs import StoredFile
from kb.store.clock import now
from kb.store.database import Database, Row
from kb.store.jobs.outcomes import add_item, end_items
from kb.store.scope import ERASING, IN_SCOPE, scope_parameters

INSIDE = "!/"
"""Stands in a path between a mail or an archive and what was found in it."""


ERASED_S = 2.0
"""Longest that an offer waits, in seconds, while the same content is erased."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """Content that was found: its bytes, its name, and by whom and in what it was found."""

    offered: Offered
    stored: StoredFile
    name: str
    added_by: UserId
    parent: DocumentId | None = None


class Vanished(StoreProblem):
    """Bytes that were stored are not there any more when their row is written."""

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” was erased while it was offered. Offer it again.")


class BeingErased(Vanished):
    """The same content is just going; soon it can be offered anew."""


class Sources:
    def __init__(self, database: Database) -> None:
        self._db = database

    def receive(self, found: FoundFile) -> DocumentId:
        """Promise a document: a row `queued`, or the one that is already there.

        New content at a known path is its next version; the old one stays. What is inside
        a mail or an archive is the next version of what the same one held. A document
        that had failed is queued again, since it was offered again. Raises `Vanished`
        when the bytes have been erased since they were stored, or are being erased for long.
        """
        until = time.monotonic() + ERASED_S
        while True:
            try:
                with self._db.write() as connection:
                    return receive(connection, found)
            except BeingErased:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def of(self, wanted: str, scope: Scope) -> list[Source]:
        """Every place and version in which a document was found."""
        return [
            _source(row)
            for row in self._db.rows(
                "SELECT s.* FROM source s JOIN document d ON d.id = s.document_id "
                f"WHERE {IN_SCOPE} AND d.id = ? ORDER BY s.seen_at, s.path",
                (*scope_parameters(scope), wanted),
            )
        ]

    def versions(self, wanted: str, scope: Scope) -> list[Source]:
        """All contents of the paths at which this document was found, oldest first."""
        return [
            _source(row)
            for row in self._db.rows(
                "SELECT DISTINCT s.* FROM source s JOIN document d ON d.id = s.document_id "
                "JOIN source mine ON mine.matter_id = s.matter_id AND mine.path = s.path "
                f"WHERE {IN_SCOPE} AND mine.document_id = ? ORDER BY s.path, s.version",
                (*scope_parameters(scope), wanted),
            )
        ]

    def children(self, wanted: str, scope: Scope) -> list[Source]:
        """What was found inside a mail or an archive."""
        return [
            _source(row)
            for row in self._db.rows(
                "SELECT s.* FROM source s JOIN document d ON d.id = s.document_id "
                f"WHERE {IN_SCOPE} AND s.parent = ? ORDER BY s.path",
                (*scope_parameters(scope), wanted),
            )
        ]

    def below(self, folder: str, scope: Scope) -> dict[str, Source]:
        """The newest source of each path at or below `folder`; what is inside files is left out."""
        rows = self._db.rows(
            "SELECT s.*, max(s.version) FROM source s JOIN document d ON d.id = s.document_id "
            f"WHERE {IN_SCOPE} AND s.parent IS NULL AND (s.path = ?3 OR "
            "substr(s.path, 1, length(?3) + 1) = ?3 || '/') GROUP BY s.matter_id, s.path",
            (*scope_parameters(scope), folder.rstrip("/")),
        )
        return {row["path"]: _source(row) for row in rows}

    def move(self, source: Source, path: str) -> None:
        """A file has another path now: its versions, and what is inside it, go along."""
        with self._db.write() as connection:
            matter = _matter_of(connection, source.document_id)
            for old, new in ((source.path, path), (source.path + INSIDE, path + INSIDE)):
                connection.execute(
                    "UPDATE OR REPLACE source SET path = ?1 || substr(path, length(?2) + 1) WHERE "
                    "matter_id = ?3 AND (path = ?2 OR (?4 AND substr(path, 1, length(?2)) = ?2))",
                    (new, old, matter, old.endswith(INSIDE)),
                )

    def forget(self, source: Source) -> list[DocumentId]:
        """A path is gone: its versions point nowhere. The documents that were only there.

        These keep their source until they are erased, in the order in which they come
        here; the path's newest version keeps its own until then, so that none before
        it becomes the newest. When they are erased, forget the path once more.
        """
        with self._db.write() as connection:
            matter = _matter_of(connection, source.document_id)
            rows = connection.execute(
                "SELECT document_id FROM source WHERE matter_id = ? AND path = ? "
                "GROUP BY document_id ORDER BY max(version)",
                (matter, source.path),
            ).fetchall()
            here = [row["document_id"] for row in rows]
            alone = [
                known
                for known in here
                if not connection.execute(
                    "SELECT 1 FROM source WHERE document_id = ? AND path <> ?",
                    (known, source.path),
                ).fetchone()
            ]
            for known in here if not alone else here[:-1]:
                if known not in alone:
                    connection.execute(
                        "DELETE FROM source WHERE document_id = ? AND path = ?",
                        (known, source.path),
                    )
                    refresh(connection, known)
        return alone


def receive(connection: Any, found: FoundFile) -> DocumentId:
    """As `Sources.receive`, inside a transaction of the caller's."""
    if not found.stored.path.is_file():
        raise Vanished(found.name)
    offered = found.offered
    known = document_key(offered.matter_id, found.stored.sha256)
    newest = connection.execute(
        "SELECT document_id, version FROM source WHERE matter_id = ? AND path = ? "
        "AND parent IS ? ORDER BY version DESC LIMIT 1",
        (offered.matter_id, offered.path, found.parent),
    ).fetchone()
    before = connection.execute("SELECT status FROM document WHERE id = ?", (known,)).fetchone()
    elsewhere = connection.execute(
        "SELECT 1 FROM source WHERE document_id = ? AND path <> ?", (known, offered.path)
    ).fetchone()
    if before is not None and before["status"] == ERASING:
        raise BeingErased(found.name)
    connection.execute(
        "INSERT INTO document (id, matter_id, name, sha256, size, status, added_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "status = 'queued', problem = NULL, code = NULL, attempts = 0 "
        "WHERE status IN ('failed', 'quarantined')",
        (
            known, offered.matter_id, found.name, found.stored.sha256, found.stored.size,
            Status.QUEUED, now(),
        ),
    )  # fmt: skip
    same = newest is not None and newest["document_id"] == known
    version = newest["version"] if same else _next_version(connection, offered)
    connection.execute(
        "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at",
        (offered.matter_id, offered.path, version, known, found.parent, now(), found.added_by),
    )
    refresh(connection, known)
    if newest and not same:
        refresh(connection, newest["document_id"])
    _note(connection, found, known, same=same, before=before, elsewhere=bool(elsewhere))
    return known


def _next_version(connection: Any, offered: Offered) -> int:
    row = connection.execute(
        "SELECT coalesce(max(version), 0) + 1 FROM source WHERE matter_id = ? AND path = ?",
        (offered.matter_id, offered.path),
    ).fetchone()
    return int(row[0])


def _note(
    connection: Any,
    found: FoundFile,
    known: DocumentId,
    *,
    same: bool,
    before: Row,
    elsewhere: bool,
) -> None:
    """Tell the job; what is ready already ends here, and what is inside it may not be."""
    add_item(connection, found.offered, known, duplicate=not same and elsewhere)
    if before is not None and found.offered.job is not None:
        _note_unfinished(connection, found.offered, known)
    if before is not None and before["status"] == Status.READY:
        problem = connection.execute(
            "SELECT problem FROM document WHERE id = ?", (known,)
        ).fetchone()["problem"]
        end_items(
            connection, Outcome.UNCHANGED if same else Outcome.READY, problem, None,
            where="job_id = ? AND path = ? AND document_id = ?",
            values=(found.offered.job, found.offered.path, known),
        )  # fmt: skip


def _note_unfinished(connection: Any, offered: Offered, known: DocumentId) -> None:
    """An interrupted job left it: the job that offers it again waits for it."""
    rows = connection.execute(
        """WITH RECURSIVE inside(id, path) AS (
            SELECT document_id, path FROM source WHERE parent = ?
            UNION SELECT s.document_id, s.path FROM source s JOIN inside i ON s.parent = i.id
        ) SELECT i.id, i.path FROM inside i JOIN document d ON d.id = i.id
        WHERE d.status IN ('queued', 'working', 'words')""",
        (known,),
    ).fetchall()
    for row in rows:
        add_item(connection, replace(offered, path=row["path"]), DocumentId(row["id"]))


def refresh(connection: Any, document_id: str) -> None:
    """Whether any path has this content now; what is inside it follows."""
    row = connection.execute(
        """SELECT d.current, d.matter_id, EXISTS (
            SELECT 1 FROM source s LEFT JOIN document p ON p.id = s.parent
            WHERE s.document_id = d.id AND coalesce(p.current, 1) AND s.version = (
                SELECT max(version) FROM source n
                WHERE n.matter_id = s.matter_id AND n.path = s.path AND n.parent IS s.parent)
        ) AS has_path FROM document d WHERE d.id = ?""",
        (document_id,),
    ).fetchone()
    if row is None or row["current"] == row["has_path"]:
        return
    connection.execute(
        "UPDATE document SET current = ? WHERE id = ?", (row["has_path"], document_id)
    )
    generations.touch(connection, row["matter_id"])
    inside = connection.execute(
        "SELECT DISTINCT document_id FROM source WHERE parent = ?", (document_id,)
    ).fetchall()
    for child in inside:
        refresh(connection, child["document_id"])


def _matter_of(connection: Any, document_id: DocumentId) -> MatterId:
    row = connection.execute(
        "SELECT matter_id FROM document WHERE id = ?", (document_id,)
    ).fetchone()
    return MatterId(row["matter_id"]) if row else MatterId("")


def _source(row: Row) -> Source:
    return Source(
        DocumentId(row["document_id"]),
        row["path"],
        row["seen_at"],
        row["added_by"],
        row["version"],
        row["parent"],
    )
