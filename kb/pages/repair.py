"""PDFs whose structure is broken, put together again by qpdf. The only importer of pikepdf."""

import io
import os
from functools import lru_cache

_LARGEST = 1 << 28  # bytes of a file that is put together again in memory


def repaired(path: str) -> bytes | None:
    """The PDF with its objects found again; None where that does not help, or it is too large.

    The last one is remembered: a file is opened for its text, its pages and what is in it.
    """
    known = os.stat(path)
    return _repaired(path, known.st_mtime_ns, known.st_size)


@lru_cache(maxsize=1)
def _repaired(path: str, _: int, size: int) -> bytes | None:
    import pikepdf  # a second of libraries that nearly no file needs  # noqa: PLC0415

    if size > _LARGEST:
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
