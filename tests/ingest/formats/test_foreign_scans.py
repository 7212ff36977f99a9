"""Scans in other languages than English, read for real; tesseract's where its data is installed."""

from pathlib import Path

import pytest
from rapidfuzz.distance import Levenshtein

from ingest.formats.ocr.candidates import RAPIDOCR
from ingest.formats.ocr.legibility import Legibility
from ingest.parsing.ocr_pages import read_page
from ingest.parsing.parse import parse
from kb.domain import Reading
from kb.pages.ocr_models import OTHERS, installed_data
from kb.sandbox.pool import Pool
from kb.settings import Settings
from tests.ingest.formats.foreign_scans import TEXTS, drawn, worn
from tests.ingest.formats.scans import write_images


def errors(read: str, code: str) -> float:
    """Wrong, missing and added characters for each that stands there; spaces are not counted."""
    expected, found = ("".join(text.split()) for text in (TEXTS[code], read))
    return Levenshtein.distance(expected, found) / len(expected)


def scan(folder: Path, code: str) -> Path:
    page = drawn(code)
    if page is None:
        pytest.skip(f"no font with the letters of “{code}”: make system-deps")
    return write_images(folder / "scan.pdf", [worn(page)])


def packaged(folder: Path, code: str) -> tuple[Reading, Legibility]:
    return read_page(str(scan(folder, code)), 1, "", RAPIDOCR)


@pytest.mark.parametrize("code", ["de", "fr", "es", "zh"])
def test_latin_letters_with_accents_and_chinese_are_read_by_the_packaged_model(
    tmp_path: Path, code: str
) -> None:
    reading, legible = packaged(tmp_path, code)
    assert errors(reading.text, code) < 0.015
    assert not legible.doubtful


@pytest.mark.parametrize("code", ["ru", "el", "ar"])
def test_letters_that_the_packaged_model_does_not_know_are_noticed(
    tmp_path: Path, code: str
) -> None:
    reading, legible = packaged(tmp_path, code)
    assert errors(reading.text, code) > 0.2
    assert legible.doubtful


def test_without_tesseract_its_absence_is_said_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = scan(tmp_path, "ru")
    monkeypatch.setenv("PATH", str(tmp_path))
    with Pool(1) as pool:
        reading = parse(path, "scan_ru.pdf", pool, Settings())
    assert reading.problem is not None
    assert "may be in Russian" in reading.problem
    assert "apt-get install tesseract-ocr tesseract-ocr-rus" in reading.problem


@pytest.mark.parametrize("code", ["ru", "el", "ar"])
def test_a_scan_in_other_letters_is_read_by_tesseract_in_the_child(
    tmp_path: Path, pool: Pool, code: str
) -> None:
    data = OTHERS[code].data
    if data not in installed_data():
        pytest.skip(f"tesseract has no data for {OTHERS[code].name}: make system-deps")
    reading = parse(scan(tmp_path, code), "scan.pdf", pool, Settings())
    assert errors(reading.text, code) < 0.04
    assert reading.problem is None
    assert [fact.value.split(",")[0] for fact in reading.facts if fact.name == "ocr"] in (
        [f"tesseract {data}+eng"],
        [f"tesseract {data}"],
    )
    words = reading.pages[0].words
    assert "".join(reading.text[one.char_start : one.char_end] for one in words) == "".join(
        reading.text.split()
    )
    assert all(0 <= one.left < one.right <= 1 and 0 <= one.top < one.bottom <= 1 for one in words)
