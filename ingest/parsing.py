"""From a file to its `Reading`, in a limited child process."""

from importlib import import_module
from pathlib import Path
from typing import cast

from ingest.media import kind_of
from ingest.options import DEFAULT, ParseOptions
from kb.domain import Reading
from kb.errors import LimitExceeded, ParseFailed, TooLarge
from kb.sandbox import Pool
from kb.settings import Settings

_LONGEST = 20_000_000  # characters, about 10,000 pages
_READERS = {
    "pdf": "ingest.formats.pdf:read",
    "docx": "ingest.formats.office:read_word",
    "pptx": "ingest.formats.office:read_slides",
    "xlsx": "ingest.formats.sheets:read",
    "xls": "ingest.formats.sheets:read_legacy",
    "eml": "ingest.formats.mail:read",
    "msg": "ingest.formats.mail:read_outlook",
    "html": "ingest.formats.web:read",
    "xml": "ingest.formats.web:read_xml",
    "epub": "ingest.formats.web:read_epub",
    "rtf": "ingest.formats.pandoc:read_rtf",
    "odt": "ingest.formats.pandoc:read_odt",
    "txt": "ingest.formats.plain:read",
    "md": "ingest.formats.plain:read_markdown",
    "csv": "ingest.formats.plain:read_table",
}  # names, since importing all of them would cost each child seconds
_ADVICE = {
    "doc": "It is a Word 97 document, which is not read yet. Save it as .docx or PDF and add that.",
    "ppt": "It is a PowerPoint 97 file, which is not read yet. Save it as .pptx and add that.",
    "xlsb": "It is a binary Excel workbook, which is not read yet. Save it as .xlsx and add that.",
    "odf": "Of OpenDocument files only text (.odt) is read yet. Save it as .xlsx, .pptx or PDF.",
    "zip": "It is an archive. Unpack it and add the documents in it.",
    "picture": "It is a picture and needs OCR; its words cannot be searched yet.",
}


def parse(
    path: Path, name: str, pool: Pool, settings: Settings, options: ParseOptions = DEFAULT
) -> Reading:
    """Read the file at `path`, known to people as `name`, in a child of `pool`.

    Raises `TooLarge`, `LimitExceeded`, and `ParseFailed` with one of the codes
    empty, encrypted, damaged, crashed, unsupported; each message names the file.
    """
    if path.stat().st_size > settings.max_file_mb << 20:
        raise TooLarge(name, settings.max_file_mb)
    try:
        return pool.call(read, str(path), name, options, timeout_s=settings.parse_timeout_s)
    except ParseFailed as error:
        raise ParseFailed(_named(name, error), error.code) from None
    except LimitExceeded as error:
        raise LimitExceeded(_named(name, error)) from None


def read(path: str, name: str, options: ParseOptions) -> Reading:
    """What `parse` runs in the child. Raises `ParseFailed` and `LimitExceeded`."""
    kind = kind_of(Path(path), name)
    if kind == "encrypted":
        raise ParseFailed(
            "It is protected with a password. Save a copy without one and add that.", kind
        )
    if kind not in _READERS:
        advice = "It is of a kind that is not read. Convert it to PDF and add that."
        raise ParseFailed(_ADVICE.get(kind, advice), "unsupported")
    module, function = _READERS[kind].split(":")
    reading = cast(Reading, getattr(import_module(module), function)(path, name, options))
    if len(reading.text) > _LONGEST:
        raise LimitExceeded("It holds more text than 10,000 pages. Split it and add the parts.")
    if not reading.pages and not reading.elements:
        raise ParseFailed("It holds no text. Check that it is the right file.", "empty")
    return reading


def _named(name: str, error: Exception) -> str:
    return f"“{name}” could not be read. {error}"
