"""Words at the edges of a page: most are furniture, some say what is looked for."""

import re

from kb.domain import ElementKind

_PAGE_NUMBER = re.compile(
    r"(?i)\b(?:page|seite|p\.)\s*\d{1,4}(?:\s*(?:of|von|/)\s*\d{1,4})?"
    r"|\b\d{1,4}\s*(?:of|von)\s*\d{1,4}\b|\A\W*\d{1,4}\W*\Z"
)
_DIGITS = 3  # in words at a page's edge that are worth to be found


def edge_kind(words: str) -> ElementKind:
    """A paragraph where a header or footer has a reference, a date or a number; else furniture."""
    digits = sum(map(str.isdigit, _PAGE_NUMBER.sub("", words)))
    return ElementKind.PARAGRAPH if digits >= _DIGITS else ElementKind.FURNITURE
