"""Verify questions.jsonl against the documents of the sample firm.

python data/sample-sources/check.py [--sample DIR]
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract import pages, squeeze

SAMPLE = Path(__file__).resolve().parent.parent / "sample"
COUNTS = {"answerable": 40, "unanswerable": 15, "false_premise": 5}
TWO_DOCUMENTS = 4
KEYS = {"id", "question", "kind", "gold", "note"}


@dataclass
class Checker:
    """Collects what is wrong."""

    sample: Path
    problems: list[str]
    texts: dict[str, list[str]]

    def pages_of(self, path: str) -> list[str]:
        """The squeezed pages of a document, read once."""
        if path not in self.texts:
            self.texts[path] = [squeeze(page) for page in pages(self.sample / path)]
        return self.texts[path]

    def expect(self, holds: bool, problem: str) -> None:
        """Record a problem unless the condition holds."""
        if not holds:
            self.problems.append(problem)

    def check_gold(self, name: str, gold: dict[str, Any], most: int) -> None:
        """One gold quote: its length, its page, and that it is there."""
        self.expect(set(gold) == {"path", "page", "quote"}, f"{name}: wrong gold keys")
        path, page, quote = gold["path"], gold["page"], gold["quote"]
        if not (self.sample / path).is_file():
            self.problems.append(f"{name}: no file {path}")
            return
        short = 1 if Path(path).suffix in {".xlsx", ".csv"} else 40
        self.expect(short <= len(quote) <= most, f"{name}: quote of {len(quote)} characters")
        paged = Path(path).suffix == ".pdf"
        self.expect((page is not None) == paged, f"{name}: page {page} in {path}")
        found = [n for n, text in enumerate(self.pages_of(path), 1) if squeeze(quote) in text]
        self.expect((page or 1) in found, f"{name}: quote found on {found}, not {page}: {path}")

    def check_question(self, entry: dict[str, Any]) -> None:
        """One line of questions.jsonl."""
        name = str(entry.get("id"))
        self.expect(set(entry) == KEYS, f"{name}: wrong keys")
        self.expect(bool(entry["question"]) and bool(entry["note"]), f"{name}: empty text")
        gold, answerable = entry["gold"], entry["kind"] == "answerable"
        self.expect(bool(gold) == answerable, f"{name}: {len(gold)} gold quotes")
        for one in gold:
            self.check_gold(name, one, 300 if len(gold) == 1 else 200)


def check_counts(checker: Checker, entries: list[dict[str, Any]]) -> None:
    """The ids, the kinds and the number of questions that need two documents."""
    wanted = [f"q{n:02}" for n in range(1, len(entries) + 1)]
    checker.expect([entry["id"] for entry in entries] == wanted, "ids are not q01, q02, ...")
    kinds = Counter(entry["kind"] for entry in entries)
    checker.expect(dict(kinds) == COUNTS, f"kinds: {dict(kinds)}")
    twos = [entry for entry in entries if len({g["path"] for g in entry["gold"]}) == 2]
    checker.expect(len(twos) == TWO_DOCUMENTS, f"{len(twos)} questions need two documents")
    most = max(len(entry["gold"]) for entry in entries)
    checker.expect(most == 2, f"a question has {most} gold quotes")


def main() -> None:
    """Check, report and fail if anything is wrong."""
    parser = argparse.ArgumentParser(description="Check questions.jsonl against the documents.")
    parser.add_argument("--sample", type=Path, default=SAMPLE, help="folder of the sample firm")
    checker = Checker(parser.parse_args().sample, [], {})
    lines = (checker.sample / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    entries: list[dict[str, Any]] = [json.loads(line) for line in lines]
    for entry in entries:
        checker.check_question(entry)
    check_counts(checker, entries)
    formats = Counter(Path(g["path"]).suffix for entry in entries for g in entry["gold"])
    print(f"{len(entries)} questions; gold by format: {dict(sorted(formats.items()))}")
    for problem in checker.problems:
        print(problem)
    raise SystemExit(1 if checker.problems else 0)


if __name__ == "__main__":
    main()
