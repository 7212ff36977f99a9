"""Text that knows where in the canonical text it stands, also after it is cut and tidied."""

import html
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import SupportsIndex

_ENTITY = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)")  # as html's
_BLANKS = re.compile(r"\s{2,}|[^\S ]")


class Aligned(str):
    """A text, with the span of the canonical text that each of its characters stands for.

    What is cut from it, or made of it by the methods below, keeps its place. A text that does
    not come from the canonical one, such as a file's title, has no place.
    """

    __slots__ = ("_ends", "_starts")
    _starts: Sequence[int]
    _ends: Sequence[int]

    def __new__(
        cls, text: str = "", starts: Sequence[int] = (), ends: Sequence[int] = ()
    ) -> "Aligned":
        made = super().__new__(cls, text)
        made._starts, made._ends = starts, ends
        return made

    @property
    def span(self) -> tuple[int, int] | None:
        """Where the text stands, None without a place."""
        return (self._starts[0], self._ends[-1]) if self._starts else None

    def __getitem__(self, key: SupportsIndex | slice) -> "Aligned":
        if not isinstance(key, slice):
            first = range(len(self))[key]
            key = slice(first, first + 1)
        return Aligned(super().__getitem__(key), self._starts[key], self._ends[key])

    def strip(self, chars: str | None = None, /) -> "Aligned":
        first = len(self) - len(self.lstrip(chars))
        return self[first : first + len(super().strip(chars))]

    def rstrip(self, chars: str | None = None, /) -> "Aligned":
        return self[: len(super().rstrip(chars))]

    def matched(self, found: re.Match[str], group: int | str = 0) -> "Aligned":
        """What `found`, a match in this text, or one of its groups matched."""
        return self[found.start(group) : found.end(group)]

    def parted(self, pattern: re.Pattern[str]) -> "list[Aligned]":
        """What `pattern` parts, as `re.split` does."""
        cuts = [0, *(at for found in pattern.finditer(self) for at in found.span()), len(self)]
        return [self[start:end] for start, end in zip(cuts[::2], cuts[1::2], strict=True)]

    def replaced(
        self, pattern: re.Pattern[str], by: str | Callable[[re.Match[str]], str] = "",
        *, most: int | None = None,
    ) -> "Aligned":  # fmt: skip
        """As `re.sub` does, without templates: what is put in stands where the match stood.

        `pattern` matches no empty text.
        """
        if not pattern.search(self):
            return self
        plain, last = str(self), 0
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for found in islice(pattern.finditer(plain), most):
            start, end = found.span()
            put = by if isinstance(by, str) else by(found)
            pieces += (plain[last:start], put)
            starts += (*self._starts[last:start], *[*self._starts[start:end][:1]] * len(put))
            ends += (*self._ends[last:start], *[*self._ends[start:end][-1:]] * len(put))
            last = end
        text = "".join((*pieces, plain[last:]))
        return Aligned(text, [*starts, *self._starts[last:]], [*ends, *self._ends[last:]])

    def read_as(self, value: str) -> "Aligned":
        """`value`, which these words mean, at their place."""
        start, end = self._starts[:1], self._ends[-1:]
        return Aligned(value, [*start] * len(value), [*end] * len(value))


def standing(text: str, start: int, end: int) -> Aligned:
    """A span of the canonical text `text`."""
    part = text[start:end]
    return Aligned(part, range(start, start + len(part)), range(start + 1, start + len(part) + 1))


def joined(texts: Iterable[Aligned], by: str = " ") -> Aligned:
    """As `by.join`, of texts in their order; it has no place where one of them has none."""
    parts = [*texts]
    starts: list[int] = []
    ends: list[int] = []
    for number, part in enumerate(parts):
        if number and by:
            edge = [*ends[-1:], *part._starts[:1], 0][0]
            starts += [edge] * len(by)
            ends += [edge] * len(by)
        starts += part._starts
        ends += part._ends
    text = by.join(parts)
    return Aligned(text, starts, ends) if len(starts) == len(text) else Aligned(text)


def flat(text: Aligned) -> Aligned:
    """`text` on one line, with characters written as in HTML put right."""
    plain = text.replaced(_ENTITY, lambda found: html.unescape(found[0]))
    return plain.replaced(_BLANKS, " ").strip()
