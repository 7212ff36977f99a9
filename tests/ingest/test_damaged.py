"""The worker reads an original only as it was taken in."""

import time
from pathlib import Path

import pytest

from ingest.pipeline import Original
from ingest.worker import Worker
from kb.app.bootstrap import KnowledgeBase
from kb.errors import OriginalChanged, OriginalDamaged
from kb.ports import Vectors
from kb.store.changes.content import Parsed
from tests.damage import Harm, changed_byte, every_harm
from tests.ingest.test_worker import document, everything, offer, wait_until


class Reader:
    """An engine that does something to what it is given, and should not come further."""

    def __init__(self, harm: Harm | None = None) -> None:
        self._harm = harm
        self.asked = 0

    def read(self, original: Original) -> Parsed:
        self.asked += 1
        if self._harm:
            time.sleep(0.02)  # the clock of a file system goes by ticks, and the file is this young
            self._harm(original.path, pytest.MonkeyPatch())
        return Parsed.__new__(Parsed)

    def embed(self, texts: list[str], model: str) -> Vectors:
        raise AssertionError("nothing was read")

    def close(self) -> None: ...


def work(kb: KnowledgeBase, folder: Path, engine: Reader, harm: Harm | None = None) -> str | None:
    """Offer a note, do harm to its original, work it off; the code it ends with."""
    note = folder / "note.txt"
    note.write_text("The rent is 5,000 dollars.")
    [known] = offer(kb, note)
    if harm:
        harm(kb.files.path(document(kb, known).sha256), pytest.MonkeyPatch())
    worker = Worker(kb, size=1, engine=engine)
    try:
        wait_until(lambda: document(kb, known).status == "failed", 10)
    finally:
        worker.stop()
    problem = document(kb, known).problem or ""
    assert "“note.txt”" in problem and "kb verify" in problem
    assert kb.contents.facts(known, everything(kb)) == []
    return document(kb, known).code


@every_harm
def test_what_is_damaged_is_not_parsed(
    kb: KnowledgeBase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    harm: Harm,
    kind: type[OriginalDamaged],
) -> None:
    engine = Reader()
    assert work(kb, tmp_path, engine, lambda path, _: harm(path, monkeypatch)) == kind.code
    assert engine.asked == 0


def test_what_changes_while_it_is_parsed_is_not_taken_in(kb: KnowledgeBase, tmp_path: Path) -> None:
    engine = Reader(changed_byte)
    assert work(kb, tmp_path, engine) == OriginalChanged.code
    assert engine.asked == 1
