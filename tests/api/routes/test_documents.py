"""Documents over HTTP: sent, listed, read exactly, drawn with a mark, deleted."""

import io
import socket
from urllib.parse import urlsplit

import pytest
from PIL import Image
from starlette.testclient import TestClient

from api.images import span_on_page
from kb.domain import Page
from tests.api.house import NOTE, House
from tests.api.routes.test_ask import wait_until


def known(client: TestClient, name: str) -> dict[str, object]:
    documents = client.get("/v1/documents").json()["documents"]
    return next(found for found in documents if found["document"] == name)


def test_files_are_received_and_queued(client: TestClient, house: House) -> None:
    answer = client.post(
        "/v1/documents",
        data={"matter": "Brand new", "path": "/files/2024/a b.txt"},
        files=[("file", ("a b.txt", b"hello rent")), ("file", ("ünï.txt", b"x" * 70_000))],
    )
    assert answer.status_code == 202
    first, second = answer.json()["documents"]
    assert (first["document"], first["path"]) == ("a b.txt", "/files/2024/a b.txt")
    assert (second["document"], second["path"]) == ("ünï.txt", "ünï.txt")
    assert (second["status"], second["size"], second["matter"]) == ("queued", 70_000, "Brand new")
    assert house.files.path(first["sha256"]).read_bytes() == b"hello rent"


def test_sending_twice_is_sending_once(client: TestClient) -> None:
    def send() -> str:
        form = {"data": {"matter": "Twice"}, "files": {"file": ("a.txt", b"same")}}
        return str(client.post("/v1/documents", **form).json()["documents"][0]["document_id"])  # type: ignore[arg-type]  # a mixed dict

    assert send() == send()
    assert len(client.get("/v1/documents", params={"matter": "Twice"}).json()["documents"]) == 1


def test_every_byte_survives_the_form(client: TestClient, house: House) -> None:
    content = b"\r\n--not the boundary\r\n\x00\xff" * 20_000
    form = {"file": ("odd.bin", content)}
    answer = client.post("/v1/documents", data={"matter": "Odd"}, files=form)
    sha256 = answer.json()["documents"][0]["sha256"]
    assert house.files.path(sha256).read_bytes() == content


def test_a_file_over_the_limit_is_refused_and_not_kept(client: TestClient, house: House) -> None:
    before = sorted((house.settings.data_dir / "originals").rglob("*"))
    form = {"file": ("big.bin", b"x" * (2 << 20))}
    answer = client.post("/v1/documents", data={"matter": "Northwind lease"}, files=form)
    assert answer.status_code == 413
    assert "larger than 1 MB" in answer.json()["error"]["problem"]
    assert sorted((house.settings.data_dir / "originals").rglob("*")) == before


@pytest.mark.parametrize(
    ("form", "said"),
    [
        pytest.param({"files": {"file": ("a.txt", b"x")}}, "“matter”", id="no matter"),
        pytest.param({"data": {"matter": "M"}}, "multipart", id="no form"),
        pytest.param(
            {"data": {"matter": "M"}, "files": {"file": ("", b"")}}, "no file", id="no file"
        ),
        pytest.param(
            {
                "content": b"nonsense",
                "headers": {"content-type": "multipart/form-data; boundary=b"},
            },
            "well-formed",
            id="not what it says",
        ),
    ],
)
def test_a_form_that_lacks_something_says_what(
    client: TestClient, form: dict[str, object], said: str
) -> None:
    answer = client.post("/v1/documents", **form)  # type: ignore[arg-type]  # one case each
    assert answer.status_code == 400
    assert said in answer.json()["error"]["problem"]


def test_an_upload_cut_off_is_not_received(client: TestClient) -> None:
    head = (
        b'--b\r\nContent-Disposition: form-data; name="matter"\r\n\r\nM\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf'
    )
    headers = {"content-type": "multipart/form-data; boundary=b"}
    assert client.post("/v1/documents", content=head, headers=headers).status_code == 400
    assert client.get("/v1/documents").json()["counts"] == {"ready": 3}


def test_a_sender_who_hangs_up_leaves_nothing(
    address: str, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "kb")
    head = (
        "POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="matter"\r\n\r\nM\r\n'
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf'
    )
    sender = socket.create_connection(("127.0.0.1", urlsplit(address).port or 0))
    sender.sendall(head.encode())
    incoming = house.settings.data_dir / "originals" / "incoming"
    wait_until(lambda: any(incoming.iterdir()), 5)
    sender.close()
    wait_until(lambda: not any(incoming.iterdir()), 5)
    assert house.library.counts(house.everything()) == {"ready": 3}
    wait_until(lambda: "POST /v1/documents 499" in caplog.text, 5)
    assert "failed" not in caplog.text


def test_the_list_is_paged_and_filtered(client: TestClient) -> None:
    first = client.get("/v1/documents", params={"limit": 2}).json()
    rest = client.get("/v1/documents", params={"limit": 2, "after": first["next"]}).json()
    listed = [found["document"] for found in first["documents"] + rest["documents"]]
    assert listed == ["other.txt", "note.txt", "lease.pdf"]
    assert rest["next"] is None
    one = client.get("/v1/documents", params={"matter": "Aldergate", "status": "ready"}).json()
    assert [found["document"] for found in one["documents"]] == ["other.txt"]
    assert one["counts"] == {"ready": 1}


