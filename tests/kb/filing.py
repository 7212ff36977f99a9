"""Many documents with facts but without words, put into a store in one transaction."""

import hashlib
from collections.abc import Iterable, Mapping

from kb.app.catalogue import Catalogue
from kb.domain import DocumentId, MatterId, Status
from kb.domain.keys import document_key
from kb.store.clock import now
from kb.text.normalization import folded

Known = Mapping[str, tuple[str, ...]]
"""What is known of a document: values by the name of the fact."""


def file_away(
    kb: Catalogue,
    documents: Iterable[tuple[str, Known]],
    *,
    status: Status = Status.READY,
    current: bool = True,
) -> list[DocumentId]:
    """One row for each (matter, facts); the matters must be there."""
    matters = {m.name: m.id for m in kb.library.matters(kb.access.scope(kb.access.local_user()))}
    made = []
    with kb.database.write() as connection:
        [start] = connection.execute("SELECT count(*) FROM document").fetchone()
        for number, (matter, known) in enumerate(documents, start=start):
            sha256 = hashlib.sha256(str(number).encode()).hexdigest()
            document = document_key(MatterId(matters[matter]), sha256)
            connection.execute(
                "INSERT INTO document (id, matter_id, name, sha256, size, status, added_at, "
                "current) VALUES (?, ?, ?, ?, 0, ?, ?, ?)",
                (document, matters[matter], f"{number}.txt", sha256, status, now(), current),
            )
            connection.executemany(
                "INSERT INTO document_fact (document_id, name, value, folded) VALUES (?, ?, ?, ?)",
                [(document, n, v, folded(n, v)) for n, values in known.items() for v in values],
            )
            made.append(document)
    return made
