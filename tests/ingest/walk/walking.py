"""Walks all parts of a file by itself, and asks of each where its words went."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from ingest.formats.base.options import ParseOptions
from ingest.parsing.dispatch import read_file
from kb.domain import ElementKind, Reading

MARK = re.compile(rb"zq[a-z]+")
_EDGE = "zqedge"
"""What a word begins with that must be furniture; no other may be."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A file by its name, its parts, and those of which no word is asked, each with the reason.

    `wordless` are patterns of names of parts, `unread` words.
    """

    name: str
    content: bytes
    members: Mapping[str, bytes]
    wordless: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)


def lost(sample: Sample, tmp_path: Path) -> list[str]:
    """The parts and words that no reader gets and nobody is told of; what the lists say in vain."""
    reading = _read(sample, tmp_path)
    taken = [Path(part.path).read_bytes().strip() for part in reading.parts]
    known, edges = _said(reading)
    found = []
    for name, content in sample.members.items():
        if content.strip() in taken or f"“{Path(name).name}”" in (reading.problem or ""):
            continue
        if any(re.fullmatch(pattern, name) for pattern in sample.wordless):
            continue
        marks = {one.decode() for one in MARK.findall(content)}
        if not marks:
            found.append(f"{name} has no word of its own")
        gone = marks - known - edges - set(sample.unread)
        found += [f"{name}: {mark} is lost" for mark in sorted(gone)]
        found += [f"{name}: {mark} is not furniture" for mark in marks & known if _EDGE in mark]
    found += [f"{mark} is furniture" for mark in edges if _EDGE not in mark]
    return [*found, *_needless(sample, known | edges)]


def _needless(sample: Sample, known: set[str]) -> Iterator[str]:
    for pattern in sample.wordless:
        if not any(re.fullmatch(pattern, name) for name in sample.members):
            yield f"the list names {pattern}, and no part is called so"
    for mark in sample.unread:
        if mark in known:
            yield f"the list names {mark}, and it is read"


def _read(sample: Sample, tmp_path: Path) -> Reading:
    path, scratch = tmp_path / sample.name, tmp_path / "scratch"
    path.write_bytes(sample.content)
    scratch.mkdir()
    return read_file(str(path), sample.name, ParseOptions(scratch=str(scratch), ocr="off"))


def _said(reading: Reading) -> tuple[set[str], set[str]]:
    """Words that are told, and those that stand in furniture."""
    told, edges = [reading.problem or "", reading.title], list[str]()
    for element in reading.elements:
        words = reading.text[element.char_start : element.char_end]
        (edges if element.kind is ElementKind.FURNITURE else told).append(words)
    told += [one.value for one in reading.facts] + [one.text for one in reading.revisions]
    return _marks(told), _marks(edges)


def _marks(words: list[str]) -> set[str]:
    return {one.decode() for one in MARK.findall(" ".join(words).encode())}


def packed(members: Mapping[str, str | bytes]) -> bytes:
    """A zip file of these members, in their order."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
    return made.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    """The members of a zip file, folders left out."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist() if name[-1] != "/"}


def zipped(
    name: str,
    content: bytes,
    *,
    wordless: Mapping[str, str],
    unread: Mapping[str, str] | None = None,
) -> Sample:
    """A sample whose parts are the members of a zip file."""
    return Sample(name, content, unpacked(content), wordless, unread or {})


def picture(shade: int, kind: str = "PNG", *, size: tuple[int, int] = (400, 120)) -> bytes:
    """A picture large enough to hold words, no two shades the same."""
    made = io.BytesIO()
    Image.new("L", size, shade).save(made, kind)
    return made.getvalue()
