"""Citations read in a child, as parsing is: a text can be made so that patterns take long."""

from collections.abc import Sequence

from ingest.citations.extract import citations, in_court, left_out
from kb.domain import Fact, Reading
from kb.domain.citations import LegalCitation
from kb.errors import LimitExceeded, ParseFailed
from kb.sandbox.pool import Pool

_UNREAD = "Its legal citations could not be read, so a search by citation does not find it."


def read_citations(
    reading: Reading,
    title: str,
    facts: Sequence[Fact],
    pool: Pool,
    timeout_s: float,
    *,
    parsed: tuple[str, str] = ("", ""),
) -> tuple[tuple[LegalCitation, ...], str]:
    """The citations of a document, and a sentence where they could not be read, else "".

    `parsed`: the file and the folder that it was parsed with; the same process serves this.
    Raises `LimitExceeded` only when `pool` has been closed: a text whose citations take
    too long keeps all else.
    """
    try:
        found = pool.call(
            citations,
            reading.text,
            left_out(reading),
            title,
            court_paper=in_court(facts),
            timeout_s=timeout_s,
            file=parsed[0],
            scratch=parsed[1],
        )
    except (LimitExceeded, ParseFailed):
        if pool.closed:
            raise
        return (), _UNREAD
    return found, ""
