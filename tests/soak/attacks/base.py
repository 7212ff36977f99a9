"""One kind of attack: a file that has a thing 100, 1,000, 10,000 … times, made by code."""

import io
import random
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

Make = Callable[[int], bytes]
"""The bytes of a file that has its thing so many times."""


@dataclass(frozen=True, slots=True)
class Attack:
    """`make(n)` gives the file's bytes with its thing `n` times, `n` being 10 ** a power."""

    name: str
    suffix: str
    make: Make
    largest: int = 5

    def write(self, folder: Path, power: int) -> Path:
        """The file in `folder`, named by the attack and its size."""
        made = folder / f"{self.suffix.strip('.')}-{self.name}-1e{power}{self.suffix}"
        made.write_bytes(self.make(10**power))
        return made


def text(unit: str, before: str = "", after: str = "") -> Make:
    """A text with `unit` again and again."""
    return lambda n: (before + unit * n + after).encode()


def nested(
    opening: str,
    closing: str,
    *,
    before: str = "",
    inside: str = "The rent is due.",
    after: str = "",
) -> Make:
    """A text in which `unit` lies within itself, `n` deep."""
    return lambda n: (before + opening * n + inside + closing * n + after).encode()


def counted(
    unit: Callable[[int], str], before: str = "", after: str = "", between: str = ""
) -> Make:
    """A text of `unit(0)`, `unit(1)` and so on."""
    return lambda n: (before + between.join(map(unit, range(n))) + after).encode()


def within(make: Make, before: str = "", after: str = "") -> Make:
    """What `make` gives, between two texts."""
    return lambda n: before.encode() + make(n) + after.encode()


def zipped(members: Mapping[str, str | bytes], *, stored: str = "") -> bytes:
    """A zip of members by name; `stored` is the one that comes first and is not compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in members.items():
            how = zipfile.ZIP_STORED if name == stored else zipfile.ZIP_DEFLATED
            package.writestr(zipfile.ZipInfo(name), content, compress_type=how, compresslevel=1)
    return out.getvalue()


def noise(n: int) -> bytes:
    """The same `n` bytes each time, that nothing compresses."""
    return random.Random(n).randbytes(n)
