"""What a parser is told besides the file: where it may write, and how far it may go."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """Travels to the child with each file.

    `scratch` is an empty folder for files found inside the file ("" when none are
    wanted). `depth` counts the archives and mails around this one. The limits are for
    what one file may unfold to: parts, bytes together, and bytes out for a byte in.
    `ocr_language` is "auto" or a code of the engine, "en" or "ch" for RapidOCR, "eng+deu" for
    tesseract. `languages` are those of its matter's other documents, most frequent first, by
    their ISO 639-1 codes.
    """

    scratch: str = ""
    depth: int = 0
    most_parts: int = 2000
    most_bytes: int = 1 << 30
    most_ratio: int = 200
    deepest: int = 4
    ocr: Literal["auto", "rapidocr", "tesseract", "off"] = "auto"
    ocr_language: str = "auto"
    page_timeout_s: int = 60
    languages: tuple[str, ...] = ()


DEFAULT = ParseOptions()
"""Without a scratch folder: what is found inside a file is named, not taken out."""
