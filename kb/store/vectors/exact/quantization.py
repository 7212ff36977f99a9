"""Vectors as one byte a dimension, with a bound on what that leaves out.

A row is rounded to whole steps of its own size. What rounding took away has a
length, and by Cauchy and Schwarz no product can be off by more than it: so a
scan over bytes, a quarter of the size, tells for certain which rows can be among
the nearest, and only these need their true vectors. A row's code depends on the
row alone. The only importer of simsimd.
"""

from dataclasses import dataclass

import numpy as np
import simsimd
from numpy.typing import NDArray

from kb.ports import Vectors

STEPS = 127
"""Steps on either side of zero."""
UNIT = 1.0001
"""Longest that a row of unit length is, after its own rounding to float32."""
ROUNDING = 2e-6
"""Room for the float32 sums in which an estimate is made."""

Bytes = NDArray[np.int8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Codes:
    """n rows: codes of shape (n, dimensions), the size of a row's step, and its lost length."""

    codes: Bytes
    step: Vectors
    lost: Vectors

    def __len__(self) -> int:
        return len(self.step)

    def rows(self, chosen: slice | Mask | NDArray[np.int64]) -> "Codes":
        return Codes(self.codes[chosen], self.step[chosen], self.lost[chosen])


@dataclass(frozen=True, slots=True)
class CodedQuery:
    """A query vector, coded as the rows are."""

    code: Bytes
    step: float
    length: float
    lost: float


def encode(vectors: Vectors) -> Codes:
    """Code rows of unit length; shape (n, dimensions). A row of zeros has a step of zero."""
    if not vectors.size:
        none = np.zeros(len(vectors), dtype=np.float32)
        return Codes(np.zeros(vectors.shape, dtype=np.int8), none, none)
    step = (np.abs(vectors).max(axis=1) / STEPS).astype(np.float32)
    codes = np.rint(vectors / np.where(step > 0, step, 1)[:, None]).astype(np.int8)
    left = vectors - codes * step[:, None]
    lost = np.sqrt((left.astype(np.float64) ** 2).sum(axis=1)) * (1 + 1e-6)
    return Codes(codes, step, lost.astype(np.float32))


def ask(vector: Vectors) -> CodedQuery:
    """Code one query; shape (dimensions,)."""
    coded = encode(vector[None])
    length = float(np.linalg.norm(coded.codes[0].astype(np.float64) * float(coded.step[0])))
    return CodedQuery(coded.codes, float(coded.step[0]), length, float(coded.lost[0]))


def estimate(asked: CodedQuery, rows: Codes) -> tuple[Vectors, Vectors]:
    """About the product of the query with each row, and how far off that can be at most."""
    if not len(rows):
        return rows.step, rows.lost
    whole = np.asarray(simsimd.cdist(asked.code, rows.codes, metric="dot", out_dtype="float32"))
    about = whole[0] * (rows.step * np.float32(asked.step))
    off = rows.lost * np.float32(asked.length) + np.float32(asked.lost * UNIT + ROUNDING)
    return about, off


def join(parts: list[Codes], dimensions: int) -> Codes:
    """All rows of these, in order."""
    if not parts:
        return encode(np.zeros((0, dimensions), dtype=np.float32))
    return Codes(
        np.concatenate([part.codes for part in parts]),
        np.concatenate([part.step for part in parts]),
        np.concatenate([part.lost for part in parts]),
    )
