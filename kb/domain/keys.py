"""What matters and documents are known by: made of what they are."""

import hashlib

from kb.domain import DocumentId, MatterId


def matter_key(name: str) -> MatterId:
    """The id of the matter of that name, in capitals or not, whatever blanks part its words."""
    spelled = " ".join(name.split()).casefold()
    return MatterId("m" + hashlib.sha256(spelled.encode()).hexdigest()[:15])


def document_key(matter: MatterId, sha256: str) -> DocumentId:
    """Content in a matter: the same bytes there are the same document."""
    return DocumentId("d" + hashlib.sha256(f"{matter}/{sha256}".encode()).hexdigest()[:23])
