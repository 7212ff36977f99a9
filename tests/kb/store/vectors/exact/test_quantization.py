"""Vectors as bytes, and the file that keeps a matter's: what they may lose, and what never."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.ports import Vectors
from kb.store.vectors.exact import mapped_file
from kb.store.vectors.exact.mapped_file import Rows
from kb.store.vectors.exact.quantization import ask, encode, estimate


def unit(rows: int, dimensions: int, seed: int) -> Vectors:
    """Rows of unit length; a third of them with few numbers that are not zero."""
    made = np.random.default_rng(seed).standard_normal((rows, dimensions)).astype(np.float32)
    made[::3, 1:] *= made[::3, 1:] > 1
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)


@given(st.integers(1, 60), st.sampled_from([1, 3, 64, 384, 1024]), st.integers(0, 1000))
def test_no_product_is_off_by_more_than_its_bound(rows: int, dimensions: int, seed: int) -> None:
    vectors = unit(rows, dimensions, seed)
    for query in unit(4, dimensions, seed + 1):
        about, off = estimate(ask(query), encode(vectors))
        exact = vectors.astype(np.float64) @ query.astype(np.float64)
        assert (np.abs(about - exact) <= off).all()


def test_a_code_depends_on_its_row_alone() -> None:
    vectors = unit(30, 64, 1)
    alone, among = encode(vectors[4:5]), encode(vectors).rows(slice(4, 5))
    assert (alone.codes == among.codes).all()
    assert alone.step == among.step and alone.lost == among.lost


def rows_of(documents: int, each: int = 10) -> Rows:
    stamps = np.arange(1, documents + 1, dtype=np.int64)
    counts = np.full(documents, each, dtype=np.int64)
    keys = np.arange(documents * each, dtype=np.int64)
    return Rows(stamps, counts, keys, encode(unit(documents * each, 64, documents)))


def test_what_was_written_is_read(tmp_path: Path) -> None:
    rows, path = rows_of(5), tmp_path / "m.codes"
    mapped_file.write(path, rows)
    read = mapped_file.read_rows(path)
    assert read is not None
    assert (read.keys == rows.keys).all() and (read.stamps == rows.stamps).all()
    assert (read.codes.codes == rows.codes.codes).all()
    assert path.stat().st_mode & 0o077 == 0
    assert [file.name for file in tmp_path.iterdir()] == ["m.codes"]


@pytest.mark.parametrize("place", [0, 9, 14, 20, 40, 100, -1])
def test_one_byte_that_is_wrong_is_noticed(tmp_path: Path, place: int) -> None:
    path = tmp_path / "m.codes"
    mapped_file.write(path, rows_of(5))
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    assert mapped_file.read_rows(path) is None


@pytest.mark.parametrize("left", [0, 1, 31, 32, 500, -1])
def test_a_file_that_was_cut_off_counts_for_nothing(tmp_path: Path, left: int) -> None:
    path = tmp_path / "m.codes"
    mapped_file.write(path, rows_of(5))
    path.write_bytes(path.read_bytes()[:left])
    assert mapped_file.read_rows(path) is None
    assert mapped_file.read_rows(tmp_path / "none.codes") is None


def test_an_erasure_leaves_no_byte_of_the_code(tmp_path: Path) -> None:
    rows, path = rows_of(5), tmp_path / "m.codes"
    mapped_file.write(path, rows)
    mapped_before = mapped_file.read_rows(path)
    assert mapped_file.erase(path, but=[1, 2, 4, 5]) == 1
    content = path.read_bytes()
    for number, code in enumerate(rows.codes.codes):
        assert (code.tobytes() in content) == (number // 10 != 2)
        assert (rows.codes.step[number].tobytes() in content) == (number // 10 != 2)
    after = mapped_file.read_rows(path)
    assert after is not None and after.stamps.tolist() == [1, 2, 0, 4, 5]
    assert mapped_before is not None and not mapped_before.codes.codes[20:30].any()
    assert mapped_file.erase(path, but=[1, 2, 4, 5]) == 0


def test_a_torn_file_does_not_survive_an_erasure(tmp_path: Path) -> None:
    path = tmp_path / "m.codes"
    mapped_file.write(path, rows_of(5))
    path.write_bytes(path.read_bytes()[:-9])
    assert mapped_file.erase(path, but=[1]) == 0
    assert not path.exists()


WRITER = """
import sys
from pathlib import Path
from kb.store.vectors.exact import mapped_file
from tests.kb.store.vectors.exact.test_quantization import rows_of
path, large, small = Path(sys.argv[1]), rows_of(4000), rows_of(3000)
print("ready", flush=True)
while True:
    mapped_file.write(path, large)
    mapped_file.erase(path, but=range(1, 2000))
    mapped_file.write(path, small)
"""


def test_a_writer_killed_at_any_moment_leaves_a_whole_file_or_none(tmp_path: Path) -> None:
    path, chance = tmp_path / "m.codes", random.Random(4)
    wholes = {documents: rows_of(documents) for documents in (3000, 4000)}
    for _ in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.02, 0.3))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        read = mapped_file.read_rows(path)
        if read is None:
            continue
        there = read.stamps > 0
        chosen = np.repeat(there, read.counts)
        assert (read.codes.codes[chosen] == wholes[len(there)].codes.codes[chosen]).all()
        assert there.all() or there.sum() == 1999
