"""Generations of matters: whoever keeps something of a matter in memory asks if it changed.

A matter's generation goes up in the transaction of every change of what a search may find
in it. The caches of documents and of vectors compare it before they answer.
"""

from typing import Any


def touch(connection: Any, matter: str) -> None:
    """What is held in memory of this matter holds no more, once the transaction is committed."""
    connection.execute("UPDATE matter SET generation = generation + 1 WHERE id = ?", (matter,))


def touch_all(connection: Any) -> None:
    connection.execute("UPDATE matter SET generation = generation + 1")
