"""Pages as images, drawn in limited child processes."""

from collections.abc import Sequence
from pathlib import Path

from kb.domain import Page
from kb.pages import render_page
from kb.sandbox import Pool

DRAW_TIMEOUT_S = 20.0
CHILDREN = 2


class PageImages:
    """Draws pages; safe to share between threads. The children start with the first page."""

    def __init__(self, *, memory_mb: int = 3072) -> None:
        self._pool = Pool(CHILDREN, memory_mb=memory_mb)

    def png(self, path: Path, page: int, *, spans: Sequence[tuple[int, int]], width: int) -> bytes:
        """One page of a PDF, `width` pixels wide, with `spans` of its own text marked."""
        return self._pool.call(
            render_page, str(path), page, spans=list(spans), width=width, timeout_s=DRAW_TIMEOUT_S
        )

    def close(self) -> None:
        self._pool.close()


def span_on_page(page: Page, start: int, end: int) -> list[tuple[int, int]]:
    """The part of a canonical span that is on `page`, from the page's own beginning."""
    first, last = max(start, page.char_start), min(end, page.char_end)
    return [(first - page.char_start, last - page.char_start)] if first < last else []
