"""Paged PDFs with a text layer, made with reportlab."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from markup import Block, Source
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    HRFlowable,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

WIDTH, HEIGHT = letter
MARGIN = 72.0
GUTTER = 20.0
CLAUSE_CAPTION = re.compile(r"^(\d+\.\d+ [A-Z][^.\n]{2,60}\.)(?= )")
SUB_CLAUSE = re.compile(r"\((?:[a-hj-uw-z]|[A-Z])\) ")
SUB_SUB_CLAUSE = re.compile(r"\((?:i|ii|iii|iv|v|vi)\) ")


@dataclass(frozen=True)
class Look:
    """The type of one document."""

    size: float
    justify: bool
    leading: float = 1.28

    def style(self, name: str, **changes: Any) -> ParagraphStyle:
        """A paragraph style of this document, with changes."""
        base: dict[str, Any] = {
            "fontName": "Times-Roman",
            "fontSize": self.size,
            "leading": self.size * self.leading,
            "spaceAfter": self.size * 0.62,
            "alignment": TA_JUSTIFY if self.justify else 0,
        }
        return ParagraphStyle(name, **(base | changes))


LOOKS = {
    "contract": Look(10.8, True),
    "opinion": Look(12.0, True, 1.45),
    "columns": Look(10.5, True, 1.35),
    "letter": Look(11.0, False),
}


def inline(text: str) -> str:
    """Source text as reportlab's paragraph markup."""
    text = escape(text)
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    text = re.sub(r"\*(.+?)\*", r"<i>\1</i>", text)
    text = re.sub(r"\[\^(\d+)\]", r"<super size='7'>\1</super>", text)
    return text.replace("\n", "<br/>")


def heading_style(look: Look, kind: str) -> ParagraphStyle:
    """The style of a heading of one level."""
    if kind == "h1":
        size = look.size + 4.5
        return look.style(
            "h1",
            fontName="Times-Bold",
            fontSize=size,
            leading=size * 1.2,
            alignment=TA_CENTER,
            spaceAfter=10,
            keepWithNext=1,
        )
    bold = "Times-Bold" if kind == "h2" else "Times-BoldItalic"
    size = look.size + (1.5 if kind == "h2" else 0.5)
    return look.style(
        kind,
        fontName=bold,
        fontSize=size,
        leading=size * 1.25,
        alignment=0,
        spaceBefore=8,
        spaceAfter=5,
        keepWithNext=1,
    )


def paragraph_style(look: Look, block: Block) -> ParagraphStyle:
    """The style of a paragraph that is not a heading."""
    if block.kind == "center":
        return look.style("center", alignment=TA_CENTER)
    if block.kind == "quote":
        return look.style("quote", leftIndent=28, rightIndent=28, fontSize=look.size - 0.5)
    if block.kind == "bullet":
        return look.style("bullet", leftIndent=24, bulletIndent=10, alignment=0)
    if block.kind == "note":
        return look.style("note", fontSize=8.5, leading=10.5, spaceAfter=4)
    if SUB_SUB_CLAUSE.match(block.text):
        return look.style("subsub", leftIndent=48)
    if SUB_CLAUSE.match(block.text):
        return look.style("sub", leftIndent=24)
    if block.text.startswith("**") and "\n" in block.text:
        return look.style("signature", alignment=0, keepWithNext=1)
    return look.style("body", alignment=0 if "\n" in block.text else look.style("x").alignment)


def table(look: Look, block: Block) -> Table:
    """A ruled table; its first row is the header."""
    cell = look.style("cell", fontSize=look.size - 1, leading=look.size * 1.1, alignment=0)
    cell.spaceAfter = 0
    rows = [
        [Paragraph(f"<b>{inline(text)}</b>" if n == 0 else inline(text), cell) for text in row]
        for n, row in enumerate(block.rows)
    ]
    ruled = TableStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.5, colors.grey),
            ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ]
    )
    longest = [max(len(row[n]) for row in block.rows) for n in range(len(block.rows[0]))]
    shares = [min(length, 42) + 6 for length in longest]
    widths = [(WIDTH - 2 * MARGIN) * share / sum(shares) for share in shares]
    made = Table(rows, colWidths=widths, repeatRows=1, spaceBefore=4, spaceAfter=10)
    made.setStyle(ruled)
    return made


