"""A service searched ten times a second, each search timed from when it was due."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx

from kb.app import client
from kb.errors import KBError
from tests.bench.beside import QUESTIONS

EVERY_S = 0.1
PEOPLE = 8
"""So many search at once; one who waits for an answer keeps nobody else from asking."""

WARM_S = 3.0
"""So long after a start searches are not counted: the first ones load what the others use."""
LONGEST_WARM_S = 60.0


@dataclass(slots=True)
class Times:
    """Milliseconds of searches: from when each was due, and from when somebody was free to ask."""

    due: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)


class Searches:
    """`times` of all searches so far; `failed` says what was answered instead of a result.

    `matters` are searched. Over what is taken in meanwhile as well a search takes longer since
    there is more to look through, which tells nothing of who is in whose way.

    Between `pause` and `go_on` nothing is searched, and what fails then is no failure.
    """

    def __init__(self, matters: Sequence[str]) -> None:
        self._matters = matters
        self.times = Times()
        self.failed: list[str] = []
        self._owner: client.Owner | None = None
        self._over = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def idle(self, owner: client.Owner, seconds: float) -> "Times":
        """How long searches take with nothing else to do; none of them counts further."""
        self.go_on(owner)
        until = time.monotonic() + LONGEST_WARM_S
        while not self.times.due and time.monotonic() < until:
            time.sleep(EVERY_S)
        time.sleep(seconds)
        self.pause()
        found, self.times = self.times, Times()
        return found

    def go_on(self, owner: client.Owner) -> None:
        with self._changed:
            self._owner = owner
            self._changed.notify()

    def pause(self) -> None:
        with self._changed:
            self._owner = None

    def end(self) -> None:
        with self._changed:
            self._over = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while owner := self._next():
            self._search(owner, WARM_S, counts=False)
            self._search(owner, float("inf"), counts=True)

    def _search(self, owner: client.Owner, seconds: float, *, counts: bool) -> None:
        began, number = time.monotonic(), 0
        with ThreadPoolExecutor(PEOPLE) as people:
            while self._owner is owner and time.monotonic() - began < seconds:
                due = began + number * EVERY_S
                time.sleep(max(0.0, due - time.monotonic()))
                people.submit(self._one, owner, number, due, counts=counts)
                number += 1
            people.shutdown(cancel_futures=True)

    def _next(self) -> client.Owner | None:
        """The next service to search, None when there will be none."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or self._owner is not None)
            return self._owner

    def _one(self, owner: client.Owner, number: int, due: float, *, counts: bool) -> None:
        began = time.monotonic()
        try:
            owner.search(f"{QUESTIONS[number % len(QUESTIONS)]} ({number})", self._matters, 8)
        except (KBError, httpx.HTTPError) as error:
            if self._owner is owner:
                self.failed.append(f"{type(error).__name__}: {error}")
            return
        if counts and self._owner is owner:
            self.times.due.append((time.monotonic() - due) * 1000)
            self.times.alone.append((time.monotonic() - began) * 1000)
