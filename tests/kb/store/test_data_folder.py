"""A store is closed to other users of the machine, and searched where it can only be read."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.errors import StoreProblem
from kb.settings import Settings
from kb.store.data_folder import OURS, close_to_others, open_to_others, writable, written_to
from kb.store.database import Database
from tests.fakes import FakeEmbedder
from tests.shelf import put


def opened(folder: Path) -> KnowledgeBase:
    return KnowledgeBase(Settings(data_dir=folder), embedder=FakeEmbedder(), chat=None)


@pytest.fixture(autouse=True)
def as_the_command() -> Iterator[None]:
    """What is written meanwhile is closed, as it is by `kb`."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """One with an original and a model in it, all of it open."""
    folder = tmp_path / "store"
    with closing(opened(folder)) as kb:
        kb.files.put([b"LEASE"], limit=99, name="lease.txt")
    (folder / "models" / "embedder").mkdir(parents=True)
    (folder / "models" / "embedder" / "run").write_bytes(b"")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    (folder / "models" / "embedder" / "run").chmod(0o755)
    return folder


def test_an_owner_closes_what_is_open_to_others(
    store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    everything = {store, *store.rglob("*")}
    assert set(open_to_others(store)) == everything
    with closing(opened(store)):
        assert list(open_to_others(store)) == []
    assert {mode(path) for path in (store, *store.rglob("*")) if path.is_dir()} == {0o700}
    assert mode(store / "catalogue.db") == 0o600
    assert mode(store / "models" / "embedder" / "run") == 0o700
    assert "open to other users" in caplog.text
    caplog.clear()
    close_to_others(store)
    assert caplog.text == ""


def test_what_is_inside_is_closed_before_what_it_is_in(store: Path) -> None:
    """So that one who is interrupted goes on with the rest at the next start."""
    found = list(open_to_others(store))
    places = {path: number for number, path in enumerate(found)}
    assert all(places[path] < places[path.parent] for path in found if path != store)


def test_a_store_that_is_named_by_a_link_is_closed(store: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(store)
    close_to_others(tmp_path / "link")
    assert mode(store) == 0o700 and mode(store / "originals") == 0o700


def test_what_is_not_ours_is_left_alone(store: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    for path in (outside, store / "theirs.txt"):
        path.write_text("theirs")
        path.chmod(0o644)
    (store / "models" / "linked").symlink_to(outside)
    close_to_others(store)
    assert mode(outside) == mode(store / "theirs.txt") == 0o644
    assert mode(store) == 0o777, "a folder that holds more than a store may be meant for others"
    assert mode(store / "originals") == 0o700


def test_what_is_another_users_is_told_and_no_failure(
    store: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4321)
    with closing(opened(store)):
        assert mode(store / "originals") == 0o777
    assert "chmod -R go=" in caplog.text and str(store) in caplog.text


def test_a_folder_that_is_not_there_or_cannot_be_listed_is_no_failure(tmp_path: Path) -> None:
    close_to_others(tmp_path / "nowhere")
    (tmp_path / "file").write_bytes(b"")
    close_to_others(tmp_path / "file")


def test_every_name_in_a_store_is_known(store: Path) -> None:
    with closing(opened(store)) as kb:
        kb.chunks.ids()
        assert {path.name for path in store.iterdir()} <= OURS


@pytest.fixture
def read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One with a passage, that was closed in order and cannot be written to any more."""
    folder = tmp_path / "store"
    with closing(opened(folder)) as kb:
        put(kb, "alpha", "lease.txt", "The monthly rent is 5,000 dollars.")
    monkeypatch.setattr("kb.app.catalogue.written_to", lambda _: False)
    return folder


def everything(folder: Path) -> dict[Path, tuple[int, int, bytes]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        path: (path.stat().st_mtime_ns, path.stat().st_size, path.read_bytes()) for path in files
    }


def test_a_store_that_is_only_read_is_searched_and_not_touched(
    read_only: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = everything(read_only)
    with closing(opened(read_only)) as kb:
        found = kb.retriever.search("monthly rent", kb.access.scope(kb.access.local_user()))
        assert [passage.document.name for passage in found.passages] == ["lease.txt"]
        with pytest.raises(StoreProblem, match="can only be read"):
            kb.own()
        with pytest.raises(StoreProblem, match="can only be read"):
            kb.library.add_matter("beta")
        assert not kb.owner.held
    assert everything(read_only) == before
    assert "nobody records" in caplog.text


def test_what_is_written_meanwhile_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By one who may only read, while the owner, who is another user, goes on."""
    folder = tmp_path / "store"
    with closing(opened(folder)) as kb:
        put(kb, "alpha", "lease.txt", "The monthly rent is 5,000 dollars.")
        monkeypatch.setattr("kb.app.catalogue.written_to", lambda _: False)
        with closing(opened(folder)) as reading:
            put(kb, "alpha", "other.txt", "The deposit is 900 dollars.")
            scope = reading.access.scope(reading.access.local_user())
            assert sum(reading.library.counts(scope).values()) == 2


def test_a_log_that_would_be_missing_is_told(read_only: Path) -> None:
    (read_only / "catalogue.db-wal").write_bytes(bytes(32))
    with pytest.raises(StoreProblem, match="what its log holds would be missing"):
        opened(read_only)


def test_an_older_shape_that_cannot_be_renewed_is_told(read_only: Path) -> None:
    with closing(Database(read_only / "catalogue.db")) as database, database.write() as connection:
        connection.execute("PRAGMA user_version=3")
    with pytest.raises(StoreProblem, match="has shape 3"):
        opened(read_only)


@pytest.mark.parametrize("refused", ["store", "store/catalogue.db"])
def test_whether_a_store_is_written_to(
    tmp_path: Path, refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"
    assert written_to(store)
    with closing(opened(store)):
        pass
    assert written_to(store) and writable(store / "models" / "new")
    monkeypatch.setattr(os, "access", lambda path, _: path != tmp_path / refused)
    assert not written_to(store)
    monkeypatch.setattr(os, "access", lambda path, _: path != store)
    assert not writable(store / "models" / "new")


def locks_of(path: Path) -> list[str]:
    """As the kernel lists them, by the number of the file."""
    node = f":{path.stat().st_ino} "
    return [line for line in Path("/proc/locks").read_text().splitlines() if node in line]


def test_closing_a_store_keeps_the_locks_of_who_works_on_it(store: Path) -> None:
    """SQLite's locks are the process's: closing any descriptor of the file drops them all."""
    with closing(opened(store)) as kb:
        kb.database.rows("SELECT 1 FROM document")
        node = os.stat(store / "catalogue.db-shm").st_ino
        held = [
            line for line in Path("/proc/locks").read_text().splitlines() if f":{node} " in line
        ]
        (store / "catalogue.db").chmod(0o644)
        (store / "catalogue.db-shm").chmod(0o644)
        close_to_others(store)
        after = [
            line for line in Path("/proc/locks").read_text().splitlines() if f":{node} " in line
        ]
    assert held and len(after) == len(held)
    assert mode(store / "catalogue.db") == 0o600


def test_a_folder_of_models_that_is_not_ours_is_left_alone(store: Path) -> None:
    shutil.rmtree(store / "models")
    (store / "models").mkdir()
    theirs = store / "models" / "w.bin"
    theirs.write_bytes(b"")
    theirs.chmod(0o644)
    close_to_others(store)
    assert mode(theirs) == 0o644
