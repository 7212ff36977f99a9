import warnings

import pytest

from kb.app.bootstrap import KnowledgeBase
from tests.shelf import put

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the vendor's own deprecations, at import
    from kb.app.llamaindex import as_query_engine, as_retriever

LEASE = "The monthly rent of the Harbour lease is 5,000 dollars.\n\nNo animals are kept."


def test_a_retriever_sees_its_scope_and_nothing_else(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "harbour.txt", LEASE)
    put(kb, "beta", "harbour.txt", LEASE.replace("5,000", "9,000"))
    scope = kb.access.scope(kb.access.local_user(), ["alpha"])
    nodes = as_retriever(kb, scope, limit=5).retrieve("monthly rent")
    assert nodes and {node.node.metadata["matter"] for node in nodes} == {"alpha"}
    assert nodes[0].score == 1.0


@pytest.mark.model
@pytest.mark.parametrize(
    ("llm", "said"), [(True, "5,000 dollars [1]"), (False, "5,000 dollars [1]\n\nThe m")]
)
def test_a_query_engine_answers_with_sources(kb: KnowledgeBase, llm: bool, said: str) -> None:
    put(kb, "alpha", "harbour.txt", LEASE)
    scope = kb.access.scope(kb.access.local_user())
    response = as_query_engine(kb, scope, llm=llm).query("What is the rent of the Harbour lease?")
    assert said in str(response)
    assert response.metadata and response.metadata["quotes"][0]["document"] == "harbour.txt"
