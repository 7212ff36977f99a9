"""What is known of a document over HTTP: facts, changes, versions, and nothing behind a wall."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from kb.domain import Document, Fact, Reading, Revision, RevisionKind
from kb.store.changes.content import Parsed
from kb.store.changes.progress import Family
from tests.api.house import House
from tests.shelf import offer

TEXT = "The cap is USD 5,000,000. Rent is due monthly."
CHANGES = (
    Revision(RevisionKind.INSERTION, "Ann Doyle", "2024-03-05T00:00:00Z", 11, 24, "USD 5,000,000"),
    Revision(RevisionKind.DELETION, "Ann Doyle", "2024-03-05T00:00:00Z", 24, 24, "USD 1,000,000"),
    Revision(RevisionKind.COMMENT, "Bo Katz", "", 26, 30, "Ask the client."),
)
FACTS = (Fact("type", "amendment"), Fact("date", "2024-03-01", 26, 45))


def read(house: House, path: str, content: bytes = TEXT.encode()) -> Document:
    """A document read up to its words, with changes and facts."""
    found = offer(house, "Northwind lease", path, content)
    claim = house.queue.claim_to_read()
    assert claim is not None
    reading = Reading("text/plain", content.decode(), (), revisions=CHANGES)
    parsed = Parsed(claim.document_id, reading, path, [], [], FACTS)
    assert house.queue.words(claim, parsed, Family()) is not None
    return house.library.document(found.id, house.everything())


def detail(client: TestClient, document: Document) -> dict[str, Any]:
    told: dict[str, Any] = client.get(f"/v1/documents/{document.id}").json()
    return told


def test_changes_are_told_with_who_when_and_what(client: TestClient, house: House) -> None:
    document = read(house, "amendment.txt")
    told = client.get(f"/v1/documents/{document.id}/changes").json()
    assert [change["kind"] for change in told["changes"]] == ["insertion", "deletion", "comment"]
    inserted = told["changes"][0]
    assert TEXT[inserted["char_start"] : inserted["char_end"]] == inserted["text"]
    assert (inserted["author"], inserted["date"]) == ("Ann Doyle", "2024-03-05T00:00:00Z")
    assert detail(client, document)["changes"] == 3


@pytest.mark.parametrize(
    ("holding", "kinds"),
    [
        pytest.param("1,000,000", ["deletion"], id="words"),
        pytest.param("katz", ["comment"], id="an author"),
        pytest.param("nothing like it", [], id="nowhere"),
    ],
)
def test_changes_that_hold_a_phrase(
    client: TestClient, house: House, holding: str, kinds: list[str]
) -> None:
    document = read(house, "amendment.txt")
    path = f"/v1/documents/{document.id}/changes"
    told = client.get(path, params={"holding": holding}).json()
    assert [change["kind"] for change in told["changes"]] == kinds


def test_a_fact_is_corrected_by_hand_and_marked_so(client: TestClient, house: House) -> None:
    document = read(house, "amendment.txt")
    path = f"/v1/documents/{document.id}/facts"
    told = client.put(f"{path}/party", json={"values": ["Aldergate", "Cobble Lane"]}).json()
    assert told["facts"] == {
        "date": ["2024-03-01"],
        "party": ["Aldergate", "Cobble Lane"],
        "type": ["amendment"],
    }
    assert told["stated"] == ["party"]
    assert client.put(f"{path}/date", json={"values": []}).json()["facts"].keys() == {
        "party",
        "type",
    }
    assert detail(client, document)["stated"] == ["party"]


def test_a_fact_is_told_with_its_place_until_it_is_corrected(
    client: TestClient, house: House
) -> None:
    document = read(house, "amendment.txt")
    assert detail(client, document)["fact_spans"] == [
        {"name": "date", "value": "2024-03-01", "char_start": 26, "char_end": 45}
    ]
    path = f"/v1/documents/{document.id}/facts/date"
    told = client.put(path, json={"values": ["2024-03-01"]}).json()
    assert (told["facts"]["date"], told["fact_spans"]) == (["2024-03-01"], [])


@pytest.mark.parametrize(
    ("name", "body", "status", "said"),
    [
        pytest.param("colour", {"values": ["red"]}, 400, "no fact “colour”", id="no such fact"),
        pytest.param("date", {"value": "2024"}, 422, "values", id="not its shape"),
        pytest.param("party", {"values": ["x" * 301]}, 422, "values", id="too long"),
    ],
)
def test_what_is_no_fact_is_refused(
    client: TestClient, house: House, name: str, body: dict[str, object], status: int, said: str
) -> None:
    document = read(house, "amendment.txt")
    answer = client.put(f"/v1/documents/{document.id}/facts/{name}", json=body)
    assert answer.status_code == status
    assert said in answer.json()["error"]["problem"]
    assert "x" * 301 not in answer.text


@pytest.mark.parametrize(("method", "path"), [("GET", "/changes"), ("PUT", "/facts/date")])
def test_of_a_document_that_may_not_be_read_nothing_is_told(
    client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    document = read(house, "amendment.txt")
    narrow = house.access.scope(house.access.local_user(), ["Aldergate"])
    monkeypatch.setattr(house.access, "scope", lambda *_, **__: narrow)
    body = {"values": ["2030-01-01"]} if method == "PUT" else None
    answer = client.request(method, f"/v1/documents/{document.id}{path}", json=body)
    assert answer.status_code == 404
    monkeypatch.undo()
    assert detail(client, document)["facts"]["date"] == ["2024-03-01"]


def test_an_old_version_is_listed_on_request_and_leads_to_the_new(
    client: TestClient, house: House
) -> None:
    old, new = read(house, "terms.txt"), read(house, "terms.txt", b"Other terms altogether here.")
    listed = client.get("/v1/documents", params={"matter": "Northwind lease"}).json()["documents"]
    assert [one["document_id"] for one in listed if one["document"] == "terms.txt"] == [new.id]
    params = {"matter": "Northwind lease", "superseded": "true"}
    every = client.get("/v1/documents", params=params).json()["documents"]
    current = {one["document_id"]: one["current"] for one in every}
    assert (current[old.id], current[new.id]) == (False, True)
    told = detail(client, old)
    assert [(one["version"], one["document_id"]) for one in told["versions"]] == [
        (1, old.id),
        (2, new.id),
    ]
    assert [(one["document_id"], one["current"]) for one in told["related"]] == [(new.id, True)]
