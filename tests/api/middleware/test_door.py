"""What every request meets first: Host, Origin, headers, limits, the last resort."""

import logging

import pytest
from starlette.testclient import TestClient

from tests.api.house import House
from tests.api.serving import application


@pytest.mark.parametrize(
    ("host", "status"),
    [
        pytest.param("localhost:8321", 200, id="by name"),
        pytest.param("127.0.0.1", 200, id="by address"),
        pytest.param("[::1]:9", 200, id="by IPv6 address"),
        pytest.param("evil.example", 421, id="a name that was rebound to us"),
        pytest.param("localhost.evil.example", 421, id="a name that begins like ours"),
        pytest.param("127.0.0.1.evil.example", 421, id="a name that begins like our address"),
        pytest.param("evil.example@localhost", 421, id="a name before ours"),
        pytest.param("192.168.1.7", 421, id="an address of the network"),
        pytest.param("localhost:x", 421, id="a port that is none"),
        pytest.param("localhost/evil", 421, id="a path after it"),
        pytest.param("localhost?", 421, id="a query after it"),
    ],
)
def test_only_our_own_host_is_answered(client: TestClient, host: str, status: int) -> None:
    assert client.get("/v1/status", headers={"host": host}).status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 201, id="a command without Origin"),
        pytest.param({"origin": "http://localhost:8321"}, 201, id="our own page"),
        pytest.param({"origin": "https://evil.example"}, 403, id="another site"),
        pytest.param({"origin": "null"}, 403, id="a sandboxed frame"),
        pytest.param({"origin": "http://localhost:3000"}, 403, id="another local service"),
        pytest.param({"sec-fetch-site": "cross-site"}, 403, id="cross-site by the browser's word"),
        pytest.param({"sec-fetch-site": "same-site"}, 403, id="same-site, which is not ours"),
        pytest.param({"sec-fetch-site": "same-origin"}, 201, id="same-origin"),
    ],
)
def test_only_our_own_page_changes_something(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    answer = client.post("/v1/matters", json={"name": "New"}, headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["error"]["code"] == "foreign-origin"


def test_a_foreign_origin_may_not_even_read(client: TestClient) -> None:
    answer = client.get("/v1/matters", headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/", "/v1/matters", "/nope", "/static/page.css"])
def test_every_reply_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"]


def test_a_refused_host_carries_them_too(client: TestClient) -> None:
    assert "content-security-policy" in client.get("/", headers={"host": "x.y"}).headers


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_no_page_that_loads_from_elsewhere(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_page_names_no_address_outside(client: TestClient) -> None:
    assert "http" not in client.get("/").text.replace('http-equiv="', "")


def test_unknown_addresses_have_the_shape_of_every_error(client: TestClient) -> None:
    answer = client.get("/v1/nothing")
    assert answer.status_code == 404
    assert answer.json() == {
        "error": {"code": "not-found", "problem": "There is nothing at this address."}
    }


def test_a_field_that_is_wrong_is_named_but_not_repeated(client: TestClient) -> None:
    answer = client.post("/v1/search", json={"query": "secret words", "limit": "many"})
    assert answer.status_code == 422
    problem = answer.json()["error"]["problem"]
    assert "“limit”" in problem and "many" not in problem and "secret" not in problem


def test_a_body_is_bounded(client: TestClient) -> None:
    answer = client.post("/v1/ask", json={"question": "x" * 300_000})
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too-large"


def test_a_failure_inside_shows_and_logs_no_words(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the privileged sentence")

    monkeypatch.setattr(house.retriever, "search", broken)
    caplog.set_level(logging.DEBUG)
    client = TestClient(application(house), base_url="http://localhost")
    answer = client.post("/v1/search", json={"query": "my secret question"})
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal"
    assert "privileged" not in answer.text + caplog.text
    assert "secret" not in caplog.text
    assert "RuntimeError at broken" in caplog.text


def test_the_log_has_routes_and_durations_alone(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client.post("/v1/ask", json={"question": "When does the lease end?"})
    client.get("/v1/documents", params={"matter": "Northwind lease"})
    client.get("/v1/documents/dsecret/text")
    assert "/v1/documents/{document_id}/text 404" in caplog.text
    ours = " ".join(line.getMessage() for line in caplog.records if line.name.startswith("kb"))
    for word in ("lease", "Northwind", "dsecret"):
        assert word not in ours


def test_the_schema_documents_every_refusal(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert "503" in paths["/v1/ask"]["post"]["responses"]
    assert "413" in paths["/v1/documents"]["post"]["responses"]
    assert "text/event-stream" in paths["/v1/ask"]["post"]["responses"]["200"]["content"]
