"""What an expression finds: documents, and in them the places that made them match.

Documents are decided one by one, so those that are left out already, by a field for
instance, are not read: each part is evaluated among the documents that its neighbour left.
"""

from dataclasses import dataclass

import numpy as np

from kb.search.connectors import hits
from kb.search.connectors.fields import KnownFields
from kb.search.connectors.hits import Hits
from kb.search.connectors.matching import Matcher
from kb.search.connectors.page_lines import KnownLines
from kb.search.connectors.syntax import And, AtLeast, Field, Leaf, Near, Node, Not, Or, Same
from kb.store.lexical.boundaries import DIVIDED
from kb.store.lexical.position_reader import Chosen, Places, PlacesInScope
from kb.store.lexical.positions import PARAGRAPHS, SENTENCES


@dataclass(frozen=True, slots=True)
class Matches:
    """The matching documents, and the spans in them; a field alone has no spans."""

    documents: Chosen
    hits: Hits


class Evaluation:
    """One expression over one scope.

    `fields` knows what is known about its documents, `lines` what stands at a page and line.
    """

    def __init__(self, places: PlacesInScope, fields: KnownFields, lines: KnownLines) -> None:
        self._places = places
        self._fields = fields
        self._lines = lines
        self._leaves: dict[tuple[tuple[Matcher, ...], ...], int] = {}

    def of(self, node: Node, among: Chosen) -> Matches:
        """The documents of `among` that match."""
        match node:
            case Field():
                return Matches(among & self._fields.holding(node), hits.none())
            case And():
                return self._and(node, among)
            case Not():
                left = self.of(node.left, among)
                right = self.of(node.right, left.documents)
                return self._kept(left, left.documents & ~right.documents)
            case Or():
                left, right = self.of(node.left, among), self.of(node.right, among)
                documents = left.documents | right.documents
                return Matches(documents, hits.both(left.hits, right.hits))
            case AtLeast():
                return self._at_least(node, among)
            case Near() | Same():
                return self._placed(self._near(node, among))
            case Leaf():
                return self._placed(self._leaf(node, among))

    def _and(self, node: And, among: Chosen) -> Matches:
        """Fields first: they are known without reading a text."""
        ahead, behind = node.left, node.right
        if isinstance(behind, Field):
            ahead, behind = behind, ahead
        first = self.of(ahead, among)
        second = self.of(behind, first.documents)
        found = hits.both(first.hits, second.hits)
        return self._kept(Matches(first.documents, found), second.documents)

    def _at_least(self, node: AtLeast, among: Chosen) -> Matches:
        part = self.of(node.part, among)
        begins = np.unique(part.hits.first)
        counts = np.bincount(self._places.document_of(begins), minlength=len(among))
        return self._kept(part, part.documents & (counts >= node.count))

    def _near(self, node: Near | Same, among: Chosen) -> Hits:
        left = self.of(node.left, among)
        right = self.of(node.right, left.documents)
        left = self._kept(left, right.documents)
        if isinstance(node, Near):
            return hits.near(left.hits, right.hits, node.distance, ordered=node.ordered)
        row = SENTENCES if node.unit == "s" else PARAGRAPHS
        units = self._places.of_words([row], right.documents)
        return hits.same(left.hits, right.hits, units, ordered=node.ordered)

    def _leaf(self, leaf: Leaf, among: Chosen) -> Hits:
        number = self._leaves.setdefault(leaf.spellings, len(self._leaves))
        found = hits.none()
        phrases = [self._phrase(spelling, among) for spelling in leaf.spellings]
        for first, last in (*phrases, self._lines.at(leaf.written, among)):
            named = np.full(len(first), number, dtype=np.int32)
            found = hits.both(found, Hits(first, last, named))
        return found

    def _phrase(self, spelling: tuple[Matcher, ...], among: Chosen) -> tuple[Places, Places]:
        """The first and last places of runs of tokens, each next to the one before.

        The pieces of a word that is divided at the end of a line stand in one place.
        """
        first = last = self._token(spelling[0], among)
        divided: Places | None = None
        for matcher in spelling[1:]:
            if not len(first):
                break
            among = self._documents(first)
            here = self._token(matcher, among)
            if divided is None:
                divided = self._places.of_words([DIVIDED], among)
            next_one = _there(last + 1, here)
            same_word = ~next_one & _there(last, here) & _there(last, divided)
            kept = next_one | same_word
            first, last = first[kept], (last + next_one)[kept]
        return first, last

    def _token(self, matcher: Matcher, among: Chosen) -> Places:
        if not matcher.root:
            return self._places.of_words(matcher.forms, among)
        rows = self._places.beginning(matcher.root, among)
        fits = {word: matcher.matches(word) for word in {row[0] for row in rows}}
        return self._places.joined([row for row in rows if fits[row[0]]], among)

    def _placed(self, found: Hits) -> Matches:
        return Matches(self._documents(found.first), found)

    def _documents(self, places: Places) -> Chosen:
        return self._places.chosen(self._places.document_of(places))

    def _kept(self, found: Matches, documents: Chosen) -> Matches:
        mask = documents[self._places.document_of(found.hits.first)]
        kept = found.hits if mask.all() else found.hits.kept(mask)
        return Matches(found.documents & documents, kept)


def _there(wanted: Places, places: Places) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Which of the wanted places are among the sorted ones."""
    if not len(places):
        return np.zeros(len(wanted), dtype=bool)
    at = np.minimum(np.searchsorted(places, wanted), len(places) - 1)
    return np.asarray(places[at] == wanted)