def flowable(look: Look, block: Block) -> Flowable:
    """One block as a flowable."""
    if block.kind == "table":
        return table(look, block)
    if block.kind == "pagebreak":
        return PageBreak()
    if block.kind == "columns":
        return FrameBreak()
    if block.kind == "rule":
        return HRFlowable(width="35%", hAlign="LEFT", thickness=0.5, spaceBefore=8, spaceAfter=6)
    if block.kind in {"h1", "h2", "h3"}:
        return Paragraph(inline(block.text), heading_style(look, block.kind))
    text = block.text
    if block.kind == "note":
        text = re.sub(r"^\[\^(\d+)\]: ", r"[\1] ", text)
    if block.kind == "para":
        text = CLAUSE_CAPTION.sub(r"**\1**", text)
    bullet = "•" if block.kind == "bullet" else None
    return Paragraph(inline(text), paragraph_style(look, block), bulletText=bullet)


def draw_letterhead(canvas: Canvas, meta: dict[str, str]) -> None:
    """The name and address at the top of the first page of a letter."""
    canvas.setFont("Times-Bold", 19)
    canvas.drawString(MARGIN, HEIGHT - 62, meta["letterhead"])
    canvas.setFont("Times-Roman", 9)
    canvas.drawString(MARGIN, HEIGHT - 77, meta.get("address", ""))
    canvas.setLineWidth(0.8)
    canvas.line(MARGIN, HEIGHT - 84, WIDTH - MARGIN, HEIGHT - 84)


def page_furniture(meta: dict[str, str], total: int) -> Callable[[Canvas, BaseDocTemplate], None]:
    """What draws the running header and footer of each page."""

    def draw(canvas: Canvas, _doc: BaseDocTemplate) -> None:
        number = canvas.getPageNumber()
        canvas.saveState()
        if number == 1 and "letterhead" in meta:
            draw_letterhead(canvas, meta)
        else:
            canvas.setFont("Times-Italic", 9)
            canvas.drawString(MARGIN, HEIGHT - 46, meta.get("header", ""))
            canvas.drawRightString(WIDTH - MARGIN, HEIGHT - 46, meta.get("header_right", ""))
        canvas.setFont("Times-Roman", 9)
        canvas.drawString(MARGIN, 40, meta.get("footer", ""))
        page, of = meta.get("page", "Page"), meta.get("of", "of")
        canvas.drawRightString(WIDTH - MARGIN, 40, f"{page} {number} {of} {total}")
        canvas.restoreState()

    return draw


def frames(meta: dict[str, str], first: bool) -> list[Frame]:
    """The frames of a page: one, or two columns below an optional caption."""
    top, bottom, inner = 68.0, 62.0, WIDTH - 2 * MARGIN
    if first and "letterhead" in meta:
        top = 108.0
    if meta.get("style") != "columns":
        height = HEIGHT - top - bottom
        return [Frame(MARGIN, bottom, inner, height, 0, 0, 0, 0)]
    caption = float(meta["caption_height"]) if first else 0.0
    column, height = (inner - GUTTER) / 2, HEIGHT - top - bottom - caption
    made = [Frame(MARGIN, HEIGHT - top - caption, inner, caption, 0, 0, 0, 0)] if first else []
    for left in (MARGIN, MARGIN + column + GUTTER):
        made.append(Frame(left, bottom, column, height, 0, 0, 0, 0))
    return made


def typeset(source: Source, total: int) -> tuple[bytes, int]:
    """One pass over the document: its bytes and its number of pages."""
    meta, look = source.meta, LOOKS[source.meta.get("style", "contract")]
    target = io.BytesIO()
    doc = BaseDocTemplate(
        target, pagesize=letter, title=meta["title"], author=meta["author"], invariant=1
    )
    draw = page_furniture(meta, total)
    doc.addPageTemplates(
        [PageTemplate(name, frames(meta, name == "first"), draw) for name in ("first", "later")]
    )
    story: list[Flowable] = [NextPageTemplate("later")]
    story += [flowable(look, block) for block in source.blocks]
    doc.build([*story, Spacer(1, 1)])
    return target.getvalue(), doc.page


def render(source: Source) -> bytes:
    """The PDF of a source; two passes, as each page states the number of pages."""
    _, total = typeset(source, 0)
    return typeset(source, total)[0]
