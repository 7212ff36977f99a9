"""`make soak-faults`: the n-th write, fsync, rename, … fails, for n = 1, 2, 3, … to the end.

A run with a fault must end with a sentence or go on by itself, never with a traceback,
and a clean run after it must complete everything. Really full disks follow: a file
size that the kernel refuses to pass, and a small file system in memory where root
may mount one. Prints JSON.
"""

import argparse
import errno
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from kb.offline import go_offline

go_offline()

from chromadb.api.models.Collection import Collection  # noqa: E402
from chromadb.errors import InternalError  # noqa: E402
from sqlcipher3 import dbapi2 as sqlite  # noqa: E402

from tests.soak.invariants import broken  # noqa: E402
from tests.soak.kill import Found, Soak, settle  # noqa: E402
from tests.soak.letters import mail, note  # noqa: E402
from tests.soak.running import Ended, Running, command  # noqa: E402

COMMANDS = ("ingest", "delete", "reindex")
_ENDS = (0, 1, 3)


class Turn:
    """Counts calls; says when the one that fails has come. Told in a file, as processes die."""

    def __init__(self, nth: int, told: Path, *, lasting: bool) -> None:
        self._nth, self._told, self._lasting = nth, told, lasting
        self._calls = 0
        self._lock = threading.Lock()

    def due(self) -> bool:
        with self._lock:
            self._calls += 1
            due = self._calls >= self._nth if self._lasting else self._calls == self._nth
        if due:
            self._told.touch()
        return due


def system_call(name: str) -> Callable[[Turn, Path], None]:
    """`os.<name>` fails on what lies in the store."""

    def arm(turn: Turn, store: Path) -> None:
        whole = getattr(os, name)

        def failing(what: Any, *args: Any, **options: Any) -> Any:
            path = os.readlink(f"/proc/self/fd/{what}") if isinstance(what, int) else str(what)
            if path.startswith(str(store)) and turn.due():
                raise OSError(errno.EIO if name == "fsync" else errno.ENOSPC, "No space left")
            return whole(what, *args, **options)

        setattr(os, name, failing)

    return arm


def writing(turn: Turn, store: Path) -> None:
    """The bytes of an original cannot be written."""
    whole = tempfile.NamedTemporaryFile

    def failing(*args: Any, **options: Any) -> Any:
        file = whole(*args, **options)
        write = file.write

        def refused(data: bytes) -> int:
            if turn.due():
                raise OSError(errno.ENOSPC, "No space left on device")
            return int(write(data))

        setattr(file, "write", refused)  # noqa: B010
        return file

    setattr(tempfile, "NamedTemporaryFile", failing)  # noqa: B010


def catalogue(turn: Turn, store: Path) -> None:
    """A statement of the catalogue fails, a COMMIT for instance."""

    class Failing(sqlite.Connection):  # type: ignore[misc]
        def execute(self, sql: str, *args: Any) -> Any:
            if not sql.startswith("ROLLBACK") and turn.due():
                raise sqlite.OperationalError("disk I/O error")
            return super().execute(sql, *args)

        def executemany(self, sql: str, *args: Any) -> Any:
            if turn.due():
                raise sqlite.OperationalError("database or disk is full")
            return super().executemany(sql, *args)

    whole = sqlite.connect

    def connect(*args: Any, **options: Any) -> Any:
        return whole(*args, **options, factory=Failing)

    sqlite.connect = connect


def index(name: str) -> Callable[[Turn, Path], None]:
    """A call of the vector index fails."""

    def arm(turn: Turn, store: Path) -> None:
        whole = getattr(Collection, name)

        def failing(*args: Any, **options: Any) -> Any:
            if turn.due():
                raise InternalError("Error executing plan: database or disk is full")
            return whole(*args, **options)

        setattr(Collection, name, failing)

    return arm


KINDS: dict[str, Callable[[Turn, Path], None]] = {
    "write": writing,
    "fsync": system_call("fsync"),
    "rename": system_call("rename"),
    "unlink": system_call("unlink"),
    "mkdir": system_call("mkdir"),
    "index add": index("upsert"),
    "index delete": index("delete"),
    "index get": index("get"),
    "catalogue": catalogue,
}


