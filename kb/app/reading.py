"""What is shown of a document by itself; each way leaves a line in the audit trail first."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from kb.app.catalogue import Catalogue
from kb.domain import Document, Page, Scope
from kb.errors import BadRequest, OriginalChanged
from kb.guard.audit import Handled

_BLOCK = 1 << 20


def read_text(catalogue: Catalogue, document_id: str, scope: Scope) -> str:
    """The canonical text. Raises `NotFound` until it is parsed."""
    text = catalogue.library.text(document_id, scope)
    document = catalogue.library.document(document_id, scope)
    _record(catalogue, scope, Handled.of("text", document, (0, len(text))))
    return text


def read_page(catalogue: Catalogue, document: Document, number: int, scope: Scope) -> str:
    """The canonical text of one page, from 1. Raises `BadRequest` where there is none."""
    pages = {page.number: page for page in catalogue.contents.pages(document.id, scope)}
    if number not in pages:
        raise BadRequest(f"“{document.name}” has {len(pages)} pages, so there is no page {number}.")
    span = pages[number].char_start, pages[number].char_end
    text = catalogue.library.text(document.id, scope)[slice(*span)]
    _record(catalogue, scope, Handled.of("text", document, span, number))
    return text


@contextmanager
def read_original(
    catalogue: Catalogue, document: Document, scope: Scope
) -> Iterator[Iterator[bytes]]:
    """The bytes as they were received, in blocks; they are verified before the first.

    Raises `OriginalDamaged`; in the place of the last block too, should somebody have
    written to the file meanwhile: what was sent then is cut short, and no file.
    """
    with catalogue.verification.opened(document.sha256, document.name) as file:
        _record(catalogue, scope, Handled.of("original", document))
        yield _verified(file, document)


def _verified(file: BinaryIO, document: Document) -> Iterator[bytes]:
    digest, held = hashlib.sha256(), b""
    while block := file.read(_BLOCK):
        if held:
            yield held
        digest.update(block)
        held = block
    if digest.hexdigest() != document.sha256:
        raise OriginalChanged(document.name)
    yield held


def note_picture(
    catalogue: Catalogue, document: Document, number: int, page: Page | None, scope: Scope
) -> None:
    """Page `number` is about to be shown as a picture; `page` is None where none is known."""
    span = (page.char_start, page.char_end) if page else None
    _record(catalogue, scope, Handled.of("page", document, span, number))


def _record(catalogue: Catalogue, scope: Scope, handled: Handled) -> None:
    catalogue.audit.record_document(scope.user_id, handled)
