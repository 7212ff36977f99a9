"""Each route that shows or changes a document by itself leaves its line in the audit trail."""

import json
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from kb.app.reading import read_page
from tests.api.house import NOTE, House
from tests.api.routes.test_documents import known
from tests.shelf import entries, unrecordable

Request = Callable[[TestClient, str], int]
LEASE_PAGE = 2


def sent(client: TestClient, document: str, matter: str = "Northwind lease") -> int:
    form = {"file": ("note.txt", NOTE.encode())}
    return client.post("/v1/documents", data={"matter": matter}, files=form).status_code


def read(suffix: str) -> Request:
    return lambda client, document: client.get(f"/v1/documents/{document}{suffix}").status_code


def erased(client: TestClient, document: str) -> int:
    return client.delete(f"/v1/documents/{document}").status_code


WAYS = [
    pytest.param("text", "note.txt", read("/text"), id="text"),
    pytest.param("original", "note.txt", read("/original"), id="original"),
    pytest.param("page", "lease.pdf", read("/pages/2.png"), id="page", marks=pytest.mark.process),
    pytest.param("upload", "note.txt", sent, id="upload"),
    pytest.param("delete", "note.txt", erased, id="delete"),
]


@pytest.mark.parametrize(("action", "name", "way"), WAYS)
def test_it_leaves_a_line_with_who_when_and_which_document(
    client: TestClient, house: House, action: str, name: str, way: Request
) -> None:
    document = house.library.document(str(known(client, name)["document_id"]), house.everything())
    text = house.library.text(document.id, house.everything())
    assert way(client, document.id) < 300
    [entry] = entries(house)
    detail = json.loads(entry["detail"])
    assert (entry["action"], entry["user_id"]) == (action, house.access.local_user())
    assert entry["at"] > document.added_at
    assert (detail["document"], detail["matter"]) == (document.id, document.matter_id)
    shown = {"text": [[document.id, 0, len(text)]]}.get(action, [])
    if action == "page":
        page = house.contents.page(document.id, LEASE_PAGE, house.everything())
        shown = [[document.id, page.char_start, page.char_end]]
        assert detail["page"] == LEASE_PAGE
    assert detail["shown"] == shown
    assert document.name not in entry["detail"] and "rent" not in entry["detail"]


@pytest.mark.parametrize(("action", "name", "way"), WAYS)
def test_what_cannot_be_recorded_is_neither_shown_nor_done(
    client: TestClient,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    name: str,
    way: Request,
) -> None:
    document = known(client, name)
    counts = client.get("/v1/documents").json()["counts"]
    with unrecordable(house, monkeypatch):
        assert way(client, str(document["document_id"])) == 503, action
        assert sent(client, "", matter="Brand new") == 503
    assert client.get("/v1/documents").json()["counts"] == counts
    assert house.files.path(str(document["sha256"])).is_file()
    assert entries(house) == []


def test_what_is_not_there_leaves_no_line(client: TestClient, house: House) -> None:
    for way in (read("/text"), read("/original"), read("/pages/1.png"), erased):
        assert way(client, "d0") == 404
    assert entries(house) == []


def test_a_page_of_the_text_leaves_a_line(house: House) -> None:
    """As `kb show --page` gives it."""
    lease = house.library.find("lease.pdf", house.everything())
    text = read_page(house, lease, LEASE_PAGE, house.everything())
    [entry] = entries(house)
    [[document, start, end]] = json.loads(entry["detail"])["shown"]
    assert (document, entry["action"]) == (lease.id, "text")
    assert house.library.text(lease.id, house.everything())[start:end] == text