def test_a_document_tells_its_pages_and_sources(client: TestClient) -> None:
    lease = known(client, "lease.pdf")
    told = client.get(f"/v1/documents/{lease['document_id']}").json()
    assert told["pages"] == 2
    assert [page["number"] for page in told["page_spans"]] == [1, 2]
    assert told["sources"][0]["path"] == "lease.pdf"


def test_text_is_exact(client: TestClient) -> None:
    note = known(client, "note.txt")
    answer = client.get(f"/v1/documents/{note['document_id']}/text")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.content == NOTE.encode()


def test_the_original_is_only_ever_saved(client: TestClient) -> None:
    note = known(client, "note.txt")
    answer = client.get(f"/v1/documents/{note['document_id']}/original")
    assert answer.content == NOTE.encode()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.process  # draws
def test_a_page_is_a_png_with_the_passage_in_yellow(client: TestClient, house: House) -> None:
    lease = known(client, "lease.pdf")
    text = house.library.text(str(lease["document_id"]), house.everything())
    start = text.index("30 June 2027")
    page = f"/v1/documents/{lease['document_id']}/pages/2.png"
    marked = client.get(page, params={"start": start, "end": start + 12, "width": 600})
    plain = client.get(page, params={"width": 600})
    assert marked.headers["content-type"] == "image/png"
    assert marked.headers["cache-control"] == "no-store"
    assert yellow(marked.content) > 100
    assert yellow(plain.content) == 0


def yellow(png: bytes) -> int:
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG" and image.width == 600
    pixels = image.convert("RGB").tobytes()
    triples = zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True)
    return sum(1 for red, green, blue in triples if red > 225 and green > 200 and blue < 190)


@pytest.mark.parametrize(
    ("span", "marked"),
    [
        pytest.param((120, 140), [(20, 40)], id="inside"),
        pytest.param((90, 110), [(0, 10)], id="from the page before"),
        pytest.param((190, 300), [(90, 100)], id="to the page after"),
        pytest.param((0, 100), [], id="elsewhere"),
        pytest.param((0, 0), [], id="nothing to mark"),
    ],
)
def test_a_span_is_cut_to_its_page(span: tuple[int, int], marked: list[tuple[int, int]]) -> None:
    assert span_on_page(Page(2, 100, 200), *span) == marked


@pytest.mark.process  # draws
@pytest.mark.parametrize(
    ("name", "page", "status"),
    [("lease.pdf", 3, 404), ("lease.pdf", 0, 422), ("note.txt", 1, 400)],
)
def test_pages_that_are_not_there(client: TestClient, name: str, page: int, status: int) -> None:
    document = known(client, name)["document_id"]
    answer = client.get(f"/v1/documents/{document}/pages/{page}.png")
    assert answer.status_code == status
    assert answer.json()["error"]["problem"].endswith(".")


def test_deleting_takes_it_out_and_is_not_found_afterwards(
    client: TestClient, house: House
) -> None:
    note = known(client, "note.txt")
    path = f"/v1/documents/{note['document_id']}"
    assert client.delete(path).status_code == 204
    assert not house.files.path(str(note["sha256"])).exists()
    for suffix in ("", "/text", "/original", "/pages/1.png"):
        assert client.get(path + suffix).status_code == 404
    assert client.delete(path).status_code == 404


def test_matters_are_listed_and_added(client: TestClient) -> None:
    added = client.post("/v1/matters", json={"name": "Ferrant", "client": "Ferrant AG"})
    assert added.status_code == 201
    listed = client.get("/v1/matters").json()["matters"]
    assert [matter["matter"] for matter in listed] == ["Aldergate", "Ferrant", "Northwind lease"]


def test_search_gives_passages(client: TestClient) -> None:
    told = client.post("/v1/search", json={"query": "rent", "matters": ["Aldergate"]}).json()
    assert [passage["document"] for passage in told["passages"]] == ["other.txt"]


def test_readiness_gives_its_reasons(client: TestClient, house: House) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").status_code == 200
    house.reasons = ["No language model is installed; quotes are given alone."]
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["reasons"]) == (503, house.reasons)
    assert client.get("/v1/status").json()["ready"] is False


def test_readiness_is_a_real_write(client: TestClient, house: House) -> None:
    """Takes two seconds: so long it waits for whoever writes."""
    with house.database.write():
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == [
        "The catalogue has been written to for longer than 2 seconds."
    ]
    assert client.get("/readyz").status_code == 200


def test_text_that_no_row_can_hold_is_refused_with_a_sentence(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    for body in (
        '{"query": "rent", "filters": {"court": ["\\ud800"]}}',
        '{"query": "rent", "matters": ["\\ud800"]}',
        '{"query": "\\ud800"}',
    ):
        answer = client.post("/v1/search", content=body, headers=headers)
        assert answer.status_code in (404, 422), answer.text
        assert answer.json()["error"]["problem"].endswith(".")
