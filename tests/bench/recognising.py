"""`make bench-ocr`: how many words of a scan OCR finds, and how fast, by what the detector sees.

    python -m tests.bench.recognising [--corpus FOLDER] [--pages N] [--sides 0,1280,…]

Pages of real contracts are drawn at 200 dpi, as OCR gets them, clean and again as a poor scan:
askew by half a degree, blurred, with noise and as a JPEG. What their PDFs say is the truth.
The detector looks for lines on an image whose longer side is shrunk to `side` pixels (0: as it
is); the lines themselves are always read from the image as it is. One thread.
"""

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from ingest.formats.ocr.page_reading import as_reading
from ingest.formats.ocr.rapidocr_engine import SIDE, read_lines
from kb.pages import page_image, pdf_text
from tests.bench.contracts import FOLDER
from tests.ingest.formats.foreign_scans import worn

_SIDES = f"0,1920,1600,{SIDE},960"
_WORD = re.compile(r"\w{2,}")
_LEAST_WORDS = 100  # a page with fewer says little


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    parser.add_argument("--pages", type=int, default=6)
    parser.add_argument("--sides", default=_SIDES)
    asked = parser.parse_args(arguments)
    if not (asked.corpus / FOLDER).is_dir():
        print(f"skipped: there is no {asked.corpus / FOLDER}; name the folder with CORPUS=...")
        return 0
    drawn = list(pages(asked.corpus / FOLDER, asked.pages))
    figures = []
    for side in dict.fromkeys(int(side) for side in asked.sides.split(",")):
        clean = measured([(image, words) for image, words in drawn], side)
        poor = measured([(worn(image), words) for image, words in drawn], side)
        figures.append({"side": side, "used": side == SIDE, "clean": clean, "poor": poor})
        print(json.dumps(figures[-1]), file=sys.stderr, flush=True)
    print(json.dumps({"pages": len(drawn), "sides": figures}, indent=2))
    return 0


def pages(folder: Path, count: int) -> Iterator[tuple[Image.Image, Counter[str]]]:
    """`count` pages of different contracts where there are as many, with the words they hold."""
    files = sorted(path for path in folder.iterdir() if path.suffix == ".pdf")
    found = 0
    for turn in range(1, 50):
        for file in files[:: max(1, len(files) // count)]:
            held = pdf_text(str(file)).pages
            number = 1 + (turn * 3) % len(held)
            words = counted(held[number - 1].text)
            if held[number - 1].needs_ocr or words.total() < _LEAST_WORDS:
                continue
            yield page_image(str(file), number), words
            found += 1
            if found == count:
                return


def measured(drawn: list[tuple[Image.Image, Counter[str]]], side: int) -> dict[str, Any]:
    """Shares of the words that stand there and are found, and of those found that stand there."""
    there = found = right = 0
    began = time.perf_counter()
    read = [as_reading(read_lines(image, "en", side=side), image.size, "") for image, _ in drawn]
    seconds = time.perf_counter() - began
    for reading, (_, words) in zip(read, drawn, strict=True):
        told = counted(reading.text)
        there += words.total()
        found += told.total()
        right += (words & told).total()
    return {
        "recall": round(right / there, 4),
        "precision": round(right / max(1, found), 4),
        "s_a_page": round(seconds / len(drawn), 2),
    }


def counted(text: str) -> Counter[str]:
    return Counter(word.casefold() for word in _WORD.findall(text))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
