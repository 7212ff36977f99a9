import datetime
import io
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from ingest.formats.office import libreoffice, xlsx
from ingest.formats.office.sheets.merged import Merged, MergedCells
from ingest.formats.office.sheets.number_formats import day_as, elapsed_as, shown_as
from kb.domain import Reading
from kb.errors import ParseFailed

needs_libreoffice = pytest.mark.skipif(not libreoffice.installed(), reason="no LibreOffice")
ACCOUNTING = '_($* #,##0.00_);_($* (#,##0.00);_($* "-"??_);_(@_)'


def book_with(*rows: tuple[object, ...]) -> tuple[openpyxl.Workbook, Worksheet]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Costs"
    for row in rows:
        sheet.append(row)
    return book, sheet


def read(book: openpyxl.Workbook, folder: Path) -> Reading:
    path = folder / "a.xlsx"
    book.save(path)
    return xlsx.read_xlsx(str(path), "a.xlsx")


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (4711, "000000", "004711"),
        (1234.5, "#,##0.00", "1,234.50"),
        (-350.5, ACCOUNTING, "$(350.50)"),
        (0, ACCOUNTING, "$-"),
        (0, "0.00", "0.00"),
        (123456789, "000-00-0000", "123-45-6789"),
        (7, "000-00-0000", "000-00-0007"),
        (12500000, '#,##0.0,,"M"', "12.5M"),
        (2.5, "0.##", "2.5"),
        (3, "0.##", "3"),
        (0.185, "0.0%", "18.5%"),
        (5, "[>9]0.0;0.00", "5"),
        (0.5, "# ?/?", "0.5"),
    ],
)
def test_a_number_is_shown_as_its_format_says(value: float, code: str, shown: str) -> None:
    assert shown_as(value, code) == shown


@pytest.mark.parametrize(
    ("hours", "code", "shown"),
    [(38.5, "[h]:mm", "38:30"), (38.5, "[mm]", "2310"), (1.25, "[h]:mm:ss", "1:15:00")],
)
def test_hours_go_on_beyond_a_day(hours: float, code: str, shown: str) -> None:
    assert elapsed_as(datetime.timedelta(hours=hours), code) == shown


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("d mmmm yyyy", "5 December 2022"),
        ("[$-409]mmmm d, yyyy;@", "December 5, 2022"),
        ("[$-407]d. mmmm yyyy", ""),
        ("d/m/yyyy", ""),
        ("mmm-yy", ""),
    ],
)
def test_a_day_is_shown_where_its_format_names_it(code: str, shown: str) -> None:
    assert day_as(datetime.datetime(2022, 12, 5), code) == shown


def test_a_merged_cell_counts_for_all_its_rows(tmp_path: Path) -> None:
    book, sheet = book_with(
        ("Schedule",),
        ("Year", "Quarter", "Paid"),
        (2022, "Q1", 5),
        (None, "Q2", 6),
        (),
        (None, "Q3", 7),
    )
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A3:A5")
    text = read(book, tmp_path).text
    assert "Schedule\nYear | Quarter | Paid\n2022 | Q1 | 5\n2022 | Q2 | 6\n" in text
    assert "2022 | Q3" not in text  # below the range
    assert "Schedule | " not in text


def test_merged_ranges_without_end_fill_a_bounded_number_of_cells() -> None:
    ranges = [Merged(1, 1_000_000, column) for column in range(1, 2_001)]
    over = MergedCells(ranges)
    over.filled(1, [("x", "")] * 2_000)
    began, filled = time.process_time(), 0
    for number in range(2, 1_000):
        filled += sum(bool(words) for words, _ in over.filled(number, [("y", "")]))
    assert filled < 210_000
    assert time.process_time() - began < 5


@needs_libreoffice
@pytest.mark.process
def test_formulas_without_a_value_are_calculated(tmp_path: Path) -> None:
    book, sheet = book_with(("Fee", 14250), ("Court", 455), ("Total", "=SUM(B1:B2)"))
    sheet["B3"].number_format = "#,##0.00"
    reading = read(book, tmp_path)
    assert "Total | 14,705.00" in reading.text
    assert reading.problem is None


def test_a_zero_that_nobody_calculated_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some programs store 0 for each formula and ask for calculation when it is opened."""
    monkeypatch.setattr(libreoffice, "_program", lambda: None)
    made = io.BytesIO()
    book_with(("Fee", 5), ("Total", "=SUM(B1:B1)"))[0].save(made)
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(
                name, old.read(name).replace(b"<v></v>", b"<v>0</v>").replace(b"<v />", b"<v>0</v>")
            )
    reading = xlsx.read_xlsx(str(path), "a.xlsx")
    assert reading.text == "Costs\n\nFee | 5\nTotal"
    assert reading.problem is not None
    assert reading.problem.startswith("A formula has no sure value in the file, and LibreOffice")
    assert "not installed: B2 of sheet Costs." in reading.problem


def test_what_changes_each_day_is_named_and_not_calculated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> Path:
        raise AssertionError

    monkeypatch.setattr(xlsx, "calculated", never)
    reading = read(book_with(("Days", "=TODAY()-1"), ("Twice", "=B1*2"))[0], tmp_path)
    assert "another each day: B1 of sheet Costs, B2 of sheet Costs." in str(reading.problem)


def test_what_libreoffice_cannot_open_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> Path:
        raise ParseFailed("No.", "damaged")

    monkeypatch.setattr(xlsx, "calculated", fails)
    reading = read(book_with(("Total", "=SUM(C1:C2)"))[0], tmp_path)
    assert "could not calculate them: B1 of sheet Costs." in str(reading.problem)
