"""What all formats share: putting a canonical text together, and telling a heading by its words."""

import re
from collections.abc import Iterable, Sequence

from ingest.formats.base.deletions import Deletions, without_deletions
from kb.domain import Element, ElementKind, Page, Reading

_DROPPED = {
    **dict.fromkeys(range(0x20)),
    **dict.fromkeys(range(0x7F, 0xA0)),
    **dict.fromkeys(range(0xD800, 0xE000)),
    **dict.fromkeys((0xAD, 0x200B, 0xFEFF, 0xFFFE, 0xFFFF)),
    0x09: "\t",
    0x0A: "\n",
    0x0B: "\n",
    0x0C: "\n",
    0xA0: " ",
    0x2028: "\n",
    0x2029: "\n",
}
_PART = re.compile(
    r"(?:EXHIBIT|SCHEDULE|ANNEX|APPENDIX|ATTACHMENT|CHAPTER|PART|TITLE)"
    r"\s+(?:[A-Z]{1,2}|[IVXLC]{1,7}|\d{1,3})(?:[-.]\d+)*(?:\([a-z\d]{1,2}\))*(?!\w)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"ARTICLE\s+(?:[IVXLC]{1,7}|\d{1,3}|ONE|TWO|THREE|FOUR|FIVE)\b", re.IGNORECASE
)
_SECTION = re.compile(r"(?:SECTION|Section|§)\s*\d{1,3}((?:\.\d{1,3})*)")
_NUMBERED = re.compile(r"\d{1,2}((?:\.\d{1,2}){0,3})[.)]?\s+(?=[A-Z\"\u201c])")
_ROMAN = re.compile(r"(?:[IVX]{1,5}|[A-H])\.\s+(?=[A-Z])")
_SMALL = re.compile(
    r"(?:an?|and|as|at|by|for|from|in|into|of|on|or|per|the|to|under|upon|with)", re.IGNORECASE
)
_PAGE_NUMBER = re.compile(
    r"(?:page\s+)?(?:[a-z]{1,2}-)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE
)
_DASHED_NUMBER = re.compile(
    r"[-\u2013\u2014]\s*(?:\d{1,4}|[ivxl]{1,5})\s*[-\u2013\u2014]|page \d+( of \d+)?", re.I
)
_NO_TITLE = re.compile(
    r"untitled|microsoft (?:word|powerpoint|excel)|^document\d*$|^powerpoint presentation$"
    r"|\.(?:docx?|pdf|xlsx?|pptx?|txt|html?|rtf|wpd|indd|tmp|png|jpe?g|tiff?)$"
    r"|^[\w-]*\d{4,}[\w-]*$|^slide \d+$",
    re.IGNORECASE,
)
_INSTRUMENT = re.compile(
    r"\b(?:agreement|contract|lease|deed|amendment|memorandum|complaint|petition|motion|brief"
    r"|opinion|policy|order|judgment|addendum|licen[cs]e|affidavit|testament|charter)\b",
    re.IGNORECASE,
)
_FRAGMENT = re.compile(r"(?:AND|OR|BUT|ARE|IS|WAS|TO|OF|BY|IN LIEU|WHICH|THAT|NOT|NOR|ANY)\s")
HEADING_LENGTH = 120  # characters; longer lines are text, however they are set


class Draft:
    """A canonical text being written, element by element."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._at = 0
        self._elements: list[Element] = []
        self._deletions = Deletions()

    def add(self, kind: ElementKind, text: str, *, level: int = 0, gap: str = "\n\n") -> int | None:
        """Append `text`, tidied, after `gap`, and return where it begins.

        None is returned, and nothing added, when it holds no words.
        """
        start = self._at + len(gap) if self._pieces else 0
        text = self._deletions.settle(tidy(text).strip(), start, self._at)
        if not text:
            return None
        if self._pieces:
            self._pieces.append(gap)
            self._at += len(gap)
        self._pieces.append(text)
        self._elements.append(Element(kind, self._at, self._at + len(text), None, level))
        self._at += len(text)
        return self._at - len(text)

    def struck(self, words: str, date: str = "") -> str:
        """What is said to `add` in the place of words that were struck out; they are no text."""
        return self._deletions.mark(words, date)

    def add_table(self, rows: Iterable[Sequence[str]]) -> None:
        """One row a line, cells joined by " | "; empty rows are left out."""
        gap = "\n\n"
        for row in rows:
            cells = [" ".join(tidy(cell).split()) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            joint = " | " if any(map(without_deletions, cells)) else " "
            if self.add(ElementKind.TABLE_ROW, joint.join(cells), gap=gap) is not None:
                gap = "\n"

    def reading(self, media_type: str, *, title: str = "", problem: str | None = None) -> Reading:
        """The finished reading; a poor `title` is replaced by the first heading."""
        text, elements = "".join(self._pieces), tuple(self._elements)
        title = best_title(title, text, elements)
        struck = tuple(self._deletions.placed)
        return Reading(media_type, text, elements, title=title, problem=problem, revisions=struck)


def tidy(text: str) -> str:
    """Without characters that are not text; line ends are "\\n", hard spaces are spaces."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_DROPPED)


