"""Taking a document out: rows, words, vectors, and the bytes when no one else needs them."""

from collections.abc import Callable

from kb.domain import ChunkId, Scope
from kb.errors import IndexUnavailable
from kb.guard.audit import Audit, Handled
from kb.ports import VectorIndex
from kb.store.blobs import FileStore
from kb.store.changes.deletion import Deleting
from kb.store.documents.library import Library
from kb.store.remains import Remains


class Eraser:
    """`vectors` is None in a process that does not own the index."""

    def __init__(
        self,
        library: Library,
        deleting: Deleting,
        files: FileStore,
        vectors: VectorIndex | None,
        *,
        audit: Audit,
        remains: Remains,
    ) -> None:
        self._library = library
        self._audit = audit
        self._deleting = deleting
        self._files = files
        self._vectors = vectors
        self._remains = remains

    def delete(self, document_id: str, scope: Scope) -> None:
        """Remove one document from everywhere, with what was only found inside it.

        The audit trail is told before, and what the files may keep of it for a while is noted,
        for `kb.guard.purging`. Raises `NotFound`, also outside the scope.
        """
        index = self._vectors
        if index is None:
            raise IndexUnavailable(
                "Another process owns this store's index. Delete through the running service."
            )

        known = self._library.document(document_id, scope)
        self._audit.record_document(scope.user_id, Handled.of("delete", known))
        with index.changing():
            self._remains.note()
            self._deleting.delete(known.id, self._files, before=_out_of(index))

    def finish(self) -> None:
        """Take out what an erasure that failed has left hidden, on a full disk for instance.

        Raises as `delete` does, but for `NotFound`.
        """
        index = self._vectors
        if index is None or not self._deleting.left():
            return
        with index.changing():  # an erasure that goes on is waited for
            if self._deleting.left():
                self._remains.note()
                self._deleting.resume(self._files, before=_out_of(index))


def _out_of(index: VectorIndex) -> Callable[[list[str]], None]:
    def forget(chunk_ids: list[str]) -> None:
        index.delete([ChunkId(chunk_id) for chunk_id in chunk_ids])

    return forget
