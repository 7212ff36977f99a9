"""Taking in again what the store has and its catalogue does not know."""

from kb.app.bootstrap import KnowledgeBase
from kb.domain.jobs import Offered
from kb.errors import IndexUnavailable
from kb.store.documents.sources import FoundFile

MATTER = "recovered originals"


def adopt(kb: KnowledgeBase) -> int:
    """Promise each original that no document has, in a matter of their own; how many.

    Their names went with the catalogue: each is called by the start of its SHA-256. They wait to be
    read. Raises `IndexUnavailable` when another process owns the store.
    """
    if not kb.own():
        raise IndexUnavailable("Another process owns this store. Stop it, then adopt.")
    left = kb.originals.unpromised()
    user = kb.access.local_user()
    for sha256 in left:
        stored = kb.files.take_back(sha256)
        matter = kb.library.add_matter(MATTER)
        offered = Offered(None, matter.id, f"recovered/{sha256}")
        kb.sources.receive(FoundFile(offered, stored, sha256[:12], user))
    kb.originals.accept()
    return len(left)
