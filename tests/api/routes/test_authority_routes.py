"""Legal citations over HTTP, and nothing of them from behind a wall."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from ingest.citations.extract import citations
from kb.domain import Document
from tests.api.house import House

MEMO = "We rely on Roe v. Wade, 410 U.S. 113 (1973). Id. at 120, overruled in 2022."
ROE = "410 U.S. 113\n\nROE v. WADE\n\nWe affirm."


@pytest.fixture
def memo(house: House) -> Document:
    return cite(house, "Northwind lease", "memo.txt", MEMO)


def cite(house: House, matter: str, name: str, text: str, *, paper: bool = False) -> Document:
    document = house.add(matter, name, text.encode())
    house.citings.replace(document.id, citations(text, [], "", court_paper=paper))
    return document


def asked(client: TestClient, path: str, **wanted: str | list[str]) -> dict[str, Any]:
    reply = client.get(path, params=wanted)
    assert reply.status_code == 200, reply.text
    told: dict[str, Any] = reply.json()
    return told


def test_a_table_of_authorities(client: TestClient, memo: Document) -> None:
    told = asked(client, f"/v1/documents/{memo.id}/authorities")
    [one] = told["authorities"]
    assert (one["authority"], one["kind"], one["name"]) == ("410 U.S. 113", "case", "Roe v. Wade")
    assert [each["text"] for each in one["mentions"]] == ["410 U.S. 113", "Id. at 120"]
    assert one["treatment"] == ["overruled"]
    assert told["lacking"] == ["410 U.S. 113"]
    assert "not a judgment" in told["note"]


def test_a_citation_in_any_spelling(client: TestClient, house: House, memo: Document) -> None:
    roe = cite(house, "Aldergate", "roe.txt", ROE, paper=True)
    told = asked(client, "/v1/cites", citation="Roe v Wade, 410 US 113")
    assert [each["document_id"] for each in told["held"]] == [roe.id]
    assert [each["document_id"] for each in told["citing"]] == [memo.id]
    assert (told["documents"], told["citations"]) == (1, 2)
    by = asked(client, f"/v1/documents/{roe.id}/cited-by")
    assert [each["document_id"] for each in by["citing"]] == [memo.id]


@pytest.mark.usefixtures("memo")
def test_another_matter_changes_nothing(client: TestClient, house: House) -> None:
    wanted: dict[str, Any] = {"citation": "410 US 113", "matter": ["Northwind lease"]}
    before = asked(client, "/v1/cites", **wanted)
    cite(house, "Aldergate", "roe.txt", ROE, paper=True)
    cite(house, "Aldergate", "brief.txt", MEMO)
    assert asked(client, "/v1/cites", **wanted) == before
    assert before["documents"] == 1
    assert asked(client, "/v1/cites", citation="410 US 113")["documents"] == 2


def test_what_is_no_citation_is_refused_in_a_sentence(client: TestClient) -> None:
    reply = client.get("/v1/cites", params={"citation": "the rent"})
    assert reply.status_code == 400
    assert "is not read as a citation" in reply.json()["error"]["problem"]


@pytest.mark.parametrize("path", ["authorities", "cited-by"])
def test_a_document_that_is_not_there(client: TestClient, path: str) -> None:
    reply = client.get(f"/v1/documents/d{'0' * 23}/{path}")
    assert reply.status_code == 404
