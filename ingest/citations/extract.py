"""All legal citations of a document, as a function of its text and title."""

from collections.abc import Sequence
from dataclasses import replace

from ingest.citations import laws, patterns, records
from ingest.citations.case_names import named
from ingest.citations.flatten import flattened
from ingest.citations.mentions import Mention, merged
from ingest.citations.own_citation import entitled, own
from ingest.citations.prefilter import LIKELY, windows
from ingest.citations.resolution import named_through, resolved
from ingest.citations.treatment import treatments
from kb.domain import ElementKind, Fact, Reading
from kb.domain.citations import CitationKind, LegalCitation, Treatment, squeezed

KEPT = frozenset({"ingest.citations.eyecite_adapter"})
"""Modules that a child may keep from one document to the next; see `kb.sandbox.child`."""
_LEFT_OUT = (ElementKind.FURNITURE, ElementKind.HIDDEN)


def may_cite(text: str) -> bool:
    """Whether a text can have citations at all: quick, and needs no vendor."""
    return LIKELY.search(text) is not None or laws.BY_NAME.search(text) is not None


def left_out(reading: Reading) -> list[tuple[int, int]]:
    """Spans that citations go on over: running headers and what no reader sees."""
    return [(one.char_start, one.char_end) for one in reading.elements if one.kind in _LEFT_OUT]


def in_court(facts: Sequence[Fact]) -> bool:
    """Whether a document is the paper of a court, which can have a citation of its own."""
    return any(fact.name == "court" for fact in facts)


def citations(
    text: str, without: Sequence[tuple[int, int]], title: str, *, court_paper: bool
) -> tuple[LegalCitation, ...]:
    """The citations of the canonical text `text`, in order, each span verbatim in it.

    `without` are spans that do not count, as of `left_out`. The same arguments give the
    same citations; the time grows with the length of the text, not with its square.
    """
    flat = flattened(text, without)
    told = list(named_through(resolved(_read(flat.text), flat.text)))
    mentions = [one for one, _ in told]
    spans = [flat.span(one.start, one.end) for one in mentions]
    mine = own(told, spans, text, title) if court_paper else set()
    line = " ".join(title.split())
    stated = entitled(_read(line), line) if court_paper else []
    names = {squeezed(one.normal) for one in stated}
    mine |= {n for n, one in enumerate(mentions) if one.normal and squeezed(one.normal) in names}
    unseen = names - {squeezed(mentions[n].normal) for n in mine}
    said = treatments(mentions, flat.text)
    return (
        *(_citation(one, one.normal, (0, 0)) for one in stated if squeezed(one.normal) in unseen),
        *(
            replace(
                _citation(one, meant, spans[n]),
                own=n in mine,
                treatment=_treatment(text, [flat.span(*words) for words in said.get(n, [])]),
            )
            for n, (one, meant) in enumerate(told)
        ),
    )


def _read(text: str) -> list[Mention]:
    """What all readers find."""
    spans = list(windows(text))
    found: list[Mention] = []
    if spans:
        from ingest.citations import eyecite_adapter  # noqa: PLC0415 - a quarter of a second

        found = eyecite_adapter.mentions(text, spans)
    other = (patterns.mentions(text), laws.mentions(text), records.mentions(text))
    return named(merged(found, *other), text)


def _treatment(text: str, spans: list[tuple[int, int]]) -> tuple[Treatment, ...]:
    return tuple(Treatment(" ".join(text[start:end].split()), start, end) for start, end in spans)


def _citation(one: Mention, meant: str, span: tuple[int, int]) -> LegalCitation:
    """One that is the document's own until it is known better."""
    assert one.kind is not None
    short = one.kind is CitationKind.SHORT
    return LegalCitation(
        kind=one.kind,
        char_start=span[0],
        char_end=span[1],
        normal=f"{one.volume} {one.reporter} at {one.pin}" if short else one.normal,
        authority=meant,
        volume=one.volume,
        reporter=one.reporter,
        page=one.page,
        pin=one.pin,
        name=one.name if one.normal else one.antecedent,
        court=one.court,
        year=one.year,
        own=True,
    )
