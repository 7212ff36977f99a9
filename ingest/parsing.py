"""From a file to its `Reading`, in limited child processes; which reader reads what."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import cast

from ingest.media import kind_of
from ingest.options import DEFAULT, ParseOptions
from ingest.recognition import Effort, recognised
from kb.domain import Reading
from kb.errors import LimitExceeded, ParseFailed, TooLarge
from kb.sandbox import Pool
from kb.settings import Settings

_LONGEST = 20_000_000  # characters, about 10,000 pages
_READERS = {
    "pdf": "ingest.formats.pdf:read",
    "docx": "ingest.formats.office:read_word",
    "pptx": "ingest.formats.slides:read",
    "xlsx": "ingest.formats.sheets:read",
    "xls": "ingest.formats.sheets:read_legacy",
    "eml": "ingest.formats.mail:read",
    "msg": "ingest.formats.outlook:read",
    "mbox": "ingest.formats.mbox:read",
    "zip": "ingest.formats.zipped:read",
    "tar": "ingest.formats.tarred:read",
    "compressed": "ingest.formats.tarred:read_compressed",
    "html": "ingest.formats.web:read",
    "xml": "ingest.formats.markup:read",
    "epub": "ingest.formats.ebooks:read",
    "rtf": "ingest.formats.rtf:read",
    "odf": "ingest.formats.opendocument:read",
    "fodf": "ingest.formats.opendocument:read_flat",
    "doc": "ingest.formats.legacy:read_text",
    "ppt": "ingest.formats.legacy:read_slides",
    "xlsb": "ingest.formats.legacy:read_sheets",
    "oldtext": "ingest.formats.legacy:read_text",
    "oldsheet": "ingest.formats.legacy:read_sheets",
    "image": "ingest.formats.pictures:read",
    "txt": "ingest.formats.plain:read",
    "md": "ingest.formats.plain:read_markdown",
    "csv": "ingest.formats.plain:read_table",
}  # names, since importing all of them would cost each child seconds
_BY_CONTENT = frozenset(
    ".pdf .docx .xlsx .xlsm .pptx .xls .doc .ppt .msg .odt .ods .odp .epub .zip .tar .gz .png .jpg "
    ".jpeg .tif .tiff .bmp .gif .webp".split()
)
"""Suffixes of kinds that a file's first bytes always tell."""
_ADVICE = {
    "7z": "It is a 7-Zip archive, which is not opened. Unpack it and add the files, or a .zip.",
    "rar": "It is a RAR archive, which is not opened. Unpack it and add the files, or a .zip.",
    "pst": "It is a whole Outlook mailbox. Export the messages as .msg or .mbox and add those.",
    "picture": "It is a picture of a kind that is not read. Save it as PNG, TIFF or PDF.",
}


def parse(
    path: Path, name: str, pool: Pool, settings: Settings, options: ParseOptions = DEFAULT
) -> Reading:
    """Read the file at `path`, known to people as `name`, in a child of `pool`.

    Raises `TooLarge`, `LimitExceeded`, and `ParseFailed` with one of the codes
    empty, encrypted, damaged, crashed, unsupported; each message names the file.
    """
    return parse_measured(path, name, pool, settings, options)[0]


def parse_measured(
    path: Path, name: str, pool: Pool, settings: Settings, options: ParseOptions = DEFAULT
) -> tuple[Reading, Effort]:
    """As `parse`, and what OCR took; how OCR is done is said by the settings alone."""
    if path.stat().st_size > settings.max_file_mb << 20:
        raise TooLarge(name, settings.max_file_mb)
    options = replace(
        options,
        ocr=settings.ocr,
        ocr_language=settings.ocr_language,
        page_timeout_s=settings.ocr_page_timeout_s,
    )
    try:
        reading = pool.call(
            read,
            str(path),
            name,
            options,
            timeout_s=settings.parse_timeout_s,
            scratch=options.scratch,
        )
        return recognised(path, reading, pool, options)
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
    suffix = Path(name).suffix.lower()
    if not kind and suffix in _BY_CONTENT:
        raise ParseFailed(
            f"Its name ends in {suffix}, but its content is of another kind. "
            "It may be cut off or mislabelled: get it again from where it came.",
            "damaged",
        )
    if kind not in _READERS:
        advice = "It is of a kind that is not read. If it holds words, save it as PDF and add that."
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
