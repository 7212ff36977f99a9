"""The plain text of a sample document, page by page where it has pages."""

from __future__ import annotations

import email
import email.policy
import html.parser
import importlib
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl

pypdfium2: Any = importlib.import_module("pypdfium2")  # has no type information

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SKIPPED = {"script", "style", "head"}


class TextParser(html.parser.HTMLParser):
    """Collects the visible text of an HTML page."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element."""
        self.skipping += tag in SKIPPED

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        self.skipping -= tag in SKIPPED

    def handle_data(self, data: str) -> None:
        """Keep visible text."""
        if not self.skipping:
            self.parts.append(data)


def pdf_pages(path: Path) -> list[str]:
    """The text of each page; empty for a scanned page."""
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def docx_text(path: Path) -> str:
    """The text with insertions accepted; deleted text is w:delText and so left out."""
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("word/document.xml"))
    paragraphs = []
    for paragraph in root.iter(f"{WORD}p"):
        pieces = []
        for node in paragraph.iter():
            if node.tag == f"{WORD}t":
                pieces.append(node.text or "")
            elif node.tag == f"{WORD}br":
                pieces.append("\n")
        paragraphs.append("".join(pieces))
    return "\n".join(paragraphs)


def eml_text(path: Path) -> str:
    """The plain-text body, without headers and attachments."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def xlsx_text(path: Path) -> str:
    """The cells, one row a line."""
    lines = []
    for sheet in openpyxl.load_workbook(path, data_only=True).worksheets:
        for row in sheet.iter_rows(values_only=True):
            lines.append("\t".join(str(cell) for cell in row if cell is not None))
    return "\n".join(lines)


def html_text(path: Path) -> str:
    """The visible text."""
    parser = TextParser()
    parser.feed(path.read_text(encoding="utf-8"))
    return "".join(parser.parts)


def pages(path: Path) -> list[str]:
    """The pages of a document; a format without pages counts as one."""
    suffix = path.suffix
    if suffix == ".pdf":
        return pdf_pages(path)
    readers = {".docx": docx_text, ".eml": eml_text, ".xlsx": xlsx_text, ".html": html_text}
    if suffix in readers:
        return [readers[suffix](path)]
    return [path.read_text(encoding="utf-8-sig")]


def squeeze(text: str) -> str:
    """Text without any whitespace, to compare by."""
    return re.sub(r"\s+", "", text)
