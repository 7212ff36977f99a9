"""What lies outside a scope changes nothing inside it."""

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.domain import DocumentId, Scope
from kb.errors import NotFound
from tests.shelf import put

FAR_FROM_RENT = "Of gardens, horses, ships, weather, wine and music, and a rent that is named once."
RENT = "The rent is five thousand dollars.\n\nThe deposit is two months of rent."


def test_a_search_in_one_matter_sees_no_other(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "lease.txt", RENT)
    put(kb, "beta", "lease.txt", RENT.replace("five", "nine"))
    user = kb.access.local_user()
    found = kb.retriever.search("rent dollars", kb.access.scope(user, ["alpha"]))
    assert {p.document.matter for p in found.passages} == {"alpha"}


def test_documents_outside_a_scope_do_not_change_an_order_inside_it(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "lease.txt", RENT)
    put(kb, "alpha", "note.txt", "Deposit and rent, rent and deposit.\n\nA note on dollars.")
    scope = kb.access.scope(kb.access.local_user(), ["alpha"])
    before = [p.chunk.id for p in kb.retriever.search("deposit dollars", scope).passages]
    scores = kb.keywords.match(["deposit", "dollar"], scope)
    for number in range(12):
        put(kb, "beta", f"{number}.txt", f"deposit deposit deposit number {number}")
    assert [p.chunk.id for p in kb.retriever.search("deposit dollars", scope).passages] == before
    assert kb.keywords.match(["deposit", "dollar"], scope) == scores


def test_a_walled_document_is_one_that_never_was(kb: KnowledgeBase) -> None:
    document = put(kb, "alpha", "secret.txt", RENT)
    open_scope = kb.access.scope(kb.access.local_user())
    scope = Scope(open_scope.user_id, open_scope.matters, frozenset([document.id]))
    assert kb.retriever.search("rent", scope).passages == ()
    assert kb.library.documents(scope) == []
    assert kb.library.counts(scope) == {}
    assert kb.contents.pages(document.id, scope) == []
    assert kb.sources.of(document.id, scope) == []
    messages = []
    for wanted in (document.id, DocumentId("d" + "0" * 23)):
        with pytest.raises(NotFound) as refused:
            kb.library.document(wanted, scope)
        messages.append(refused.value.message.replace(wanted, "X"))
        with pytest.raises(NotFound):
            kb.library.text(wanted, scope)
        with pytest.raises(NotFound):
            kb.eraser.delete(wanted, scope)
    assert messages[0] == messages[1]


def test_walled_documents_do_not_displace_readable_ones(kb: KnowledgeBase) -> None:
    hidden = [put(kb, "alpha", f"{n}.txt", f"The rent deposit number {n}.").id for n in range(120)]
    put(kb, "alpha", "open.txt", FAR_FROM_RENT)
    everything = kb.access.scope(kb.access.local_user())
    scope = Scope(everything.user_id, everything.matters, frozenset(hidden))
    [passage] = kb.retriever.search("rent deposit", scope).passages
    assert passage.document.name == "open.txt"
    assert passage.similarity is not None


def test_an_unknown_matter_is_refused(kb: KnowledgeBase) -> None:
    with pytest.raises(NotFound, match="no matter “gamma”"):
        kb.access.scope(kb.access.local_user(), ["gamma"])
