"""Files of one request taken in as they come; in a job, one that is refused stops no other."""

from dataclasses import dataclass, field

from starlette.requests import ClientDisconnect

from api.uploads.multipart import Part, base_name
from kb.app.bootstrap import KnowledgeBase
from kb.domain import Document, JobId, UserId
from kb.domain.jobs import Offered
from kb.errors import BadRequest, TooLarge
from kb.store.documents.sources import FoundFile

CUT_OFF = "“{name}” did not come in whole. Send it again."


@dataclass(slots=True)
class Upload:
    """What came in of one request so far, and what a job was told was refused."""

    kb: KnowledgeBase
    user: UserId
    job: JobId | None
    fields: dict[str, str] = field(default_factory=lambda: {"matter": "", "path": ""})
    received: list[Document] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)

    def take(self, part: Part) -> None:
        if part.filename is None:
            self.fields[part.name] = part.text()
        elif part.filename:
            self._receive(part, part.filename)
            self.fields["path"] = ""

    def _receive(self, part: Part, filename: str) -> None:
        if not self.fields["matter"]:
            raise BadRequest("Send the field “matter”, the name of the matter, before the files.")
        kb, name = self.kb, base_name(filename) or "unnamed"
        matter = kb.library.add_matter(self.fields["matter"])
        offered = Offered(self.job, matter.id, self.fields["path"] or filename)
        try:
            stored = kb.files.put(part.pieces, limit=kb.settings.max_file_mb << 20, name=name)
        except TooLarge as error:
            if self.job is None:
                raise
            self._refuse(offered, error.message, error.code)
            return
        except (BadRequest, ClientDisconnect):
            if self.job is not None:
                self._refuse(offered, CUT_OFF.format(name=name), "cut-off")
            raise
        known = kb.sources.receive(FoundFile(offered, stored, name, self.user))
        self.received.append(kb.library.document(known, kb.access.scope(self.user)))

    def _refuse(self, offered: Offered, problem: str, code: str) -> None:
        self.kb.jobs.refuse(offered, problem, code)
        self.refused.append({"path": offered.path, "problem": problem, "code": code})
