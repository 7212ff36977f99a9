"""Plain text, Markdown and tables in text: the canonical text is the decoded file itself.

Byte order mark and line ends are kept, so a span is a span of the file.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ingest.formats.base.elements import best_title, heading_level, is_page_number
from ingest.formats.base.encodings import decode
from ingest.formats.base.options import DEFAULT, ParseOptions
from kb.domain import Element, ElementKind, Reading

_BLOCK = re.compile(r"[^\r\n\f]+(?:(?:\r\n|\r|\n)(?![ \t\ufeff]*(?:\r|\n|\f|$))[^\r\n\f]+)*")
_LINE = re.compile(r"[^\r\n]+")
_ITEM = re.compile(r"\s*(?:[-*+\u2022\u25aa\u25cf]|\(?(?:[a-z]|[ivx]{1,5}|\d{1,3})[.)])\s+\S")
_HASHES = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_RULE = re.compile(r"\s*\|?[\s:|-]+\|?\s*$")
_SAMPLE = 1 << 16  # characters
_DELIMITERS = ",;\t|"
_NAMED_DELIMITER = re.compile(r"\ufeff?sep=([,;\t|])\r?\n", re.IGNORECASE)
_LONG = 160  # characters; lines as long as this are whole paragraphs, not wrapped ones
_BLANKS = " \t\r\n\f\v\ufeff\u00a0"


def read_plain_text(path: str, _: str, __: ParseOptions = DEFAULT) -> Reading:
    """Read a text file as it is."""
    text = decode(Path(path).read_bytes())
    elements = tuple(_text_elements(text))
    return Reading("text/plain", text, elements, title=best_title("", text, elements))


def read_markdown(path: str, _: str, __: ParseOptions = DEFAULT) -> Reading:
    """Read Markdown; `#` lines are headings of their level, marks stay in the text."""
    text = decode(Path(path).read_bytes())
    elements = tuple(_markdown_elements(text))
    return Reading("text/markdown", text, elements, title=best_title("", text, elements))


def read_table(path: str, name: str, __: ParseOptions = DEFAULT) -> Reading:
    """Read CSV or TSV; each record is a TABLE_ROW, also one that spans lines.

    The delimiter is the one that cuts the first lines into the same number of cells.
    """
    text = decode(Path(path).read_bytes())
    claimed = "\t" if name.lower().endswith((".tsv", ".tab")) else ","
    delimiter = _delimiter(text[:_SAMPLE], claimed)
    rows = tuple(
        Element(ElementKind.TABLE_ROW, start, end)
        for start, end in _records(text, delimiter=delimiter)
    )
    kind = "text/tab-separated-values" if delimiter == "\t" else "text/csv"
    return Reading(kind, text, rows)


def _delimiter(sample: str, claimed: str) -> str:
    named = _NAMED_DELIMITER.match(sample)  # Excel's own first line
    if named:
        return named[1]
    lines = sample.splitlines()[:50]

    def regular(delimiter: str) -> tuple[float, bool]:
        rows = [row for row in _rows(lines, delimiter) if row]
        widths = Counter(len(row) for row in rows if len(row) > 1)
        return (max(widths.values(), default=0) / max(1, len(rows)), delimiter == claimed)

    return max(_DELIMITERS, key=regular)


def _rows(lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return []


def _records(text: str, *, delimiter: str) -> Iterator[tuple[int, int]]:
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    csv.field_size_limit(1 << 24)
    reader = csv.reader(iter(lines), delimiter=delimiter)
    first = 0
    try:
        for row in reader:
            named = first == 0 and _NAMED_DELIMITER.match(text)
            if any(cell.strip(_BLANKS) for cell in row) and not named:
                yield _stripped(text, starts[first], starts[reader.line_num])
            first = reader.line_num
    except csv.Error:  # the rest is not tabular: keep its lines
        for number in range(first, len(lines)):
            if lines[number].strip(_BLANKS):
                yield _stripped(text, starts[number], starts[number + 1])


def _text_elements(text: str) -> Iterator[Element]:
    blocks = [block.span() for block in _BLOCK.finditer(text)]
    if _double_spaced(text, blocks):
        blocks = list(_joined(text, blocks))
    for block in blocks:
        for start, end in _paragraphs(text, *block):
            words = text[start:end]
            level = heading_level(words)
            if is_page_number(words, at_edge=False):
                yield Element(ElementKind.FURNITURE, start, end)
            elif level:
                yield Element(ElementKind.HEADING, start, end, None, level)
            else:
                kind = ElementKind.LIST_ITEM if _ITEM.match(words) else ElementKind.PARAGRAPH
                yield Element(kind, start, end)


def _double_spaced(text: str, blocks: list[tuple[int, int]]) -> bool:
    """Whether blank lines part lines, not paragraphs, as in typed opinions and briefs."""
    single = sum("\n" not in text[start:end] for start, end in blocks)
    broken = sum(text[start:end].lstrip()[:1].islower() for start, end in blocks)
    return len(blocks) > 8 and single > 0.6 * len(blocks) and broken > 0.2 * len(blocks)


def _joined(text: str, blocks: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Double-spaced lines put together into paragraphs, which begin with an indent."""
    opened: tuple[int, int] | None = None
    above = ""
    for start, end in blocks:
        words = text[start:end]
        if opened is not None and _follows(above, words):
            opened = (opened[0], end)
        else:
            if opened is not None:
                yield opened
            opened = (start, end)
        above = words
    if opened is not None:
        yield opened