def heading_level(line: str) -> int:
    """The depth of a heading known by its words alone, 0 for a line that is none.

    1 parts, exhibits and schedules, 2 articles and lines in capitals, 3 clauses
    ("12. Termination"), 4 and deeper their sub-clauses ("12.1 For Cause").
    """
    line = line.strip()
    if not 2 < len(line) <= HEADING_LENGTH or line[-1] in ",;" or "\n" in line or "..." in line:
        return 0
    for pattern, level in ((_PART, 1), (_ARTICLE, 2)):
        found = pattern.match(line)
        if found and _titled(line[found.end() :]):
            return level
    for pattern in (_SECTION, _NUMBERED):
        found = pattern.match(line)
        if found and _titled(line[found.end() :]):
            return 3 + found.group(1).removesuffix(".0").count(".")
    found = _ROMAN.match(line)
    if found and _titled(line[found.end() :]):
        return 3
    return 2 if _in_capitals(line) else 0


def _titled(rest: str) -> bool:
    """Whether what follows a number reads like a title: few words, the main ones capitalised."""
    rest = rest.strip(" .:\u2013\u2014-\t")
    words = rest.split()
    if len(words) > 12 or re.search(r"[.!?]\s", rest):
        return False
    main = [word for word in words if word[0].isalpha() and not _SMALL.fullmatch(word)]
    return sum(word[0].isupper() for word in main) >= 0.75 * len(main)


def _in_capitals(line: str) -> bool:
    letters = [one for one in line if one.isalpha()]
    return (
        len(letters) >= 4
        and line.isupper()
        and not _FRAGMENT.match(line)
        and len(letters) > 0.6 * len(line.replace(" ", ""))
        and any(len(word) > 3 for word in line.split())
    )


def is_page_number(line: str, *, at_edge: bool) -> bool:
    """Whether a line is only a page's number; inside a page it needs dashes or the word."""
    line = line.strip()
    if _DASHED_NUMBER.fullmatch(line):
        return True
    return at_edge and bool(_PAGE_NUMBER.fullmatch(line))


def best_title(claimed: str, text: str, elements: Sequence[Element]) -> str:
    """The title a file claims if a person may have written it, else one found near its top.

    An exhibit's number is only its name where nothing better is found; "" where
    nothing is.
    """
    claimed = " ".join(tidy(claimed).split())
    if 4 <= len(claimed) <= 200 and not _NO_TITLE.search(claimed):
        return claimed
    numbered = ""
    for element in elements[:12]:
        words = " ".join(text[element.char_start : element.char_end].split())
        heading = element.kind in (ElementKind.TITLE, ElementKind.HEADING)
        named = len(words) <= HEADING_LENGTH and words[-1:] not in tuple(".,;:")
        if not (heading or (named and _INSTRUMENT.search(words))) or not 4 <= len(words) <= 200:
            continue
        part = _PART.match(words)
        if part is None or words[part.end() :].strip(" .()"):
            return words
        numbered = numbered or words
    return numbered


def ocr_problem(pages: Sequence[Page], *, why: str = "") -> str | None:
    """A sentence about the pages that are only images; None when there are none.

    `why` their words are not known; "" says that OCR has not been tried.
    """
    numbers = [page.number for page in pages if page.needs_ocr]
    if not numbers:
        return None
    if len(numbers) == len(pages):
        which, their = "All of its pages are images without text and need OCR", "their"
    elif len(numbers) == 1:
        which, their = f"Page {numbers[0]} is an image without text and needs OCR", "its"
    else:
        which, their = f"Pages {_listed(numbers)} are images without text and need OCR", "their"
    reason = f" {why.rstrip('.')}." if why else ""
    return f"{which}; {their} words cannot be searched.{reason}"


def _listed(numbers: Sequence[int]) -> str:
    shown = [str(number) for number in numbers]
    if len(shown) > 12:
        shown = [*shown[:11], f"{len(shown) - 11} more"]
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
