"""A folder mirrored and followed: what changes, moves and goes is so in the store."""

import shutil
import threading
from pathlib import Path

import pytest

from ingest.following import Batch
from ingest.mirroring import apply, drift
from ingest.offering import find
from ingest.watching import follow
from kb.domain import Scope
from kb.errors import BadRequest
from kb.store.jobs import JobItem
from kb.wiring import KnowledgeBase
from tests.ingest.test_worker import check_whole, notes, wait_until


def everything(kb: KnowledgeBase) -> Scope:
    return kb.access.scope(kb.access.local_user())


def mirror(kb: KnowledgeBase, folder: Path) -> list[JobItem]:
    offers = find([folder], None)
    apply(kb, drift(kb, folder, offers))
    return list(Batch(kb, offers).run())


def paths(kb: KnowledgeBase) -> set[str]:
    return {Path(d.path).name for d in kb.library.documents(everything(kb))}


def test_what_is_gone_from_a_folder_is_gone_from_the_store(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    files = notes(tmp_path / "in" / "alpha", 4)
    mirror(kb, tmp_path / "in")
    files[0].unlink()
    mirror(kb, tmp_path / "in")
    assert paths(kb) == {"rent-1.txt", "rent-2.txt", "rent-3.txt"}
    check_whole(kb)


def test_a_file_that_moved_keeps_its_document(kb: KnowledgeBase, tmp_path: Path) -> None:
    files = notes(tmp_path / "in" / "alpha", 2)
    mirror(kb, tmp_path / "in")
    before = {d.id for d in kb.library.documents(everything(kb))}
    (tmp_path / "in" / "alpha" / "old").mkdir()
    files[0].rename(tmp_path / "in" / "alpha" / "old" / "renamed.txt")
    ends = mirror(kb, tmp_path / "in")
    assert [item.outcome for item in ends] == ["unchanged", "unchanged"]
    assert {d.id for d in kb.library.documents(everything(kb))} == before
    assert paths(kb) == {"renamed.txt", "rent-1.txt"}


def test_a_folder_that_holds_nothing_empties_no_store(kb: KnowledgeBase, tmp_path: Path) -> None:
    notes(tmp_path / "in" / "alpha", 2)
    mirror(kb, tmp_path / "in")
    shutil.rmtree(tmp_path / "in" / "alpha")
    with pytest.raises(BadRequest, match="2 are known from it"):
        mirror(kb, tmp_path / "in")
    assert len(paths(kb)) == 2


def test_files_of_other_folders_are_left_alone(kb: KnowledgeBase, tmp_path: Path) -> None:
    notes(tmp_path / "in" / "alpha", 2)
    other = notes(tmp_path / "in-two" / "alpha", 1, about="deposit")
    mirror(kb, tmp_path / "in")
    list(Batch(kb, find(other, "alpha")).run())
    mirror(kb, tmp_path / "in")
    assert paths(kb) == {"rent-0.txt", "rent-1.txt", "deposit-0.txt"}


def test_a_folder_that_is_followed_tells_what_changes_in_it(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    files = notes(tmp_path / "in" / "alpha", 2)
    stop = threading.Event()
    told: list[tuple[str, str | None]] = []

    def change() -> None:
        try:
            wait_until(lambda: len(told) >= 2)
            files[1].write_text("The rent is waived for a year.\n")
            files[0].unlink()
            wait_until(lambda: len(told) >= 3)
        finally:
            stop.set()

    changing = threading.Thread(target=change)
    changing.start()
    for item in follow(kb, tmp_path / "in", None, stop=stop):
        told.append((Path(item.path).name, item.outcome))
    changing.join()
    assert sorted(told[:2]) == [("rent-0.txt", "ready"), ("rent-1.txt", "ready")]
    assert told[2:] == [("rent-1.txt", "ready")]
    assert paths(kb) == {"rent-1.txt"}
    [current] = kb.library.documents(everything(kb))
    assert "waived" in kb.library.text(current.id, everything(kb))
