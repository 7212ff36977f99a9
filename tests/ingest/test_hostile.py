"""Files made to take long: of every format that is read, and none of them stops a service."""

from pathlib import Path

import pytest

from ingest.parsing.dispatch import _READERS
from ingest.parsing.media_types import kind_of
from tests.ingest.test_faults import soaked
from tests.soak.hostile_files import ATTACKS, FEW, PICTURES, write

_CONVERTED = {"doc", "ppt", "xlsb", "oldtext", "oldsheet", "wordxml"}
"""Kinds that LibreOffice writes and converts; none is made by hand."""


def test_every_format_that_is_read_is_attacked(tmp_path: Path) -> None:
    made = write((*ATTACKS, *PICTURES), tmp_path / "in", FEW)
    kinds = {kind_of(path, path.name) for path in made}
    assert kinds - {""} == _READERS.keys() - _CONVERTED
    assert len(set(made)) == len(made) > 200


@pytest.mark.slow
def test_a_small_file_of_each_attack_ends_with_a_sentence() -> None:
    """Takes a minute or two: a service is started four times and reads all of them."""
    figures = soaked("hostile", "--few")
    assert figures["files"] > 200 and figures["ends"] >= 4
