"""Jobs over HTTP: files sent together, each with its end, followed, tried again, written down."""

import csv
import io
import json
import socket
import time
from typing import Any
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest
from starlette.testclient import TestClient

from api.streaming import jobs as job_events
from kb.domain import UserId
from kb.domain.jobs import Outcome
from kb.errors import NotFound
from tests.api.house import House
from tests.api.routes.test_ask import wait_until

BIG = b"x" * (2 << 20)
"""More than the house's limit of 1 MB."""


def begun(client: TestClient) -> str:
    answer = client.post("/v1/jobs")
    assert answer.status_code == 201
    return str(answer.json()["id"])


def send(client: TestClient, job: str, *files: tuple[str, bytes]) -> dict[str, Any]:
    answer = client.post(
        "/v1/documents",
        params={"job": job},
        data={"matter": "Harbour Road"},
        files=[("file", file) for file in files],
    )
    assert answer.status_code == 202
    told: dict[str, Any] = answer.json()
    return told


def work(house: House) -> None:
    while house.work():
        pass


def ends(client: TestClient, job: str) -> dict[str, str]:
    items = client.get(f"/v1/jobs/{job}/items").json()["items"]
    return {item["path"]: item["outcome"] for item in items}


def told(text: str) -> list[tuple[str, str, dict[str, Any]]]:
    """(id, name, data) of each event."""
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.split("\n"))
        found.append((lines.get("id", ""), lines["event"], json.loads(lines["data"])))
    return found


