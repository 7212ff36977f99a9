"""One folder of PDFs through `kb ingest`, the peer and the bare embedder, in one run."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.running import Ended, fresh_store, kb, module, run

FOLDER = "contracts-pdf"


@dataclass(frozen=True, slots=True)
class Peer:
    """What a user would pick instead: its script, and the Python that has what it needs."""

    script: Path
    python: Path

    def missing(self) -> str | None:
        for path in (self.script, self.python):
            if not path.is_file():
                return f"skipped: there is no {path}; name the script with PEER=..."
        return None

    def measure(self, folder: Path, place: Path) -> dict[str, Any]:
        ended = run([self.python, self.script, folder, place / "peer"], PYTHONPATH="")
        figures: dict[str, Any] = ended.last
        return {
            "pages": figures["pages"],
            "chunks": figures["chunks"],
            "pages_per_s": figures["pages_per_s"],
            "cpu_s": round(ended.cpu_s, 1),
            "peak_mb": round(ended.memory.parent_mb),
            "search_p50_ms": figures["retrieve_p50_ms"],
        }


def chosen(corpus: Path, place: Path, count: int) -> Path:
    """The contracts, or copies of `count` of them, evenly taken."""
    files = sorted(path for path in (corpus / FOLDER).iterdir() if path.suffix == ".pdf")
    if not count or count >= len(files):
        return corpus / FOLDER
    folder = place / FOLDER
    folder.mkdir()
    for number in range(count):
        file = files[number * len(files) // count]
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def beside(folder: Path, place: Path, peer: Peer) -> Iterator[tuple[str, Any]]:
    """Named figures, as they are found: ours, the bare embedder's, the peer's, their ratios.

    Wall times of two processes on a busy machine differ by what else runs; the ratios of
    processor time do not, so both are told.
    """
    ended = kb(store := fresh_store(place, "contracts"), "ingest", folder, "--json")
    ours = ended.last["summary"]
    yield "store", store
    yield "ingest", ingested(ended)
    bare = module("tests.bench.bare", store, store=store).last
    per_s = bare["texts"] / bare["seconds"]
    yield "bare_embedder", {"chunks_per_s": round(per_s, 1), "cpu_s": round(bare["cpu_s"], 1)}
    yield "share_of_bare_embedder", share(ended, bare)
    plain = kb(fresh_store(place, "no-ocr"), "ingest", folder, "--json", KB_OCR="off")
    again = module("tests.bench.bare", store, store=store).last
    yield "share_of_bare_embedder_without_ocr", share(plain, again)
    if problem := peer.missing():
        yield "peer", problem
        return
    told = peer.measure(folder, place)
    yield "peer", told
    rate = ours["pages"] / ours["seconds"]
    yield (
        "ratio_to_peer",
        {
            "pages_per_s": round(rate / told["pages_per_s"], 1),
            "cpu": round(told["cpu_s"] / ended.cpu_s, 1),
        },
    )


def ingested(ended: Ended) -> dict[str, Any]:
    """What `kb ingest --json` tells of itself, with its rates and what it took."""
    summary = ended.last["summary"]
    seconds = summary["seconds"]
    return {
        "files": summary["files"],
        "ready": summary["ready"],
        "pages": summary["pages"],
        "chunks": summary["chunks"],
        "seconds": seconds,
        "pages_per_s": round(summary["pages"] / seconds, 1),
        "chunks_per_s": round(summary["chunks"] / seconds, 1),
        "cpu_s": round(ended.cpu_s, 1),
        **ended.memory.told(),
    }


def share(ended: Ended, bare: dict[str, float]) -> dict[str, float]:
    """How much of the ingestion is the embedder's own work, by the clock and by processor time."""
    return {
        "wall": round(bare["seconds"] / ended.last["summary"]["seconds"], 2),
        "cpu": round(bare["cpu_s"] / ended.cpu_s, 2),
    }
