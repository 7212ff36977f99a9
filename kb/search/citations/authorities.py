"""What a document cites, who cites it, and where an authority is cited: within one scope."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.domain import ChunkId, Document, DocumentId, Passage, Scope
from kb.domain.authorities import Authority, Cited, Citing, Mentioned, Table
from kb.domain.citations import POINTING, LegalCitation, squeezed
from kb.errors import BadRequest
from kb.guard.audit import Audit
from kb.search.citations.case_names import same_case
from kb.search.citations.parser import asked
from kb.store.documents.chunks import Chunks
from kb.store.documents.citations import Citings
from kb.store.documents.contents import Contents
from kb.store.documents.library import Library


@dataclass(frozen=True, slots=True)
class CitingReader:
    """What authorities are read from: one store, seen in four ways."""

    citings: Citings
    library: Library
    contents: Contents
    chunks: Chunks


_Papers = dict[int, dict[DocumentId, tuple[list[str], str]]]
"""By year the papers of courts with their parties and court."""


class Authorities:
    """Every read takes a `Scope`; a document outside it changes no count and no name."""

    def __init__(self, reader: CitingReader, audit: Audit) -> None:
        self._citings = reader.citings
        self._library = reader.library
        self._contents = reader.contents
        self._chunks = reader.chunks
        self._audit = audit

    def table(self, wanted: str, scope: Scope) -> Table:
        """The authorities of a document in the order it first cites them. Raises `NotFound`."""
        document = self._library.document(wanted, scope)
        mine, *groups = self._grouped(document.id, scope)
        places = self._placed(document.id, scope)
        unresolved = [one for one in mine if not one.authority]
        own = tuple(dict.fromkeys(one.normal for one in mine if one.own))
        held = self._holders([group[0] for group in groups], document.id, scope)
        return Table(
            document,
            own,
            tuple(_authority(group, places, held[n]) for n, group in enumerate(groups)),
            tuple(places(one) for one in unresolved),
        )

    def cites(self, query: str, scope: Scope) -> Cited:
        """Where a citation in any spelling, or a case by its name, is cited.

        Raises `BadRequest` for what is neither.
        """
        keys = asked(query)
        named = " v" in query or query.casefold().startswith(("in re ", "ex parte "))
        if not keys and not named:
            raise BadRequest(
                f"“{query[:80]}” is not read as a citation. Give one such as 410 U.S. 113, "
                "18 U.S.C. § 1839, [2019] UKSC 12, or a case's name: Roe v. Wade."
            )
        known = self._citings.cited_keys(keys, scope)
        found = known or (self._citings.authorities_named(query, scope) if named else set())
        meant = self._citings.meant(found, scope)
        cited = self._cited(query, meant, {keys[one] for one in known}, scope)
        self._record(cited, scope)
        return cited

    def cited_by(self, wanted: str, scope: Scope) -> Cited:
        """The documents that cite this one, by its own citation or its name, court and year.

        Raises `NotFound`.
        """
        document = self._library.document(wanted, scope)
        own = {squeezed(one.normal) for one in self._citings.of(document.id, scope) if one.own}
        facts: dict[str, list[str]] = {}
        for fact, _ in self._contents.facts(document.id, scope):
            facts.setdefault(fact.name, []).append(fact.value)
        court = facts.get("court", [""])[0]
        if court and facts.get("date"):
            year = int(facts["date"][0][:4])
            own |= {
                authority
                for authority, name, of in self._citings.cited_in(year, scope)
                if same_case(name, of, facts.get("party", []), court)
            }
        meant = self._citings.meant(own, scope)
        found = self._cited(document.title or document.name, meant, set(), scope)
        others = tuple(one for one in found.citing if one.document.id != document.id)
        cited = Cited(found.query, found.names, (document,), others)
        self._record(cited, scope)
        return cited

    def citing_first(
        self,
        query: str,
        scope: Scope,
        found: Sequence[Passage],
        *,
        within: frozenset[DocumentId] | None = None,
    ) -> tuple[Passage, ...]:
        """`found`, as long as it was, led by the passages that cite what `query` is a citation of.

        They come by document, the oldest first, those with the page or subsection that was
        asked for before the others. A query that is no citation leaves `found` as it is.
        """
        ids = self._passages(query, scope, within)[: len(found)]
        if not ids:
            return tuple(found)
        chunks = self._chunks.by_id(ids, scope)
        owners = list(dict.fromkeys(chunk.document_id for chunk in chunks.values()))
        documents = self._library.documents_by_id(list(owners), scope)
        seen = {passage.chunk.id: passage for passage in found}
        first = [
            seen.get(one) or Passage.at(0, chunks[one], documents[chunks[one].document_id])
            for one in ids
            if one in chunks and chunks[one].document_id in documents
        ]
        rest = [passage for passage in found if passage.chunk.id not in set(ids)]
        return tuple(
            replace(passage, number=rank, rank=rank)
            for rank, passage in enumerate([*first, *rest][: len(found)], start=1)
        )

    def _passages(
        self, query: str, scope: Scope, within: frozenset[DocumentId] | None
    ) -> list[ChunkId]:
        keys = asked(query)
        known = self._citings.cited_keys(keys, scope) if keys else set()
        if not known:
            return []
        citing = self._citings.citing(self._citings.meant(known, scope), scope)
        pinned = _pinned(citing, {keys[one] for one in known})
        places = [(d, one.char_start) for d, one in pinned if within is None or d in within]
        chunks = self._citings.chunks(places, scope)
        return list(dict.fromkeys(chunks[place] for place in places if place in chunks))

    def _record(self, cited: Cited, scope: Scope) -> None:
        shown = [
            (one.document.id, chunk.char_start, chunk.char_end)
            for one in cited.citing
            for chunk in one.passages
        ]
        self._audit.record(scope.user_id, "cites", cited.query, shown)

    def _cited(self, query: str, meant: set[str], pins: set[str], scope: Scope) -> Cited:
        citing = self._citings.citing(meant, scope)
        names = dict.fromkeys(one.name for _, one in citing if one.name and _full(one))
        held = self._citings.owners(meant, scope)
        known = dict.fromkeys(document for key in sorted(held) for document in held[key])
        cases = [one for _, one in citing if _full(one) and one.name]
        known.update(dict.fromkeys(_named(cases, self._papers({c.year for c in cases}, scope))))
        ids = dict.fromkeys(document for document, _ in _pinned(citing, pins))
        documents = self._library.documents_by_id([*known, *ids], scope)
        return Cited(
            query,
            tuple(names),
            tuple(documents[one] for one in known if one in documents),
            tuple(
                self._citing(documents[one], [c for d, c in citing if d == one], scope)
                for one in ids
                if one in documents and one not in known
            ),
        )

    def _citing(
        self, document: Document, citations: Sequence[LegalCitation], scope: Scope
    ) -> Citing:
        places = self._placed(document.id, scope)
        spots = [(document.id, one.char_start) for one in citations]
        found = self._citings.chunks(spots, scope)
        ids = list(dict.fromkeys(found[spot] for spot in spots if spot in found))
        chunks = self._chunks.by_id(ids, scope)
        mentions = tuple(places(one) for one in citations)
        return Citing(document, mentions, tuple(chunks[one] for one in ids if one in chunks))

    def _grouped(self, document: DocumentId, scope: Scope) -> list[list[LegalCitation]]:
        """First what is the document's own or unresolved, then one list for each authority."""
        mine: list[LegalCitation] = []
        groups: dict[str, list[LegalCitation]] = {}
        citations = self._citings.of(document, scope)
        own = {squeezed(one.normal) for one in citations if one.own}
        for one in citations:
            key = squeezed(one.authority)
            (mine if not key or key in own else groups.setdefault(key, [])).append(one)
        return [mine, *groups.values()]

    def _holders(
        self, heads: Sequence[LegalCitation], without: DocumentId, scope: Scope
    ) -> list[tuple[Document, ...]]:
        """For each authority the documents that are it: by their own citation, else by name."""
        found: list[list[DocumentId]] = []
        papers = self._papers({head.year for head in heads if head.name}, scope)
        for head in heads:
            meant = self._citings.meant({squeezed(head.authority)}, scope)
            owners = self._citings.owners(meant, scope)
            said = [known for key in sorted(owners) for known in owners[key]]
            found.append(list(dict.fromkeys([*said, *_named([head], papers)])))
        wanted = [known for one in found for known in one]
        documents = self._library.documents_by_id(list(dict.fromkeys(wanted)), scope)
        return [
            tuple(documents[known] for known in one if known in documents and known != without)
            for one in found
        ]

    def _papers(self, years: set[int], scope: Scope) -> "_Papers":
        return {year: self._citings.judged_in(year, scope) for year in sorted(years) if year}

    def _placed(self, document: DocumentId, scope: Scope) -> "_Places":
        return _Places(self._library, self._contents, document, scope)


