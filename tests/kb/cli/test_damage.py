"""What commands make of a store that is damaged or open: sentences, and all that can be told."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import kb.__main__
from tests.commands import Commands, new_store


def garble_catalogue(store: Path) -> None:
    """All but the first page, so that it opens."""
    with (store / "catalogue.db").open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(os.fstat(file.fileno()).st_size - 4096))


def garble_header(store: Path) -> None:
    with (store / "catalogue.db").open("r+b") as file:
        file.write(os.urandom(4096))


def cut_catalogue(store: Path) -> None:
    os.truncate(store / "catalogue.db", 9000)


def garble_models(store: Path) -> None:
    (store / "models" / "models.json").write_bytes(b"{")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    kb = new_store(folder)
    (folder / "in").mkdir()
    (folder / "in" / "lease.txt").write_text("The monthly rent is 5,000 dollars.\n")
    kb.ingest(folder / "in")
    return kb.data_dir


@pytest.fixture
def kb_(whole: Path, tmp_path: Path) -> Commands:
    shutil.copytree(whole, tmp_path / "store", symlinks=True)
    return Commands(tmp_path / "store")


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (garble_catalogue, "catalogue.db"),
        (garble_header, "catalogue.db"),
        (cut_catalogue, "catalogue.db"),
        (garble_models, "models.json"),
    ],
)
def test_the_doctor_marks_what_is_damaged_and_tells_the_rest(
    kb_: Commands, damage: Callable[[Path], None], named: str
) -> None:
    damage(kb_.data_dir)
    report = kb_.json("doctor", code=1)
    assert report["problems"]
    assert all(named in told and told.endswith(".") for told in report["problems"])
    assert (report["catalogue"]["state"] == "whole") == (named != "catalogue.db")
    assert report["disk_free_mb"] > 0 and all(report["libraries"].values())
    kb_.run("doctor", code=1)


def test_the_doctor_says_what_was_open_to_others(kb_: Commands) -> None:
    (kb_.data_dir / "originals").chmod(0o755)
    (kb_.data_dir / "catalogue.db").chmod(0o644)
    report = kb_.json("doctor")
    assert report["permissions"] == {"open": 2, "closed": 2} and report["problems"] == []
    assert kb_.json("doctor")["permissions"] == {"open": 0, "closed": 0}
    assert "closed to other users" in kb_.run("doctor")


@pytest.mark.parametrize("damage", [garble_catalogue, garble_header, cut_catalogue])
@pytest.mark.parametrize("command", ["status", "search rent", "delete lease.txt", "ingest ."])
def test_a_damaged_catalogue_ends_a_command_with_a_sentence(
    kb_: Commands, damage: Callable[[Path], None], command: str
) -> None:
    damage(kb_.data_dir)
    said = kb_.run(*command.split(), code=1)
    assert "catalogue.db" in said and said.strip().endswith(".")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyError("a word of a client"), "KeyError at tests/kb/cli/test_damage.py:"),
        (PermissionError(13, "Permission denied", "/their/file"), "Permission denied, /their/file"),
    ],
)
def test_what_nobody_had_thought_of_is_a_sentence_with_a_code_of_its_own(
    error: Exception,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def failing(**_: object) -> int:
        raise error

    monkeypatch.setattr("kb.__main__.app", failing)
    monkeypatch.setattr(os, "umask", lambda mask: mask)
    assert kb.__main__.main() == 70
    told = capsys.readouterr().err
    assert said in told and "kb doctor" in told
    assert "Traceback" not in told and "client" not in told
