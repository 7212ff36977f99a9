"""The Bates range that a document's pages bear."""

from kb.domain import Page


def bates_range(pages: tuple[Page, ...]) -> str:
    """ "FIRST - LAST" of the pages that have labels, or ""."""
    labels = [page.label for page in pages if page.label]
    return f"{labels[0]} - {labels[-1]}" if labels else ""
