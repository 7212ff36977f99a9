"""Whose turn it is at the language model: one speaks, a few wait, the rest are refused."""

from __future__ import annotations

from collections import deque
from threading import Condition, Event

from kb.errors import Busy

SECONDS_A_TURN = 10
"""A guess at one answer's length, for Retry-After."""


class Turns:
    """A bounded queue in front of one model; fair, first come first served."""

    def __init__(self, waiting: int) -> None:
        self._line: deque[Turn] = deque()
        self._places = waiting + 1
        self._changed = Condition()

    def take(self) -> Turn:
        """A place in the line. Raises `Busy` when all places are taken."""
        with self._changed:
            if len(self._line) >= self._places:
                raise Busy(retry_after=SECONDS_A_TURN * len(self._line))
            turn = Turn(self)
            self._line.append(turn)
            return turn

    def _ahead(self, turn: Turn) -> int:
        with self._changed:
            return self._line.index(turn) if turn in self._line else 0

    def _wait(self, turn: Turn, timeout_s: float) -> bool:
        with self._changed:
            self._changed.wait_for(
                lambda: turn.stop.is_set() or not self._line or self._line[0] is turn, timeout_s
            )
            return bool(self._line) and self._line[0] is turn

    def _leave(self, turn: Turn) -> None:
        with self._changed:
            if turn in self._line:
                self._line.remove(turn)
            self._changed.notify_all()


class Turn:
    """One reader's place. `stop` may be set from any thread: the reader has left."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self.stop = Event()

    @property
    def ahead(self) -> int:
        """How many are before this one, the one who speaks now included."""
        return self._turns._ahead(self)

    def wait(self, timeout_s: float) -> bool:
        """True once it is this one's turn; False after `timeout_s` or when stopped."""
        return self._turns._wait(self, timeout_s)

    def leave(self) -> None:
        """Stop, and make room for the next. Safe to call twice."""
        self.stop.set()
        self._turns._leave(self)