def _follows(above: str, words: str) -> bool:
    line = words.strip()
    last = above.strip().splitlines()[-1:]
    if (
        not line
        or not last
        or is_page_number(line, at_edge=False)
        or is_page_number(last[0], at_edge=False)
    ):
        return False
    if line[0].islower():
        return True
    indent = len(words) - len(words.lstrip())
    return indent < 4 and len(last[0]) > 40 and not heading_level(line)


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A block's paragraphs: its lines where they are long, else cut before labels and headings."""
    lines = [_stripped(text, *line.span()) for line in _LINE.finditer(text, start, end)]
    lines = [line for line in lines if line[0] < line[1]]
    whole = sum(stop - begin for begin, stop in lines) > _LONG * len(lines)
    opened: tuple[int, int] | None = None
    for line in lines:
        if opened is None:
            opened = line
        elif whole or _cut(text[max(opened[0], opened[1] - _LONG) : opened[1]], text[slice(*line)]):
            yield opened
            opened = line
        else:
            opened = (opened[0], line[1])
    if opened is not None:
        yield opened


def _cut(above: str, line: str) -> bool:
    if _ITEM.match(line) and above[-1] in ".;:,":
        return True
    numbered = line[0].isdigit() or line[0] in "AS§"
    return (numbered and bool(heading_level(line))) or bool(heading_level(above))


def _markdown_elements(text: str) -> Iterator[Element]:
    for block in _BLOCK.finditer(text):
        opened: Element | None = None
        for line in _LINE.finditer(text, *block.span()):
            element = _markdown_line(text, *line.span())
            if element is None:
                continue
            if opened and opened.kind is not ElementKind.HEADING and _continues(element):
                opened = Element(opened.kind, opened.char_start, element.char_end)
                continue
            if opened:
                yield opened
            opened = element
        if opened:
            yield opened


def _continues(element: Element) -> bool:
    return element.kind is ElementKind.PARAGRAPH


def _markdown_line(text: str, start: int, end: int) -> Element | None:
    line = text[start:end].lstrip("\ufeff")
    start = end - len(line)
    heading = _HASHES.match(line) if len(line) < 500 else None
    if heading:
        begin, stop = start + heading.start(2), start + heading.end(2)
        return (
            Element(ElementKind.HEADING, begin, stop, None, len(heading[1])) if heading[2] else None
        )
    if _RULE.match(line):
        return None
    kind = ElementKind.PARAGRAPH
    if line.lstrip().startswith("|"):
        kind = ElementKind.TABLE_ROW
    elif _ITEM.match(line):
        kind = ElementKind.LIST_ITEM
    start, end = _stripped(text, start, end)
    return Element(kind, start, end) if start < end else None


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    inner = words.strip(_BLANKS)
    begin = start + words.find(inner) if inner else end
    return begin, begin + len(inner)
