"""A child reaches one document: its file, its folders, and nothing that another has left."""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import api.images
from api.images import PageImages, Picture
from kb.errors import KBError, LimitExceeded, ParseFailed
from kb.pages import Mark
from kb.paths import ROOT
from kb.sandbox.confinement.landlock import landlock_version
from kb.sandbox.confinement.limits import Limits
from kb.sandbox.pool import Child, Pool
from kb.sandbox.scratch import make_temporary, sweep

KEPT = frozenset({"colorsys"})
LIMITS = Limits(memory_mb=768)
landlock = pytest.mark.skipif(not landlock_version(), reason="no Landlock in this kernel")


def read(path: str) -> str:
    return Path(path).read_text("utf-8", "replace")


def read_in_c(path: str) -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    opened = libc.open(path.encode(), os.O_RDONLY)
    if opened < 0:
        raise PermissionError(ctypes.get_errno(), path)
    return os.read(opened, 1 << 20).decode("utf-8", "replace")


def read_in_a_program(path: str) -> str:
    done = subprocess.run(["cat", path], capture_output=True, text=True)
    if done.returncode:
        raise PermissionError(done.stderr)
    return done.stdout


def listed(path: str) -> list[str]:
    return os.listdir(path)


def write(path: str) -> int:
    return Path(path).write_text("written")


def append(path: str) -> None:
    with open(path, "a") as file:
        file.write("more")


def link(path: str) -> None:
    os.link(path, Path(tempfile.gettempdir(), "link"))
    append(str(Path(tempfile.gettempdir(), "link")))


def unlink(path: str) -> None:
    os.unlink(path)


def run_what_it_wrote() -> None:
    path = Path(tempfile.gettempdir(), "program")
    path.write_text("#!/bin/sh\n")
    path.chmod(0o700)
    subprocess.run([str(path)], check=True)


def leave_temporary(how: str = "") -> str:
    path = Path(tempfile.mkdtemp())
    (path / "left").write_text("words of a document")
    if how == "error":
        raise ValueError("words")
    if how == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "sleep":
        time.sleep(60)
    return str(path)


def remember(words: str) -> None:
    globals()["_remembered"] = words
    os.environ["REMEMBERED"] = words


def remembered() -> list[object]:
    return [globals().get("_remembered"), os.environ.get("REMEMBERED")]


def import_two() -> None:
    import colorsys  # noqa: F401
    import sndhdr  # noqa: F401


def imported() -> list[str]:
    return [name for name in ("colorsys", "sndhdr") if name in sys.modules]


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    child = Child(limits=LIMITS)
    yield child
    child.close()


@pytest.fixture
def original(tmp_path: Path) -> str:
    path = tmp_path / "originals" / "ab"
    path.parent.mkdir()
    path.write_text("words of the document")
    return str(path)


@pytest.mark.parametrize("reading", [read, read_in_c, read_in_a_program])
def test_a_child_can_read_its_document(
    child: Child, original: str, reading: Callable[[str], str]
) -> None:
    assert child.call(reading, original, timeout_s=20, file=original) == "words of the document"


@landlock
@pytest.mark.parametrize("reading", [read, read_in_c, read_in_a_program])
@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param("catalogue.sqlite", id="the catalogue"),
        pytest.param("originals/cd", id="another original"),
        pytest.param("scratch/tmp1/00001", id="the scratch folder of another document"),
        pytest.param("/etc/passwd", id="the machine's accounts"),
        pytest.param("/proc/1/cmdline", id="what others do"),
        pytest.param(f"{ROOT}/pyproject.toml", id="the checkout, in which the store lies"),
    ],
)
def test_a_child_can_read_nothing_else(
    child: Child, original: str, tmp_path: Path, wanted: str, reading: Callable[[str], str]
) -> None:
    path = tmp_path / wanted
    if tmp_path in path.parents:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words of another matter")
    assert path.read_text()
    with pytest.raises(ParseFailed, match="PermissionError"):
        child.call(reading, str(path), timeout_s=20, file=original)


@landlock
@pytest.mark.parametrize("folder", ["", "originals", "scratch"])
def test_a_child_cannot_list_what_is_read_by_others(
    child: Child, original: str, tmp_path: Path, folder: str
) -> None:
    (tmp_path / "scratch").mkdir()
    with pytest.raises(ParseFailed, match="PermissionError"):
        child.call(listed, str(tmp_path / folder), timeout_s=20, file=original)


@landlock
@pytest.mark.parametrize("attempt", [write, append, link, unlink])
def test_a_child_cannot_change_its_original_nor_another_file(
    child: Child, original: str, tmp_path: Path, attempt: Callable[[str], object]
) -> None:
    other = tmp_path / "other"
    other.write_text("other")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for path in (original, str(other)):
        with pytest.raises(ParseFailed, match="Error"):
            child.call(attempt, path, timeout_s=20, file=original, scratch=str(scratch))
    assert read(original) == "words of the document"
    assert other.read_text() == "other"