@dataclass(frozen=True, slots=True)
class Ready:
    """A store and a folder that has changed since, to be copied for each fault."""

    home: Path
    wanted: str

    def arguments(self, name: str, home: Path) -> list[str | Path]:
        match name:
            case "ingest":
                return ["ingest", home / "in", "--sync"]
            case "delete":
                return ["delete", self.wanted]
        return ["reindex"]


def prepared(home: Path) -> Ready:
    """Something new, changed, moved and gone; a mail with attachments among each."""
    soak = Soak(home, random.Random(7))
    folder = home / "in" / "alpha"
    (folder / "first.eml").write_bytes(mail(9001, {"a.txt": note(901), "b.txt": note(902)}))
    (folder / "second.eml").write_bytes(mail(9002, {"a.txt": note(903)}, answers=9001))
    (folder / "moving.txt").write_bytes(note(904))
    (folder / "going.txt").write_bytes(note(905))
    soak.finish("ingest", home / "in")
    wanted = json.loads(
        soak_said(home, "show", str(folder / "first.eml"), "--json").splitlines()[-1]
    )["document_id"]
    (folder / "new.eml").write_bytes(mail(9003, {"c.txt": note(906)}))
    (folder / "second.eml").write_bytes(mail(9004, {"a.txt": note(907)}))
    (folder / "moving.txt").rename(folder / "moved.txt")
    (folder / "going.txt").unlink()
    return Ready(home, wanted)


def soak_said(home: Path, *arguments: str) -> str:
    ended = command(home / "store", *arguments).wait()
    if ended.code != 0:
        raise Found(ended.said)
    return ended.said


@contextmanager
def copied(ready: Ready) -> Iterator[Path]:
    """The store and its folder at the same paths as before, put back afterwards."""
    kept = ready.home.with_name(ready.home.name + "-kept")
    shutil.copytree(ready.home, kept, copy_function=shutil.copy2)
    try:
        yield ready.home
    finally:
        shutil.rmtree(ready.home)
        kept.rename(ready.home)


def run_with(ready: Ready, name: str, kind: str, nth: int, *, lasting: bool) -> str | None:
    """One fault; "reached", None when the command makes fewer calls. Raises `Found`."""
    with copied(ready) as home, tempfile.TemporaryDirectory() as other:
        told = Path(other, "reached")
        turn = Turn(nth, told, lasting=lasting)
        arguments = ready.arguments(name, home)
        ended = command(
            home / "store", *arguments, arm=lambda: KINDS[kind](turn, home / "store")
        ).wait()
        what = f"{name}, {kind} {nth}{' and all after it' if lasting else ''}"
        judge(ended, what)
        if not told.exists():
            return None
        recover(home, what, [*arguments])
        return "went on" if ended.code == 0 else "ended with a sentence"


def judge(ended: Ended, what: str) -> None:
    if ended.stuck or ended.code not in _ENDS or "Traceback" in ended.said:
        raise Found(f"{what}: {ended.code} after {ended.seconds:.0f} s: {ended.said[-2500:]}")
    if ended.code and not ended.said.strip().endswith("."):
        raise Found(f"{what}: {ended.code} without a sentence: {ended.said[-500:]}")


def recover(home: Path, what: str, arguments: list[str | Path]) -> None:
    """A clean run of the same, then of an ingestion, leaves everything as it must be."""
    _age(home / "store")
    for again in (arguments, ["ingest", home / "in", "--sync"]):
        ended = command(home / "store", *again).wait()
        if ended.code != 0 and not (again[0] == "delete" and ended.code == 1):
            raise Found(f"{what}, then {again[0]}: {ended.code}: {ended.said[-2500:]}")
    store = home / "store"
    settle(store)
    checked = Running(lambda: _check(store)).wait()
    if checked.code != 0:
        raise Found(f"{what}, then: {checked.said}")


def _check(store: Path) -> int:
    found = broken(store)
    print("\n".join(found))
    return 1 if found else 0


def _age(store: Path) -> None:
    past = time.time() - 7200
    for path in (store / "originals").rglob("*"):
        if path.is_file():
            os.utime(path, (past, past))


