"""Reading a page's image with tesseract, where it is installed."""

import csv
import io
import os
import shutil
import subprocess
from itertools import groupby
from unicodedata import east_asian_width

from PIL import Image

from ingest.formats.ocr.page_reading import Line, Word
from kb.errors import ParseFailed
from kb.pages.layout import Box
from kb.pages.ocr_models import how_to_install, tesseract_data
from kb.text.languages import script

_DPI = "200"
_MICRO, _MU = "\u00b5", "\u03bc"  # its Greek data writes the sign of a measure for the letter


def read_lines(image: Image.Image, language: str) -> list[Line]:
    """`language` by its ISO 639-1 code or by tesseract's own, several joined by “+”.

    Raises `ParseFailed` where tesseract or its language is not installed, or it fails.
    """
    program = shutil.which("tesseract")
    language = tesseract_data(language)
    if program is None:
        raise ParseFailed(
            f"The settings name tesseract, and it is not installed. On Debian: "
            f"{how_to_install(language)}; or set KB_OCR and KB_OCR_LANGUAGE to auto.",
            "unsupported",
        )
    picture = io.BytesIO()
    image.save(picture, "PNG", compress_level=1)
    done = subprocess.run(
        [program, "stdin", "stdout", "-l", language, "--dpi", _DPI, "tsv"],
        input=picture.getvalue(),
        capture_output=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    if done.returncode:
        raise ParseFailed(
            f"Tesseract failed on it. Check that its language “{language}” is installed: "
            f"{how_to_install(language)}.",
            "unsupported",
        )
    table = done.stdout.decode("utf-8", "replace")
    return _lines(table.replace(_MICRO, _MU) if "ell" in language.split("+") else table)


def _lines(table: str) -> list[Line]:
    """From tesseract's table: a row of level 5 is a word, with the numbers of its line."""
    rows = csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
    words = [row for row in rows if row["level"] == "5" and row["text"].strip()]
    lines = groupby(words, key=lambda row: (row["block_num"], row["par_num"], row["line_num"]))
    return [_line(list(group)) for _, group in lines]


def _line(rows: list[dict[str, str]]) -> Line:
    words: list[Word] = []
    text = ""
    for row in rows:
        told = row["text"].strip()
        if text and not (_unspaced(text[-1]) and _unspaced(told[0])):
            text += " "
        words.append(Word(len(text), len(text) + len(told), _box(row)))
        text += told
    lefts, tops, rights, bottoms = zip(*(word.box for word in words), strict=True)
    box = (min(lefts), min(tops), max(rights), max(bottoms))
    return Line(text, box, tuple(words), _confidence(rows))


def _unspaced(letter: str) -> bool:
    """Whether words of such letters stand side by side: Chinese and Japanese, not Korean."""
    return east_asian_width(letter) in "WF" and script(letter) != "HANGUL"


def _confidence(rows: list[dict[str, str]]) -> float:
    """Of a line, by its words, which tesseract is sure of from 0 to 100; long ones count more."""
    sizes = [len(row["text"].strip()) for row in rows]
    told = sum(size * max(0.0, float(row["conf"])) for size, row in zip(sizes, rows, strict=True))
    return told / 100 / sum(sizes)


def _box(row: dict[str, str]) -> Box:
    left, top, width, height = (float(row[name]) for name in ("left", "top", "width", "height"))
    return left, top, left + width, top + height
