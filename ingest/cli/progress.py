"""What a person or a program is told about a batch: progress, problems, the manifest."""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kb.cli.output import Terminal
from kb.domain.jobs import JobItem, Outcome
from kb.errors import BadRequest
from kb.serializers.csv_safe import csv_line
from kb.serializers.jobs import item_json
from kb.text.visible import visible_name

FAILED_EXIT = 3
"""What a command ends with when some files failed and the others are in."""
_FIELDS = ("path", "status", "document_id", "problem", "code", "pages", "chunks")


class Manifest:
    """Every file offered and how it ended, as JSON lines or, for a name in .csv, as CSV.

    Written as the batch goes, so that an interrupted one leaves what it knows.
    Raises `BadRequest` where the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._csv = path.suffix.lower() == ".csv"
        try:
            self._file = path.open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise BadRequest(
                f"The report {path} cannot be written ({error.strerror}). Name another file."
            ) from error
        if self._csv:
            self._file.write(csv_line(_FIELDS))

    def add(self, item: JobItem) -> None:
        told = item_json(item)
        if self._csv:
            self._file.write(csv_line(told[field] for field in _FIELDS))
        else:
            self._file.write(json.dumps(told, ensure_ascii=False) + "\n")

    def close(self) -> None:
        with suppress(OSError):
            self._file.close()


class Tally:
    """Outcomes by state, with pages and chunks of what was read now."""

    def __init__(self) -> None:
        self.states: Counter[str] = Counter()
        self.pages = 0
        self.chunks = 0
        self.seconds = 0.0
        self.read_s = 0.0
        self.ocr_s = 0.0

    def add(self, item: JobItem) -> None:
        outcome = item.outcome or Outcome.FAILED
        self.states[outcome.value] += 1
        if outcome is Outcome.READY:
            self.pages += item.pages or 0
            self.chunks += item.chunks
            self.read_s += item.read_s
            self.ocr_s += item.ocr_s

    def json(self) -> dict[str, object]:
        return {
            "files": sum(self.states.values()),
            **{outcome.value: self.states[outcome.value] for outcome in Outcome},
            "pages": self.pages,
            "chunks": self.chunks,
            "seconds": round(self.seconds, 2),
            "read_s": round(self.read_s, 2),
            "ocr_s": round(self.ocr_s, 2),
        }

    def sentence(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in self.states.items())
        return (
            f"{sum(self.states.values())} files: {states or 'none found'}. "
            f"{self.pages} pages, {self.chunks} chunks in {self.seconds:.1f} s.{self._ocr()}"
        )

    def _ocr(self) -> str:
        """OCR's share of the time that all parsers worked together."""
        if not self.ocr_s:
            return ""
        share = self.ocr_s / max(self.ocr_s, self.read_s)
        return f" OCR took {self.ocr_s:.1f} s, {share:.0%} of the reading."


def tell_json(items: Iterator[JobItem]) -> Tally:
    tally = Tally()
    for item in items:
        tally.add(item)
        print(json.dumps(item_json(item), ensure_ascii=False), flush=True)
    return tally


def tell(items: Iterator[JobItem], total: int) -> Tally:
    """A live bar on a terminal, plain lines elsewhere; every problem is printed either way."""
    tally, console = Tally(), Terminal(highlight=False, soft_wrap=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[detail]}"),
        TimeRemainingColumn(),
        console=console,
        disable=not sys.stdout.isatty(),
    ) as bar:
        task = bar.add_task("files", total=total, detail="")
        began = time.perf_counter()
        for item in items:
            tally.add(item)
            rate = sum(tally.states.values()) / (time.perf_counter() - began)
            detail = f"{tally.pages} pages · {tally.chunks} chunks · {rate:.1f} files/s"
            done = sum(tally.states.values())
            bar.update(task, completed=done, total=max(total, done), detail=detail)
            outcome = item.outcome.value if item.outcome else ""
            if item.problem:
                told = visible_name(f"{item.path}: {item.problem}")
                console.print(f"{outcome}  {told}", markup=False)
            elif bar.disable:
                console.print(f"{outcome}  {visible_name(item.path)}", markup=False)
    return tally
