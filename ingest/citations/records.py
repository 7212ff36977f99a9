"""Citations of the record: complaints, exhibits, transcripts, entries of a docket.

They are no authorities, but *id.* behind one means it, and not the case before
(freelawproject/eyecite#349).
"""

import re
from collections.abc import Iterator

from ingest.citations.mentions import Mention

_PARAGRAPH = (
    r"(?:[A-Z][\w’'-]{0,20}\.? ){0,2}(?!Id\b|Ibid\b)[A-Z][A-Za-z’']{0,14}\.?,?(?: at)? ¶¶? ?\d+"
)
_PAGES = (
    r"(?:Compl|Complaint|Answer|Ans|Decl|Aff|Dep|Tr|Transcript|Stip|Pet|Br|Brief|PSR|PSI|SOF|SUF"
    r"|SUMF|J\.A|R\.A|Record|Mem|Mot|Opp)\.?,? (?:at |pp?\. )?\d+(?::\d+)?"
)
_NUMBERED = (
    r"(?:ECF|Dkt\.?|Docket|Doc\.?|D\.E\.)(?: (?:No|Entry|Ent)s?\.?)? \d+(?:-\d+)?"
    r"|Ex(?:h|hibit)?\.? (?:\d{1,3}|[A-Z]{1,2})(?!\w)"
)
_RECORD = re.compile(rf"(?<![\w.’'])(?:{_PARAGRAPH}|{_PAGES}|{_NUMBERED})(?!\w)")


def mentions(text: str) -> list[Mention]:
    """Citations of the record in `text`, in which lines are joined, in order."""
    return list(_found(text))


def _found(text: str) -> Iterator[Mention]:
    for found in _RECORD.finditer(text):
        yield Mention(None, found.start(), found.end(), record=True)
