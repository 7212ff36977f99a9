"""Passages of one text are shown once, and with what stands around them where that is asked for."""

import json

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.domain import Passage
from kb.search.near_duplicates import alike, wording
from tests.kb.store.documents.test_sources import everything
from tests.shelf import entries, put

CLAUSE = (
    "The supplier shall keep all information that it receives from the client in strict "
    "confidence and shall not disclose it to anybody without the prior written consent of "
    "the client, for five years after the end of this agreement, whatever the reason of its "
    "end may be and in whatever form the information was received."
)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        pytest.param(CLAUSE.upper(), True, id="capitals"),
        pytest.param(CLAUSE.replace(" ", "\n"), True, id="layout"),
        pytest.param(CLAUSE.replace("anybody", "anyone"), True, id="another word"),
        pytest.param(CLAUSE.replace("shall not", "shall"), False, id="without its not"),
        pytest.param(CLAUSE.replace("five", "5"), False, id="a number"),
        pytest.param(CLAUSE.replace("the client,", "Aldergate,"), False, id="a name"),
        pytest.param(CLAUSE.replace("shall keep", "may keep"), False, id="may for shall"),
        pytest.param("The tenant pays the rent.", False, id="something else"),
    ],
)
def test_texts_are_one_where_no_reader_would_tell_them_apart(other: str, same: bool) -> None:
    assert alike(wording(CLAUSE), wording(other)) is same
    assert alike(wording(other), wording(CLAUSE)) is same


def test_a_clause_of_several_documents_is_found_once_and_the_others_are_named(
    kb: KnowledgeBase,
) -> None:
    for name in ("one", "two", "three"):
        put(kb, "alpha", f"{name}.txt", f"{CLAUSE}\n\nThis is number {name}.")
    put(kb, "alpha", "open.txt", CLAUSE.replace("shall not", "shall"))
    found = kb.retriever.search("strict confidence written consent", everything(kb), limit=2)
    told = [{one.document.name for one in (first, *first.also_in)} for first in found.passages]
    assert sorted(told, key=len) == [{"open.txt"}, {"one.txt", "two.txt", "three.txt"}]
    assert [passage.rank for passage in found.passages] == [1, 2]
    [entry] = entries(kb)
    shown = {known for known, _, _ in json.loads(entry["detail"])["shown"]}
    assert len(shown) == 4


def test_what_another_reader_may_not_see_is_not_named(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "one.txt", CLAUSE)
    put(kb, "beta", "two.txt", CLAUSE)
    alpha = kb.access.scope(kb.access.local_user(), ["alpha"])
    [passage] = kb.retriever.search("strict confidence", alpha).passages
    assert passage.also_in == ()


def test_the_same_clause_twice_in_one_document_is_found_twice(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "one.txt", f"{CLAUSE}\n\n{CLAUSE}")
    assert len(kb.retriever.search("strict confidence", everything(kb)).passages) == 2


@pytest.mark.parametrize("terms", [False, True])
def test_what_stands_around_a_passage_is_told_in_whole_sentences_and_audited(
    kb: KnowledgeBase, *, terms: bool
) -> None:
    text = (
        "First comes this. The tenant pays rent.\n\nThe lease ends in June.\n\n"
        "Keys go back. The deposit is returned within thirty days of that."
    )
    document = put(kb, "alpha", "lease.txt", text)

    def search(around: int) -> Passage:
        if terms:
            found = kb.connectors.search("lease /5 ends", everything(kb), around=around).result
        else:
            found = kb.retriever.search("lease ends", everything(kb), limit=1, around=around)
        return found.passages[0]

    passage = search(30)
    assert passage.before == "The tenant pays rent.\n\n"
    assert passage.after == "\n\nKeys go back."
    whole = passage.before + passage.chunk.text + passage.after
    [entry] = entries(kb)
    [[known, start, end]] = json.loads(entry["detail"])["shown"]
    assert (known, text[start:end]) == (document.id, whole)
    passage = search(500)
    assert passage.before + passage.chunk.text + passage.after == text
