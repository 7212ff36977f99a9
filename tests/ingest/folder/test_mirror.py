"""A folder mirrored and followed: what changes, moves and goes is so in the store."""

import os
import shutil
import threading
from pathlib import Path

import pytest

from ingest.folder.batch import Batch
from ingest.folder.mirror import apply, drift
from ingest.folder.scan import absolute_path, find
from ingest.folder.watch import follow
from kb.app.bootstrap import KnowledgeBase
from kb.domain import Scope
from kb.domain.jobs import JobItem
from kb.errors import BadRequest
from tests.ingest.test_worker import check_whole, notes, wait_until

pytestmark = pytest.mark.usefixtures("lent_parsers")


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


def test_a_name_that_is_not_utf8_is_taken_in_spelled_out_and_found_again(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    notes(folder / "alpha", 1)
    odd = os.fsencode(folder / "alpha") + b"/caf\xe9.txt"
    Path(os.fsdecode(odd)).write_text("The rent of the café is 900.")
    assert [item.outcome for item in mirror(kb, folder)] == ["ready", "ready"]
    assert paths(kb) == {"caf\\xe9.txt", "rent-0.txt"}
    assert [item.outcome for item in mirror(kb, folder)] == ["unchanged", "unchanged"]
    Path(os.fsdecode(odd)).unlink()
    mirror(kb, folder)
    assert paths(kb) == {"rent-0.txt"}
    check_whole(kb)


def closed(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A folder that cannot be looked into, also for root."""
    look = os.scandir

    def scandir(path: str) -> object:
        if str(path) == str(folder):
            raise PermissionError(13, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", scandir)


def test_what_lies_in_a_folder_that_cannot_be_read_is_not_gone(
    kb: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = notes(tmp_path / "in" / "alpha", 2)
    notes(tmp_path / "in" / "alpha" / "sub", 2, about="deposit")
    mirror(kb, tmp_path / "in")
    files[0].unlink()
    with monkeypatch.context() as patched:
        closed(patched, tmp_path / "in" / "alpha" / "sub")
        ends = {Path(item.path).name: str(item.outcome) for item in mirror(kb, tmp_path / "in")}
    assert ends == {"sub": "failed", "rent-1.txt": "unchanged"}
    assert paths(kb) == {"rent-1.txt", "deposit-0.txt", "deposit-1.txt"}
    with monkeypatch.context() as patched:
        closed(patched, tmp_path / "in")
        assert [item.outcome for item in mirror(kb, tmp_path / "in")] == ["failed"]
    assert len(paths(kb)) == 3
    check_whole(kb)


def test_a_new_file_that_cannot_be_read_ends_as_that_and_stops_nothing(
    kb: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = notes(tmp_path / "in" / "alpha", 2)
    mirror(kb, tmp_path / "in")
    files[0].unlink()
    fresh = notes(tmp_path / "in" / "alpha", 1, about="fee")[0]
    opened = Path.open

    def refused(path: Path, *args: object, **named: object) -> object:
        if path == fresh:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **named)  # type: ignore[call-overload]  # handed on

    monkeypatch.setattr(Path, "open", refused)
    ends = {Path(item.path).name: str(item.outcome) for item in mirror(kb, tmp_path / "in")}
    assert ends == {"fee-0.txt": "failed", "rent-1.txt": "unchanged"}


def test_a_folder_is_named_one_way_however_it_is_written(kb: KnowledgeBase, tmp_path: Path) -> None:
    files = notes(tmp_path / "in" / "alpha", 2)
    (tmp_path / "in" / "beta").mkdir()
    roundabout = tmp_path / "in" / "beta" / ".."
    mirror(kb, tmp_path / "in")
    files[0].unlink()
    change = drift(kb, absolute_path(roundabout), find([roundabout], None))
    assert [Path(source.path).name for source in change.gone] == ["rent-0.txt"]


def test_blanks_in_a_folders_name_are_one_as_in_the_name_of_its_matter(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    [file] = notes(tmp_path / "in" / "Harbour  Road", 1)
    mirror(kb, tmp_path / "in")
    before = {d.id for d in kb.library.documents(everything(kb))}
    file.rename(file.with_name("renamed.txt"))
    mirror(kb, tmp_path / "in")
    assert {d.id for d in kb.library.documents(everything(kb))} == before


def test_a_folder_whose_name_is_no_matters_stops_nothing(kb: KnowledgeBase, tmp_path: Path) -> None:
    for name in ("x" * 230, "x" * 231, " ", "beta"):
        notes(tmp_path / "in" / name, 1, about=name[-3:].strip() or "blank")
    assert [item.outcome for item in mirror(kb, tmp_path / "in")] == ["ready"] * 4
    names = [matter.name for matter in kb.library.matters(everything(kb))]
    assert len(names) == 4
    assert {"beta", "general"} < set(names)
    assert all(len(name) <= 200 for name in names)
