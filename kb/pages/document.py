"""Opening a PDF, and saying why where it cannot be opened."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pypdfium2 as pdfium

from kb.errors import BadRequest, ParseFailed
from kb.pages.repair import repaired


@contextmanager
def opened_pdf(path: str) -> Iterator[pdfium.PdfDocument]:
    """The PDF at `path`, put together again where that is needed.

    Raises `ParseFailed` with code "encrypted" or "damaged".
    """
    document = _opened(path)
    if document is None:
        whole = repaired(path)
        document = _opened(whole) if whole else None
    if document is None:
        raise ParseFailed(
            "It is damaged or not a PDF. Open and save it again in a PDF program, and add that.",
            code="damaged",
        )
    with closing(document):
        yield document


def is_broken(path: str) -> bool:
    """Whether the PDF can only be read after a repair. Raises `ParseFailed` ("encrypted")."""
    document = _opened(path)
    if document is not None:
        document.close()
    return document is None


def _opened(source: str | bytes) -> pdfium.PdfDocument | None:
    """None where PDFium cannot open it. Raises `ParseFailed` ("encrypted")."""
    try:
        document = pdfium.PdfDocument(source)
        len(document)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise ParseFailed(
                "It is protected with a password. Save a copy without one and add that.",
                code="encrypted",
            ) from None
        return None
    return document


@contextmanager
def opened_page(path: str, number: int) -> Iterator[pdfium.PdfPage]:
    """Page `number`, from 1. Raises `BadRequest` where there is none, else as `opened_pdf`."""
    with opened_pdf(path) as document:
        if not 1 <= number <= len(document):
            raise BadRequest(f"There is no page {number}; the document has {len(document)}.")
        try:
            with closing(document[number - 1]) as page:
                yield page
        except pdfium.PdfiumError:
            raise ParseFailed(f"Page {number} is damaged and cannot be drawn.", "damaged") from None


def page_count(path: str) -> int:
    """Number of pages. Raises `ParseFailed` with code "encrypted" or "damaged"."""
    with opened_pdf(path) as document:
        return len(document)


def is_encrypted(path: str) -> bool:
    """Whether a password is needed to read it. Raises `ParseFailed` ("damaged")."""
    try:
        return page_count(path) < 0
    except ParseFailed as error:
        if error.code == "encrypted":
            return True
        raise
