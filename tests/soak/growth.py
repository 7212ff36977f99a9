"""`make soak-growth`: a folder whose content changes fifty times, and what that costs on disk.

After every round the old versions are taken out by `kb delete`. At the end the store
may take at most twice what a fresh store of the same content takes. Prints JSON.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from kb.offline import go_offline

go_offline()

from kb.app.bootstrap import open_kb  # noqa: E402
from kb.settings import Settings  # noqa: E402
from tests.soak.invariants import broken  # noqa: E402
from tests.soak.letters import note  # noqa: E402
from tests.soak.running import Running, prepare  # noqa: E402

FILES = 40
PARAGRAPHS = 60
MOST = 2.0
"""Times the size of a fresh store of the same content."""


def growth(rounds: int) -> dict[str, object]:
    home = Path(tempfile.mkdtemp(prefix="kb-growth-"))
    began = time.monotonic()
    try:
        sizes = []
        for number in range(rounds):
            _write(home / "in", number)
            _done(Running(lambda: _round(home / "store", home / "in")))
            sizes.append(_size(home / "store"))
        _done(Running(lambda: _round(home / "fresh", home / "in")))
        _done(Running(lambda: _sound(home / "store")))
        fresh, worn = _sizes(home / "fresh"), _sizes(home / "store")
        times = sum(worn.values()) / sum(fresh.values())
        return {
            "rounds": rounds,
            "fresh": fresh,
            "worn": worn,
            "times": round(times, 2),
            "largest on the way": max(sizes),
            "seconds": round(time.monotonic() - began, 1),
            "broken": [] if times <= MOST else [f"{times:.1f} times a fresh store"],
        }
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _write(folder: Path, number: int) -> None:
    folder.mkdir(exist_ok=True)
    for n in range(FILES):
        (folder / f"{n}.txt").write_bytes(note(number * FILES + n, PARAGRAPHS))


def _round(store: Path, folder: Path) -> int:
    """Take in, then erase what is an old version now, as a service does it."""
    from ingest.folder.batch import take_in

    prepare(store, small=False)
    kb = open_kb(Settings(), chat=False)
    take_in(kb, [folder])
    scope = kb.access.scope(kb.access.local_user(), superseded=True)
    for document in kb.library.documents(scope, limit=1000):
        if not document.current:
            kb.eraser.delete(document.id, scope)
    kb.close()
    return 0


def _sound(store: Path) -> int:
    found = broken(store)
    print("\n".join(found))
    return 1 if found else 0


def _done(running: Running) -> None:
    ended = running.wait()
    if ended.code != 0:
        raise SystemExit(ended.said)


def _sizes(store: Path) -> dict[str, int]:
    """Kilobytes of each part of the store."""
    return {part.name: _size(part) for part in sorted(store.iterdir())}


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return sum(file.stat().st_blocks * 512 for file in files) >> 10


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=50)
    figures = growth(parser.parse_args().rounds)
    print(json.dumps(figures, indent=1))
    return 1 if figures["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
