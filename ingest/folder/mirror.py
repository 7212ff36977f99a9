"""Keeping the store like a folder: what moved has its new path, what is gone is taken out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.folder.scan import Offer
from kb.app import client
from kb.app.bootstrap import KnowledgeBase
from kb.app.catalogue import Catalogue
from kb.domain import DocumentId, Source
from kb.domain.keys import document_key, matter_key
from kb.errors import BadRequest, IndexUnavailable
from kb.store.blobs import written


@dataclass(frozen=True, slots=True)
class Drift:
    """How a folder differs from what the store knows of it, before anything is offered."""

    moved: tuple[tuple[Source, Path], ...]
    gone: tuple[Source, ...]


def drift(kb: Catalogue, folder: Path, offers: Sequence[Offer]) -> Drift:
    """Compare by path, then by content: a path that is gone and a new one with its bytes moved.

    What lies below a folder that cannot be read is not gone. Raises `BadRequest` when
    the folder holds no file at all but the store knows some: a share that is not
    mounted looks like that, and emptying the store must be asked for by name.
    """
    scope = kb.access.scope(kb.access.local_user(), superseded=True)
    known = kb.sources.below(written(folder), scope)
    if known and not offers:
        raise BadRequest(
            f"{folder} holds no file now, and {len(known)} are known from it. If it is a share, "
            "mount it; if they are to go, delete the documents by `kb delete`."
        )
    there = {offer.written: offer for offer in offers}
    unread = [f"{offer.written}/" for offer in offers if not _is_file(offer.path)]
    gone = {
        path: source
        for path, source in known.items()
        if path not in there and not any(path.startswith(one) for one in unread)
    }
    fresh = [offer for path, offer in there.items() if path not in known]
    moved = _moved(kb, gone, fresh) if gone and fresh else ()
    left = {source.path for source, _ in moved}
    return Drift(moved, tuple(source for path, source in gone.items() if path not in left))


def _moved(
    kb: Catalogue, gone: dict[str, Source], fresh: Sequence[Offer]
) -> tuple[tuple[Source, Path], ...]:
    """Each vanished path at most once, with a new one of the same content and matter."""
    by_document: dict[DocumentId, list[Source]] = {}
    for source in gone.values():
        by_document.setdefault(source.document_id, []).append(source)
    found = []
    for offer in fresh:
        try:
            digest = kb.files.digest(offer.path)
        except OSError:  # it is offered all the same, and ends as unreadable
            continue
        was = by_document.get(document_key(matter_key(offer.matter), digest))
        if was:
            found.append((was.pop(0), offer.path))
    return tuple(found)


def _is_file(path: Path) -> bool:
    """Whether it is known to be a file: what cannot be looked at may be a folder."""
    try:
        return path.is_file()
    except OSError:
        return False


def apply(kb: KnowledgeBase, change: Drift) -> int:
    """Move and take out; how many documents were erased.

    Raises `IndexUnavailable` when another process that takes no orders owns the index;
    what was moved stays moved and the rest goes at the next time.
    """
    for source, path in change.moved:
        kb.sources.move(source, written(path))
    erased = 0
    for source in change.gone:
        while alone := kb.sources.forget(source):
            for known in alone:
                _erase(kb, known)
                erased += 1
    return erased


def _erase(kb: KnowledgeBase, known: DocumentId) -> None:
    if kb.own():
        kb.eraser.delete(known, kb.access.scope(kb.access.local_user()))
        return
    owner = client.connect(kb.settings)
    if owner is None:
        raise IndexUnavailable(
            "Another ingestion works on this store, so nothing can be taken out of it now. "
            "Run the same again when it has ended."
        )
    owner.delete(known)
