"""Where facts stand in the text: kept with them, within a scope, and not known of older ones."""

from contextlib import closing
from dataclasses import replace

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.app.catalogue import Catalogue
from kb.domain import Document, DocumentId, Fact, Scope
from kb.search.filter_parser import filters_of
from kb.settings import Settings
from kb.store.database import Database
from kb.store.documents.selection import Selection
from tests.fakes import FakeEmbedder
from tests.shelf import put

TEXT = "Lease of May 2, 2024 between Acme LLC and Bo Katz under the laws of Ohio."
BEFORE = 18
"""The shape of a catalogue that knows no spans of facts."""
LATER = (
    *(("document_fact", name) for name in ("char_start", "char_end")),
    *(("chunk", name) for name in ("opinion", "opinion_by")),
    *(("page", name) for name in ("lines", "printed")),
)
"""Tables and columns that came after it."""


def read(name: str, value: str, words: str) -> Fact:
    start = TEXT.index(words)
    return Fact(name, value, start, start + len(words))


FACTS = (
    Fact("type", "lease"),
    read("date", "2024-05-02", "May 2, 2024"),
    read("party", "Bo Katz", "Bo Katz"),
    read("party", "Acme LLC", "Acme LLC"),
    read("jurisdiction", "Ohio", "Ohio"),
)


def everything(kb: Catalogue) -> Scope:
    return kb.access.scope(kb.access.local_user())


def lease(kb: KnowledgeBase, matter: str = "alpha") -> Document:
    return put(kb, matter, "lease.txt", TEXT, facts=FACTS)


def test_a_span_is_stored_with_its_fact(kb: KnowledgeBase) -> None:
    known = lease(kb).id
    told = [fact for fact, _ in kb.contents.facts(known, everything(kb))]
    assert sorted(told, key=FACTS.index) == list(FACTS)


def test_facts_come_in_the_order_of_the_text_where_they_have_a_span(kb: KnowledgeBase) -> None:
    known, other = lease(kb).id, put(kb, "beta", "note.txt", "None.", facts=FACTS[:1]).id
    found = kb.contents.fact_spans([known, other], ["party", "date", "type"], everything(kb))
    assert found == {known: [FACTS[1], FACTS[3], FACTS[2]]}
    assert kb.contents.fact_spans([known], [], everything(kb)) == {}
    assert kb.contents.fact_spans([other], ["party"], everything(kb)) == {}


def test_what_a_person_states_has_no_span(kb: KnowledgeBase) -> None:
    known = lease(kb).id
    kb.contents.state(known, "party", ["Acme LLC", "Ann Doyle"], everything(kb))
    facts = kb.contents.facts(known, everything(kb))
    assert [fact for fact, by_person in facts if by_person] == [
        Fact("party", "Acme LLC"),
        Fact("party", "Ann Doyle"),
    ]
    found = kb.contents.fact_spans([known], ["party", "date"], everything(kb))
    assert found == {known: [FACTS[1]]}


def test_behind_a_wall_nothing_is_told(kb: KnowledgeBase) -> None:
    known, other = lease(kb).id, lease(kb, "beta").id
    whole = everything(kb)
    asked = ([known, other], ["party", "date", "jurisdiction"])
    assert kb.contents.fact_spans(*asked, whole).keys() == {known, other}
    walled = replace(whole, walled=frozenset([known]))
    assert kb.contents.fact_spans(*asked, walled).keys() == {other}
    alpha = kb.access.scope(kb.access.local_user(), ["alpha"])
    assert kb.contents.fact_spans(*asked, alpha).keys() == {known}


def test_an_old_version_is_told_of_as_its_values_are(kb: KnowledgeBase) -> None:
    known = put(kb, "alpha", "a.txt", TEXT, path="/alpha/a.txt", facts=FACTS).id
    put(kb, "alpha", "a.txt", "Another text.", path="/alpha/a.txt")
    assert not kb.library.document(known, everything(kb)).current
    values = kb.contents.values([known], "party", everything(kb))
    found = kb.contents.fact_spans([known], ["party"], everything(kb))
    assert sorted(fact.value for fact in found[known]) == values[known]


def test_an_erased_document_leaves_no_span(kb: KnowledgeBase) -> None:
    known = lease(kb).id
    kb.eraser.delete(known, everything(kb))
    assert kb.database.rows("SELECT * FROM document_fact") == []


@pytest.fixture
def older(kb: KnowledgeBase, settings: Settings) -> DocumentId:
    """A document in a store as the program before this one has left it."""
    known = lease(kb).id
    kb.close()
    database = Database(settings.data_dir / "catalogue.db")
    with closing(database), database.write() as connection:
        connection.execute("DROP INDEX page_cited")
        for table, name in LATER:
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
        connection.execute(f"PRAGMA user_version={BEFORE}")
    return known


def test_an_older_store_opens_and_knows_its_facts_without_spans(
    older: DocumentId, settings: Settings
) -> None:
    with closing(Catalogue(settings)) as catalogue:
        scope = everything(catalogue)
        told = [fact for fact, _ in catalogue.contents.facts(older, scope)]
        plain = [Fact(fact.name, fact.value) for fact in FACTS]
        assert sorted(told, key=plain.index) == plain
        assert catalogue.contents.fact_spans([older], ["party", "date"], scope) == {}
        filters = filters_of({"party": "acme"})
        assert Selection(catalogue.database).documents(filters, scope) == {older}


def test_a_document_that_is_taken_in_again_has_its_spans(
    older: DocumentId, settings: Settings
) -> None:
    with closing(KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)) as kb:
        kb.eraser.delete(older, everything(kb))
        known = lease(kb).id
        assert known == older
        found = kb.contents.fact_spans([known], ["date"], everything(kb))
        assert found == {known: [FACTS[1]]}
