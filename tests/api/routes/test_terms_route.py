"""Terms and connectors over HTTP."""

import pytest
from starlette.testclient import TestClient


def test_an_expression_is_searched_with_counts_and_spans(client: TestClient) -> None:
    asked = {"query": "rent", "mode": "terms", "limit": 2}
    told = client.post("/v1/search", json=asked).json()
    assert told["matched"] == {"documents": 3, "passages": 3}
    assert told["understood"] == "rent"
    assert len(told["passages"]) == 2
    for passage in told["passages"]:
        start = passage["char_start"]
        for first, last in passage["spans"]:
            assert passage["text"][first - start : last - start].lower() in ("rent", "rents")
    rest = client.post("/v1/search", json={**asked, "offset": 2}).json()
    assert [one["rank"] for one in rest["passages"]] == [3]


def test_an_expression_keeps_to_the_matters_and_filters(client: TestClient) -> None:
    asked = {"query": "rent", "mode": "terms", "matters": ["Aldergate"]}
    assert client.post("/v1/search", json=asked).json()["matched"]["documents"] == 1
    narrowed = {"query": "rent", "mode": "terms", "filters": {"type": "opinion"}}
    told = client.post("/v1/search", json=narrowed).json()
    assert told["matched"] == {"documents": 0, "passages": 0}
    assert told["passages"] == []


def test_facets_count_the_documents_of_the_expression_alone(client: TestClient) -> None:
    asked = {"query": "name:note.txt", "mode": "terms", "facets": True}
    told = client.post("/v1/search", json=asked).json()
    assert told["matched"]["documents"] == told["selected"] == 1
    everything = client.post("/v1/search", json={"query": "rent", "facets": True}).json()
    assert everything["selected"] > 1


def test_an_answer_comes_from_the_documents_of_an_expression(client: TestClient) -> None:
    asked = {"question": "What about the rent?", "stream": False, "among": "name:note.txt"}
    told = client.post("/v1/ask", json=asked).json()
    assert {passage["document"] for passage in told["passages"]} == {"note.txt"}


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("/v1/search", {"query": "rent due", "mode": "terms"}),
        ("/v1/ask", {"question": "What about the rent?", "among": "rent due"}),
    ],
)
def test_a_refusal_points_at_the_character(
    client: TestClient, route: str, body: dict[str, str]
) -> None:
    refused = client.post(route, json=body)
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert error["code"] == "bad-expression"
    assert error["problem"].startswith("rent due\n     ^\nTwo terms stand side by side")


def test_only_terms_are_read_page_by_page(client: TestClient) -> None:
    refused = client.post("/v1/search", json={"query": "rent", "offset": 10})
    assert refused.status_code == 400
    assert "page by page" in refused.json()["error"]["problem"]
