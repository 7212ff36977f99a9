"""PDFs whose structure is broken, put together again by qpdf. The only importer of pikepdf."""

import io
import os

_LARGEST = 1 << 28  # bytes of a file that is put together again in memory


def repaired(path: str) -> bytes | None:
    """The PDF with its objects found again; None where that does not help, or it is too large."""
    import pikepdf  # a second of libraries that nearly no file needs  # noqa: PLC0415

    if os.path.getsize(path) > _LARGEST:
        return None
    held = io.BytesIO()
    try:
        with pikepdf.open(path) as pdf:
            if not len(pdf.pages):
                return None
            pdf.save(held)
    except (pikepdf.PdfError, pikepdf.PasswordError, OSError, ValueError, RuntimeError):
        return None
    return held.getvalue()