class _Places:
    """Citations of one document with their pages and words."""

    def __init__(
        self, library: Library, contents: Contents, document: DocumentId, scope: Scope
    ) -> None:
        self._text = library.text(document, scope)
        self._pages = contents.pages(document, scope)

    def __call__(self, one: LegalCitation) -> Mentioned:
        page = next(
            (p.number for p in self._pages if p.char_start <= one.char_start < p.char_end), None
        )
        return Mentioned(one, page, self._text[one.char_start : one.char_end])


def _full(one: LegalCitation) -> bool:
    return one.kind not in POINTING


def _named(cases: Sequence[LegalCitation], papers: _Papers) -> list[DocumentId]:
    """The papers that have the name, court and year of one of these cases."""
    wanted = dict.fromkeys((one.year, one.name, one.court) for one in cases if one.name)
    return list(
        dict.fromkeys(
            known
            for year, name, court in wanted
            for known, (parties, of) in papers.get(year, {}).items()
            if same_case(name, court, parties, of)
        )
    )


def _pinned(
    citing: Sequence[tuple[DocumentId, LegalCitation]], pins: set[str]
) -> list[tuple[DocumentId, LegalCitation]]:
    """Those that name a page or subsection that was asked for first."""
    wanted = tuple(pin for pin in pins if pin)
    return sorted(citing, key=lambda item: not item[1].pin.startswith(wanted or "\0"))


def _authority(
    group: Sequence[LegalCitation], places: _Places, held: tuple[Document, ...]
) -> Authority:
    full = [one for one in group if _full(one)]
    head = (full or group)[0]
    normals = dict.fromkeys(one.normal for one in full)
    return Authority(
        normal=head.authority,
        kind=head.kind,
        name=max((one.name for one in full if one.name), key=_telling, default=""),
        court=next((one.court for one in full if one.court), ""),
        year=next((one.year for one in full if one.year), 0),
        parallel=tuple(one for one in normals if one != head.authority),
        mentions=tuple(places(one) for one in group),
        held=held,
    )


def _telling(name: str) -> bool:
    """Whether a name is one of a case, with both sides or “In re”."""
    return " v" in name or name.startswith(("In re", "Ex parte"))
