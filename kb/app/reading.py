"""What is shown of a document by itself; each way leaves a line in the audit trail first."""

from pathlib import Path

from kb.app.bootstrap import Catalogue
from kb.domain import Document, Page, Scope
from kb.errors import BadRequest
from kb.guard.audit import Handled


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


def read_original(catalogue: Catalogue, document: Document, scope: Scope) -> Path:
    """Where the bytes lie as they were received."""
    _record(catalogue, scope, Handled.of("original", document))
    return catalogue.files.path(document.sha256)


def note_picture(
    catalogue: Catalogue, document: Document, number: int, page: Page | None, scope: Scope
) -> None:
    """Page `number` is about to be shown as a picture; `page` is None where none is known."""
    span = (page.char_start, page.char_end) if page else None
    _record(catalogue, scope, Handled.of("page", document, span, number))


def _record(catalogue: Catalogue, scope: Scope, handled: Handled) -> None:
    catalogue.audit.record_document(scope.user_id, handled)
