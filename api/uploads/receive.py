"""Files of one request taken in as they come; in a job, one that is refused stops no other.

No thread waits for a sender: what has come is written by one of a few threads that
nothing else uses, and between two pieces there is only the request itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar, TypeVarTuple, Unpack

import anyio
import anyio.to_thread
from starlette.requests import Request

from api.uploads.multipart import FIELD_LIMIT, Form, base_name
from kb.app.bootstrap import KnowledgeBase
from kb.domain import Document, JobId, UserId
from kb.domain.jobs import Offered
from kb.domain.keys import document_key
from kb.errors import BadRequest, Crowded, StoreProblem, TooLarge
from kb.guard.audit import Handled
from kb.store.blobs import Incoming
from kb.store.documents.sources import FoundFile

A = TypeVarTuple("A")
T = TypeVar("T")

CUT_OFF = "“{name}” did not come in whole. Send it again."
CROWDED = "{most} uploads are coming in already. Send this one again in {wait} seconds."
MOST = 16
"""Uploads at a time: more than the page sends, and few enough to be on disk together."""
WRITERS = 4
"""Threads that write what comes in."""
RETRY_AFTER_S = 5


class _Coming(NamedTuple):
    offered: Offered
    name: str
    bytes: Incoming


@dataclass(slots=True)
class Upload:
    """What came in of one request so far, and what a job was told was refused.

    It takes the parts of a form. Close it in any case: what came of a file whose end
    did not is removed, and in a job the file ends as cut off.
    """

    kb: KnowledgeBase
    user: UserId
    job: JobId | None
    fields: dict[str, str] = field(default_factory=lambda: {"matter": "", "path": ""})
    received: list[Document] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)
    _field: str | None = None
    _text: bytearray = field(default_factory=bytearray)
    _file: _Coming | None = None

    def begin(self, name: str, filename: str | None) -> None:
        self._text.clear()
        self._field = name if filename is None else None
        if filename:
            self._file = self._offered(filename)

    def data(self, piece: bytes) -> None:
        if self._file is not None:
            self._write(self._file, piece)
        elif self._field is not None:
            self._text += piece
            if len(self._text) > FIELD_LIMIT:
                raise BadRequest(f"A field of the form is at most {FIELD_LIMIT} bytes long.")

    def end(self) -> None:
        if self._field in self.fields:
            self.fields[self._field] = self._text.decode("utf-8", errors="replace").strip()
        if self._file is not None:
            self._settle(self._file)
        if self._field is None:
            self.fields["path"] = ""

    def reply(self) -> "Upload":
        """Itself, where it has a file. Raises `BadRequest`."""
        if not self.received and not self.refused:
            raise BadRequest(
                "The upload has no file in it. Send at least one, in the field “file”."
            )
        return self

    def close(self) -> None:
        if self._file is not None:
            coming = self._drop()
            if self.job is not None:
                self._refuse(coming.offered, CUT_OFF.format(name=coming.name), "cut-off")

    def _offered(self, filename: str) -> _Coming:
        if not self.fields["matter"]:
            raise BadRequest("Send the field “matter”, the name of the matter, before the files.")
        kb, name = self.kb, base_name(filename) or "unnamed"
        matter = kb.library.add_matter(self.fields["matter"])
        offered = Offered(self.job, matter.id, self.fields["path"] or filename)
        limit = kb.settings.max_file_mb << 20
        return _Coming(offered, name, kb.files.incoming(limit=limit, name=name))

    def _write(self, coming: _Coming, piece: bytes) -> None:
        try:
            coming.bytes.write(piece)
        except TooLarge as error:
            self._drop()
            if self.job is None:
                raise
            self._refuse(coming.offered, error.message, error.code)
        except StoreProblem:
            self._drop()
            raise

    def _settle(self, coming: _Coming) -> None:
        try:
            stored = coming.bytes.settle()
        finally:
            self._drop()
        matter = coming.offered.matter_id
        told = Handled("upload", document_key(matter, stored.sha256), matter)
        self.kb.audit.record_document(self.user, told)
        found = FoundFile(coming.offered, stored, coming.name, self.user)
        known = self.kb.sources.receive(found)
        self.received.append(self.kb.library.document(known, self.kb.access.scope(self.user)))

    def _drop(self) -> _Coming:
        assert self._file is not None
        coming, self._file = self._file, None
        coming.bytes.close()
        return coming

    def _refuse(self, offered: Offered, problem: str, code: str) -> None:
        self.kb.jobs.refuse(offered, problem, code)
        self.refused.append({"path": offered.path, "problem": problem, "code": code})


class Uploads:
    """A few places for uploads, and the threads that write what they bring."""

    def __init__(self, most: int = MOST) -> None:
        self._most = self._free = most
        self._writers = anyio.CapacityLimiter(WRITERS)

    async def take(self, request: Request, kb: KnowledgeBase, user: UserId, job: str) -> Upload:
        """All files of a request. Raises `Crowded` when all places are taken."""
        if not self._free:
            raise Crowded(CROWDED.format(most=self._most, wait=RETRY_AFTER_S), RETRY_AFTER_S)
        self._free -= 1
        try:
            upload = Upload(kb, user, await self._run(_job, kb, user, job))
            await self._read(request, upload)
            return upload.reply()
        finally:
            self._free += 1

    async def _read(self, request: Request, upload: Upload) -> None:
        form = Form(request.headers.get("content-type", ""), upload)
        try:
            async for piece in request.stream():
                await self._run(form.feed, piece)
            form.finish()
        finally:
            with anyio.CancelScope(shield=True):
                await self._run(upload.close)

    async def _run(self, work: Callable[[Unpack[A]], T], *args: *A) -> T:
        return await anyio.to_thread.run_sync(work, *args, limiter=self._writers)


def _job(kb: KnowledgeBase, user: UserId, job: str) -> JobId | None:
    """The job of that id, where it is the reader's own; an empty id is none."""
    return kb.jobs.job(job, kb.access.scope(user)).id if job else None
