"""A real service in a place of its own, told to end at any moment, and what it leaves then."""

import os
import re
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kb.paths import ROOT
from kb.sandbox.confinement.processes import below
from tests.bench.running import Memory
from tests.bench.serving import connected

LONGEST_END_S = 5.0
"""How soon a service has ended that was told to."""
_DOCUMENT = re.compile(r"document (\S+) (?:\w+) in (\d+) ms")


@dataclass(slots=True)
class Place:
    """A store, a folder for temporary files, and the settings that all processes there have."""

    store: Path
    temporary: Path
    settings: dict[str, str]
    logs: list[Path] = field(default_factory=list)
    memory: dict[str, int] = field(default_factory=lambda: {"parent_mb": 0, "children_mb": 0})

    def started(self, *words: str | Path, **more: str) -> "subprocess.Popen[bytes]":
        """`kb …`, its errors in a log of its own."""
        self.temporary.mkdir(exist_ok=True)
        self.logs.append(self.store.with_name(f"log-{len(self.logs)}"))
        with self.logs[-1].open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "kb", *map(str, words)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=ROOT,
                env={
                    **os.environ,
                    **self.settings,
                    **more,
                    "KB_DATA_DIR": str(self.store),
                    "TMPDIR": str(self.temporary),
                },
            )

    def seconds(self) -> dict[str, float]:
        """Seconds of work on each document, by its id, as all logs together have it."""
        taken: dict[str, float] = {}
        for log in self.logs:
            for known, milliseconds in _DOCUMENT.findall(log.read_text(errors="replace")):
                taken[known] = taken.get(known, 0.0) + int(milliseconds) / 1000
        return taken

    def left(self) -> list[Path]:
        return sorted(self.temporary.iterdir())


class Service:
    """`kb serve` on a free port, answering; `wrong` says what went wrong when it ended."""

    def __init__(self, place: Place, **settings: str) -> None:
        self._place = place
        self._process = place.started("serve", "--port", "0", **settings)
        self._log = place.logs[-1]
        self._memory = Memory(self._process.pid)
        self.wrong: list[str] = []
        self.owner = connected(place.store, self._process)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> float:
        """Tell it to end as an operating system does; the seconds until it had ended."""
        children = below(self._process.pid)
        began = time.monotonic()
        early = self._process.poll()
        self._process.terminate()
        try:
            code = self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        seconds = time.monotonic() - began
        if early is not None:
            self.wrong.append(f"the service ended by itself with {early}")
        if seconds > LONGEST_END_S or code not in (0, -15):
            self.wrong.append(f"the service ended with {code} after {seconds:.1f} s")
        self.wrong += self._said()
        self.wrong += _outliving(children)
        for name, most in self._memory.end().told().items():
            self._place.memory[name] = max(self._place.memory[name], most)
        return seconds

    def _said(self) -> list[str]:
        log = self._log.read_text(errors="replace")
        at = log.find("Traceback")
        return [f"the service told a traceback: {log[at : at + 2000]}"] if at >= 0 else []


def _outliving(children: list[int]) -> list[str]:
    """Processes of a service that has ended, a moment later."""
    until = time.monotonic() + 2
    while time.monotonic() < until and any(map(_lives, children)):
        time.sleep(0.05)
    return [f"a child outlived its service: {_named(one)}" for one in children if _lives(one)]


def _lives(process: int) -> bool:
    with suppress(OSError):
        told = Path(f"/proc/{process}/stat").read_text("utf-8", "replace")
        return told.rpartition(") ")[2][:1] not in ("Z", "X")
    return False


def _named(process: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_text(errors="replace").replace("\0", " ")
    return str(process)
