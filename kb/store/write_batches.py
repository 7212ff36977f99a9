"""Writing much in several short transactions, so that nobody waits long for the one writer.

What is written so is a generator. It is sent the connection of a transaction, and yields
wherever that one may end; what it has begun then stays, so it has to be something that nobody
sees yet, or that can be begun again.
"""

import threading
import time
from collections.abc import Callable, Generator
from typing import Any, TypeAlias, TypeVar

from kb.priorities import let_pass
from kb.store.database import Database

T = TypeVar("T")
Steps: TypeAlias = Generator[None, Any, T]
"""Begins with `connection = yield`; what it returns is the result."""

BATCH_S = 0.05
"""A transaction that has taken so many seconds ends where its steps allow it."""
PAUSE_S = 0.01
"""Left between two of them, for another process: SQLite has no line of who waits."""


class Gone(Exception):
    """What was to be written has no place any more."""


class Abandoned(Exception):
    """The program ends, and what was begun is begun again by the next."""


def in_batches(
    database: Database,
    steps: Steps[T],
    *,
    holds: Callable[[Any], bool] = lambda _: True,
    abandoned: threading.Event | None = None,
) -> T:
    """Run `steps` to their end; the result they return.

    Raises `Abandoned` between two transactions once that event is set.

    `holds` is asked at the beginning of each transaction, on its connection: where it says
    no, `Gone` is raised and what is written stays as it is. Raises as `Database.write`.
    One is written after another, since some rows are added to in the order of documents.
    """
    next(steps)
    with database.batches:
        while True:
            with database.write() as connection:
                if not holds(connection):
                    break
                until = time.monotonic() + BATCH_S
                try:
                    steps.send(connection)
                    while time.monotonic() < until:
                        steps.send(connection)
                except StopIteration as end:
                    result: T = end.value
                    return result
            let_pass()
            if abandoned is not None and abandoned.wait(PAUSE_S):
                raise Abandoned
            if abandoned is None:
                time.sleep(PAUSE_S)
    raise Gone


def at_once(connection: Any, steps: Steps[T]) -> T:
    """Run `steps` to their end inside the caller's transaction; what they return."""
    next(steps)
    while True:
        try:
            steps.send(connection)
        except StopIteration as end:
            result: T = end.value
            return result
