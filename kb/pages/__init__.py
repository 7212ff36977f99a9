"""Pages of PDFs and pictures: their text with spans and boxes, and what they look like.

Always run in `kb.sandbox.pool`. The only importer of pypdfium2.
"""

from kb.pages.attachments import attachments, xml_form
from kb.pages.document import is_encrypted, page_count
from kb.pages.drawing import Mark, page_image, render_page
from kb.pages.line_text import Line
from kb.pages.pasted import MOST as MOST_PICTURES
from kb.pages.pasted import pasted_pictures
from kb.pages.text import PageText, PdfText, pdf_text
from kb.pages.visibility.gaps import Deletion

__all__ = [
    "MOST_PICTURES",
    "Deletion",
    "Line",
    "Mark",
    "PageText",
    "PdfText",
    "attachments",
    "is_encrypted",
    "page_count",
    "page_image",
    "pasted_pictures",
    "pdf_text",
    "render_page",
    "xml_form",
]
