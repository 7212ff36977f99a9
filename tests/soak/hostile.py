"""`make soak-hostile`: hundreds of files made to take long, beside a service that is searched.

    python -m tests.soak.hostile [--few] [--smallest 2] [--largest 9] [--ends 10] [--seed 1]

The sample firm is searched ten times a second, first with nothing else to do, then while the
files are ingested; at random moments the service is told to end, and started again. Prints
JSON; the exit code is 1 where a file has no end or no sentence, a search failed or all of them
became slow, memory grew, an end took long, or something was left behind.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb.offline import go_offline

go_offline()

from kb.app.catalogue import Catalogue  # noqa: E402
from kb.models.embedder_factory import load_embedder  # noqa: E402
from kb.settings import Settings  # noqa: E402
from tests.bench.beside import told  # noqa: E402
from tests.bench.running import fresh_store, kb, percentile, processor, workplace  # noqa: E402
from tests.soak.ended_service import LONGEST_END_S, Place, Service  # noqa: E402
from tests.soak.hostile_files import ATTACKS, FEW, PICTURES, write  # noqa: E402
from tests.soak.invariants import broken  # noqa: E402
from tests.soak.searches import Searches, Times  # noqa: E402

MOST_TIMES = 3.0
"""How many times its idle p95 a search may take while files are ingested."""
MOST_PARENT_MB = 1500
PARSE_MEMORY_MB = 1536
MOST_CHILDREN_MB = 2 * PARSE_MEMORY_MB + 1024
"""Two parsers at their limit, and what children have before they parse anything."""
LONGEST_S = 3600.0
"""After this the queue is stuck."""
SETTINGS = {
    "KB_WORKERS": "2",
    "KB_PARSE_TIMEOUT_S": "5",
    "KB_PARSE_MEMORY_MB": str(PARSE_MEMORY_MB),
    "KB_OCR_PAGE_TIMEOUT_S": "10",
    "KB_RERANKER": "off",
}
"""Without the reranker, since two cores are busy with ten searches a second that it reads, and
would tell of that and not of hostile files; the service keeps all else as it comes."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how far; `ends` is how often the service is told to end meanwhile."""

    few: bool
    powers: range
    ends: int
    seed: int

    @property
    def idle_s(self) -> float:
        return 3.0 if self.few else 20.0

    @property
    def between_s(self) -> float:
        """Mean seconds from one end to the next."""
        return 4.0 if self.few else 45.0


@dataclass(slots=True)
class Run:
    """One soak on its way, and what it found wrong."""

    plan: Plan
    place: Place
    wrong: list[str] = field(default_factory=list)
    ends_s: list[float] = field(default_factory=list)

    def ingested(self, folder: Path, ocr: str, searches: Searches, ends: int) -> None:
        """Take in `folder` beside a service that ends `ends` times, until its queue is empty."""
        chance = random.Random(self.plan.seed)
        service = Service(self.place, KB_OCR=ocr)
        searches.go_on(service.owner)
        self._offered(folder)
        until = time.monotonic() + LONGEST_S
        due = time.monotonic() + chance.uniform(0.2, 2) * self.plan.between_s
        while waiting(self.place.store):
            if time.monotonic() > until:
                self.wrong.append("files were still on their way at the end")
                break
            if (ends and time.monotonic() > due) or not service.alive:
                ends = max(0, ends - 1)
                self._ended(service, searches)
                service = Service(self.place, KB_OCR=ocr)
                searches.go_on(service.owner)
                due = time.monotonic() + chance.uniform(0.2, 2) * self.plan.between_s
            time.sleep(0.5)
        self._ended(service, searches)

    def _offered(self, folder: Path) -> None:
        """`kb ingest` offers all files, and is ended before it could take over from a service."""
        before = jobs(self.place.store)
        command = self.place.started("ingest", folder, "--matter", folder.name)
        log = self.place.logs[-1]
        while command.poll() is None and jobs(self.place.store) == before:
            time.sleep(0.1)
        command.terminate()
        code = command.wait(30)
        if code not in (0, 3, 130, 143, -15) or "Traceback" in log.read_text(errors="replace"):
            self.wrong.append(f"kb ingest ended with {code}: {log.read_text()[-2000:]}")

    def _ended(self, service: Service, searches: Searches) -> None:
        searches.pause()
        self.ends_s.append(service.end())
        self.wrong += service.wrong


def waiting(store: Path) -> bool:
    return bool(
        _rows(store, "SELECT 1 FROM job_item WHERE ended IS NULL LIMIT 1")
        or _rows(store, "SELECT 1 FROM document WHERE status IN ('queued', 'working', 'words')")
    )


def jobs(store: Path) -> int:
    """How many commands have offered all their files."""
    return len(_rows(store, "SELECT 1 FROM job WHERE NOT open"))


def _rows(store: Path, sql: str) -> list[Any]:
    catalogue = Catalogue(Settings(data_dir=store))
    try:
        return list(catalogue.database.rows(sql))
    finally:
        catalogue.close()


def files(store: Path, offered: Sequence[Path]) -> Iterator[str]:
    """What is wrong with how files ended, in sentences."""
    rows = _rows(store, "SELECT path, outcome, problem, code FROM job_item")
    seen = {row["path"] for row in rows}
    yield from (f"not offered: {path.name}" for path in offered if str(path) not in seen)
    for row in rows:
        name = Path(row["path"]).name
        if row["outcome"] in ("failed", "quarantined", "skipped"):
            if not (row["problem"] or "").strip().endswith((".", "”")):
                yield f"{name}: {row['outcome']} without a sentence: {row['problem']}"
            elif row["code"] == "internal":
                yield f"{name}: {row['problem']}"
        elif row["outcome"] is None:
            yield f"{name} has not ended"


