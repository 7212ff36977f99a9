"""Filters and facets over HTTP."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from kb.domain import Document
from tests.api.house import House

EXPECTED = {"type": "lease", "party": "Aldergate Holdings, LLC", "date": "2024-03-01"}


@pytest.fixture
def lease(house: House) -> Document:
    scope = house.everything()
    [lease] = [one for one in house.library.documents(scope) if one.name == "lease.pdf"]
    for name, value in EXPECTED.items():
        house.contents.state(lease.id, name, [value], scope)
    return lease


def documents(told: Any) -> set[str]:
    return {passage["document"] for passage in told["passages"]}


def test_a_search_is_narrowed_by_filters(client: TestClient, lease: Document) -> None:
    query = {"query": "What about the rent?"}
    assert len(documents(client.post("/v1/search", json=query).json())) == 3
    for filters in (
        {"party": "aldergate"},
        {"type": ["lease", "letter"], "after": "2024", "before": "2024-03"},
        {"matter": ["northwind"], "party": ["ALDERGATE llc"]},
    ):
        told = client.post("/v1/search", json={**query, "filters": filters}).json()
        assert documents(told) == {"lease.pdf"}, filters
    told = client.post("/v1/search", json={**query, "filters": {"party": "cobble"}}).json()
    assert told["passages"] == []
    assert "facets" not in told


def test_an_answer_is_narrowed_by_filters(client: TestClient, lease: Document) -> None:
    asked = {"question": "What about the rent?", "stream": False, "filters": {"type": "lease"}}
    assert documents(client.post("/v1/ask", json=asked).json()) == {"lease.pdf"}


def test_documents_are_counted(client: TestClient, lease: Document) -> None:
    told = client.post("/v1/facets", json={}).json()
    assert told["selected"] == 3
    assert told["facets"]["type"] == {"values": [{"value": "lease", "count": 1}], "more": 0}
    assert told["facets"]["year"]["values"] == [{"value": "2024", "count": 1}]
    assert told["facets"]["matter"]["values"] == [
        {"value": "Northwind lease", "count": 2},
        {"value": "Aldergate", "count": 1},
    ]
    asked = {"query": "rent", "facets": True, "matters": ["Aldergate"]}
    beside = client.post("/v1/search", json=asked).json()
    assert beside["selected"] == 1
    assert beside["facets"]["type"]["values"] == []


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        pytest.param({"colour": ["red"]}, "There is no filter “colour”.", id="no such filter"),
        pytest.param({"after": "May"}, "takes a day that there is", id="no day"),
        pytest.param({"court": {"name": "x"}}, "takes a text", id="no text"),
        pytest.param({"bates": ["ABC"]}, "is no Bates number", id="no Bates number"),
    ],
)
@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/v1/search", {"query": "rent"}),
        ("/v1/ask", {"question": "When is the rent due?"}),
        ("/v1/facets", {}),
    ],
)
def test_what_is_no_filter_is_refused(
    client: TestClient, path: str, asked: dict[str, str], filters: dict[str, Any], said: str
) -> None:
    answer = client.post(path, json={**asked, "filters": filters})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "bad-request"
    assert said in answer.json()["error"]["problem"]


def test_a_refused_filter_costs_no_turn(client: TestClient, house: House) -> None:
    for _ in range(4):
        asked = {"question": "When is the rent due?", "filters": {"after": "May"}}
        assert client.post("/v1/ask", json=asked).status_code == 400
    assert not house.turns._line


def test_the_schema_names_every_filter(client: TestClient) -> None:
    from kb.domain.filters import NAMES

    schema = client.get("/openapi.json").json()["components"]["schemas"]["FilterFields"]
    assert tuple(schema["properties"]) == NAMES
    assert schema["additionalProperties"] is False


def test_what_is_known_of_a_document_stands_beside_its_passages(
    client: TestClient, lease: Document
) -> None:
    query = {"query": "What about the rent?"}
    assert "type" not in client.post("/v1/search", json=query).json()["passages"][0]
    told = client.post("/v1/search", json={**query, "known": True}).json()
    known = {one["document"]: (one["type"], one["date"]) for one in told["passages"]}
    assert known.pop("lease.pdf") == (["lease"], ["2024-03-01"])
    assert set(map(str, known.values())) == {"([], [])"}
