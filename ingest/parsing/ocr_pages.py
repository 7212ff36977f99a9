"""Words for the pages that are images: each read by OCR in a child, then put in its place.

Each page has a deadline of its own, so that a long scan is not ended by the deadline of
a document, and a page that fails leaves the others as they are.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from ingest.formats.base.elements import best_title, ocr_problem
from ingest.formats.base.options import ParseOptions
from ingest.formats.ocr.candidates import RAPIDOCR, Model
from ingest.formats.ocr.legibility import Legibility, legibility
from ingest.formats.ocr.page_reading import as_reading
from ingest.formats.pdf.bates_stamps import stamped
from ingest.formats.pdf.deletions import by_page, moved_by
from ingest.formats.pdf.running_headers import set_aside
from ingest.parsing.ocr_choice import Attempt, Choice, choice_for, ocr_facts
from kb.domain import Element, Page, Reading, Revision, WordBox
from kb.errors import KBError, LimitExceeded
from kb.pages import page_image
from kb.sandbox.pool import Pool

_ENGINES = {
    "rapidocr": "ingest.formats.ocr.rapidocr_engine",
    "tesseract": "ingest.formats.ocr.tesseract_engine",
}  # names, since importing an engine costs seconds and memory
KEPT = frozenset(_ENGINES.values())
_SIDE_BY_SIDE = 4  # pages of one document; more would only wait for children
_MOST_FAILED = 20  # pages that may fail before the rest is not tried


@dataclass(frozen=True, slots=True)
class Effort:
    """What OCR took: seconds of work in its children together, and the pages they read.

    The wait for a free child is no work; with two children ten seconds may be five by the clock.
    """

    ocr_s: float = 0.0
    ocr_pages: int = 0


def recognised(
    path: Path, name: str, reading: Reading, pool: Pool, options: ParseOptions
) -> tuple[Reading, Effort]:
    """The reading with the words of its image pages, and what it took to find them.

    A page that could not be read keeps `needs_ocr` and is named in `problem`. Raises
    `LimitExceeded` where the pool was closed meanwhile.
    """
    wanted = [page for page in reading.pages if page.needs_ocr]
    if not wanted:
        return reading, Effort()
    if options.ocr == "off":
        off = "OCR is switched off (KB_OCR)"
        return replace(reading, problem=ocr_problem(reading.pages, why=off)), Effort()
    choice = choice_for(name, reading, options)
    pages = _Pages(path, reading, pool, options)
    tried = pages.all(wanted, choice)
    if pool.closed:
        raise LimitExceeded("The parsers have been shut down. Try again after a restart.")
    found = {one.page.number: one.reading for one in tried if one.reading is not None}
    reasons = [one.reason for one in tried if one.reason]
    whole = stamped(set_aside(_with(reading, found), found))
    problem = ocr_problem(whole.pages, why=reasons[0] if reasons else "")
    if problem is None and not whole.elements:
        problem = "OCR found no words on its pages; there is nothing in it to search."
    problem = " ".join(said for said in (problem, choice.problem) if said) or None
    title = whole.title or best_title("", whole.text, whole.elements)
    effort = Effort(sum(one.seconds for one in tried) + choice.seconds, len(found))
    facts = (*whole.facts, *ocr_facts(tried, choice))
    return replace(whole, problem=problem, title=title, facts=facts), effort


Read = tuple[Reading, float, float, float]
"""A page's reading, the seconds it took, and its `Legibility`: lengths read and seen."""


def timed_page(path: str, number: int, known: str, model: Model) -> Read:
    """What runs in the child: `read_page`, and the seconds it took."""
    started = time.perf_counter()
    reading, legible = read_page(path, number, known, model)
    return reading, time.perf_counter() - started, legible.read, legible.seen


def read_page(
    path: str, number: int, known: str, model: Model = RAPIDOCR
) -> tuple[Reading, Legibility]:
    """Page `number` of a PDF or a picture as a reading of one page, and how well it was read.

    `known` is the text that the page has already; what is read of it is left out. Raises
    `ParseFailed` for an engine or a language that is not here, and as `page_image`.
    """
    image = page_image(path, number)
    size = {"side": 0} if model.whole else {}
    lines = import_module(_ENGINES[model.engine]).read_lines(image, model.language, **size)
    legible = legibility(lines, model.scripts, image.width)
    return as_reading(lines, image.size, known), legible