def outcomes(store: Path, offered: Sequence[Path]) -> dict[str, Any]:
    """How many ended how, and the sentences of those that were not read."""
    rows = _rows(store, "SELECT path, outcome, problem, code FROM job_item")
    paths = {str(path) for path in offered}
    own = [row for row in rows if row["path"] in paths]
    return {
        "outcomes": Counter(row["outcome"] for row in own),
        "found_inside": Counter(row["outcome"] for row in rows if row["path"] not in paths),
        "codes": Counter(row["code"] for row in own if row["code"]),
        "failed": {
            Path(row["path"]).name: row["problem"]
            for row in own
            if row["outcome"] in ("failed", "quarantined")
        },
    }


def slowest(store: Path, seconds: dict[str, float]) -> dict[str, float]:
    """The ten documents that took longest, as the service's log has it, by name."""
    names = {row["id"]: row["name"] for row in _rows(store, "SELECT id, name FROM document")}
    ordered = sorted(seconds.items(), key=lambda one: -one[1])[:10]
    return {names.get(known, known): round(taken, 1) for known, taken in ordered}


def ratio(idle: Sequence[float], during: Sequence[float]) -> float:
    return percentile(during, 95) / percentile(idle, 95)


def figures(run: Run, idle: Times, searches: Searches, offers: list[Path]) -> dict[str, Any]:
    """All that is told, once the last service has ended. Raises `RuntimeError` without searches."""
    if not idle.due or not searches.times.due:
        raise RuntimeError("no search was timed: the machine is too busy")
    store, wrong = run.place.store, run.wrong
    wrong += [f"a search failed: {one}" for one in searches.failed]
    during = searches.times
    by_due = percentile(idle.due, 95) <= MOST_TIMES * percentile(idle.alone, 95)
    times = ratio(idle.due, during.due) if by_due else ratio(idle.alone, during.alone)
    if times > MOST_TIMES and not run.plan.few:
        wrong.append(f"searches took {times:.1f} times as long as without hostile files")
    memory = run.place.memory
    if memory["parent_mb"] > MOST_PARENT_MB or memory["children_mb"] > MOST_CHILDREN_MB:
        wrong.append(f"memory grew to {memory}")
    wrong += files(store, offers)
    wrong += broken(store, load_embedder(Settings(data_dir=store)), graph=False)
    wrong += [f"{path.name} is left in the temporary folder" for path in run.place.left()]
    return {
        "processor": processor(),
        "files": len(offers),
        "megabytes": round(sum(path.stat().st_size for path in offers) / 1e6),
        **outcomes(store, offers),
        "slowest_s": slowest(store, run.place.seconds()),
        "idle": told(idle.due),
        "while_ingesting": told(during.due),
        "from_when_somebody_was_free_to_ask": {
            "idle": told(idle.alone),
            "while_ingesting": told(during.alone),
        },
        "judged": "from when each was due" if by_due else "from when somebody was free to ask",
        "p95_ratio": round(times, 2),
        "p95_ratio_at_most": MOST_TIMES,
        **memory,
        "memory_at_most": {"parent_mb": MOST_PARENT_MB, "children_mb": MOST_CHILDREN_MB},
        "ends": len(run.ends_s),
        "longest_end_s": round(max(run.ends_s), 2),
        "longest_end_at_most_s": LONGEST_END_S,
        "broken": wrong,
    }


def soaked(plan: Plan) -> dict[str, Any]:
    began = time.monotonic()
    with workplace() as home:
        place = Place(fresh_store(home, "store"), home / "tmp", SETTINGS)
        sample = kb(place.store, "ingest", "data/sample/client-ndas" if plan.few else "data/sample")
        if sample.code:
            raise RuntimeError(f"the sample firm was not taken in: {sample.said[-2000:]}")
        pictures = write(PICTURES, home / "Pictures", plan.powers)
        others = write(ATTACKS, home / "Files", plan.powers)
        matters = [row["name"] for row in _rows(place.store, "SELECT name FROM matter")]
        run, searches = Run(plan, place), Searches(matters)
        service = Service(place)
        idle = searches.idle(service.owner, plan.idle_s)
        run.ends_s.append(service.end())
        run.ingested(home / "Files", "off", searches, plan.ends)
        run.ingested(home / "Pictures", "auto", searches, 0)
        searches.end()
        made = figures(run, idle, searches, [*others, *pictures])
    return made | {"seconds": round(time.monotonic() - began)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", action="store_true", help="one small file of each kind of attack")
    parser.add_argument("--smallest", type=int, default=2, help="least power of ten")
    parser.add_argument("--largest", type=int, default=9, help="greatest power of ten")
    parser.add_argument("--ends", type=int, default=0, help="how often the service is ended")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    ends = chosen.ends or (1 if chosen.few else 10)
    powers = FEW if chosen.few else range(chosen.smallest, chosen.largest + 1)
    made = soaked(Plan(chosen.few, powers, ends, chosen.seed))
    print(json.dumps(made, indent=1, ensure_ascii=False))
    return 1 if made["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
