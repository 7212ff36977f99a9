"""Which citation a document says is its own."""

import re
from collections.abc import Iterator, Sequence

from ingest.citations.mentions import Mention
from kb.domain.citations import CitationKind

_HEAD_LINES = 40
_HEAD = 4_000  # characters
_LONGEST = 200  # of a line that is a citation
_AROUND = re.compile(
    r"(?i:(?:cite as:?|citation:?|reported at|neutral citation(?: number)?:?)?[\s\[(]*)"
    r"|[\s,;.)\]]*(?:\([^()]{0,60}\d{4}\)|\d{4})?[\s,;.)\]]*"
)
_SIGNAL = re.compile(r"(?:See|Cf|But|Accord|In|Under|As)\b(?! re\b)")
_CITABLE = (CitationKind.CASE, CitationKind.NEUTRAL, CitationKind.ECLI)


def own_lines(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the first lines of a text, blank ones left out."""
    found = (line for line in re.finditer(r"[^\n\f]+", text[:_HEAD]) if line[0].strip())
    for number, line in enumerate(found):
        if number >= _HEAD_LINES:
            return
        yield line.span()


def own(
    told: Sequence[tuple[Mention, str]], spans: Sequence[tuple[int, int]], text: str, name: str
) -> set[int]:
    """Numbers of the mentions by which the paper of a court gives its own citation.

    `told` are the mentions with what they mean, `spans` theirs in `text`. A citation is a
    document's own where a line of its head is nothing but citations, or nothing but its name,
    as `name` has it or as the first three lines do, with citations. A table of authorities is
    no caption: where more than one authority stands so, none is.
    """
    mentions, authorities = [one for one, _ in told], [meant for _, meant in told]
    found: set[int] = set()
    for order, (start, end) in enumerate(own_lines(text)):
        line = [n for n, span in enumerate(spans) if start <= span[0] and span[1] <= end]
        cites = [n for n in line if mentions[n].kind in _CITABLE]
        if not cites or len(cites) < len(line) or end - start > _LONGEST:
            continue
        first = spans[cites[0]][0]
        rest = _rest(text, (start, end), [spans[n] for n in cites])
        title = text[start:first].strip(" ,")
        titled = title and (order < 3 or _same(title, name)) and rest[1:] == [""] * (len(rest) - 1)
        if not any(rest) or (titled and " v" in title and not _SIGNAL.match(title)):
            found.update(cites)
    return found if len({authorities[n] for n in found}) == 1 else set()


def _rest(text: str, line: tuple[int, int], cites: Sequence[tuple[int, int]]) -> list[str]:
    """What of a line is neither citation, nor year, court or label."""
    edges = [line[0], *(edge for span in cites for edge in span), line[1]]
    parts = [text[edges[n] : edges[n + 1]] for n in range(0, len(edges), 2)]
    return ["" if _AROUND.fullmatch(part.strip(" ")) else part for part in parts]


def _same(title: str, name: str) -> bool:
    plain = re.sub(r"\W+", " ", title).casefold().strip()
    return bool(plain) and plain in re.sub(r"\W+", " ", name).casefold()


def entitled(mentions: Sequence[Mention], title: str) -> list[Mention]:
    """The citations of a title that is a case's name with its citations, else none.

    `mentions` are those of `title`.
    """
    cites = [one for one in mentions if one.kind in _CITABLE]
    if not cites or len(cites) < len(mentions):
        return []
    rest = _rest(title, (0, len(title)), [(one.start, one.end) for one in cites])
    named = " v" in rest[0] or rest[0].casefold().startswith(("in re", "ex parte"))
    return cites if (named or not rest[0]) and not any(rest[1:]) else []