@landlock
def test_nothing_is_written_outside_its_folders(child: Child, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    allowed = str(scratch / "a")
    assert child.call(write, allowed, timeout_s=20, scratch=str(scratch)) == 7
    for folder in (tmp_path, Path(tempfile.gettempdir()), ROOT, Path.home()):
        with pytest.raises(ParseFailed, match="PermissionError"):
            child.call(write, str(folder / "new"), timeout_s=20, scratch=str(scratch))
    with pytest.raises(ParseFailed, match="PermissionError"):
        child.call(run_what_it_wrote, timeout_s=20)


@pytest.mark.parametrize("other", [str(ROOT / "LICENSE"), ""])
def test_nothing_of_one_document_is_left_in_the_process_of_another(
    child: Child, original: str, other: str
) -> None:
    child.call(remember, "words", timeout_s=20, file=original)
    assert child.call(remembered, timeout_s=20, file=original) == ["words", "words"]
    assert child.call(remembered, timeout_s=20, file=other) == [None, None]


def test_of_modules_only_those_are_left_that_a_module_of_ours_names(original: str) -> None:
    child = Child(limits=LIMITS)
    child.call(import_two, timeout_s=20, file=original)
    assert child.call(imported, timeout_s=20, file=original) == ["colorsys", "sndhdr"]
    assert child.call(imported, timeout_s=20) == ["colorsys"]
    child.close()


def test_temporary_files_are_not_left_after_a_call_whether_it_ends_well_or_not(
    tmp_path: Path, original: str
) -> None:
    folder = tmp_path / "temporary"
    child = Child(writable=folder, limits=LIMITS)
    for how in ("", "error"):
        try:
            child.call(leave_temporary, how, timeout_s=20, file=original)
        except ParseFailed:
            assert how == "error"
        [own] = folder.iterdir()
        assert list(own.iterdir()) == []
    for how, kind in (("crash", ParseFailed), ("sleep", LimitExceeded)):
        with pytest.raises(kind):
            child.call(leave_temporary, how, timeout_s=2, file=original)
        assert list(folder.iterdir()) == []
    child.call(leave_temporary, timeout_s=20, file=original)
    child.close()
    assert list(folder.iterdir()) == []


def test_nothing_is_left_in_a_pool_when_a_document_is_done(tmp_path: Path, original: str) -> None:
    folder = tmp_path / "temporary"
    with Pool(2, writable=folder, memory_mb=768) as pool:
        pool.call(leave_temporary, timeout_s=20, file=original)
        assert list(folder.iterdir())
        pool.leave(original)
        assert list(folder.iterdir()) == []


def test_what_a_killed_parent_left_is_swept_and_what_another_uses_is_not(tmp_path: Path) -> None:
    program = (
        "import os, sys, tempfile; from pathlib import Path; from kb.sandbox.pool import Child; "
        "from tests.kb.sandbox.test_one_document import leave_temporary; "
        "Child(writable=Path(sys.argv[1])).call(leave_temporary, timeout_s=20, file=sys.argv[0]); "
        "os.kill(os.getpid(), 9)"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], env=environ, check=False)
    [left] = tmp_path.iterdir()
    used = make_temporary(str(tmp_path))
    child = Child(writable=tmp_path, limits=LIMITS)
    child.call(remembered, timeout_s=20)
    child.close()
    assert not left.exists()
    assert list(tmp_path.iterdir()) == [Path(used.path)]
    used.remove()
    sweep(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def draw_and_write(path: str, page: int, *, mark: Mark, width: int) -> bytes:
    """Where it could write and what it could read, in place of a page."""
    done = []
    for attempt, wanted in (
        *((read, one) for one in (path, "/etc/passwd", f"{path}.other")),
        *((write, one) for one in (path, f"{path}.new", "/tmp/new")),
        (write, f"{tempfile.gettempdir()}/own"),
    ):
        try:
            attempt(wanted)
        except OSError:
            continue
        done.append(f"{attempt.__name__} {Path(wanted).name}")
    return ", ".join(done).encode()


@landlock
def test_a_drawing_reads_its_document_alone_and_writes_in_its_own_folder_alone(
    tmp_path: Path, original: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(f"{original}.other").write_text("another")
    monkeypatch.setattr(api.images, "render_page", draw_and_write)

    async def drawn() -> bytes:
        images = PageImages(writable=tmp_path / "temporary")
        try:
            return await images.png(Picture(Path(original), 1, Mark(), 100))
        finally:
            images.close()

    done = asyncio.run(drawn())
    assert done == b"read ab, write own"
    assert list((tmp_path / "temporary").iterdir()) == []


def hold_and_fork() -> int:
    """Two processes that share what they hold; the bytes that each of them has."""
    held = bytearray(b"x") * (300 << 20)
    forked = os.fork()
    time.sleep(1)
    if forked == 0:
        os._exit(0)
    os.waitpid(forked, 0)
    return len(held)


def test_memory_that_processes_share_is_counted_once() -> None:
    child = Child(limits=Limits(memory_mb=520))
    assert child.call(hold_and_fork, timeout_s=20) == 300 << 20
    child.close()


def test_where_confining_fails_nothing_is_read(tmp_path: Path, original: str) -> None:
    child = Child(limits=LIMITS)
    with pytest.raises(KBError):
        child.call(read, original, timeout_s=20, file=original, scratch=str(tmp_path / "absent"))
    child.close()
