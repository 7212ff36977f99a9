"""A terminal believes nothing that a client's file is called or says."""

from pathlib import Path

import pytest

from tests.commands import Commands, new_store

NAME = "a\x1b[31m\u202e.txt\nready  forged.txt"
TEXT = f"The rent of the quay is\x1b]0;owned\x07 5,000 dollars. {'It is paid in advance. ' * 9}\n"


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    place = tmp_path_factory.mktemp("terminal")
    made = new_store(place)
    folder = place / "in" / "mat\x1bter"
    folder.mkdir(parents=True)
    (folder / NAME).write_text(TEXT)
    (folder / "empty\x1b.txt").touch()
    made.run("ingest", place / "in")
    return made


@pytest.mark.parametrize(
    "words",
    [
        ("ingest", "IN"),
        ("ingest", "--dry-run", "IN"),
        ("search", "rent quay"),
        ("search", "--terms", "rent"),
        ("ask", "--no-llm", "What is the rent of the quay?"),
        ("status",),
        ("matter", "list"),
        ("jobs",),
        ("show", "empty\x1b[5m"),
    ],
)
def test_no_command_lets_it_through(kb: Commands, words: tuple[str, ...]) -> None:
    asked = [str(kb.data_dir.parent / "in") if word == "IN" else word for word in words]
    told = kb.run(*asked, code=1 if words[0] == "show" else 0)
    assert told.strip()
    assert not set("\x1b\x07\u202e\r") & set(told)
    assert not any(line.startswith("ready  forged") for line in told.splitlines())


def test_programs_get_the_names_as_they_are(kb: Commands, tmp_path: Path) -> None:
    [passage] = kb.json("search", "rent quay")["passages"]
    assert passage["document"] == NAME
    assert "\x1b" in passage["text"]
