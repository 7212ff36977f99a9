"""Reading the citations of documents that were taken in before, from their stored text."""

from ingest.citations.extract import citations, may_cite
from kb.app.bootstrap import SCRATCH
from kb.app.catalogue import Catalogue
from kb.domain.citations import LegalCitation
from kb.errors import LimitExceeded, ParseFailed
from kb.sandbox.pool import Pool
from kb.settings import Settings
from kb.store.documents.citations import Unread

_BATCH = 20


def read_again(catalogue: Catalogue, settings: Settings) -> int:
    """Read what this reader of citations has not read yet; how many documents.

    It may run beside an owner, and be interrupted: it goes on where it was. Running headers
    are not known any more, so a citation that goes on over one may be missed until the
    document is taken in again.
    """
    done = 0
    scratch = settings.data_dir / SCRATCH
    with Pool(1, writable=scratch, memory_mb=settings.parse_memory_mb) as pool:
        while unread := catalogue.citings.unread(_BATCH):
            for one in unread:
                catalogue.citings.replace(one.document, _read(one, pool, settings))
            done += len(unread)
    return done


def _read(one: Unread, pool: Pool, settings: Settings) -> tuple[LegalCitation, ...]:
    if not may_cite(one.text) and not may_cite(one.title):
        return ()
    limit = settings.parse_timeout_s
    try:
        return pool.call(
            citations, one.text, [], one.title, court_paper=one.court_paper, timeout_s=limit
        )
    except (LimitExceeded, ParseFailed):
        return ()
