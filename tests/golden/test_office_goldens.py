"""Small files of each format, read as they were when a person last looked at the result.

`KB_WRITE_GOLDENS=1` writes the expected text again; read the difference before it is kept.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.parsing.parse import parse
from kb.sandbox.pool import Pool
from kb.settings import Settings
from tests.golden import other_files, word_files
from tests.golden.shown import shown

EXPECTED = Path(__file__).parent / "office"
FILES: dict[str, Callable[[Path], object]] = {**word_files.FILES, **other_files.FILES}


@pytest.mark.parametrize("name", FILES)
def test_a_file_reads_as_it_did(tmp_path: Path, pool: Pool, name: str) -> None:
    FILES[name](tmp_path / name)
    reading = parse(tmp_path / name, name, pool, Settings())
    expected = EXPECTED / f"{name}.txt"
    if os.environ.get("KB_WRITE_GOLDENS"):
        expected.write_text(shown(reading), "utf-8")
    assert shown(reading) == expected.read_text("utf-8")


def test_each_expected_text_has_its_file() -> None:
    assert {one.name for one in EXPECTED.iterdir()} == {f"{name}.txt" for name in FILES}