def limited(ready: Ready, kilobytes: int) -> str:
    """No file may grow beyond this: what a full disk is, without being root."""
    with copied(ready) as home:

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes << 10, kilobytes << 10))

        arguments = ready.arguments("ingest", home)
        ended = command(home / "store", *arguments, arm=limit).wait()
        what = f"no file above {kilobytes} kB"
        judge(ended, what)
        recover(home, what, arguments)
        return "went on" if ended.code == 0 else "ended with a sentence"


def full_disk(megabytes: float) -> str:
    """A file system in memory that fills up while a folder is taken in, and then grows."""
    home = Path(tempfile.mkdtemp(prefix="kb-full-"))
    size = f"size={int(megabytes * 1024)}k"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(home)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        home.rmdir()
        return "skipped: a small file system cannot be mounted here"
    source = Path(tempfile.mkdtemp(prefix="kb-full-in-"))
    try:
        for number in range(1, 25):
            (source / f"{number}.txt").write_bytes(note(number, 40))
            (source / f"{number}.eml").write_bytes(mail(number, {"a.txt": note(-number, 40)}))
        ended = command(home / "store", "ingest", source).wait()
        what = f"a disk of {megabytes} MB"
        judge(ended, what)
        subprocess.run(["mount", "-o", "remount,size=200m", str(home)], check=True)
        _age(home / "store")
        again = command(home / "store", "ingest", source).wait()
        if again.code != 0:
            raise Found(f"{what}, then: {again.code}: {again.said[-2500:]}")
        settle(home / "store")
        checked = Running(lambda: _check(home / "store")).wait()
        if checked.code != 0:
            raise Found(f"{what}, then: {checked.said}")
        return "went on" if ended.code == 0 else "ended with a sentence"
    finally:
        subprocess.run(["umount", str(home)], check=False)
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(source, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Plan:
    """How far to go: every `stride`-th of the first `most` faults of each kind."""

    most: int
    commands: tuple[str, ...] = COMMANDS
    kinds: tuple[str, ...] = tuple(KINDS)
    lasting: bool = True
    disks: bool = True
    stride: int = 1


class Figures:
    """How many faults of each kind ended how, and what was found broken."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {}
        self.broken: list[str] = []

    def note(self, kind: str, end: Callable[[], str | None]) -> bool:
        """Run one; False when its fault was not reached."""
        try:
            how = end()
        except Found as found:
            self.broken.append(str(found))
            print(found, file=sys.stderr, flush=True)
            how = "broken"
        if how:
            self.counts.setdefault(kind, Counter())[how] += 1
        return bool(how)


def soak(plan: Plan) -> dict[str, object]:
    began = time.monotonic()
    home = Path(tempfile.mkdtemp(prefix="kb-faults-"))
    ready, figures = prepared(home / "one"), Figures()
    for name in plan.commands:
        for kind in plan.kinds:
            run = partial(run_with, ready, name, kind)
            for nth in range(1, plan.most + 1, plan.stride):
                if not figures.note(kind, partial(run, nth, lasting=False)):
                    break
            for nth in (1, 2, 5) if plan.lasting else ():
                figures.note(f"{kind}, lasting", partial(run, nth, lasting=True))
    if plan.disks:
        for kilobytes in (4, 16, 64, 128, 160, 192, 256, 512, 1024):
            figures.note("file size", partial(limited, ready, kilobytes))
        for quarter in range(1, 17):
            figures.note("full disk", partial(full_disk, quarter / 4))
    shutil.rmtree(home, ignore_errors=True)
    return {
        "faults": sum(sum(one.values()) for one in figures.counts.values()),
        "by kind": {kind: dict(one) for kind, one in figures.counts.items()},
        "seconds": round(time.monotonic() - began, 1),
        "broken": figures.broken,
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=1000)
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--command", action="append")
    parser.add_argument("--kind", action="append")
    parser.add_argument("--quick", action="store_true", help="no lasting faults, no full disks")
    chosen = parser.parse_args()
    plan = Plan(
        chosen.most,
        tuple(chosen.command or COMMANDS),
        tuple(chosen.kind or KINDS),
        not chosen.quick,
        not chosen.quick,
        chosen.stride,
    )
    figures = soak(plan)
    print(json.dumps(figures, indent=1))
    return 1 if figures["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
