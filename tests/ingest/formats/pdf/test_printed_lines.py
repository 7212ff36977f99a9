"""Pages and lines keep the numbers that they bear in print."""

from itertools import pairwise
from pathlib import Path

import pytest

from ingest.formats.pdf.annotations import with_notes
from ingest.formats.pdf.pdf import read_pdf
from kb.domain import Reading
from kb.domain.page_lines import page_line
from tests.transcripts import LINES, transcript


def cited(reading: Reading, words: str) -> str:
    start = reading.text.index(words)
    return page_line(reading.pages, start, start + len(words))


def test_lines_keep_their_numbers(tmp_path: Path) -> None:
    reading = read_pdf(transcript(tmp_path / "a.pdf", pages=2), "a.pdf")
    page = reading.pages[1]
    assert [number for _, number in page.lines] == [*range(1, LINES + 1), 0]
    shown = [reading.text[start:end].strip() for (start, _), (end, _) in pairwise(page.lines)]
    assert shown[3] == "A. The office at pier 204 was open."
    assert all(one.startswith(("Q. ", "A. ")) for one in shown)


def test_a_page_is_cited_by_the_number_it_bears(tmp_path: Path) -> None:
    reading = read_pdf(transcript(tmp_path / "a.pdf", pages=3, first=47), "a.pdf")
    assert [(page.number, page.cited) for page in reading.pages] == [(1, 47), (2, 48), (3, 49)]
    assert cited(reading, "at pier 204") == "48:4"


@pytest.mark.parametrize("head", ["Page {}", "Deposition of R. Vale   Page {}", "- {} -"])
def test_a_number_of_a_page_may_be_named(tmp_path: Path, head: str) -> None:
    reading = read_pdf(transcript(tmp_path / "a.pdf", pages=3, first=212, head=head), "a.pdf")
    assert [page.printed for page in reading.pages] == [212, 213, 214]


def test_a_page_without_a_number_is_cited_by_its_place(tmp_path: Path) -> None:
    reading = read_pdf(transcript(tmp_path / "a.pdf", pages=3, head=""), "a.pdf")
    assert [page.printed for page in reading.pages] == [0, 0, 0]
    assert cited(reading, "at pier 204") == "2:4"


def test_words_over_several_lines_and_pages(tmp_path: Path) -> None:
    reading = read_pdf(transcript(tmp_path / "a.pdf", pages=2, first=47), "a.pdf")
    text = reading.text
    first, last = text.index("pier 104"), text.index("pier 107") + 8
    assert page_line(reading.pages, first, last) == "47:4-7"
    assert page_line(reading.pages, text.index("pier 124"), text.index("pier 202") + 8) == (
        "47:24-48:2"
    )


def test_what_has_no_numbers_in_its_margin_has_no_lines(tmp_path: Path) -> None:
    reading = read_pdf(transcript(tmp_path / "a.pdf", pages=2, margin=False), "a.pdf")
    assert [page.lines for page in reading.pages] == [(), ()]
    assert cited(reading, "at pier 104") == ""


def test_where_each_fifth_line_has_its_number_the_others_are_counted(tmp_path: Path) -> None:
    reading = read_pdf(transcript(tmp_path / "a.pdf", pages=2, step=5), "a.pdf")
    assert cited(reading, "at pier 113") == "1:13"
    assert cited(reading, "at pier 103") == "1:3"
    assert cited(reading, "at pier 124") == "1:24"


def test_lines_move_with_the_text_before_them(tmp_path: Path) -> None:
    path = transcript(tmp_path / "a.pdf", pages=3, first=47)
    before = read_pdf(path, "a.pdf")
    after = with_notes(before, {1: ["Comment by Ann Lee: why?"]})
    assert after.text != before.text
    assert cited(after, "at pier 204") == cited(before, "at pier 204") == "48:4"
    assert cited(after, "Ann Lee") == ""
