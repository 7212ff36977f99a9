"""The size limits of the house catch what breaks them."""

from pathlib import Path

import pytest

from tests import limits
from tests.limits import circle, crowded, outgrown


def written(root: Path, files: dict[str, str]) -> list[Path]:
    """Python files below `root`, by path and text."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return [root / path for path in files]


def test_the_house_is_within_its_limits(capsys: pytest.CaptureFixture[str]) -> None:
    assert limits.main() == 0, capsys.readouterr().out
    assert "files within the size limits" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("a = 1\n" * 301, "long.py: 301 lines", id="file"),
        pytest.param("def f():\n" + "    a = 1\n" * 45, "long.py:1 f: 46 lines", id="function"),
        pytest.param(
            "def f(a, b, c, d, e, g): ...\n", "long.py:1 f: 6 parameters", id="parameters"
        ),
    ],
)
def test_what_is_too_long_is_named(tmp_path: Path, text: str, said: str) -> None:
    [file] = written(tmp_path, {"long.py": text})
    assert outgrown(file, tmp_path) == [said]


def test_what_is_just_short_enough_is_not_named(tmp_path: Path) -> None:
    text = "def f(a, b, c, d, e, *, g):\n" + "    a = 1\n" * 44 + "a = 1\n" * 255
    [file] = written(tmp_path, {"long.py": text})
    assert outgrown(file, tmp_path) == []


def test_a_folder_of_sixteen_files_is_too_full(tmp_path: Path) -> None:
    files = {f"kb/room/file_{number}.py": "" for number in range(15)}
    assert crowded(written(tmp_path, {"kb/room/__init__.py": "", **files}), tmp_path) == []
    files["kb/room/file_15.py"] = ""
    assert crowded(written(tmp_path, files), tmp_path) == [
        "kb/room: 16 files, and a folder has at most 15"
    ]


STRAIGHT = {
    "kb/__init__.py": "",
    "kb/__main__.py": "import kb.roof.door",
    "kb/errors.py": "",
    "kb/roof/__init__.py": "",
    "kb/roof/door.py": "from kb.errors import Wrong\nfrom kb.walls.north import stone",
    "kb/walls/__init__.py": "",
    "kb/walls/north.py": "from kb.walls import south\nfrom kb.errors import Wrong",
    "kb/walls/south.py": "import json",
}


def test_folders_that_import_downwards_make_no_circle(tmp_path: Path) -> None:
    assert circle(written(tmp_path, STRAIGHT), tmp_path) is None


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        pytest.param(
            "kb/walls/south.py",
            "import kb.roof.door",
            "kb/roof imports kb/walls (in kb/roof/door.py), "
            "which imports kb/roof (in kb/walls/south.py).",
            id="of a module",
        ),
        pytest.param(
            "kb/walls/south.py",
            "def f():\n    from kb.roof import door",
            "kb/roof imports kb/walls (in kb/roof/door.py), "
            "which imports kb/roof (in kb/walls/south.py).",
            id="within a function",
        ),
        pytest.param(
            "kb/errors.py",
            "from kb.walls.south import brick",
            "kb/errors.py imports kb/walls (in kb/errors.py), "
            "which imports kb/errors.py (in kb/walls/north.py).",
            id="of a file beside the folders",
        ),
    ],
)
def test_a_circle_of_folders_is_said(tmp_path: Path, file: str, line: str, said: str) -> None:
    files = written(tmp_path, {**STRAIGHT, file: line})
    assert circle(files, tmp_path) == f"A circle of folders: {said}"
