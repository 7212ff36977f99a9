"""A query that calls documents by their whole names: what is named so is found by no weighing."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from kb.domain import DocumentId
from kb.search.hybrid.query import Understood, less_names
from kb.store.documents.designations import Designation
from kb.store.lexical.bm25 import Match
from kb.text.analyzer import content_terms

RARE = 0.1
LEAST_RARE = 3
"""A name of one word names a document only if so small a share of them carry it, or so few."""
_LEAST_ASKED = 2
"""Content words that are left to be asked; with fewer the name itself is what is sought."""


def designated(asked: Understood, found: Sequence[Designation], match: Match) -> Understood:
    """The query with the documents that it calls by name, and what it asks of them.

    A name that many documents have names those alone that carry the other names of the query,
    too: “the Non-Disclosure Agreement of Birch” is Birch's, where one of these is. A name of common
    words counts only where the query has no other.
    """
    named = [one for one in found if _tells(one, match)]
    others = _beside(named, asked)
    if others:
        named = [one for one in named if not _common(one, match)]
        others = _beside(named, asked)
    rest = less_names(asked.text, [(one.start, one.end) for one in named])
    documents = _carrying(named, others, match)
    if not documents:
        return asked
    led = len(content_terms(rest)) >= _LEAST_ASKED
    return replace(
        asked,
        documents=documents,
        bare=rest if led else asked.bare,
        naming=others if led else asked.naming,
        led=led or asked.led,
    )


def _beside(named: Sequence[Designation], asked: Understood) -> frozenset[str]:
    """The query's other names."""
    pieces, begin = [], 0
    for one in named:
        pieces.append(asked.text[begin : one.start])
        begin = one.end
    return asked.naming.intersection(content_terms(" ".join([*pieces, asked.text[begin:]])))


def _common(one: Designation, match: Match) -> bool:
    """Whether it is of words alone that many documents hold: “services agreement”."""
    return all(len(match.holders(term)) > _few(match) for term in one.terms)


def _few(match: Match) -> float:
    return max(LEAST_RARE, RARE * match.documents)


def _tells(one: Designation, match: Match) -> bool:
    """Whether it is the name of a document here, and no word of the language."""
    if len(one.terms) > 1:
        return True
    return len(match.holders(one.terms[0])) <= _few(match)


def _carrying(
    named: Sequence[Designation], others: Collection[str], match: Match
) -> frozenset[DocumentId]:
    """Of each name the documents that have most of the query's other names somewhere in them.

    None, where one of these names is in no document so named: then they call another one.
    """
    left = {name for name in others if match.postings.get(name)}
    found: set[DocumentId] = set()
    for one in named:
        held = {d: {name for name in left if d in match.holders(name)} for d in one.documents}
        most = max((len(names) for names in held.values()), default=0)
        found.update(document for document, names in held.items() if len(names) == most)
    carried = {name for name in left if match.holders(name) & found}
    return frozenset(found) if carried == left else frozenset()
