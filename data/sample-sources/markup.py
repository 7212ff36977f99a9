"""The small Markdown dialect in which the sources of the sample firm are written.

A source is a front matter of ``key: value`` lines between two ``---`` lines, then blocks
separated by blank lines: headings, paragraphs, bullets, quotes, tables and notes. A line that
ends in a backslash ends with a hard line break. ``{++text++}`` and ``{--text--}`` are tracked
insertions and deletions; ``{++2:text++}`` is one by the second author.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PREFIXES = (
    ("### ", "h3"),
    ("## ", "h2"),
    ("# ", "h1"),
    ("^ ", "center"),
    ("> ", "quote"),
    ("- ", "bullet"),
    ("[^", "note"),
)
MARKERS = {"===": "columns", "+++": "pagebreak", "***": "rule"}


@dataclass(frozen=True)
class Block:
    """One paragraph-level piece of a document."""

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Source:
    """A parsed source file: its front matter, its blocks and its raw body."""

    path: Path
    meta: dict[str, str]
    blocks: tuple[Block, ...]
    body: str


def typographic(text: str) -> str:
    """Turn straight quotation marks into curly ones."""
    text = re.sub(r'(^|[\s(\[—+:-])"', r"\1“", text)
    text = text.replace('"', "”")
    text = re.sub(r"(^|[\s(\[—“])'", r"\1‘", text)
    return text.replace("'", "’")


def read_source(path: Path) -> Source:
    """Read and parse one source file."""
    meta, body = split_front_matter(path.read_text(encoding="utf-8"))
    spaced = re.sub(r"\n(?=- )", "\n\n", body)
    blocks = tuple(parse_block(chunk) for chunk in re.split(r"\n\s*\n", spaced) if chunk.strip())
    return Source(path, meta, blocks, body)


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """Separate the front matter from the body."""
    _, head, body = text.split("---\n", 2)
    meta: dict[str, str] = {}
    for line in head.splitlines():
        key, _, value = line.partition(":")
        meta[key.strip()] = value.strip()
    return meta, body.strip("\n") + "\n"


def parse_block(chunk: str) -> Block:
    """Parse the lines between two blank lines."""
    chunk = chunk.strip("\n")
    if chunk.strip() in MARKERS:
        return Block(MARKERS[chunk.strip()])
    if chunk.startswith("|"):
        return Block("table", rows=table_rows(chunk))
    for prefix, kind in PREFIXES:
        if chunk.startswith(prefix):
            kept = chunk if kind == "note" else chunk[len(prefix) :]
            return Block(kind, join_lines(kept))
    return Block("para", join_lines(chunk))


def join_lines(chunk: str) -> str:
    """Join source lines; a trailing backslash becomes a line break."""
    text = ""
    for line in map(str.strip, chunk.splitlines()):
        text += line[:-1].rstrip() + "\n" if line.endswith("\\") else line + " "
    return typographic(text.strip())


def table_rows(chunk: str) -> tuple[tuple[str, ...], ...]:
    """The cells of a pipe table, without its rule line."""
    rows: list[tuple[str, ...]] = []
    for line in chunk.splitlines():
        cells = tuple(typographic(cell.strip()) for cell in line.strip().strip("|").split("|"))
        if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            rows.append(cells)
    return tuple(rows)