def followed(client: TestClient, job: str, after: str = "") -> list[tuple[str, str, Any]]:
    headers = {"last-event-id": after} if after else {}
    answer = client.get(f"/v1/jobs/{job}/events", headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    return told(answer.text)


def test_a_job_counts_its_files_to_their_ends(client: TestClient, house: House) -> None:
    job = begun(client)
    send(client, job, ("a.txt", b"One."), ("b.txt", b"Two."), ("empty.txt", b""))
    waiting = client.get(f"/v1/jobs/{job}").json()
    assert (waiting["open"], waiting["total"], waiting["pending"]) == (True, 3, 3)
    assert set(ends(client, job).values()) == {"pending"}
    work(house)
    closed = client.post(f"/v1/jobs/{job}/close").json()
    assert (closed["open"], closed["pending"], closed["words"]) == (False, 0, 2)
    assert closed["counts"] == {"ready": 2, "failed": 1}
    assert ends(client, job) == {"a.txt": "ready", "b.txt": "ready", "empty.txt": "failed"}


def test_a_refused_file_stops_no_other_of_its_job(client: TestClient, house: House) -> None:
    job = begun(client)
    sent = send(client, job, ("a.txt", b"One."), ("big.bin", BIG), ("b.txt", b"Two."))
    assert [document["document"] for document in sent["documents"]] == ["a.txt", "b.txt"]
    assert [(one["path"], one["code"]) for one in sent["refused"]] == [("big.bin", "too-large")]
    work(house)
    assert ends(client, job) == {"a.txt": "ready", "big.bin": "failed", "b.txt": "ready"}
    [failed] = client.get(f"/v1/jobs/{job}/items", params={"outcome": "failed"}).json()["items"]
    assert "larger than 1 MB" in failed["problem"]
    assert (failed["document_id"], failed["matter"]) == (None, "Harbour Road")


def test_what_is_there_already_is_told_as_such(client: TestClient, house: House) -> None:
    first, again = begun(client), begun(client)
    send(client, first, ("a.txt", b"Same."))
    work(house)
    send(client, again, ("a.txt", b"Same."), ("copy.txt", b"Same."))
    assert ends(client, again) == {"a.txt": "unchanged", "copy.txt": "duplicate-of"}
    items = client.get(f"/v1/jobs/{again}/items").json()["items"]
    assert [one["problem"] for one in items] == [
        None,
        "Its content is that of a.txt, and is kept once.",
    ]


def test_a_file_that_did_not_come_in_whole_is_a_failed_one(
    address: str, client: TestClient, house: House
) -> None:
    job = begun(client)
    head = (
        f"POST /v1/documents?job={job} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="matter"\r\n\r\nM\r\n'
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhalf'
    )
    sender = socket.create_connection(("127.0.0.1", urlsplit(address).port or 0))
    sender.sendall(head.encode())
    incoming = house.settings.data_dir / "originals" / "incoming"
    wait_until(lambda: any(incoming.iterdir()), 5)
    sender.close()
    wait_until(lambda: ends(client, job) == {"a.txt": "failed"}, 5)


def test_only_what_failed_is_tried_again(client: TestClient, house: House) -> None:
    job = begun(client)
    send(client, job, ("a.txt", b"One."), ("empty.txt", b""), ("big.bin", BIG))
    work(house)
    client.post(f"/v1/jobs/{job}/close")
    answer = client.post(f"/v1/jobs/{job}/retry").json()
    assert answer["queued"] == 1
    assert answer["send_again"] == [{"path": "big.bin", "matter": "Harbour Road"}]
    assert answer["job"]["pending"] == 1
    assert ends(client, job) == {"a.txt": "ready", "empty.txt": "pending", "big.bin": "failed"}
    send(client, job, ("big.bin", b"Smaller now."))
    work(house)
    assert ends(client, job) == {"a.txt": "ready", "empty.txt": "failed", "big.bin": "ready"}


def test_items_are_paged_and_chosen_by_outcome(client: TestClient, house: House) -> None:
    job = begun(client)
    send(client, job, *((f"{n}.txt", f"Text {n}.".encode()) for n in range(5)))
    house.work()
    first = client.get(f"/v1/jobs/{job}/items", params={"limit": 3}).json()
    rest = client.get(f"/v1/jobs/{job}/items", params={"limit": 3, "after": first["next"]}).json()
    paths = [item["path"] for item in first["items"] + rest["items"]]
    assert paths == [f"{n}.txt" for n in range(5)]
    assert rest["next"] is None
    two = client.get(f"/v1/jobs/{job}/items", params={"outcome": ["ready", "failed"]}).json()
    assert [item["path"] for item in two["items"]] == ["0.txt"]
    assert client.get(f"/v1/jobs/{job}/items", params={"outcome": "lost"}).status_code == 422


def test_a_number_that_no_row_can_have_is_refused(client: TestClient) -> None:
    job = begun(client)
    for number in (2**63, 2**70):
        answer = client.get(f"/v1/jobs/{job}/items", params={"after": number})
        assert answer.status_code == 400
        assert "larger than anything" in answer.json()["error"]["problem"]


def test_jobs_are_listed_newest_first(client: TestClient) -> None:
    jobs = [begun(client) for _ in range(3)]
    listed = client.get("/v1/jobs", params={"limit": 2}).json()["jobs"]
    assert [job["id"] for job in listed] == [jobs[2], jobs[1]]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/items"),
        ("GET", "/events"),
        ("GET", "/manifest"),
        ("POST", "/close"),
        ("POST", "/retry"),
    ],
)
def test_the_job_of_somebody_else_is_not_there(
    client: TestClient, house: House, method: str, path: str
) -> None:
    job = house.jobs.begin("upload", UserId("somebody else"))
    foreign = client.request(method, f"/v1/jobs/{job}{path}")
    never = client.request(method, f"/v1/jobs/jnothing{path}")
    assert foreign.status_code == never.status_code == 404
    assert (
        foreign.json()["error"]["problem"].replace(job, "jnothing")
        == (never.json()["error"]["problem"])
    )
    assert house.jobs.job(job, house.access.scope(UserId("somebody else"))).open


def test_files_are_not_sent_into_the_job_of_somebody_else(client: TestClient, house: House) -> None:
    job = house.jobs.begin("upload", UserId("somebody else"))
    form = {"data": {"matter": "M"}, "files": {"file": ("a.txt", b"x")}, "params": {"job": job}}
    assert client.post("/v1/documents", **form).status_code == 404  # type: ignore[arg-type]  # a mixed dict
    assert house.jobs.job(job, house.access.scope(UserId("somebody else"))).total == 0


def test_events_tell_every_end_then_that_it_is_done(client: TestClient, house: House) -> None:
    job = begun(client)
    send(client, job, ("a.txt", b"One."), ("empty.txt", b""))
    work(house)
    client.post(f"/v1/jobs/{job}/close")
    events = followed(client, job)
    assert [name for _, name, _ in events] == ["item", "item", "progress", "done"]
    assert [(number, data["path"]) for number, _, data in events[:2]] == [
        ("1", "a.txt"),
        ("2", "empty.txt"),
    ]
    assert events[1][2]["outcome"] == "failed" and events[1][2]["problem"].endswith(".")
    assert events[-1][2]["counts"] == {"ready": 1, "failed": 1}


