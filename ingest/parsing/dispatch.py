"""What a parser's process runs: the kind of a file by its content, then the reader for it.

It imports little, since each process that is started waits for it.
"""

from importlib import import_module
from pathlib import Path
from typing import cast

from ingest.formats.base.options import ParseOptions
from ingest.parsing.bounds import bounded
from ingest.parsing.media_types import kind_of
from kb.domain import Reading
from kb.errors import LimitExceeded, ParseFailed

_LONGEST = 20_000_000  # characters, about 10,000 pages
_READERS = {
    "pdf": "ingest.formats.pdf.pdf:read_pdf",
    "docx": "ingest.formats.office.docx:read_word",
    "pptx": "ingest.formats.office.pptx:read_pptx",
    "xlsx": "ingest.formats.office.xlsx:read_xlsx",
    "xls": "ingest.formats.office.xlsx:read_legacy",
    "eml": "ingest.formats.mail.eml:read_eml",
    "msg": "ingest.parsing.outlook:read_msg",
    "ics": "ingest.formats.mail.calendar:read_calendar",
    "vcf": "ingest.formats.mail.calendar:read_cards",
    "signed": "ingest.formats.mail.signed:read_signed",
    "mbox": "ingest.formats.mail.mbox:read_mbox",
    "zip": "ingest.formats.archives.zip:read_zip",
    "tar": "ingest.formats.archives.tar:read_tar",
    "compressed": "ingest.formats.archives.tar:read_compressed",
    "html": "ingest.formats.markup.html:read_html",
    "xml": "ingest.formats.markup.xml:read_xml",
    "epub": "ingest.formats.markup.epub:read_epub",
    "rtf": "ingest.formats.office.rtf:read_rtf",
    "odf": "ingest.formats.office.opendocument:read_opendocument",
    "fodf": "ingest.formats.office.opendocument:read_flat",
    "doc": "ingest.formats.office.libreoffice:read_text",
    "ppt": "ingest.formats.office.libreoffice:read_slides",
    "sheetxml": "ingest.formats.office.sheet_xml:read_sheet_xml",
    "flatpackage": "ingest.formats.office.flat_package:read_flat_package",
    "wordxml": "ingest.formats.office.libreoffice:read_text",
    "xlsb": "ingest.formats.office.libreoffice:read_sheets",
    "oldtext": "ingest.formats.office.libreoffice:read_text",
    "oldsheet": "ingest.formats.office.libreoffice:read_sheets",
    "image": "ingest.formats.ocr.pictures:read_picture",
    "txt": "ingest.formats.markup.text:read_plain_text",
    "md": "ingest.formats.markup.text:read_markdown",
    "csv": "ingest.formats.markup.text:read_table",
}  # names, since importing all of them would cost each child seconds
KEPT = frozenset(reader.partition(":")[0] for reader in _READERS.values())
"""Modules that a child may keep from one document to the next; see `kb.sandbox.child`."""
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


def read_file(path: str, name: str, options: ParseOptions) -> Reading:
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
    return bounded(reading)
