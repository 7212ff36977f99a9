"""`make bench-ingest`: how fast documents come in, how soon they are found, what memory it takes.

    python -m tests.bench.ingesting [--corpus FOLDER] [--peer SCRIPT --peer-python PYTHON]
        [--contracts N] [--sizes 40,400,4000]

Prints one JSON object, and each figure on standard error as soon as it is known. What needs
no corpus is measured without one.
"""

import json
import random
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kb.app.catalogue import Catalogue
from kb.settings import Settings
from tests.bench.contracts import FOLDER, Peer, beside, chosen, ingested
from tests.bench.questions import parsed
from tests.bench.running import fresh_store, kb, workplace
from tests.documents import write_pdf
from tests.ingest.formats.scans import draw_page, write_images

AIMS = {
    "ratio_to_peer": "4 times its pages/s",
    "share_of_bare_embedder": "0.85",
    "sizes": "memory does not grow with the count",
    "second_run": "50 times the pages/s of the first",
}
_PLACES = (
    "Aldergate Brinscombe Cold Harbour Dunmore Eastleigh Farrow Glenn Hollis Ivybridge".split()
)
_DUTIES = (
    "shall keep the premises in good repair and insure them",
    "may end this agreement by written notice",
    "shall pay the sum that is due on the first day of the month",
    "must not assign its rights without prior consent",
    "shall indemnify the other against claims of third parties",
)
_SCANNED = 4
_OFTEN_S = 0.05


def main(arguments: list[str]) -> int:
    parser = parsed()
    parser.add_argument("--sizes", default="40,400,4000", help="how many documents, each time")
    asked = parser.parse_args(arguments)
    figures: dict[str, Any] = {"aims": AIMS}
    with workplace() as place:
        if (asked.corpus / FOLDER).is_dir():
            folder = chosen(asked.corpus, place, asked.contracts)
            figures |= told(contracts(folder, place, Peer(asked.peer, asked.peer_python)))
        else:
            skipped = f"there is no {asked.corpus / FOLDER}; name the folder with CORPUS=..."
            print(f"skipped, in part: {skipped}", file=sys.stderr)
            figures["contracts"] = f"skipped: {skipped}"
        sizes = (int(size) for size in asked.sizes.split(","))
        figures["sizes"] = list(told((str(n), grown(place, n)) for n in sizes).values())
        figures |= told([("scan", scanned(place))])
    print(json.dumps(figures, indent=2))
    return 0


def told(figures: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The figures, each on standard error as it comes: a run takes long and may be cut off."""
    known = {}
    for name, figure in figures:
        known[name] = figure
        print(json.dumps({name: figure}), file=sys.stderr, flush=True)
    return known


def contracts(folder: Path, place: Path, peer: Peer) -> Iterator[tuple[str, Any]]:
    """What needs the corpus: `beside`, then the same folder once more, then watched."""
    found: dict[str, Any] = {}
    for name, figure in beside(folder, place, peer):
        found[name] = figure
        if name != "store":
            yield name, figure
    yield "second_run", second(found["store"], folder, found["ingest"])
    yield "until", until(fresh_store(place, "until"), folder)


def second(store: Path, folder: Path, first: dict[str, Any]) -> dict[str, float]:
    """The same folder once more: nothing is read, embedded or added."""
    again = kb(store, "ingest", folder, "--json").last["summary"]
    return {
        "seconds": again["seconds"],
        "unchanged": again["unchanged"],
        "pages_per_s": round(first["pages"] / again["seconds"], 1),
        "times_the_first": round(first["seconds"] / again["seconds"], 1),
    }


def until(store: Path, folder: Path) -> dict[str, float]:
    """Seconds from the start of the command until documents can be found, seen from outside."""
    seen: dict[str, float] = {}
    over = threading.Event()
    watching = threading.Thread(target=_watch, args=(store, seen, over))
    watching.start()
    ended = kb(store, "ingest", folder, "--json")
    over.set()
    watching.join()
    return {**{name: round(at, 1) for name, at in seen.items()}, "end_s": round(ended.seconds, 1)}


def _watch(store: Path, seen: dict[str, float], over: threading.Event) -> None:
    began = time.perf_counter()
    catalogue = Catalogue(Settings(data_dir=store))
    while not over.wait(_OFTEN_S):
        rows = catalogue.database.rows("SELECT status, count(*) AS n FROM document GROUP BY status")
        counts = {row["status"]: row["n"] for row in rows}
        at = time.perf_counter() - began
        if counts.get("words", 0) + counts.get("ready", 0):
            seen.setdefault("first_document_by_words_s", at)
        if counts.get("ready", 0):
            seen.setdefault("first_document_ready_s", at)
        if not counts.get("queued", 0) + counts.get("working", 0):
            seen["all_documents_by_words_s"] = min(seen.get("all_documents_by_words_s", at), at)
        else:
            seen.pop("all_documents_by_words_s", None)  # more files were offered
    catalogue.close()


def grown(place: Path, count: int) -> dict[str, Any]:
    """`count` small documents that all differ, every tenth a PDF."""
    folder = place / f"small-{count}"
    folder.mkdir()
    chance = random.Random(count)
    for number in range(count):
        write_small(folder, number, chance)
    ended = kb(fresh_store(place, f"store-{count}"), "ingest", folder, "--json")
    told = ingested(ended)
    return {**told, "documents_per_s": round(count / told["seconds"], 1)}


def write_small(folder: Path, number: int, chance: random.Random) -> None:
    """An agreement of some sentences that no other one has."""
    sentences = [
        f"{number}.{n} The party of {chance.choice(_PLACES)} {chance.choice(_DUTIES)} "
        f"within {chance.randrange(2, 90)} days of notice {chance.randrange(10**6)}."
        for n in range(chance.randrange(4, 10))
    ]
    if number % 10 == 0:
        lines = [("Helvetica", line, 4) for line in sentences]
        write_pdf(folder / f"{number}.pdf", [lines, lines[:1]])
    else:
        (folder / f"{number}.txt").write_text("\n\n".join(sentences), "utf-8")


def scanned(place: Path) -> dict[str, Any]:
    """A PDF whose pages are images alone, with OCR and without; what OCR adds is its share."""
    pages = [draw_page(foot=f"page {number}") for number in range(1, _SCANNED + 1)]
    folder = place / "scan"
    folder.mkdir()
    write_images(folder / "scan.pdf", pages)
    ended = kb(fresh_store(place, "scan-store"), "ingest", folder, "--json")
    plain = kb(fresh_store(place, "unread-store"), "ingest", folder, "--json", KB_OCR="off")
    summary = ended.last["summary"]
    return {
        "pages": _SCANNED,
        "seconds": summary["seconds"],
        "seconds_without_ocr": plain.last["summary"]["seconds"],
        "ocr_s_a_page": round(summary["ocr_s"] / _SCANNED, 2),
        "ocr_share_of_cpu": round(1 - plain.cpu_s / ended.cpu_s, 2),
        **ended.memory.told(),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
