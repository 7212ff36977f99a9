"""Which languages of scans are known to be readable, by what tesseract says of itself."""

from pathlib import Path

import pytest

from kb.cli.doctor import _told_of_ocr
from kb.pages.ocr_models import installed_data, languages_by_tesseract

LISTED = 'List of available languages in "/usr/share/tessdata/" (4):\\nara\\neng\\nosd\\nrus\\n'


def program(folder: Path, script: str) -> None:
    made = folder / "tesseract"
    made.write_text(f"#!/bin/sh\n{script}\n")
    made.chmod(0o700)


@pytest.mark.process
def test_the_data_that_tesseract_lists_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, f"[ \"$1\" = --list-langs ] && printf '{LISTED}'")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert installed_data() == {"ara", "eng", "rus"}
    assert languages_by_tesseract() == ["ru", "ar"]


@pytest.mark.process
@pytest.mark.parametrize("script", ["exit 1", "printf '\\377\\376'", ""])
def test_a_tesseract_that_lists_nothing_has_no_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    program(tmp_path, script)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert installed_data() == frozenset()


def test_without_tesseract_there_is_no_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installed_data() == frozenset()


def test_doctor_names_the_languages_or_how_to_install_one() -> None:
    assert _told_of_ocr(["el", "ru"]).endswith("Japanese; with tesseract Greek, Russian")
    assert "apt-get install tesseract-ocr tesseract-ocr-rus" in _told_of_ocr([])
