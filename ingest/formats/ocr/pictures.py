"""Pictures: pages without text, whose words OCR may find."""

from ingest.formats.base.elements import ocr_problem
from ingest.formats.base.options import DEFAULT, ParseOptions
from kb.domain import Page, Reading
from kb.pages.pictures import frame_count, media_type


def read_picture(path: str, _: str, __: ParseOptions = DEFAULT) -> Reading:
    """A page for each frame, all of which need OCR. Raises as `frame_count`."""
    pages = tuple(Page(n, 2 * n - 2, 2 * n - 2, True) for n in range(1, frame_count(path) + 1))
    text = "\n\n" * (len(pages) - 1)
    return Reading(media_type(path), text, (), pages, problem=ocr_problem(pages))
