"""Numbers of lines in the margin are told from rows of a table and items of a list."""

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from kb.pages import pdf_text
from kb.pages.margins import Printed, leading_number, numbered

PROSE = (
    "Plaintiff was struck by a tram that was",
    "operated by the defendant at the corner of",
    "Vine and Sixth, and incurred expenses of",
    "$61,240.18 at the hospital of Saint Oda, where",
    "she stayed for fourteen weeks.",
    "",
    "The defendant had been warned.",
)
SPOKEN = ("Q. Who?", "A. Ms. Vale did.", "Q. When?", "A. In May.", "THE WITNESS: I was there.")
GOODS = ("Widgets", "Bolts", "Nuts", "Screws", "Nails", "Pins", "Clips")
SMALL = tuple(f"{one.lower()} 3.00" for one in GOODS)


def page(
    rows: tuple[str, ...], *, first: int = 1, left: float = 60, pitch: float = 24
) -> list[Printed]:
    """Rows that begin with a number, as PDFium joins them."""
    return [
        Printed(
            f"{first + n} {row}".strip(), left, 90 + 6 * len(row), 700 - n * pitch, 13, left + 6
        )
        for n, row in enumerate(rows)
    ]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        pytest.param(page(PROSE), 7, id="sentences that go on"),
        pytest.param(page(SPOKEN), 5, id="a transcript"),
        pytest.param(page(PROSE, first=31), 7, id="numbers from page to page"),
        pytest.param(page(GOODS), 0, id="a table"),
        pytest.param(page(SMALL), 0, id="a table in small letters"),
        pytest.param(page(PROSE[:3]), 0, id="too few"),
        pytest.param([*page(PROSE), Printed("aside", 20, 50, 650, 13)], 0, id="words left of it"),
    ],
)
def test_numbers_of_lines_are_told_from_others(lines: list[Printed], found: int) -> None:
    assert len(numbered(lines)) == found


def test_items_that_go_on_below_are_a_list() -> None:
    lines = [
        one
        for n in range(6)
        for one in (
            Printed(f"{n + 1} the item that is", 60, 300, 700 - 30 * n - 14 * (n // 2), 13, 66),
            Printed("and goes on", 80, 300, 687 - 30 * n - 14 * (n // 2), 13),
        )
    ]
    assert numbered(lines) == {}


def test_each_fifth_line_may_have_its_number() -> None:
    lines = [
        Printed(f"{n} and so on" if n % 5 == 0 else "and so on", 60 if n % 5 == 0 else 80, 300,
                700 - 14 * n, 13, 70)
        for n in range(1, 22)
    ]  # fmt: skip
    assert sorted(numbered(lines).values()) == [5, 10, 15, 20]


def test_a_number_is_whole() -> None:
    assert [leading_number(one) for one in ("12 Q.", "12", "12.1 Q.", "Q. 12", "1234 x")] == [
        *(2, 2, 0, 0, 0)
    ]


def test_a_page_reads_on_without_its_numbers(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    for n, words in enumerate(PROSE):
        canvas.drawRightString(60, 700 - 24 * n, str(n + 1))
        canvas.drawString(84, 700 - 24 * n, words)
    canvas.save()
    text = pdf_text(str(tmp_path / "a.pdf")).pages[0].text
    assert text == "\n".join(PROSE[:5]) + "\n\n" + PROSE[6]


def test_a_page_of_numbers_alone_takes_its_share() -> None:
    lines = [Printed("1 a", 60, 90, 700.0 - n, 13, 66) for n in range(100_000)]
    assert numbered(lines) == {}
    assert numbered(lines[:600]) == {}
