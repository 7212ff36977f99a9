"""How often id., supra and short forms are resolved rightly, beside eyecite alone, as JSON.

usage: python -m tests.bench.authorities CORPUS

GOLD says, for each short form in three opinions that no rule was made with, the first page of
the authority that it means, as a person read it. Precision is over what was resolved, recall
over all short forms. The time is that of all opinions in CORPUS/opinions.
"""

import json
import logging
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from eyecite import get_citations, resolve_citations
from eyecite.models import Resource

from ingest.citations.extract import citations
from kb.domain.citations import POINTING, squeezed

_ESCOBAR, _STAYTON, _SCOTT = "389 F.3d 781", "791 F.2d 17", "270 F.3d 30"
_DOYLE, _PELLERITO, _MARCEAU = "981 F.2d 591", "878 F.2d 1535", "554 F.3d 24"
GOLD = {
    "182275.txt": {
        15506: "847 F.2d 920", 15967: "556 F.3d 83", 16489: "556 F.3d 83", 17198: _STAYTON,
        17394: _STAYTON, 17935: _SCOTT, 18656: _SCOTT, 18848: _SCOTT, 19199: _STAYTON,
        19427: "556 F.3d 83", 20781: "159 F.3d 4", 23456: "348 F.3d 281", 27198: "989 F.2d 546",
        27842: _ESCOBAR, 28130: _ESCOBAR, 28794: _ESCOBAR, 29119: _ESCOBAR,
    },
    "195328.txt": {
        7615: _DOYLE, 7645: _PELLERITO, 8125: _DOYLE, 8202: _PELLERITO, 13648: "7 F.3d 1058",
        16492: "10 F.3d 41", 16841: _PELLERITO, 17067: _DOYLE, 18671: _DOYLE,
        18752: "711 F.2d 449", 19536: "948 F.2d 783", 20684: _PELLERITO, 21563: _DOYLE,
        21637: "847 F.2d 991",
    },
    "180218.txt": {
        10769: "468 F.3d 42", 15782: "534 F.3d 1", 16048: "561 F.3d 49", 16136: "561 F.3d 49",
        17569: "534 F.3d 1", 22102: "711 F.2d 1441", 23699: "522 F.3d 69", 27757: "389 F.3d 54",
        29376: _MARCEAU, 30028: "573 F.3d 82", 30673: _MARCEAU, 31402: "504 F.3d 106",
    },
}  # fmt: skip
"""By the character at which a short form begins in the file."""
_NEAR = 2


def ours(text: str) -> dict[int, str]:
    found = citations(text, [], "", court_paper=True)
    return {one.char_start: one.authority for one in found if one.kind in POINTING}


def bare(text: str) -> dict[int, str]:
    """eyecite by itself, handed the text with its spaces joined, as its makers advise."""
    starts, line = zip(*_joined(text), strict=True)
    cites = get_citations("".join(line))
    meant = {}
    for resource, ones in resolve_citations(cites).items():
        assert isinstance(resource, Resource)
        full = resource.citation
        for one in ones:
            if one is not full:
                meant[starts[one.span()[0]]] = full.corrected_citation()
    return meant


def _joined(text: str) -> Iterator[tuple[int, str]]:
    space = True
    for place, letter in enumerate(text):
        if not letter.isspace():
            yield place, letter
        elif not space:
            yield place, " "
        space = letter.isspace()


def counted(folder: Path, read: object) -> dict[str, float]:
    assert callable(read)
    right = resolved = 0
    for name, gold in GOLD.items():
        found = read((folder / name).read_text("utf-8", "replace"))
        for place, authority in gold.items():
            said = next((a for at, a in found.items() if abs(at - place) <= _NEAR and a), "")
            resolved += bool(said)
            right += squeezed(said) == squeezed(authority)
    total = sum(map(len, GOLD.values()))
    return {
        "short_forms": total,
        "resolved": resolved,
        "right": right,
        "precision": round(right / max(resolved, 1), 3),
        "recall": round(right / total, 3),
    }


def timed(folder: Path, read: object) -> dict[str, float]:
    assert callable(read)
    texts = [file.read_text("utf-8", "replace") for file in sorted(folder.glob("*.txt"))]
    read(texts[0])  # what is read at the first call
    started = time.process_time()
    for text in texts:
        read(text)
    seconds = time.process_time() - started
    letters = sum(map(len, texts))
    return {
        "opinions": len(texts),
        "cpu_s_per_19000_characters": round(seconds / letters * 19e3, 4),
    }


def main(corpus: Path) -> int:
    folder = corpus / "opinions"
    if not all((folder / name).is_file() for name in GOLD):
        print(f"skipped: the opinions are not in {folder}; name the folder with CORPUS=...")
        return 0
    logging.disable(logging.CRITICAL)
    told = {
        name: {**counted(folder, read), **timed(folder, read)}
        for name, read in (("eyecite_alone", bare), ("ours", ours))
    }
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
