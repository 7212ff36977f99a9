"""What one store knows: opened quickly, without models or index, beside any owner."""

from contextlib import suppress
from pathlib import Path

from kb.domain import Document, Scope
from kb.errors import NotFound
from kb.guard.access import Access
from kb.guard.audit import Audit
from kb.guard.unrecorded import Unrecorded
from kb.search.citations.authorities import Authorities, CitingReader
from kb.search.connectors.search import Connectors
from kb.settings import Settings
from kb.store.blobs import FileStore
from kb.store.data_folder import CATALOGUE, data_folder, written_to
from kb.store.database import Database
from kb.store.documents.chunks import Chunks
from kb.store.documents.citations import Citings
from kb.store.documents.contents import Contents
from kb.store.documents.facets import FacetCounts
from kb.store.documents.library import Library
from kb.store.documents.orphans import Orphans
from kb.store.documents.selection import Selection
from kb.store.documents.sources import Sources
from kb.store.documents.verification import Verification
from kb.store.identity import Identity
from kb.store.jobs.jobs import Jobs
from kb.store.jobs.leases import Attendance
from kb.store.schema.migrations import migrate
from kb.store.schema.trail import open_trail


class Catalogue:
    """What one store knows, without models or index: quick to open, beside any owner."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        folder = data_folder(settings.data_dir)
        self.database = Database(folder / CATALOGUE, writes=written_to(folder))
        migrate(self.database)
        self.files = FileStore(folder / "originals", writes=self.database.writes)
        self.originals = Orphans(self.database, self.files, Identity(self.database, folder))
        self.verification = Verification(self.database, self.files)
        self.library = Library(self.database)
        self.sources = Sources(self.database)
        self.contents = Contents(self.database)
        self.chunks = Chunks(self.database)
        self.jobs = Jobs(self.database)
        self.attendance = Attendance(self.database, folder / "attended")
        self.access = Access(self.library)
        self.selection = Selection(self.database)
        self.facets = FacetCounts(self.database)
        self.audit = (
            Audit(open_trail(folder, self.database)) if self.database.writes else Unrecorded()
        )
        self.citings = Citings(self.database)
        self.authorities = Authorities(
            CitingReader(self.citings, self.library, self.contents, self.chunks),
            self.audit,
        )
        self.connectors = Connectors(self.database, self.library, self.audit)

    def find(self, wanted: str, scope: Scope) -> Document:
        """As `Library.find`, but a relative path of a file that exists means that file."""
        if "/" in wanted and Path(wanted).is_file():
            with suppress(NotFound):
                return self.library.find(str(Path(wanted).absolute()), scope)
        return self.library.find(wanted, scope)

    def unwritable(self) -> list[str]:
        """Why nothing can be written now, by really writing; empty when all is well."""
        told = (self.database.unwritable(), self.audit.unwritable())
        return [reason for reason in told if reason]

    def close(self) -> None:
        self.audit.close()
        self.database.close()
