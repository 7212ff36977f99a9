"""Word documents with headings, tables and tracked changes, made with python-docx."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import datetime

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from markup import Block, Source
from repack import repack

CHANGE = re.compile(r"(\{\+\+.*?\+\+\}|\{--.*?--\})", re.DOTALL)
EMPHASIS = re.compile(r"(\*\*.+?\*\*|\*.+?\*)", re.DOTALL)
STYLES = {"h1": "Title", "h2": "Heading 1", "h3": "Heading 2", "bullet": "List Bullet"}
AFTER_DIRECTION = ("w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr")
"""What a paragraph's properties may hold behind its direction, by the order of the schema."""


@dataclass
class Tracker:
    """Who makes the tracked changes, when, and the number of the next one."""

    meta: dict[str, str]
    count: int = field(default=100)

    def mark(self, tag: str, second: bool) -> BaseOxmlElement:
        """A new w:ins or w:del element."""
        self.count += 1
        suffix = "2" if second else ""
        element = OxmlElement(tag)
        element.set(qn("w:id"), str(self.count))
        element.set(qn("w:author"), self.meta["changes_by" + suffix])
        element.set(qn("w:date"), self.meta["changes_on" + suffix])
        return element


def add_runs(paragraph: Paragraph, text: str) -> list[Run]:
    """Append text to a paragraph, with bold and italic runs."""
    runs: list[Run] = []
    for piece in EMPHASIS.split(text):
        if not piece:
            continue
        stars = 2 if piece.startswith("**") else 1 if piece.startswith("*") else 0
        run = paragraph.add_run(piece[stars : len(piece) - stars])
        run.bold = True if stars == 2 else None
        run.italic = True if stars == 1 else None
        runs.append(run)
    return runs


def add_change(paragraph: Paragraph, piece: str, tracker: Tracker) -> BaseOxmlElement:
    """Append one tracked insertion or deletion."""
    inserted, text = piece.startswith("{++"), piece[3:-3]
    second = text.startswith("2:")
    mark = tracker.mark("w:ins" if inserted else "w:del", second)
    for run in add_runs(paragraph, text[2:] if second else text):
        mark.append(run._r)
        if not inserted:
            for node in run._r.findall(qn("w:t")):
                node.tag = qn("w:delText")
    paragraph._p.append(mark)
    return mark


def fill(paragraph: Paragraph, text: str, tracker: Tracker) -> None:
    """Write text with its tracked changes into a paragraph."""
    pieces = [piece for piece in CHANGE.split(text) if piece]
    for piece in pieces:
        if not CHANGE.fullmatch(piece):
            add_runs(paragraph, piece)
            continue
        mark = add_change(paragraph, piece, tracker)
        if len(pieces) == 1:
            mark_paragraph_end(paragraph, mark)


def mark_paragraph_end(paragraph: Paragraph, mark: BaseOxmlElement) -> None:
    """Track the paragraph mark too, where the whole paragraph is one change."""
    end = OxmlElement(mark.tag.replace(f"{{{mark.nsmap['w']}}}", "w:"))
    for name, value in mark.attrib.items():
        end.set(name, value)
    end.set(qn("w:id"), str(int(end.get(qn("w:id")) or 0) + 500))
    properties = OxmlElement("w:rPr")
    properties.append(end)
    paragraph._p.get_or_add_pPr().append(properties)


def add_table(document: Document, block: Block, tracker: Tracker) -> None:
    """Append a table; its first row is bold."""
    table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
    for number, row in enumerate(block.rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            fill(cell.paragraphs[0], f"**{text}**" if number == 0 else text, tracker)
    document.add_paragraph()


def add_block(document: Document, block: Block, tracker: Tracker) -> None:
    """Append one block."""
    if block.kind == "table":
        add_table(document, block, tracker)
    elif block.kind == "pagebreak":
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    elif block.kind == "rule":
        document.add_paragraph("_" * 20)
    else:
        paragraph = document.add_paragraph(style=STYLES.get(block.kind, "Normal"))
        if block.kind == "center":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if block.kind == "quote" or re.match(r"\([a-z]\) ", block.text):
            paragraph.paragraph_format.left_indent = Pt(24)
        fill(paragraph, block.text, tracker)


def add_page_number(paragraph: Paragraph) -> None:
    """Append a PAGE field to the footer."""
    field_element = OxmlElement("w:fldSimple")
    field_element.set(qn("w:instr"), "PAGE")
    run = paragraph.add_run("1")
    field_element.append(run._r)
    paragraph._p.append(field_element)


def turn_to_left(document: Document) -> None:
    """Set every paragraph and its runs from right to left."""
    section = document.sections[0]
    edges = [*section.header.paragraphs, *section.footer.paragraphs]
    for paragraph in [*document.paragraphs, *edges]:
        properties = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(OxmlElement("w:bidi"), *AFTER_DIRECTION)
        for run in paragraph.runs:
            run._r.get_or_add_rPr().append(OxmlElement("w:rtl"))


def set_up(document: Document, meta: dict[str, str]) -> None:
    """Fonts, running header and footer, and fixed properties."""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(11)
    section = document.sections[0]
    section.header.paragraphs[0].text = meta.get("header", "")
    footer = section.footer.paragraphs[0]
    before = meta["footer"] + "  |  " if "footer" in meta else ""
    footer.text = f"{before}{meta.get('page', 'Page')} "
    add_page_number(footer)
    properties = document.core_properties
    stamp = datetime.fromisoformat(meta["date"])
    properties.title, properties.author = meta["title"], meta["author"]
    properties.last_modified_by, properties.comments = meta["author"], ""
    properties.created = properties.modified = stamp
    properties.revision = 1


def render(source: Source) -> bytes:
    """The Word document of a source."""
    document = docx.Document()
    set_up(document, source.meta)
    tracker = Tracker(source.meta)
    for block in source.blocks:
        add_block(document, block, tracker)
    if source.meta.get("direction") == "rtl":
        turn_to_left(document)
    target = io.BytesIO()
    document.save(target)
    return repack(target.getvalue(), source.meta["date"])
