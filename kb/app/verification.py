"""Reading originals through beside whoever owns the store, and what is told of it, as JSON."""

import time
from dataclasses import dataclass, field

from kb.app.catalogue import Catalogue
from kb.domain import Scope
from kb.errors import OriginalDamaged, OriginalMissing, OriginalUnreadable
from kb.serializers.results import Json
from kb.store.data_folder import TRAIL
from kb.store.documents.verification import Original, Share


@dataclass(slots=True)
class Report:
    """What a run has read so far: also one that was interrupted knows how far it came."""

    share: Share
    originals: int
    read: int = 0
    bytes: int = 0
    damaged: list[Json] = field(default_factory=list)
    databases: dict[str, list[str]] | None = None
    began: float = field(default_factory=time.monotonic)

    @property
    def complete(self) -> bool:
        return self.read == self.originals

    @property
    def sound(self) -> bool:
        return not self.damaged and not any((self.databases or {}).values())

    def add(self, original: Original, damaged: list[Json]) -> None:
        self.read += 1
        self.bytes += original.size
        self.damaged += damaged

    def json(self) -> Json:
        seconds = time.monotonic() - self.began
        return {
            "complete": self.complete,
            "share": self.share.of,
            "part": self.share.part + 1,
            "originals": self.originals,
            "read": self.read,
            "bytes": self.bytes,
            "seconds": round(seconds, 2),
            "damaged": self.damaged,
            "databases": self.databases,
        }

    def sentence(self) -> str:
        of = f" (part {self.share.part + 1} of {self.share.of})" if self.share.of > 1 else ""
        seconds = max(time.monotonic() - self.began, 0.001)
        found = f"Damaged: {len(self.damaged)}, named above." if self.damaged else "All are right."
        return (
            f"{self.read} of {self.originals} originals{of} read, {self.bytes / 1e6:.0f} MB at "
            f"{self.bytes / 1e6 / seconds:.0f} MB/s. {found if self.read else ''}"
        ).rstrip()


def verify_original(catalogue: Catalogue, original: Original, scope: Scope) -> list[Json]:
    """Read it through; an entry for each document whose original is damaged.

    One that no document in the scope has is told by its file alone.
    """
    found = catalogue.verification.examine(original)
    if found is None:
        return []
    file = str(catalogue.verification.path(original))
    told = {"file": file, "code": found.code, "problem": _advice(found, file)}
    ids = catalogue.verification.documents(original)
    if not ids:  # erased this moment
        return []
    named = catalogue.library.documents_by_id(list(ids), scope)
    return [
        {
            "document_id": one.id,
            "document": one.name,
            "matter": one.matter,
            "path": one.path,
            **told,
        }
        for one in named.values()
    ] or [{"document_id": None, "document": None, "matter": None, "path": None, **told}]


def verify_databases(catalogue: Catalogue) -> dict[str, list[str]]:
    """What SQLite finds wrong in the catalogue and the audit trail, by file."""
    return {"catalogue.db": catalogue.database.faults(), TRAIL: catalogue.audit.faults()}


def _advice(found: OriginalDamaged, file: str) -> str:
    match found:
        case OriginalUnreadable():
            todo = f"See that {file} can be read: its owner, its permissions, the disk."
        case OriginalMissing():
            todo = f"Put {file} back from a backup, or offer the document again."
        case _:
            todo = f"Put {file} back from a backup, or remove it and offer the document again."
    return f"Its original {found.told}. {todo} Then run `kb verify` again."
