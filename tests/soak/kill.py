"""`make soak-kill`: commands killed at named steps and at random moments, then run again.

After each kill the store is started again, everything that must hold is checked, and
the end is compared with a model of the same operations. Prints JSON.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from kb.offline import go_offline

go_offline()

import chromadb  # noqa: E402, F401 - a second to import, once for all forks

from kb.domain.keys import document_key, matter_key  # noqa: E402
from kb.store.database import Database  # noqa: E402
from kb.store.schema.migrations import migrate  # noqa: E402
from kb.store.vectors.embeddings import Embeddings  # noqa: E402
from tests.soak import steps  # noqa: E402
from tests.soak.folder import Folder  # noqa: E402
from tests.soak.invariants import broken  # noqa: E402
from tests.soak.model import Content, Model, difference  # noqa: E402
from tests.soak.running import Ended, OtherEmbedder, Running, command, prepare  # noqa: E402

_ROUNDS = 40
"""After so many a fresh store begins."""
_TOLD = 10
_FEW_CHECKS = 8
_MOST = 10
"""Findings after which it stops."""


class Found(Exception):
    """Something that must hold does not."""


class Soak:
    """One store and one folder, through many rounds."""

    def __init__(self, home: Path, chance: random.Random, wanted: "Wanted | None" = None) -> None:
        self.chance = chance
        self.wanted = wanted or Wanted()
        self.sandbox = self.wanted.sandbox
        self.kills: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.store = home / "store"
        self.folder = Folder(home / "in", chance.randrange(1 << 30))
        self.model = Model()
        self.other = False
        self.finish("ingest", self.folder.root)
        self.model.take_in(self.folder.files())

    def ingest(self, kill: "Kill") -> None:
        """Something new, without `--sync`: what is gone from the folder stays known."""
        self.folder.change()
        self.round(kill, "ingest", self.folder.root)
        self.model.take_in(self.folder.files())

    def mirror(self, kill: "Kill") -> None:
        self.folder.change()
        if kill.step and kill.step.where.endswith("Sources.move"):
            self.folder.move()
        if kill.step and kill.step.where in steps.LEAVING:
            self.folder.remove()
        self.round(kill, "ingest", self.folder.root, "--sync")
        self.model.mirror(self.folder.files())

    def delete(self, kill: "Kill") -> None:
        there = sorted(self.model.documents)
        if len(there) < 4:
            return self.ingest(kill)
        chosen = self.chance.choice(there)
        wanted = _id(chosen)
        self.round(kill, "delete", wanted, may_refuse=True)
        settle(
            self.store, other=self.other
        )  # what a killed erasure left goes at the next start that works
        self.model.delete(chosen)
        return None

    def reindex(self, kill: "Kill") -> None:
        """With another model every second time, so that every vector changes."""
        self.other = not self.other if self.chance.random() < 0.7 else self.other
        self.round(kill, "reindex")

    def restore(self, kill: "Kill") -> None:
        """An older catalogue is put back, as after a backup, and searched: nothing may go.

        Then the newest is put in its place again, and all is as it was.
        """
        older, newest = self.store.with_name("older.db"), self.store.with_name("newest.db")
        catalogue = self.store / "catalogue.db"
        shutil.copyfile(catalogue, older)
        self.folder.change()
        self.finish("ingest", self.folder.root)
        self.model.take_in(self.folder.files())
        before = _originals(self.store)
        shutil.copyfile(catalogue, newest)
        _put(older, catalogue)
        self.round(kill, "search", "the rent", whole=False)
        if lost := before - _originals(self.store):
            raise Found(f"{len(lost)} of {len(before)} originals went with an older catalogue")
        _put(newest, catalogue)

    def round(
        self, kill: "Kill", *arguments: str | Path, may_refuse: bool = False, whole: bool = True
    ) -> None:
        """Run, kill, perhaps kill again, then run to the end.

        The store is not `whole` where an older catalogue was put into it.
        """
        for _ in range(1 if kill.step else self.chance.choice((1, 1, 2))):
            running = command(
                self.store, *arguments, arm=kill.arm, sandbox=self.sandbox, other_model=self.other
            )
            ended = kill.watch(running)
            (self.kills if ended.killed else self.missed)[kill.name] += 1
            if not ended.killed and ended.code != 0 and not (may_refuse and ended.code == 1):
                raise Found(f"{arguments[0]} ended with {ended.code}: {ended.said[-2000:]}")
            if ended.killed and whole and self.going_on():
                self.go_on()
        _age(self.store)
        self.finish(*arguments, may_refuse=may_refuse)

    def going_on(self) -> bool:
        """Whether a service starts first, before the same is run again."""
        return not self.wanted.few and self.chance.random() < 0.3

    def go_on(self) -> None:
        """A service starts after the kill, with nothing offered again: the queue must run empty."""
        _age(self.store)
        settle(self.store, other=self.other)
        ended = Running(lambda: _sound(self.store)).wait()
        if ended.code != 0:
            raise Found(f"a start after a kill: {ended.code}: {ended.said[-3000:]}")

    def finish(self, *arguments: str | Path, may_refuse: bool = False) -> None:
        ended = command(self.store, *arguments, sandbox=self.sandbox, other_model=self.other).wait()
        if ended.code != 0 and not (may_refuse and ended.code == 1):
            raise Found(f"{arguments[0]} after a kill: {ended.code}: {ended.said[-3000:]}")
        if "Traceback" in ended.said:
            raise Found(ended.said)

    def check(self) -> None:
        settle(self.store, other=self.other)
        store, model, other = self.store, self.model, self.other
        ended = Running(lambda: _check(store, model, other=other)).wait()
        if ended.code != 0:
            raise Found(ended.said)


@dataclass(frozen=True, slots=True)
class Kill:
    """At a named step, or `after_s` seconds from the start."""

    step: steps.Step | None
    after_s: float = 0.0

    @property
    def name(self) -> str:
        return self.step.name if self.step else "at a random moment"

    @property
    def arm(self) -> Callable[[], None] | None:
        return steps.arm(self.step) if self.step else None

    def watch(self, running: Running) -> Ended:
        if not self.step:
            until = time.monotonic() + self.after_s
            while time.monotonic() < until and running.alive():
                time.sleep(0.002)
            running.kill()
        return running.wait()


def _check(store: Path, model: Model, *, other: bool) -> int:
    found = broken(store, OtherEmbedder() if other else None) + difference(model, store)
    print("\n".join(found))
    return 1 if found else 0


def _work_off(store: Path, *, other: bool) -> int:
    """What a service does with the queue it finds."""
    from ingest.worker import Worker
    from kb.app.bootstrap import open_kb
    from kb.settings import Settings

    prepare(store, other_model=other)
    kb = open_kb(Settings(), chat=False)
    worker = Worker(kb)
    assert kb.index is not None
    kb.index.ids()  # waits until it is open, and built anew where it must be
    until = time.monotonic() + 60
    while kb.queue.waiting() and time.monotonic() < until:
        time.sleep(0.02)
    left = kb.queue.waiting()
    worker.stop()
    kb.close()
    print(f"{left} documents are left in the queue")
    return 1 if left else 0


def _sound(store: Path) -> int:
    """By the model that made the vectors: a killed renewal may have taken over or not."""
    database = Database(store / "catalogue.db")
    migrate(database)
    other = Embeddings(database).model() == OtherEmbedder.name
    database.close()
    found = broken(store, OtherEmbedder() if other else None)
    print("\n".join(found))
    return 1 if found else 0


def settle(store: Path, *, other: bool = False) -> None:
    """A service starts, works off what it finds, and ends. Raises `Found`."""
    ended = Running(lambda: _work_off(store, other=other)).wait()
    if ended.code != 0:
        raise Found(f"a start: {ended.code}: {ended.said[-3000:]}")


def _age(store: Path) -> None:
    """Let an hour pass for what lies among the originals, so that a sweep may take it."""
    past = time.time() - 7200
    for path in (store / "originals").rglob("*"):
        if path.is_file():
            os.utime(path, (past, past))


def _originals(store: Path) -> set[str]:
    """All that are there, those set aside too."""
    return {
        path.name
        for folder in ("originals", "set-aside")
        for path in (store / folder).rglob("*")
        if path.is_file()
    }


def _put(catalogue: Path, place: Path) -> None:
    """Put a catalogue in the place of another, as a person does with the service stopped."""
    for left in ("-wal", "-shm"):
        place.with_name(place.name + left).unlink(missing_ok=True)
    shutil.copyfile(catalogue, place)


def _id(content: Content) -> str:
    import hashlib

    return document_key(matter_key(content[0]), hashlib.sha256(content[1]).hexdigest())


PLACES: tuple[tuple[str, Sequence[str]], ...] = (
    ("ingest", steps.STORING),
    ("ingest", steps.OPENING),
    ("mirror", (*steps.MOVING, *steps.LEAVING)),
    ("delete", steps.LEAVING[1:]),
    ("reindex", steps.RENEWING),
    ("restore", steps.RESTORED),
)


def plan(chance: random.Random, *, named_only: bool) -> Iterator[tuple[str, Kill]]:
    """Every named step before and after its call first, then steps and moments at random."""
    for way, wheres in PLACES:
        for where in wheres:
            for after in (False, True):
                yield way, Kill(steps.Step(where, after=after))
    while not named_only:
        way, wheres = chance.choice(PLACES)
        if chance.random() < 0.5:
            yield way, Kill(None, chance.uniform(0.02, 1.6))
        else:
            step = steps.Step(chance.choice(wheres), chance.random() < 0.5, chance.randint(1, 5))
            yield way, Kill(step)


@dataclass(frozen=True, slots=True)
class Wanted:
    """`kills` that took effect, within `minutes`; none asked for: each named step once.

    `few` takes each step either before or after, and looks only after every eighth kill.
    """

    kills: int = 0
    minutes: float = 60.0
    sandbox: bool = False
    few: bool = False

    def rounds(self, chance: random.Random, seed: int) -> Iterator[tuple[str, Kill]]:
        drawn = plan(chance, named_only=not self.kills)
        return islice(drawn, seed % 2, None, 2) if self.few else drawn


def soak(wanted: Wanted, seed: int) -> dict[str, object]:
    """The figures; a line of them goes to standard error now and then."""
    chance = random.Random(seed)
    home = Path(tempfile.mkdtemp(prefix="kb-soak-"))
    began = time.monotonic()
    told: list[str] = []
    rounds = unchecked = 0
    run = Soak(home, chance, wanted)
    for rounds, (way, kill) in enumerate(wanted.rounds(chance, seed), start=1):
        try:
            getattr(run, way)(kill)
            unchecked += 1
            if not wanted.few or unchecked == _FEW_CHECKS:
                run.check()
                unchecked = 0
        except Found as found:
            told.append(f"round {rounds}, {way}, {kill}: {found}")
            print(told[-1], file=sys.stderr)
            run = _anew(home, run, rounds)
        kills, seconds = run.kills.total(), time.monotonic() - began
        if rounds % _TOLD == 0:
            print(f"{kills} kills, {seconds:.0f} s, {len(told)} broken", file=sys.stderr)
        if 0 < wanted.kills <= kills or len(told) >= _MOST or seconds > 60 * wanted.minutes:
            break
        if rounds % _ROUNDS == 0:  # what is checked grows with the store
            run = _anew(home, run, rounds)
    try:
        run.check()
    except Found as found:
        told.append(f"at the end: {found}")
    shutil.rmtree(home, ignore_errors=True)
    return _figures(run, wanted, rounds, time.monotonic() - began, told)


def _figures(
    run: Soak, wanted: Wanted, rounds: int, seconds: float, told: list[str]
) -> dict[str, object]:
    return {
        "kills": run.kills.total(),
        "kills asked for": wanted.kills,
        "rounds": rounds,
        "by step": dict(sorted(run.kills.items())),
        "steps not reached": dict(sorted(run.missed.items())),
        "seconds": round(seconds, 1),
        "broken": told,
    }


def _anew(home: Path, run: Soak, number: int) -> Soak:
    fresh = home / f"after-{number}"
    fresh.mkdir()
    again = Soak(fresh, run.chance, run.wanted)
    again.kills, again.missed = run.kills, run.missed
    return again


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=0, help="0: each named step once")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sandbox", action="store_true")
    parser.add_argument("--few", action="store_true", help="each step once, before or after")
    chosen = parser.parse_args()
    wanted = Wanted(chosen.kills, chosen.minutes, chosen.sandbox, chosen.few)
    figures = soak(wanted, chosen.seed)
    print(json.dumps(figures, indent=1))
    return 1 if figures["broken"] or run_short(figures) else 0


def run_short(figures: dict[str, Any]) -> bool:
    """Whether the clock ended it before all kills that were asked for."""
    return bool(figures["kills"] < figures["kills asked for"])


if __name__ == "__main__":
    sys.exit(main())