class _Pages:
    """Reads single pages in children; gives up where too many have failed."""

    def __init__(self, path: Path, reading: Reading, pool: Pool, options: ParseOptions) -> None:
        self._path = path
        self._reading = reading
        self._pool = pool
        self._options = options
        self._failed = 0

    def all(self, wanted: Sequence[Page], choice: Choice) -> list[Attempt]:
        """Each page by the model of `choice`, which other models are tried for once.

        Where the first page of all is doubtful, what is best for it reads the file; where
        another is, it reads those that are.
        """

        def read(page: Page) -> Attempt:
            attempt = self._page(page, choice.model)
            if page is wanted[0] and attempt.doubtful and choice.open:
                return choice.settle(attempt, self._trial)
            return attempt

        with ThreadPoolExecutor(_SIDE_BY_SIDE) as threads:
            tried = list(threads.map(read, wanted))
            again = tried  # of these, what another model has read meanwhile
            doubtful = [one for one in tried if one.doubtful]
            if choice.open and doubtful:
                best = choice.settle(doubtful[0], self._trial)
                again = doubtful[1:]
                tried = [best if one is doubtful[0] else one for one in tried]
            left = [one for one in again if one.model != choice.model and one.reading]
            anew = dict(zip(map(id, left), threads.map(self._again(choice), left), strict=True))
        return [anew.get(id(one), one) for one in tried]

    def _again(self, choice: Choice) -> Callable[[Attempt], Attempt]:
        """Reads a page by the chosen model; where that fails, what there is stays."""

        def read(before: Attempt) -> Attempt:
            attempt = self._trial(before.page, choice.model)
            seconds = before.seconds + attempt.seconds
            return replace(before if attempt.reading is None else attempt, seconds=seconds)

        return read

    def _page(self, page: Page, model: Model) -> Attempt:
        if self._failed >= _MOST_FAILED:
            return Attempt(page, model, 0.0)
        attempt = self._trial(page, model)
        self._failed += attempt.reading is None
        return attempt

    def _trial(self, page: Page, model: Model) -> Attempt:
        known = self._reading.text[page.char_start : page.char_end]
        path, scratch = str(self._path), self._options.scratch
        started = time.perf_counter()
        limit = self._options.page_timeout_s
        try:
            reading, seconds, *lengths = self._pool.call(
                *(timed_page, path, page.number, known, model),
                timeout_s=limit, file=path, scratch=scratch,
            )  # fmt: skip
        except KBError as error:
            reason = error.message.replace("KB_PARSE_TIMEOUT_S", "KB_OCR_PAGE_TIMEOUT_S")
            took = min(limit, time.perf_counter() - started)
            return Attempt(page, model, took, reason=reason)
        return Attempt(page, model, seconds, reading, Legibility(*lengths))


def _with(reading: Reading, found: Mapping[int, Reading]) -> Reading:
    """The reading with each page's words after the text that the page has, and all else moved."""
    pieces: list[str] = []
    pages: list[Page] = []
    elements: list[Element] = []
    revisions: list[Revision] = []
    on_pages = by_page(reading.revisions, reading.pages)
    before, at = 0, 0  # the end of the last page as it was, and as it is
    for page in reading.pages:
        gap = reading.text[before : page.char_start]
        own = reading.text[page.char_start : page.char_end]
        start = at + len(gap)
        moved = start - page.char_start
        elements += [moved_by(one, moved) for one in reading.elements if one.page == page.number]
        revisions += [moved_by(one, moved) for one in on_pages[page.number]]
        words = found.get(page.number)
        joint = "\n\n" if own and words and words.text else ""
        place = start + len(own) + len(joint)
        added = words.text if words else ""
        pieces += [gap, own, joint, added]
        before, at = page.char_end, place + len(added)
        boxes = words.pages[0].words if words else ()
        if words:
            elements += [replace(moved_by(one, place), page=page.number) for one in words.elements]
        pages.append(
            replace(
                page,
                char_start=start,
                char_end=at,
                needs_ocr=page.needs_ocr and words is None,
                words=tuple(_box_moved(box, place) for box in boxes),
                lines=page.lines_moved(moved),
            )
        )
    text = "".join(pieces) + reading.text[before:]
    return replace(
        reading,
        text=text,
        elements=tuple(elements),
        pages=tuple(pages),
        revisions=tuple(revisions),
    )


def _box_moved(box: WordBox, by: int) -> WordBox:
    return replace(box, char_start=box.char_start + by, char_end=box.char_end + by)
