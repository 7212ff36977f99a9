"""An original is sent and drawn as it was taken in, or refused with a sentence."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kb.app.reading import read_original
from kb.errors import OriginalChanged, OriginalDamaged, OriginalMissing, OriginalUnreadable
from tests.api.house import LEASE, House
from tests.api.routes.test_documents import known
from tests.damage import Harm, changed_byte, every_harm, restore
from tests.shelf import entries, offer

STATUSES = {OriginalMissing: 410, OriginalChanged: 409, OriginalUnreadable: 503}
WAYS = [
    "/original",
    pytest.param("/pages/1.png", marks=pytest.mark.process),
]
LARGE = bytes(range(256)) * (3 << 12)
"""Three blocks."""


@every_harm
@pytest.mark.parametrize("way", WAYS)
def test_what_is_damaged_is_not_shown_and_says_so(
    client: TestClient,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    harm: Harm,
    kind: type[OriginalDamaged],
    way: str,
) -> None:
    lease = known(client, "lease.pdf")
    document, sha256 = f"/v1/documents/{lease['document_id']}", str(lease["sha256"])
    assert lease["original_problem"] is None
    harm(house.files.path(sha256), monkeypatch)
    answer = client.get(document + way)
    assert answer.status_code == STATUSES[kind]
    error = answer.json()["error"]
    assert error["code"] == kind.code
    assert "“lease.pdf”" in error["problem"] and "kb verify" in error["problem"]
    assert str(house.settings.data_dir) not in error["problem"]
    assert entries(house) == []  # nothing was shown
    told = client.get(document).json()
    assert told["original_code"] == kind.code and kind.said in told["original_problem"]
    found = client.post("/v1/search", json={"query": "lease"}).json()["passages"]
    assert found[0]["original_code"] == kind.code
    restore(house, sha256, LEASE, monkeypatch)
    assert client.get(document + way).status_code == 200
    assert client.get(document).json()["original_problem"] is None


def test_an_original_arrives_with_its_length_and_its_name(client: TestClient, house: House) -> None:
    sent = offer(house, "Northwind lease", "/files/Ærø 1.bin", LARGE)
    answer = client.get(f"/v1/documents/{sent.id}/original")
    assert answer.content == LARGE
    assert answer.headers["content-length"] == str(len(LARGE))
    assert answer.headers["content-disposition"].endswith("filename*=utf-8''%C3%86r%C3%B8%201.bin")


def read(house: House, middle: object) -> Iterator[bytes]:
    """An original of three blocks, with something done after the first."""
    sent = offer(house, "Northwind lease", "large.bin", LARGE)
    with read_original(house, sent, house.everything()) as blocks:
        yield next(blocks)
        assert callable(middle)
        middle(house.files.path(sent.sha256))
        yield from blocks


def test_what_is_written_to_it_while_it_is_sent_does_not_arrive_as_a_file(house: House) -> None:
    def harm(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(-1, 2)
            file.write(b"!")

    came = 0
    with pytest.raises(OriginalChanged):
        for block in read(house, harm):
            came += len(block)
    assert 0 < came < len(LARGE)


def test_what_takes_its_place_while_it_is_sent_is_not_sent(house: House) -> None:
    assert b"".join(read(house, Path.unlink)) == LARGE


def test_what_is_damaged_behind_a_wall_is_told_to_nobody(
    client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = known(client, "other.txt")
    changed_byte(house.files.path(str(other["sha256"])), monkeypatch)
    usual = house.access.scope
    open_matters = ["Northwind lease"]
    monkeypatch.setattr(house.access, "scope", lambda user, *_, **__: usual(user, open_matters))
    answers = [client.get(f"/v1/documents/{one}/original") for one in (other["document_id"], "d0")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "original" not in answers[0].text
    assert house.verification.damaged() == 0  # it was not even looked at
