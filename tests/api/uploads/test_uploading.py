"""Uploads that stall, trickle, crowd or grow: each ends with a sentence, and nothing stays."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from api.middleware.pace import Pace
from api.uploads.multipart import FILENAME_LIMIT, PARTS_LIMIT, Form
from api.uploads.receive import MOST, Uploads
from kb.errors import BadRequest
from tests.api.house import House
from tests.api.raw import answer, stalled
from tests.api.routes.test_ask import wait_until
from tests.api.serving import application, served

SOON_S = 5
"""Generous: a search here takes milliseconds, a stalled upload half a minute."""


@pytest.fixture
def hasty(house: House) -> Iterator[str]:
    """A service that waits half a second for a byte, and wants 1 KB a second."""
    app = application(house, pace=Pace(idle_s=0.5, window_s=1, least=1000))
    with served(app) as address:
        yield address


def incoming(house: House) -> list[Path]:
    return list((house.settings.data_dir / "originals" / "incoming").iterdir())


def search(address: str) -> float:
    """Seconds until a search was answered."""
    begun = time.monotonic()
    found = httpx.post(f"{address}/v1/search", json={"query": "rent"}, timeout=30)
    assert found.status_code == 200
    return time.monotonic() - begun


def test_stalled_uploads_leave_the_other_routes_their_threads(house: House) -> None:
    with served(application(house, uploads=Uploads(50))) as address, ExitStack() as stack:
        for _ in range(45):  # anyio has 40 threads for all routes together
            stack.enter_context(stalled(address))
        wait_until(lambda: len(incoming(house)) == 45, 20)
        assert search(address) < SOON_S
        assert httpx.get(f"{address}/", timeout=SOON_S).status_code == 200


def test_more_uploads_than_there_are_places_for_are_asked_to_come_again(
    address: str, house: House
) -> None:
    with ExitStack() as stack:
        for _ in range(MOST):
            stack.enter_context(stalled(address))
        wait_until(lambda: len(incoming(house)) == MOST, 10)
        status, headers, told = answer(stack.enter_context(stalled(address)))
        assert (status, told["error"]["code"]) == (503, "busy")
        assert "uploads are coming in already" in told["error"]["problem"]
        assert int(headers["retry-after"]) > 0
    wait_until(lambda: not incoming(house), 10)
    form = {"data": {"matter": "M"}, "files": {"file": ("a.txt", b"whole")}}
    assert httpx.post(f"{address}/v1/documents", **form).status_code == 202  # type: ignore[arg-type]  # a mixed dict


def test_an_upload_that_stalls_is_ended_and_leaves_nothing(hasty: str, house: House) -> None:
    with stalled(hasty) as sender:
        status, headers, told = answer(sender)
    assert (status, told["error"]["code"], headers["connection"]) == (408, "too-slow", "close")
    assert told["error"]["problem"].startswith("No byte of the request came for 0.5 seconds")
    assert incoming(house) == []
    assert house.library.counts(house.everything()) == {"ready": 3}


def test_an_upload_that_trickles_is_ended_and_leaves_nothing(hasty: str, house: House) -> None:
    with stalled(hasty) as sender:
        begun = time.monotonic()
        sender.settimeout(0.1)
        while time.monotonic() - begun < 10:  # a byte each tenth of a second is not idle
            try:
                sender.sendall(b"x")
                if sender.recv(1, 2):  # MSG_PEEK
                    break
            except TimeoutError:
                continue
        status, _, told = answer(sender)
    assert status == 408 and "too slowly" in told["error"]["problem"]
    assert incoming(house) == []


def test_what_stalls_in_a_job_ends_as_cut_off(hasty: str, house: House) -> None:
    job = httpx.post(f"{hasty}/v1/jobs").json()["id"]
    with stalled(hasty, f"?job={job}") as sender:
        assert answer(sender)[0] == 408
    [item] = httpx.get(f"{hasty}/v1/jobs/{job}/items").json()["items"]
    assert (item["outcome"], item["code"]) == ("failed", "cut-off")


def test_a_sender_as_slow_as_is_allowed_is_heard_out(house: House) -> None:
    with served(application(house, pace=Pace(idle_s=1, window_s=0.2, least=10))) as address:

        def slowly() -> Iterator[bytes]:
            for byte in b'{"query": "rent"}':
                time.sleep(0.03)
                yield bytes([byte])

        kind = {"content-type": "application/json"}
        found = httpx.post(f"{address}/v1/search", content=slowly(), headers=kind)
    assert found.status_code == 200


class Nobody:
    """Takes parts and keeps nothing."""

    def begin(self, name: str, filename: str | None) -> None: ...
    def data(self, piece: bytes) -> None: ...
    def end(self) -> None: ...


FIELD = b'--b\r\nContent-Disposition: form-data; name="path"\r\n\r\nx\r\n'
LONG = b"x" * (FILENAME_LIMIT + 1)
ENDLESS = [b"x" * 1000] * 200_000
"""200 MB, piece by piece."""


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        pytest.param([b"--b\r\nContent-Disposition: ", *ENDLESS], "too long", id="value"),
        pytest.param([b"--b\r\n", *ENDLESS], "too long", id="name"),
        pytest.param([b"--b\r\n", *[b"A: b\r\n"] * 1000], "too long", id="many headers"),
        pytest.param([FIELD] * (PARTS_LIMIT + 1), "at most 2000 fields", id="many parts"),
        pytest.param(
            [b'--b\r\nContent-Disposition: form-data; filename="' + LONG + b'"\r\n\r\n'],
            "at most 1024 bytes",
            id="long file name",
        ),
        pytest.param([FIELD + b"--b--\r\n", *ENDLESS], "after the end of its form", id="trailer"),
    ],
)
def test_a_form_is_bounded_in_all_but_its_files(pieces: list[bytes], said: str) -> None:
    form = Form("multipart/form-data; boundary=b", Nobody())
    fed = 0
    with pytest.raises(BadRequest, match=said):
        for piece in pieces:
            form.feed(piece)
            fed += len(piece)
    assert fed < 200_000
    assert len(form._name) + len(form._value) < 10_000


@pytest.mark.parametrize("name", ["matter", "path", "other"])
def test_a_field_is_bounded_whatever_its_name(client: TestClient, name: str) -> None:
    answered = client.post("/v1/documents", files={name: (None, b"x" * 5000)})
    assert answered.status_code == 400
    assert "at most 4096 bytes" in answered.json()["error"]["problem"]


def test_a_boundary_of_any_length_or_none_is_a_sentence(client: TestClient) -> None:
    for boundary in ("", "b" * 300, '"'):
        kind = {"content-type": f"multipart/form-data; boundary={boundary}"}
        answered = client.post("/v1/documents", content=b"--", headers=kind)
        assert answered.status_code == 400
        assert answered.json()["error"]["problem"].endswith(".")
