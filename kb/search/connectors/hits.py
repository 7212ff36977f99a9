"""Where the parts of an expression stand: spans of places, and what can be asked of two sets."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kb.store.lexical.position_reader import Places

Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Hits:
    """Spans from a first to a last place, by first place; arrays of one shape (n,).

    `leaf` says of which word or phrase of the expression a span is.
    """

    first: Places
    last: Places
    leaf: NDArray[np.int32]

    def kept(self, mask: Mask) -> "Hits":
        return Hits(self.first[mask], self.last[mask], self.leaf[mask])


def none() -> Hits:
    nothing = np.zeros(0, dtype=np.int64)
    return Hits(nothing, nothing, nothing.astype(np.int32))


def both(left: Hits, right: Hits) -> Hits:
    """All spans of the two, each once."""
    if not len(left.first) or not len(right.first):
        return right if not len(left.first) else left
    first = np.concatenate([left.first, right.first])
    last = np.concatenate([left.last, right.last])
    leaf = np.concatenate([left.leaf, right.leaf])
    if not _shared(left.leaf, right.leaf):
        order = np.argsort(first, kind="stable")  # two sorted runs, so this only merges them
        return Hits(first[order], last[order], leaf[order])
    order = np.lexsort((leaf, last, first))
    first, last, leaf = first[order], last[order], leaf[order]
    new = np.ones(len(first), dtype=bool)
    new[1:] = (np.diff(first) != 0) | (np.diff(last) != 0) | (np.diff(leaf) != 0)
    return Hits(first[new], last[new], leaf[new])


def _shared(left: NDArray[np.int32], right: NDArray[np.int32]) -> bool:
    """Whether spans of one leaf are in both, so that a span may be."""
    most = int(max(left.max(), right.max())) + 1
    return bool(np.any(np.bincount(left, minlength=most) * np.bincount(right, minlength=most)))


def near(left: Hits, right: Hits, distance: int, *, ordered: bool) -> Hits:
    """The spans of either side that have one of the other within so many words.

    The distance is counted from the end of the one to the beginning of the other, so that
    neighbours are 1 apart; spans that share a word are not near each other. `ordered`: the
    left one comes first.
    """
    left_kept = _followed(left, right, left.last + distance)
    right_kept = _preceded(right, left, distance)
    if not ordered:
        left_kept |= _preceded(left, right, distance)
        right_kept |= _followed(right, left, right.last + distance)
    return both(left.kept(left_kept), right.kept(right_kept))


def same(left: Hits, right: Hits, units: Places, *, ordered: bool) -> Hits:
    """The spans of either side that have one of the other in the same unit.

    `units` is where units begin, those of all documents; a span is in the unit in which it
    begins. Spans that share a word do not count. `ordered`: the left one comes first.
    """
    left_kept = _followed(left, right, _ends(left, units))
    right_kept = _after_one_since(right, left, _starts(right, units))
    if not ordered:
        left_kept |= _after_one_since(left, right, _starts(left, units))
        right_kept |= _followed(right, left, _ends(right, units))
    return both(left.kept(left_kept), right.kept(right_kept))


def _followed(these: Hits, others: Hits, until: Places) -> Mask:
    """Which of these have another that begins after their end, at `until` at the latest."""
    after = np.searchsorted(others.first, these.last, side="right")
    return np.asarray(np.searchsorted(others.first, until, side="right") > after)


def _preceded(these: Hits, others: Hits, distance: int) -> Mask:
    """Which of these have another that ends before them, within so many words."""
    ends = np.sort(others.last, kind="stable")
    before = np.searchsorted(ends, these.first, side="left")
    return np.asarray(before > np.searchsorted(ends, these.first - distance, side="left"))


def _after_one_since(these: Hits, others: Hits, since: Places) -> Mask:
    """Which of these come after another's end that begins at `since` or later."""
    if not len(others.first):
        return np.zeros(len(these.first), dtype=bool)
    order = np.argsort(others.last, kind="stable")
    latest = np.maximum.accumulate(others.first[order])
    before = np.searchsorted(others.last[order], these.first, side="left")
    return (before > 0) & (latest[np.maximum(before - 1, 0)] >= since)


def _starts(hits: Hits, units: Places) -> Places:
    return units[np.searchsorted(units, hits.first, side="right") - 1]


def _ends(hits: Hits, units: Places) -> Places:
    """The last place of each span's unit."""
    beyond = np.append(units, np.iinfo(np.int64).max)
    return beyond[np.searchsorted(units, hits.first, side="right")] - 1
