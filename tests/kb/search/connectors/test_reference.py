"""The quick evaluation finds what the slow one finds, whatever the texts and expressions."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.domain import DocumentId, Scope
from kb.guard.audit import Audit
from kb.search.connectors.grammar import parse
from kb.search.connectors.search import Connectors
from kb.search.connectors.syntax import spelled
from kb.store.database import Database
from kb.store.documents.library import Library
from kb.store.lexical import positions
from kb.store.lexical.positions import forgetting
from kb.store.schema.migrations import migrate
from kb.store.schema.trail import open_trail
from kb.store.write_batches import at_once
from tests.kb.search.connectors.reference import Expression, Span, matches, order, written
from tests.kb.search.connectors.shelves import EXPRESSIONS, Written, shelve, texts

NUMBERS = count()
SLOWLY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One for all examples: each has a matter of its own, and the others lie outside."""
    opened = Database(Path(tmp_path_factory.mktemp("store")) / "catalogue.db")
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def audit(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audit]:
    opened = Audit(open_trail(tmp_path_factory.mktemp("trail"), database))
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few texts already fill several blocks."""
    monkeypatch.setattr(positions, "BLOCK_TOKENS", 40)


def quick(
    database: Database, audit: Audit, expression: Expression, scope: Scope
) -> tuple[object, ...]:
    """(documents, passages, [(document, chunk, character spans)]) by the project."""
    searching = Connectors(database, Library(database), audit)
    found = searching.search(written(expression), scope, limit=200)
    shown = [
        (int(one.document.id.rsplit("-", 1)[1]), one.chunk.ordinal, spans)
        for one, spans in zip(found.result.passages, found.spans, strict=True)
    ]
    known = searching.documents(written(expression), scope)
    assert len(known) == found.documents
    return found.documents, found.passages, shown


def slow(made: list[Written], expression: Expression, left_out: set[int]) -> tuple[object, ...]:
    """The same by the reference."""
    documents = 0
    passages: list[tuple[int, int, set[Span]]] = []
    for number, one in enumerate(made):
        found, spans = matches(expression, one.text)
        if number in left_out or not found:
            continue
        documents += 1
        inside = [
            (number, n, {span for span in spans if first <= span[0] < last})
            for n, (first, last) in enumerate(one.chunks)
        ]
        held = [part for part in inside if part[2]] or inside[:1]
        passages.extend(held)
    by_place = {(document, chunk): spans for document, chunk, spans in passages}
    shown = [
        (document, chunk, _characters(made[document], chunk, by_place[document, chunk]))
        for document, chunk in order(passages)
    ]
    return documents, len(passages), shown[:200]


def _characters(made: Written, chunk: int, spans: set[Span]) -> tuple[tuple[int, int], ...]:
    end = made.chunks[chunk][1]
    places = sorted({(first, last) for first, last, _ in spans})
    return tuple(
        (made.tokens[first][0], made.tokens[min(last, end - 1)][1]) for first, last in places
    )


@SLOWLY
@given(st.lists(texts(), min_size=1, max_size=5), EXPRESSIONS, st.sets(st.integers(0, 4)))
def test_documents_passages_order_and_spans_are_those_of_the_reference(
    database: Database, audit: Audit, made: list[Written], expression: Expression, old: set[int]
) -> None:
    old = {number for number in old if number < len(made)}
    scope = shelve(database, f"m{next(NUMBERS)}", made, old=sorted(old))
    assert quick(database, audit, expression, scope) == slow(made, expression, old)
    whole = Scope(scope.user_id, scope.matters, superseded=True)
    assert quick(database, audit, expression, whole) == slow(made, expression, set())


@SLOWLY
@given(st.lists(texts(), min_size=2, max_size=5), EXPRESSIONS, st.sets(st.integers(0, 4)))
def test_walled_and_forgotten_documents_are_as_if_they_had_never_been(
    database: Database, audit: Audit, made: list[Written], expression: Expression, gone: set[int]
) -> None:
    matter = f"m{next(NUMBERS)}"
    scope = shelve(database, matter, made)
    hidden = frozenset(DocumentId(f"{matter}-{number}") for number in gone)
    walled = Scope(scope.user_id, scope.matters, walled=hidden)
    assert quick(database, audit, expression, walled) == slow(made, expression, gone)
    with database.write() as connection:
        for known in hidden:
            at_once(connection, forgetting(known))
    assert quick(database, audit, expression, scope) == slow(made, expression, gone)


@SLOWLY
@given(EXPRESSIONS)
def test_an_expression_means_the_same_when_it_is_written_out(expression: Expression) -> None:
    node = parse(written(expression))
    assert parse(spelled(node)) == node
