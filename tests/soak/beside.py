"""A service and a command on one store, and parsers in real children: one of them is killed.

Whoever is left goes on: a command takes over from its service, a service finishes what
a command offered, and a parser that is killed is replaced. Prints JSON.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from kb.offline import go_offline

go_offline()

from api.server.run import run  # noqa: E402
from ingest.worker import Worker  # noqa: E402
from kb.settings import Settings  # noqa: E402
from tests.soak.kill import Found, Soak  # noqa: E402
from tests.soak.running import Ended, Running, command, prepare  # noqa: E402

VICTIMS = ("service", "command", "parser")


def serving(store: Path) -> Running:
    """`kb serve` on a free port; answers once it has said so."""

    def work() -> int:
        prepare(store, sandbox=True)
        os.environ["KB_PORT"] = "0"
        run(Settings(), Worker)
        return 0

    service = Running(work)
    until = time.monotonic() + 30
    while "Open http" not in service.said():
        if time.monotonic() > until or not service.alive():
            raise Found(f"the service did not start: {service.said()}")
        time.sleep(0.05)
    return service


def one_round(soak: Soak, victim: str, chance: random.Random) -> None:
    """Offer a changed folder beside a service, and kill one of the three at a random moment."""
    for _ in range(4):
        soak.folder.change()
    service = serving(soak.store)
    offering = command(soak.store, "ingest", soak.folder.root, sandbox=True)
    time.sleep(chance.uniform(0, 2.5))
    if victim == "parser":
        _kill_parsers(service.pid)
    else:
        (service if victim == "service" else offering).kill()
    ended = offering.wait()
    if victim != "command":
        _judge(ended, victim)
    service.terminate()
    stopped = service.wait()
    if victim != "service" and (stopped.code != 0 or "Traceback" in stopped.said):
        raise Found(f"the service ended with {stopped.code}: {stopped.said[-2000:]}")
    soak.finish("ingest", soak.folder.root)
    soak.model.take_in(soak.folder.files())
    soak.check()


def _judge(ended: Ended, victim: str) -> None:
    if ended.code != 0 or "Traceback" in ended.said:
        raise Found(f"after the {victim} was killed: {ended.code}: {ended.said[-2000:]}")


def _kill_parsers(parent: int) -> None:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            above = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if above == parent and b"kb.sandbox.child" in (folder / "cmdline").read_bytes():
                os.kill(int(folder.name), signal.SIGKILL)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="kb-beside-"))
    chance = random.Random(chosen.seed)
    kills: Counter[str] = Counter()
    told: list[str] = []
    soak = Soak(home, chance)
    for number in range(chosen.kills):
        victim = VICTIMS[number % len(VICTIMS)]
        kills[victim] += 1
        try:
            one_round(soak, victim, chance)
        except Found as found:
            told.append(f"round {number}, {victim}: {found}")
            break
    shutil.rmtree(home, ignore_errors=True)
    print(json.dumps({"kills": kills, "broken": told}, indent=1))
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
