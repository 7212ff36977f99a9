"""A store that can only be read: a backup, or a file system mounted without writing.

Where this user may mount nothing, these tests are skipped and say so.
"""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import Commands, new_store

QUESTION = "What is the monthly rent?"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    folder = tmp_path_factory.mktemp("whole")
    kb = new_store(folder)
    (folder / "in").mkdir()
    (folder / "in" / "lease.txt").write_text("The monthly rent is 5,000 dollars.\n")
    kb.ingest(folder / "in")
    return kb


def mounted(store: Path) -> None:
    """The folder is on itself a file system that nobody writes to, root neither."""
    for arguments in (["--bind", store, store], ["-o", "remount,bind,ro", store]):
        done = subprocess.run(["mount", *map(str, arguments)], capture_output=True)
        if done.returncode:
            pytest.skip("nothing can be mounted here")


@pytest.fixture(scope="module")
def read_only(whole: Commands) -> Iterator[Commands]:
    store = whole.data_dir
    mounted(store)
    yield whole
    subprocess.run(["umount", store], check=True)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("status", "1 ready"),
        ("show lease.txt", "lease.txt"),
        ("show lease.txt --text", "5,000 dollars"),
        ("search rent", "5,000 dollars"),
        ("search --terms rent", "5,000 dollars"),
        ("ask --no-llm", "5,000 dollars"),
        ("similar lease.txt", "Nothing"),
        ("matter list", ""),
        ("changes", ""),
        ("jobs", "1 ready"),
        ("models list", "SmolLM2"),
        ("doctor", "can only be read"),
    ],
)
def test_it_is_read(read_only: Commands, command: str, said: str) -> None:
    words = command.split()
    printed, _ = read_only.exactly(*words, *([QUESTION] if words[0] == "ask" else []))
    assert said in printed.decode()


@pytest.mark.parametrize("command", ["search rent", "search --terms rent", "similar lease.txt"])
def test_whoever_is_shown_something_is_told_that_nobody_records_it(
    read_only: Commands, command: str
) -> None:
    assert "nobody records what is shown" in read_only.exactly(*command.split())[1]


@pytest.mark.parametrize(
    "command",
    [
        *("serve --port 0", "ingest in", "ingest in --sync", "delete lease.txt", "reindex"),
        *("matter add New", "fact lease.txt type lease", "doctor --adopt"),
    ],
)
def test_what_would_write_says_that_it_cannot(read_only: Commands, command: str) -> None:
    assert "can only be read here" in read_only.run(*command.split(), code=1)


def test_a_store_without_an_export_makes_one_for_itself_alone(
    whole: Commands, tmp_path: Path
) -> None:
    """Loads the reference, which takes seconds: a backup may be read on another machine."""
    store = tmp_path / "store"
    shutil.copytree(whole.data_dir, store, ignore=shutil.ignore_patterns("models", "kb.sock"))
    mounted(store)
    try:
        assert "5,000 dollars" in Commands(store).run("search", "rent")
    finally:
        subprocess.run(["umount", store], check=True)
