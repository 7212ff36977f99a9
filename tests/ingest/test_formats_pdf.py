from pathlib import Path

from ingest.formats.pdf import read
from kb.domain import ElementKind, Reading
from tests.documents import LEASE, write_pdf, write_scan


def spans(reading: Reading, kind: ElementKind) -> list[str]:
    return [
        reading.text[one.char_start : one.char_end] for one in reading.elements if one.kind is kind
    ]


def test_pages_headings_and_furniture_are_told_apart(tmp_path: Path) -> None:
    pages = [LEASE, LEASE[4:], LEASE[1:3]]
    reading = read(str(write_pdf(tmp_path / "a.pdf", pages)), "a.pdf")
    assert spans(reading, ElementKind.HEADING) == ["LEASE AGREEMENT", "12. Termination"]
    assert [one[-1] for one in spans(reading, ElementKind.FURNITURE)] == ["1", "2", "3"]
    assert [page.number for page in reading.pages] == [1, 2, 3]
    for page in reading.pages:
        words = reading.text[page.char_start : page.char_end]
        assert words.endswith(f"Confidential \u2013 {page.number}")
    assert reading.problem is None


def test_a_sentence_runs_on_across_lines_within_one_paragraph(tmp_path: Path) -> None:
    reading = read(str(write_pdf(tmp_path / "a.pdf", [LEASE])), "a.pdf")
    assert any("Notice\nis given" in one for one in spans(reading, ElementKind.PARAGRAPH))


def test_the_title_is_the_claimed_one_unless_a_program_made_it(tmp_path: Path) -> None:
    claimed = write_pdf(tmp_path / "a.pdf", [LEASE], title="Lease of Quay Street")
    assert read(str(claimed), "").title == "Lease of Quay Street"
    made = write_pdf(tmp_path / "b.pdf", [LEASE], title="Microsoft Word - lease_v3.doc")
    assert read(str(made), "").title == "LEASE AGREEMENT"


def test_a_scan_is_accepted_with_a_problem_and_no_elements(tmp_path: Path) -> None:
    reading = read(str(write_scan(tmp_path / "scan.pdf")), "scan.pdf")
    assert reading.elements == ()
    assert reading.pages[0].needs_ocr
    assert reading.problem is not None
    assert "need OCR" in reading.problem


def test_an_empty_page_is_no_scan(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", [[], LEASE])
    assert read(str(path), "a.pdf").problem is None
