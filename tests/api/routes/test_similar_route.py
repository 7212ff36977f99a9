"""More like this, over HTTP."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.server.app import create_app
from kb.app.bootstrap import KnowledgeBase
from tests.shelf import put

NOTICE = "Either party may end this lease by ninety days written notice to the other party."


@pytest.fixture
def client(kb: KnowledgeBase) -> Iterator[TestClient]:
    put(kb, "alpha", "lease.txt", f"{NOTICE}\n\nThe rent is five thousand dollars.")
    put(kb, "beta", "other.txt", f"{NOTICE}\n\nThe rent is nine thousand dollars.")
    put(kb, "beta", "third.txt", f"{NOTICE}\n\nThere is no deposit at all.")
    with TestClient(create_app(kb), base_url="http://localhost:8321") as client:
        yield client


def test_passages_and_documents_like_a_document(client: TestClient) -> None:
    told = client.post("/v1/similar", json={"document": "lease.txt"}).json()
    assert told["query"] == "lease.txt"
    assert told["source"]["document"] == "lease.txt"
    assert [one["document"] for one in told["documents"]] == ["other.txt", "third.txt"]
    assert [one["rank"] for one in told["documents"]] == [1, 2]
    assert 0 < told["documents"][1]["similarity"] < told["documents"][0]["similarity"] <= 1
    both = [told["passages"][0]["document"], told["passages"][0]["also_in"][0]["document"]]
    assert told["passages"][0]["text"] == NOTICE
    assert sorted(both) == ["other.txt", "third.txt"]


def test_a_span_and_a_matter(client: TestClient) -> None:
    asked = {"document": "alpha/lease.txt", "start": 0, "end": len(NOTICE), "limit": 1}
    told = client.post("/v1/similar", json=asked).json()
    assert [one["text"] for one in told["passages"]] == [NOTICE]
    assert len(told["documents"]) == 1
    assert told["documents"][0]["similarity"] is None
    alone = client.post("/v1/similar", json={**asked, "matters": ["alpha"]}).json()
    assert (alone["passages"], alone["documents"]) == ([], [])


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"document": "nothing.txt"}, 404, "no document “nothing.txt”"),
        ({"document": "lease.txt", "start": 5}, 400, "one past its last"),
        ({"document": "lease.txt", "filters": {"colour": "red"}}, 400, "no filter “colour”"),
        ({"document": "lease.txt", "page": 0}, 422, "page"),
        ({"document": "lease.txt", "limit": 1000}, 422, "limit"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    client: TestClient, asked: dict[str, object], status: int, said: str
) -> None:
    answer = client.post("/v1/similar", json=asked)
    assert answer.status_code == status
    assert said in answer.json()["error"]["problem"]


def test_a_name_that_fits_several_documents_is_refused(
    client: TestClient, kb: KnowledgeBase
) -> None:
    put(kb, "beta", "lease.txt", "Another lease.")
    answer = client.post("/v1/similar", json={"document": "lease.txt"})
    assert answer.status_code == 409
    assert "fits 2 documents" in answer.json()["error"]["problem"]
