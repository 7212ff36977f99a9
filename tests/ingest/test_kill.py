"""`kb ingest` killed at any moment: the next run finishes, and nothing is lost or doubled."""

import random
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from kb.store.database import Database
from kb.store.vectors.chroma import ChromaVectors
from tests.commands import ROOT, new_store
from tests.ingest.test_faults import soaked
from tests.ingest.test_worker import notes

DOCKET = ROOT / "data" / "sample" / "aldergate-lease-dispute" / "docket.csv"


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    "kills",
    [pytest.param(2, id="2 kills"), pytest.param(40, id="40 kills", marks=pytest.mark.slow)],
)
def test_a_command_killed_anywhere_loses_nothing_and_doubles_nothing(
    kills: int, tmp_path: Path
) -> None:
    commands, folder = new_store(tmp_path), tmp_path / "in"
    chance = random.Random(kills)
    for number in range(kills):
        notes(folder / f"matter-{number}", 8, about=f"rent of year {number}")
        shutil.copy(DOCKET, folder / f"matter-{number}")
        process = commands.start("ingest", folder, "--json")
        assert process.stdout is not None
        for _ in range(9 * number + chance.randrange(9)):  # as many lines, then a moment
            process.stdout.readline()
        time.sleep(chance.uniform(0, 2 if chance.random() < 0.4 else 0.2))
        process.kill()
        process.communicate()
        lines, _ = commands.ingest(folder)
        offered = [str(path) for path in sorted(folder.rglob("*")) if path.is_file()]
        assert sorted(line["path"] for line in lines) == offered
        assert {line["status"] for line in lines} <= {"ready", "unchanged"}
        check_store(commands.data_dir, offered)


def test_a_kill_at_each_named_step_loses_nothing() -> None:
    figures = soaked("kill", "--few")
    assert figures["kills"] >= 40


def check_store(data_dir: Path, offered: Iterable[str]) -> None:
    """What lies on disk, seen without the repairs that opening a store makes."""
    database = Database(data_dir / "catalogue.db")
    states = [tuple(row) for row in database.rows("SELECT DISTINCT status FROM document")]
    assert states == [("ready",)]
    paths = [row[0] for row in database.rows("SELECT path FROM source")]
    assert sorted(paths) == sorted(offered)
    documents = database.rows("SELECT matter_id, sha256 FROM document")
    assert len({tuple(row) for row in documents}) == len(documents) == len(paths)
    [(model,)] = database.rows("SELECT value FROM fact WHERE name = 'embedder'")
    index = ChromaVectors(data_dir / "vectors", model)
    assert index.ids() == {row[0] for row in database.rows("SELECT id FROM chunk")}
    index.close()
    database.close()
