"""Rows of tables: each is quoted by itself, and the one that a question names by its number first.

A figure or a code is another one where a single digit differs, however near they are in
meaning; so a row without the code that a question names does not answer it.
"""

import re
from collections.abc import Iterator, Sequence

from kb.text.context import PATH_JOINT
from kb.text.sentences import paragraph_spans, sentence_spans

_CELLS = re.compile(r" \| |\t")
_SEPARATED = re.compile(r"(?<!\d),(?=\S)|,(?=[^\s\d])|;(?=\S)")
_LINE = re.compile(r"[^\n]+")
_FIGURE = re.compile(
    r"\d{1,3}(?:[,.']\d{3})+|\d[.,]\d\d(?!\d)|\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}"
    r"|\b(?=\w*\d)[A-Z]+[-/]?\d{2,}"
)
_ENDS_IN_FIGURE = re.compile(r"[\d%)][.*]?\s*$")
_FEW = 3  # lines without marks between cells that are a table at least
_MOSTLY = 0.6  # of them end in a figure
_LONGEST = 300  # characters of such a line
_CODE = re.compile(r"(?<![\w$€£¥.,/-])(?=[\w/-]*\d)[^\W_](?:[\w/-]*[^\W_])?(?![\w-]|[.,/]\d)")
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
_LEAST_DIGITS = 4  # of a number alone; fewer count things
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|[a-z])", re.IGNORECASE)


def units(text: str) -> Iterator[tuple[int, int, bool]]:
    """Spans of the sentences of `text` and of the rows of its tables; whether it is a row."""
    for start, end in paragraph_spans(text):
        lines = [
            (start + one.start(), start + one.end()) for one in _LINE.finditer(text[start:end])
        ]
        if _is_table([text[first:last] for first, last in lines]):
            for first, last in lines:
                words = text[first:last]
                lead = len(words) - len(words.lstrip())
                if words.strip():
                    yield first + lead, first + lead + len(words.strip()), True
        else:
            for first, last in sentence_spans(text[start:end]):
                yield start + first, start + last, False


def heads(text: str, heading: str, span: tuple[int, int]) -> str:
    """What stands above the columns of the rows in `span` of a chunk's text, "" where nothing does.

    `heading` is the chunk's, and ends with the heads where the table began in a chunk before it.
    """
    first = text[span[0] : span[1]].split("\n", 1)[0]
    if not _CELLS.search(first):
        return ""
    block = text.rfind("\n\n", 0, span[0]) + 1
    above = (heading.rpartition(PATH_JOINT)[2], text[block:].lstrip().split("\n", 1)[0].strip())
    told = next((line for line in above if _CELLS.search(line)), "")
    known = len(_CELLS.findall(told)) == len(_CELLS.findall(first)) and told != first.strip()
    return told if known and text.find(told, *span) < 0 else ""


def codes(question: str) -> list[str]:
    """The numbers by which a question names a thing: “U087”, “INV-70604”, “004711”.

    Amounts, years, ordinals and small numbers are none.
    """
    found = []
    for one in _CODE.finditer(question):
        word = one[0]
        if word.isdigit():
            if len(word) >= _LEAST_DIGITS and not is_year(word):
                found.append(word)
        elif any(map(str.isalpha, word)) and not _ORDINAL.fullmatch(word):
            found.append(word)
    return found


def is_year(word: str) -> bool:
    """Whether a word may be a year of the last four centuries or of this one."""
    return bool(_YEAR.fullmatch(word))


def names(row: str, wanted: Sequence[str]) -> bool:
    """Whether a row has every one of these codes, whole and in any case."""
    return all(
        re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-]|[.,/]\d)", row, re.IGNORECASE)
        for one in wanted
    )


def _is_table(lines: Sequence[str]) -> bool:
    if not lines:
        return False
    if all(_CELLS.search(line) for line in lines):
        return True
    if len(lines) < _FEW:
        return False
    return sum(map(_is_row, lines)) >= _MOSTLY * len(lines)


def _is_row(line: str) -> bool:
    if _CELLS.search(line):
        return True
    if len(line) > _LONGEST:
        return False
    if len(_SEPARATED.findall(line)) > 1:
        return True
    return bool(_ENDS_IN_FIGURE.search(line) and _FIGURE.search(line))
