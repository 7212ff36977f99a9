"""Merged cells: what stands once beside several rows is said in each of them."""

from collections.abc import Iterable
from dataclasses import dataclass

_MOST = 200_000  # cells filled in a sheet, and merged ranges looked at
_LONGEST = 200  # characters; longer words are text that was given room, not a label

Words = tuple[str, str]
"""What a cell says, and why it cannot be seen ("" where it can)."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged range by its rows and its first column, each counted from 1."""

    first_row: int
    last_row: int
    column: int


class MergedCells:
    """Goes with the rows of one sheet, from the first to the last."""

    def __init__(self, ranges: Iterable[Merged]) -> None:
        tall = [one for one in ranges if one.last_row > one.first_row]
        self._waiting = sorted(tall[:_MOST], key=lambda one: -one.first_row)
        self._open: dict[int, tuple[int, Words]] = {}
        self._left = _MOST

    def filled(self, number: int, cells: list[Words]) -> list[Words]:
        """The row `number` with the words of merged cells; a row without any others stays empty."""
        while self._waiting and self._waiting[-1].first_row <= number:
            found = self._waiting.pop()
            at = found.column - 1
            if found.first_row == number and at < len(cells) and 0 < len(cells[at][0]) <= _LONGEST:
                self._open[at] = found.last_row, cells[at]
        if not self._open or not any(words for words, _ in cells):
            return cells
        for at, (last, words) in list(self._open.items()):
            if number > last:
                del self._open[at]
            elif self._left and (at >= len(cells) or not cells[at][0]):
                cells.extend([("", "")] * (at + 1 - len(cells)))
                cells[at] = words
                self._left -= 1
        return cells
