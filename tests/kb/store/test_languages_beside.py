"""The languages that a document is likely to be in, by those beside it, and none behind a wall."""

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.domain import Fact
from kb.store.changes import queue
from kb.store.changes.progress import Claim
from tests.shelf import offer, put


def put_in(kb: KnowledgeBase, matter: str, name: str, *languages: str) -> str:
    facts = tuple(Fact("language", one) for one in languages)
    return str(put(kb, matter, name, f"The paper {name} of {matter}.", facts=facts).id)


def claimed(kb: KnowledgeBase, matter: str) -> Claim:
    offer(kb, matter, f"/{matter}/scan.pdf", f"a scan of {matter}".encode())
    claim = kb.queue.claim_to_read()
    assert claim is not None
    return claim


def test_the_most_frequent_language_of_the_matter_comes_first(kb: KnowledgeBase) -> None:
    for name, language in (("a", "ru"), ("b", "en"), ("c", "ru"), ("d", "el")):
        put_in(kb, "alpha", name, language)
    put_in(kb, "alpha", "e")
    assert kb.queue.languages_beside(claimed(kb, "alpha")) == ("ru", "el", "en")


def test_documents_of_other_matters_have_no_say(kb: KnowledgeBase) -> None:
    for name in "abc":
        put_in(kb, "beta", name, "ru")
    scan = claimed(kb, "alpha")
    assert kb.queue.languages_beside(scan) == ()
    put_in(kb, "alpha", "a", "el")
    assert kb.queue.languages_beside(scan) == ("el",)


def test_what_is_being_erased_has_no_say(kb: KnowledgeBase) -> None:
    known = put_in(kb, "alpha", "a", "ru")
    with kb.database.write() as connection:
        connection.execute("UPDATE document SET status = 'erasing' WHERE id = ?", (known,))
    assert kb.queue.languages_beside(claimed(kb, "alpha")) == ()


def test_only_the_newest_are_asked(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MOST_BESIDE", 2)
    for name, language in (("a", "ru"), ("b", "ru"), ("c", "de"), ("d", "de")):
        put_in(kb, "alpha", name, language)
    assert kb.queue.languages_beside(claimed(kb, "alpha")) == ("de",)
