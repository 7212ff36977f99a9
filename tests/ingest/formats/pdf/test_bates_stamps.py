from collections.abc import Sequence

import pytest

from ingest.formats.pdf.bates_stamps import stamped
from kb.domain import Element, ElementKind, Fact, Page, Reading


def reading(pages: Sequence[Sequence[str]]) -> Reading:
    """One paragraph a page, of the lines given for it."""
    texts = ["\n".join(lines) for lines in pages]
    spans: list[tuple[int, int]] = []
    for text in texts:
        start = spans[-1][1] + 2 if spans else 0
        spans.append((start, start + len(text)))
    elements = tuple(
        Element(ElementKind.PARAGRAPH, start, end, number)
        for number, (start, end) in enumerate(spans, start=1)
    )
    numbered = tuple(Page(number, *span) for number, span in enumerate(spans, start=1))
    return Reading("application/pdf", "\n\n".join(texts), elements, numbered)


def page(stamp: str, *, head: str = "") -> list[str]:
    """A page of text with a line at its top and a stamp at its foot."""
    body = [f"Line {number} of what the witness said." for number in range(8)]
    return [*([head] if head else []), *body, *([stamp] if stamp else [])]


def labels(found: Reading) -> list[str]:
    return [one.label for one in found.pages]


@pytest.mark.parametrize(
    "form",
    [
        "ACME{:07}",
        "ABC-{:06}",
        "SMITH_{:08}",
        "XYZ {:06}",
        "A&B-US {:07}",
        "DOE.{:05}",
        "{:06}",
        "Ostler Grain {:05}",
        "Smith_Co-{:06}",
    ],
)
def test_a_prefix_that_repeats_and_a_number_that_rises_are_bates_numbers(form: str) -> None:
    stamps = [form.format(number) for number in (98, 99, 100)]
    found = stamped(reading([page(stamp) for stamp in stamps]))
    assert labels(found) == stamps
    assert found.facts == (Fact("bates", f"{stamps[0]} - {stamps[-1]}"),)


def test_the_line_of_a_stamp_stays_in_the_text_as_furniture() -> None:
    before = reading([page("ACME0000001"), page("ACME0000002")])
    found = stamped(before)
    assert found.text == before.text
    kinds = [(one.kind, found.text[one.char_start : one.char_end]) for one in found.elements]
    assert (ElementKind.FURNITURE, "ACME0000001") in kinds
    assert not any(kind is ElementKind.PARAGRAPH and "ACME" in words for kind, words in kinds)
    assert sum(kind is ElementKind.PARAGRAPH for kind, _ in kinds) == 2


def test_a_stamp_may_share_its_line_with_a_legend() -> None:
    pages = [page(f"CONFIDENTIAL \u2013 ATTORNEYS\u2019 EYES ONLY ACME{n:07}") for n in (5, 6, 7)]
    assert labels(stamped(reading(pages))) == ["ACME0000005", "ACME0000006", "ACME0000007"]


def test_a_page_without_a_readable_stamp_has_no_label() -> None:
    pages = [page("ACME0000001"), page("AC E00O0002"), page("ACME0000003")]
    assert labels(stamped(reading(pages))) == ["ACME0000001", "", "ACME0000003"]


@pytest.mark.parametrize(
    "form",
    [
        pytest.param("{}", id="page numbers"),
        pytest.param("Page {}", id="page numbers with the word"),
        pytest.param("PAGE {:04}", id="page numbers in capitals, with zeros"),
        pytest.param("- {} -", id="page numbers in dashes"),
        pytest.param("Page {:05}", id="page numbers with zeros"),
        pytest.param("Annual Report {}", id="a title with a number"),
        pytest.param("F-{}", id="pages of financial statements"),
        pytest.param("Page {} of 12", id="page numbers of a whole"),
        pytest.param("Case 1:13-cv-00042-JD Document 7 Filed 02/03/14 Page {} of 9", id="docket"),
        pytest.param("Case 2:20-cv-01234 ECF No. 17, PageID.{:04}", id="page ids of a court"),
        pytest.param("EXHIBIT {:04}", id="exhibits"),
        pytest.param("CV {:07}", id="case numbers"),
    ],
)
def test_what_else_counts_pages_is_no_bates_number(form: str) -> None:
    before = reading([page(form.format(number)) for number in (11, 12, 13)])
    assert stamped(before) == before


def test_a_number_that_does_not_rise_is_no_bates_number() -> None:
    before = reading([page("DOCS 0012345"), page("DOCS 0012345"), page("DOCS 0012345")])
    assert stamped(before) == before


def test_numbers_inside_of_pages_are_no_stamps() -> None:
    pages = [[*page("")[:4], f"ACME{number:07}", *page("")[4:]] for number in (1, 2, 3)]
    assert labels(stamped(reading(pages))) == ["", "", ""]


@pytest.mark.parametrize(
    ("stamp", "label"),
    [
        ("ACME0001234", "ACME0001234"),
        ("SMITH_00000017", "SMITH_00000017"),
        ("XYZ 000045", "XYZ 000045"),
        ("INVOICE 0001234", ""),
        ("MAY 2020", ""),
        ("ZIP 123456", ""),
        ("0001234", ""),
        ("see ACME0001234", ""),
    ],
)
def test_a_single_page_needs_a_form_that_nothing_else_has(stamp: str, label: str) -> None:
    assert labels(stamped(reading([page(stamp)]))) == [label]


def test_a_fact_of_an_earlier_look_gives_way() -> None:
    once = stamped(reading([page("ACME0000001"), page("ACME0000002")]))
    assert stamped(once).facts == once.facts
