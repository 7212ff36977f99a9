"""`make bench-ocr-languages`: how rightly each engine reads scans in several languages, as JSON.

    python -m tests.bench.foreign_scans [--languages de,ru,…]

A text of our own is drawn in two faces of type at 200 dpi, clean and as a poor scan. Errors are
wrong, missing and added characters for each that stands there, spaces not counted. Beside
the engines there is what is told of them without knowing the text: the share that is legible,
and the model that would be chosen. Needs no corpus; an engine, its data or a font that is not here
is left out and named.
"""

import argparse
import json
import sys
import time
from importlib import import_module
from typing import Any

from PIL import Image
from rapidfuzz.distance import Levenshtein

from ingest.formats.base.options import ParseOptions
from ingest.formats.ocr.candidates import LATIN, RAPIDOCR, Model
from ingest.formats.ocr.legibility import Legibility, legibility
from ingest.formats.ocr.page_reading import as_reading
from ingest.parsing.ocr_choice import Attempt, Choice
from kb.domain import Page, Reading
from kb.pages.ocr_models import installed_data, tesseract_data
from tests.ingest.formats.foreign_scans import FONTS, TEXTS, drawn, worn

_ENGINES = "ingest.formats.ocr.{}_engine"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--languages", default=",".join(TEXTS))
    asked = parser.parse_args(arguments)
    installed = installed_data()
    figures: dict[str, Any] = {"tesseract": sorted(installed), "without_a_font": []}
    for code in asked.languages.split(","):
        found = [page for font in FONTS if (page := drawn(code, font)) is not None]
        if not found:
            figures["without_a_font"].append(code)
            continue
        scans = {"clean": found, "worn": [worn(page) for page in found]}
        figures[code] = {kind: compared(code, pages) for kind, pages in scans.items()}
        print(json.dumps({code: figures[code]}), file=sys.stderr, flush=True)
    print(json.dumps(figures, indent=2))
    return 0


def compared(code: str, pages: list[Image.Image]) -> dict[str, Any]:
    """Each model over the same pages of one language, and what would be chosen for each page."""
    installed = installed_data()
    data = tesseract_data(code)
    named = (data, LATIN if data == LATIN else f"{data}+{LATIN}", LATIN)
    own = [one for one in dict.fromkeys(named) if set(one.split("+")) <= installed]
    return {
        **{
            str(model): measured(code, pages, model)
            for model in (RAPIDOCR, *(Model("tesseract", one) for one in own))
        },
        "chosen": [chosen(page) for page in pages],
    }


def measured(code: str, pages: list[Image.Image], model: Model) -> dict[str, float]:
    wrong = there = 0
    legible = Legibility()
    began = time.perf_counter()
    for page in pages:
        text, found = read(page, model)
        expected, told = ("".join(one.split()) for one in (TEXTS[code], text))
        wrong += Levenshtein.distance(expected, told)
        there += len(expected)
        legible += found
    return {
        "errors": round(wrong / there, 4),
        "legible": round(legible.share, 3),
        "s_a_page": round((time.perf_counter() - began) / len(pages), 2),
    }


def chosen(page: Image.Image) -> str:
    """The model by which a file with this page would be read, where nothing else is known."""

    def attempt(number: Page, model: Model) -> Attempt:
        text, legible = read(page, model)
        return Attempt(number, model, 0.0, Reading("", text, ()), legible)

    choice = Choice(ParseOptions(), ())
    first = attempt(Page(1, 0, 0, True), choice.model)
    if first.doubtful:
        choice.settle(first, attempt)
    return str(choice.model)


def read(page: Image.Image, model: Model) -> tuple[str, Legibility]:
    engine = import_module(_ENGINES.format(model.engine))
    lines = engine.read_lines(page, model.language)
    return as_reading(lines, page.size).text, legibility(lines, model.scripts, page.width)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
