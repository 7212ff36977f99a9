"""The command that the set-up writes: from any folder, over the same store, with completion."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import ROOT

HEAVY = (
    *("torch", "transformers", "sentence_transformers", "llama_cpp", "llama_index", "chromadb"),
    *("fastapi", "uvicorn", "spacy", "sklearn", "unstructured", "eyecite", "rapidocr", "ray"),
)
"""What takes seconds to import, or hundreds of megabytes."""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with a space, a quote and a dollar in its path, and an environment in it."""
    root = tmp_path_factory.mktemp("it's a $HOME")
    for room in ("kb", "ingest", "api", "data"):
        (root / room).symlink_to(ROOT / room)
    (root / "requirements").mkdir()
    shutil.copy(ROOT / "requirements" / "install.sh", root / "requirements")
    (root / ".venv" / "bin").mkdir(parents=True)
    python = root / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    subprocess.run(["bash", "requirements/install.sh", "command"], cwd=root, check=True)
    return root


@pytest.fixture
def command(checkout: Path) -> Path:
    return checkout / ".venv" / "bin" / "kb"


def run(command: Path, *arguments: str, cwd: Path, **environ: str) -> str:
    """What it prints where nothing is set but what is given."""
    done = subprocess.run(
        [command, *arguments],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "HOME": str(cwd), "NO_COLOR": "1", **environ},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_the_same_as_the_module_from_any_folder(command: Path, tmp_path: Path) -> None:
    store = {"KB_DATA_DIR": str(tmp_path / "store")}
    run(command, "matter", "add", "Northwind acquisition", cwd=tmp_path, **store)
    by_command = run(command, "matter", "list", "--json", cwd=Path("/"), **store)
    by_module = subprocess.run(
        [sys.executable, "-m", "kb", "matter", "list", "--json"],
        env={**os.environ, "PYTHONPATH": str(ROOT), **store},
        capture_output=True,
        text=True,
        check=True,
    )
    assert by_command == by_module.stdout
    assert "Northwind acquisition" in by_command


def test_what_lies_in_the_folder_does_not_stand_in_for_a_library(
    command: Path, tmp_path: Path
) -> None:
    (tmp_path / "kb").mkdir()
    for name in ("kb/__init__.py", "kb/__main__.py", "typer.py", "json.py"):
        (tmp_path / name).write_text("raise SystemExit('taken over')\n")
    assert "Usage: kb [OPTIONS] COMMAND" in run(command, "--help", cwd=tmp_path)


def test_its_store_is_that_of_the_checkout_unless_another_is_named(
    command: Path, checkout: Path, tmp_path: Path
) -> None:
    (checkout / ".venv" / "bin" / "kb-here").write_text(
        command.read_text().replace("-m kb", "-c 'import os; print(os.environ[\"KB_DATA_DIR\"])'")
    )
    asked: list[str | Path] = ["bash", checkout / ".venv" / "bin" / "kb-here"]
    there = subprocess.run(
        asked, cwd=tmp_path, env={"PATH": os.environ["PATH"]}, capture_output=True
    )
    assert there.stdout.decode() == f"{checkout}/data/local\n"
    with pytest.raises(AssertionError, match="KB_DATA_DIR is not usable"):
        run(command, "status", cwd=tmp_path, KB_DATA_DIR="")


def test_the_set_up_writes_it_last_before_its_stamp() -> None:
    lines = (ROOT / "requirements" / "install.sh").read_text().splitlines()
    assert lines[-2:] == ["write_command", 'touch "$venv/.run"']


def test_bash_completes_commands_and_options(command: Path, tmp_path: Path) -> None:
    def completed(words: str, place: int) -> set[str]:
        asked = {"_KB_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(place)}
        return set(run(command, cwd=tmp_path, **asked).split())

    assert completed("kb ma", 1) == {"matter"}
    assert completed("kb matter ", 2) == {"add", "list"}
    assert {"--matter", "--no-llm"} <= completed("kb ask --", 2)


def test_zsh_completes_commands_with_what_they_do(command: Path, tmp_path: Path) -> None:
    asked = {"_KB_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "kb matter li"}
    assert '"list":"List the matters' in run(command, cwd=tmp_path, **asked)


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion_is_installed_for_a_shell(command: Path, tmp_path: Path, shell: str) -> None:
    """As typer does it: the shell is that of the process which runs the command."""
    there = shutil.which(shell)
    if there is None:
        pytest.skip(f"no {shell}")
    asked: list[str | Path] = [there, "-c", '"$0" --install-completion; true', command]
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(asked, env=environ, capture_output=True, text=True)
    assert f"{shell} completion installed" in done.stdout, done.stderr
    written = "".join(one.read_text() for one in tmp_path.rglob("*kb*") if one.is_file())
    assert "_KB_COMPLETE=complete_" + shell in written
    assert "python" not in written


def test_completing_imports_nothing_heavy() -> None:
    code = f"import sys, kb.__main__; print([h for h in {HEAVY!r} if h in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
