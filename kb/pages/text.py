"""All the text of a PDF, page by page, and which pages show words that it does not hold."""

import ctypes
import re
from contextlib import closing, suppress
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from kb.pages.annotations import notes
from kb.pages.document import is_broken, opened_pdf
from kb.pages.line_text import Line, PageLines
from kb.pages.lines import page_lines
from kb.pages.pasted import Pasted, pasted
from kb.pages.pdfium.letters import CHARACTERS, ZERO_WIDTH
from kb.pages.visibility.blank import is_blank_image
from kb.pages.visibility.gaps import COVERED, Deletion
from kb.pages.visibility.marks import Marks, page_marks
from kb.pages.visibility.objects import drawn_objects

_STAMP = 250  # characters; a court's stamp on a scanned page is no longer
_STROKES = 40  # drawn lines; more on a page without text are likely to be letters
_LONGEST_TAG = 64  # characters
_FEW = 8  # zero-width characters; some programs put one where a line may break
_GARBAGE = 0.4  # of a page's characters; more cannot be a few symbols of an odd font
_ODD = re.compile("[\ufffd\uffff\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ue000-\uf8ff]")
_INVISIBLE = dict.fromkeys(ZERO_WIDTH)


@dataclass(frozen=True, slots=True)
class PageText:
    """`number` is 1-based; `needs_ocr`: it shows words that are not in its text.

    `hidden` says what was found on it that its reader cannot see, each kind once.
    `notes` are what was filled into its form and noted on it, in the order of their places,
    `deletions` the words that are struck out, `pictures` those pasted beside its text.
    """

    number: int
    text: str
    lines: tuple[Line, ...]
    needs_ocr: bool
    hidden: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    deletions: tuple[Deletion, ...] = ()
    pictures: tuple[Pasted, ...] = ()


@dataclass(frozen=True, slots=True)
class PdfText:
    """All pages in order, and the title and the language that the file claims for itself.

    The language is a tag such as "de-CH", or ""; `labels` are what the file calls its pages.
    `mended`: it had to be put together again.
    """

    title: str
    pages: tuple[PageText, ...]
    language: str = ""
    labels: tuple[str, ...] = ()
    mended: bool = False


def pdf_text(path: str) -> PdfText:
    """The text of every page; a page that cannot be loaded comes back empty.

    Raises `ParseFailed` with code "encrypted" or "damaged".
    """
    broken = is_broken(path)
    with opened_pdf(path) as document:
        with suppress(pdfium.PdfiumError):  # a damaged form; its pages are still there
            document.init_forms()
        pages = tuple(_page_text(document, index) for index in range(len(document)))
        title = document.get_metadata_dict().get("Title", "")
        labels = tuple(document.get_page_label(index) for index in range(len(document)))
        named = title.translate(CHARACTERS).strip()
        return PdfText(named, pages, _language(document), labels, broken)


def _language(document: pdfium.PdfDocument) -> str:
    buffer = (ctypes.c_ushort * _LONGEST_TAG)()
    length = pdfium_c.FPDFCatalog_GetLanguage(document.raw, buffer, ctypes.sizeof(buffer))
    if length > ctypes.sizeof(buffer):
        return ""
    return bytes(buffer)[:length].decode("utf-16-le", "replace").strip(" \0")


def _page_text(document: pdfium.PdfDocument, index: int) -> PageText:
    number = index + 1
    try:
        with closing(document[index]) as page, closing(page.get_textpage()) as textpage:
            objects, marks = drawn_objects(page), page_marks(page)
            found = page_lines(page, textpage, objects, marks)
            if _is_garbage(found.raw, textpage.count_chars()):
                return PageText(number, "", (), True)
            seen = sum(line.char_end - line.char_start for line in found.lines if not line.hidden)
            kinds = _set_aside(found, marks)
            noted = notes(page, document.formenv)
            hidden = tuple(dict.fromkeys([*kinds, *(one.hidden for one in noted if one.hidden)]))
            said = tuple(one.words for one in noted if not one.hidden)
            scanned = _needs_ocr(page, seen)
            return PageText(
                *(number, found.text, found.lines, scanned, hidden, said, found.deletions),
                pictures=() if scanned else pasted(page, objects),
            )
    except pdfium.PdfiumError:
        return PageText(number, "", (), False)


def _set_aside(found: PageLines, marks: Marks) -> list[str]:
    """What is on a page and not for its readers, or not yet taken from it."""
    kinds = [line.hidden for line in found.lines if line.hidden]
    if any(gap.why == COVERED for line in found.ink for gap in line.gaps):
        kinds.append(COVERED)
    if marks.to_redact:
        kinds.append("words marked for redaction that were never taken out")
    if len(found.raw) - len(found.raw.translate(_INVISIBLE)) >= _FEW:
        kinds.append("zero-width characters")
    return kinds


def _is_garbage(raw: str, count: int) -> bool:
    """Whether the page's font says little of which letters it shows.

    `count` is how many PDFium sees; those that it has no character for are not in `raw`.
    """
    ink = len("".join(raw.split()))
    odd = 0 if raw.isascii() and raw.isprintable() else len(_ODD.findall(raw))
    unsaid = max(0, count - len(raw.encode("utf-16-le", "replace")) // 2)
    return odd + unsaid > _GARBAGE * (ink + unsaid) > 0


def _needs_ocr(page: pdfium.PdfPage, seen: int) -> bool:
    """Whether the page shows words that are not in its text: no text, or a stamp upon a scan.

    `seen` is the number of characters in the text that a reader of the page can see.
    """
    if seen > _STAMP:
        return False
    strokes = 0
    kinds = (pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_PATH)
    for shown in page.get_objects(filter=kinds, max_depth=3):
        strokes += shown.type == pdfium_c.FPDF_PAGEOBJ_PATH
        if strokes > _STROKES and not seen:
            return True  # letters drawn as outlines
        image = shown.type == pdfium_c.FPDF_PAGEOBJ_IMAGE
        if image and (not seen or _fills(shown, page)) and not is_blank_image(shown):
            return True
    return False


def _fills(shown: pdfium.PdfObject, page: pdfium.PdfPage) -> bool:
    left, bottom, right, top = shown.get_bounds()
    return bool((right - left) * (top - bottom) > 0.5 * page.get_width() * page.get_height())
