"""What an ingestion would do, without doing any of it."""

from collections.abc import Iterator, Sequence

from ingest.folder.scan import Offer, is_store
from kb.app.catalogue import Catalogue
from kb.domain import Scope, Status
from kb.domain.keys import document_key, matter_key


def rehearse(
    catalogue: Catalogue, offers: Sequence[Offer], scope: Scope
) -> Iterator[tuple[str, str]]:
    """(path, what would become of it): new, version, unchanged, duplicate-of, retry, failed."""
    promised: set[str] = set()
    for offer in offers:
        path = offer.written
        if is_store(offer.path):
            yield path, "skipped (a store of this program)"
            continue
        try:
            digest = catalogue.files.digest(offer.path)
        except OSError as error:
            yield path, f"failed ({error.strerror})"
            continue
        known = document_key(matter_key(offer.matter), digest)
        there = catalogue.library.documents_by_id([known], scope).get(known)
        newest = catalogue.sources.below(path, scope).get(path)
        if newest is not None and newest.document_id == known:
            failed = there is not None and there.status in (Status.FAILED, Status.QUARANTINED)
            yield path, "retry" if failed else "unchanged"
        elif there is not None or known in promised:
            yield path, "duplicate-of"
        else:
            yield path, "version" if newest is not None else "new"
        promised.add(known)
