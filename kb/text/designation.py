"""The words of what documents are called: `NDA-SqillerBeta.txt` is nda, sqiller and beta."""

import re
from collections.abc import Iterator

from kb.text.analyzer import terms

_JOINTS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z])(?=\d)|%20|[\W_]+")


def name_terms(text: str) -> list[str]:
    """The terms of a name in order, one that is joined of several words taken apart."""
    return [term for term, _, _ in placed_name_terms(text)]


def placed_name_terms(text: str) -> Iterator[tuple[str, int, int]]:
    """The same, each with where its word begins and ends in `text`."""
    begin = 0
    for joint in _JOINTS.finditer(text):
        yield from _placed(text, begin, joint.start())
        begin = joint.end()
    yield from _placed(text, begin, len(text))


def _placed(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    for term in terms(text[start:end]):
        yield term, start, end
