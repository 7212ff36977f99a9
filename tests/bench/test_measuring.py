"""The benches and the corpus soak: what they count, what they call wrong, when they skip."""

import random
import sys
from pathlib import Path

import pytest

from tests.bench import questions
from tests.bench.contracts import FOLDER, Peer, chosen, share
from tests.bench.ingesting import write_small
from tests.bench.running import Ended, Memory, percentile, run
from tests.soak import corpus

_WORK = "import subprocess, sys; held = bytearray(80_000_000); {}"
_HOLDS = "import time; held = bytearray(60_000_000); time.sleep(1)"  # longer than two looks
_CHILD = f"subprocess.run([sys.executable, '-c', '{_HOLDS}'])"


def test_memory_of_a_process_and_of_its_children_is_told_apart() -> None:
    ended = run([sys.executable, "-c", _WORK.format(_CHILD)])
    assert ended.code == 0
    assert 80 < ended.memory.parent_mb < 130
    assert 60 < ended.memory.children_mb < 110
    assert ended.cpu_s > 0.05


def test_what_a_process_said_is_told_when_its_last_line_is_no_json() -> None:
    ended = run([sys.executable, "-c", "import sys; print('{}\\nno'); sys.exit('it broke')"])
    with pytest.raises(RuntimeError, match="ended with 1: it broke"):
        _ = ended.last


def test_the_share_is_by_the_clock_of_the_work_and_by_all_processor_time() -> None:
    ended = _ended(0, '{"summary": {"seconds": 20}}')
    assert share(ended, {"seconds": 15, "cpu_s": 25}) == {"wall": 0.75, "cpu": 0.5}


@pytest.mark.parametrize(
    ("part", "value"),
    [pytest.param(50, 3, id="the middle"), pytest.param(95, 5, id="the slowest of few")],
)
def test_percentiles_are_values_that_were_measured(part: int, value: float) -> None:
    assert percentile([5, 1, 4, 2, 3], part) == value


def test_contracts_are_taken_evenly(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    for number in range(10):
        (tmp_path / FOLDER / f"{number}.pdf").write_bytes(b"%PDF-")
    place = tmp_path / "place"
    place.mkdir()
    assert [path.name for path in sorted(chosen(tmp_path, place, 2).iterdir())] == [
        "0.pdf",
        "5.pdf",
    ]


def test_small_documents_all_differ(tmp_path: Path) -> None:
    chance = random.Random(1)
    for number in range(40):
        write_small(tmp_path, number, chance)
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 40
    assert len(list(tmp_path.glob("*.pdf"))) == 4


def test_without_the_corpus_each_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert questions.main(["--corpus", str(tmp_path)]) == 0
    assert corpus.main([str(tmp_path / "gone")]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.startswith("skipped: there is no ") for line in told] == [True, True]
    assert "PEER=" in (Peer(tmp_path / "no.py", tmp_path).missing() or "")


def test_a_corpus_that_ended_well_has_nothing_wrong() -> None:
    lines = [_line("/a.pdf"), _line("/b.pdf", "failed", "It is damaged. Save it again.")]
    assert corpus.incomplete(lines, ["/a.pdf", "/b.pdf"]) == []
    assert corpus.crashed(_ended(3, "")) == []


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ([], "not in the manifest: /a.pdf"),
        ([("/a.pdf", "ready"), ("/a.pdf", "ready")], "2 times in the manifest: /a.pdf"),
        ([("/a.pdf", "pending")], "pending: /a.pdf"),
        ([("/a.pdf", "failed")], "failed without a reason: /a.pdf"),
    ],
)
def test_a_manifest_with_a_hole_is_wrong(lines: list[tuple[str, str]], wrong: str) -> None:
    assert corpus.incomplete([_line(*one) for one in lines], ["/a.pdf"]) == [wrong]


@pytest.mark.parametrize(("code", "said"), [(-9, ""), (1, ""), (0, "Traceback (most recent")])
def test_a_command_that_crashed_is_wrong(code: int, said: str) -> None:
    assert corpus.crashed(_ended(code, "", said))


def _line(path: str, status: str = "ready", problem: str | None = None) -> dict[str, str | None]:
    return {"path": path, "status": status, "problem": problem, "code": None}


def _ended(code: int, out: str, said: str = "") -> Ended:
    memory = Memory(0)
    return Ended(code, out, said, 30.0, 50.0, memory.end())
