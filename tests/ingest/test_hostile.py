"""Files made to take long: of every format that is read, and none of them stops a service."""

from pathlib import Path

from ingest.parsing.dispatch import _READERS
from ingest.parsing.media_types import kind_of
from tests.soak.hostile_files import ATTACKS, FEW, PICTURES, write

_CONVERTED = {"doc", "ppt", "xlsb", "oldtext", "oldsheet"}
"""Kinds that LibreOffice writes and converts; none is made by hand."""


def test_every_format_that_is_read_is_attacked(tmp_path: Path) -> None:
    made = write((*ATTACKS, *PICTURES), tmp_path / "in", FEW)
    kinds = {kind_of(path, path.name) for path in made}
    assert kinds - {""} == _READERS.keys() - _CONVERTED
    assert len(set(made)) == len(made) > 200
