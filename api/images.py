"""Pages as images, drawn in limited child processes."""

from dataclasses import replace
from pathlib import Path

from kb.domain import Page
from kb.pages import Mark, render_page
from kb.sandbox.pool import Pool

DRAW_TIMEOUT_S = 20.0
CHILDREN = 2


class PageImages:
    """Draws pages; safe to share between threads. The children start with the first page."""

    def __init__(self, *, memory_mb: int = 3072) -> None:
        self._pool = Pool(CHILDREN, memory_mb=memory_mb)

    def png(self, path: Path, page: int, *, mark: Mark, width: int) -> bytes:
        """One page of a PDF or a picture, `width` pixels wide, with `mark` upon it."""
        return self._pool.call(
            render_page, str(path), page, mark=mark, width=width, timeout_s=DRAW_TIMEOUT_S
        )

    def close(self) -> None:
        self._pool.close()


def span_on_page(page: Page, start: int, end: int) -> list[tuple[int, int]]:
    """The part of a canonical span that is on `page`, from the page's own beginning."""
    first, last = max(start, page.char_start), min(end, page.char_end)
    return [(first - page.char_start, last - page.char_start)] if first < last else []


def mark_on_page(page: Page, start: int, end: int) -> Mark:
    """What to mark on `page` of a canonical span: by its words' boxes where OCR read it."""
    at = page.char_start
    words = (
        replace(word, char_start=word.char_start - at, char_end=word.char_end - at)
        for word in page.words
    )
    return Mark(tuple(span_on_page(page, start, end)), tuple(words))
