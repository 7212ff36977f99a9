"""A benchmark's documents put into a store, and found again there."""

import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kb.app.bootstrap import KnowledgeBase
from kb.domain import DocumentId, Passage, Scope, Status
from kb.domain.keys import document_key, matter_key
from kb.errors import BadRequest
from kb.evaluation.sets.corpora import Graded
from kb.evaluation.sets.spans import Place
from kb.search.hybrid.retriever import Retriever

Ingest = Callable[[KnowledgeBase, Sequence[Path]], None]
"""A way to take folders into a store; handed in, since evaluation imports no ingestion."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A matter that holds the benchmark's documents and nothing else.

    `unread` names the files that could not be taken in, or not as they are, and why.
    """

    scope: Scope
    documents: Mapping[str, DocumentId]
    unread: Mapping[str, str]


def shelve(kb: KnowledgeBase, matter: str, documents: Mapping[str, str], ingest: Ingest) -> Shelf:
    """Take in what is not there yet. Raises `BadRequest` when the matter holds other documents."""
    known = {
        file: document_key(matter_key(matter), hashlib.sha256(text.encode()).hexdigest())
        for file, text in documents.items()
    }
    kb.library.add_matter(matter)
    scope = kb.access.scope(kb.access.local_user(), [matter])
    there = set(kb.library.documents_by_id(sorted(set(known.values())), scope))
    missing = {file: documents[file] for file, id_ in known.items() if id_ not in there}
    if missing:
        with tempfile.TemporaryDirectory() as place:
            _lay_out(missing, Path(place) / matter)
            ingest(kb, [Path(place)])
    held = {d.id for d in kb.library.documents(scope, limit=len(known) + 1)}
    if held - set(known.values()):
        raise BadRequest(
            f"The matter {matter} of this store holds other documents than the benchmark's. "
            "Name an empty folder with --store."
        )
    return Shelf(scope, known, _unread(kb, scope, documents, known))


def shelve_graded(kb: KnowledgeBase, graded: Graded, ingest: Ingest) -> Shelf:
    """As `shelve`; `documents` of the result are by the ids of the collection."""
    named = {f"{number:06d}.txt": key for number, key in enumerate(graded.documents)}
    files = {file: graded.documents[key] for file, key in named.items()}
    shelf = shelve(kb, graded.name, files, ingest)
    known = {key: shelf.documents[file] for file, key in named.items()}
    return Shelf(shelf.scope, known, {named[file]: why for file, why in shelf.unread.items()})


def first_passages(
    retriever: Retriever,
    query: str,
    scope: Scope,
    limit: int,
    *,
    within: frozenset[DocumentId] | None = None,
) -> tuple[Passage, ...]:
    """What the public search gives; nothing where it refuses the query, which counts as missed."""
    try:
        return retriever.search(query, scope, limit=limit, within=within).passages
    except BadRequest:
        return ()


def place_of(passage: Passage) -> Place:
    return passage.document.id, passage.chunk.char_start, passage.chunk.char_end


def _lay_out(documents: Mapping[str, str], folder: Path) -> None:
    for file, text in documents.items():
        if ".." in PurePosixPath(file).parts or PurePosixPath(file).is_absolute():
            raise BadRequest(f"A document is named {file}, which is no name below a folder.")
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())


def _unread(
    kb: KnowledgeBase,
    scope: Scope,
    documents: Mapping[str, str],
    known: Mapping[str, DocumentId],
) -> dict[str, str]:
    there = kb.library.documents_by_id(sorted(set(known.values())), scope)
    told = {}
    for file, id_ in known.items():
        document = there.get(id_)
        if document is None or document.status is not Status.READY:
            told[file] = (document and document.problem) or "It was not taken in."
        elif kb.library.text(id_, scope) != documents[file]:
            told[file] = "Its text was not read as it is."
    return told