def test_a_reader_who_comes_back_hears_only_what_is_new(client: TestClient, house: House) -> None:
    job = begun(client)
    send(client, job, *((f"{n}.txt", f"Text {n}.".encode()) for n in range(4)))
    work(house)
    client.post(f"/v1/jobs/{job}/close")
    events = followed(client, job, after="2")
    assert [number for number, name, _ in events if name == "item"] == ["3", "4"]


def test_ends_are_told_as_they_come(address: str, client: TestClient, house: House) -> None:
    job = begun(client)
    send(client, job, ("a.txt", b"One."), ("b.txt", b"Two."))
    heard: list[tuple[str, Any]] = []
    with httpx.stream("GET", f"{address}/v1/jobs/{job}/events", timeout=10) as response:
        for piece in response.iter_text():
            heard += [(name, data) for _, name, data in told(piece)]
            if heard[-1][0] == "progress" and heard[-1][1]["pending"]:
                house.work()
            elif heard[-1][0] == "progress" and heard[-1][1]["open"]:
                client.post(f"/v1/jobs/{job}/close")
    assert [data["path"] for name, data in heard if name == "item"] == ["a.txt", "b.txt"]
    assert heard[-1][0] == "done"


def test_a_quiet_stream_gives_a_sign_of_life(
    address: str, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_events, "HEARTBEAT_S", 0.1)
    monkeypatch.setattr(job_events, "LOOK_EVERY_S", 0.05)
    job = begun(client)
    with httpx.stream("GET", f"{address}/v1/jobs/{job}/events", timeout=10) as response:
        pieces = response.iter_text()
        assert "event: progress" in next(pieces)
        assert next(pieces).startswith(":")


def test_a_reader_who_leaves_ends_the_looking(
    address: str, client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begun(client)
    looks = 0
    look = house.jobs.last

    def counting(wanted: Any) -> int:
        nonlocal looks
        looks += 1
        return look(wanted)

    monkeypatch.setattr(house.jobs, "last", counting)
    monkeypatch.setattr(job_events, "LOOK_EVERY_S", 0.05)
    with httpx.stream("GET", f"{address}/v1/jobs/{job}/events", timeout=10) as response:
        pieces = response.iter_text()
        next(pieces)
        wait_until(lambda: looks > 2, 5)
    time.sleep(0.5)
    before = looks
    time.sleep(0.5)
    assert looks == before


def test_a_job_that_goes_away_ends_its_stream_with_a_reason(
    address: str, client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise NotFound("job", job)

    job = begun(client)
    with httpx.stream("GET", f"{address}/v1/jobs/{job}/events", timeout=10) as response:
        pieces = response.iter_text()
        next(pieces)
        monkeypatch.setattr(house.jobs, "job", gone)
        [(_, name, data)] = told(next(pieces))
        assert (name, data["code"]) == ("error", "not-found")
        assert list(pieces) == []


def test_the_manifest_has_every_file(client: TestClient, house: House) -> None:
    job = begun(client)
    send(client, job, ("a.txt", b"One."), ("empty.txt", b""), ("=1+1.txt", b"Three."))
    house.work()
    lines = client.get(f"/v1/jobs/{job}/manifest")
    assert lines.headers["content-disposition"] == f'attachment; filename="{job}.jsonl"'
    rows = [json.loads(line) for line in lines.text.splitlines()]
    assert [row["path"] for row in rows] == ["a.txt", "empty.txt", "=1+1.txt"]
    assert [row["status"] for row in rows] == ["ready", "pending", "pending"]
    sheet = client.get(f"/v1/jobs/{job}/manifest", params={"format": "csv"})
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    read = list(csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert [row["path"] for row in read] == ["a.txt", "empty.txt", "'=1+1.txt"]
    assert list(read[0]) == list(rows[0])


def test_the_schema_knows_every_outcome(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    known = set(schemas["JobItemReply"]["properties"]["outcome"]["enum"])
    assert known == {outcome.value for outcome in Outcome} | {"pending"}
    assert schemas["JobReply"]["examples"] and schemas["JobItemReply"]["examples"]


def test_the_schema_documents_the_stream_and_its_refusals(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    stream = paths["/v1/jobs/{job_id}/events"]["get"]["responses"]
    assert "text/event-stream" in stream["200"]["content"]
    for path, methods in paths.items():
        for method, route in methods.items():
            if "{job_id}" in path:
                assert "404" in route["responses"], f"{method} {path}"
