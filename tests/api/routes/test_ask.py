"""Questions over HTTP: the order of events, refusals before the first byte, readers who leave."""

import json
import socket
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest
from starlette.testclient import TestClient

from kb.errors import ModelFailed
from kb.serializers.results import answer_json
from tests.api.house import House

QUESTION = {"question": "When does the lease end?"}


def events(text: str) -> list[tuple[str, dict[str, object]]]:
    told = []
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n")
        told.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return told


def names(text: str) -> list[str]:
    return list(dict.fromkeys(name for name, _ in events(text)))


def test_events_come_in_their_order(client: TestClient) -> None:
    answer = client.post("/v1/ask", json=QUESTION)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    assert names(answer.text) == ["queued", "sources", "quotes", "token", "judged", "done"]


def test_json_is_the_same_answer(client: TestClient) -> None:
    streamed = events(client.post("/v1/ask", json=QUESTION).text)[-1][1]
    asked = client.post("/v1/ask", json=QUESTION, headers={"accept": "application/json"})
    told = client.post("/v1/ask", json={**QUESTION, "stream": False})
    assert asked.json() == told.json() == streamed
    assert [quote["page"] for quote in asked.json()["quotes"]] == [1, 2]


def test_json_has_every_field_of_the_wire(client: TestClient, house: House) -> None:
    last = list(house.answerer.events("rent?", house.everything(), turn=None))[-1]
    said = client.post("/v1/ask", json={"question": "rent?", "llm": False, "stream": False})
    assert said.json() == json.loads(json.dumps(answer_json(last.answer)))  # type: ignore[union-attr]  # it is Done


def test_quotes_alone_need_no_turn(client: TestClient, house: House) -> None:
    for _ in range(house.settings.chat_queue + 1):
        house.turns.take()
    answer = client.post("/v1/ask", json={**QUESTION, "llm": False})
    assert names(answer.text) == ["sources", "quotes", "done"]


def test_a_full_line_is_refused_before_the_first_byte(client: TestClient, house: House) -> None:
    for _ in range(house.settings.chat_queue + 1):
        house.turns.take()
    answer = client.post("/v1/ask", json=QUESTION)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["error"]["code"] == "busy"


def test_every_answer_gives_its_turn_back(client: TestClient) -> None:
    for _ in range(5):
        assert client.post("/v1/ask", json=QUESTION).status_code == 200


def test_only_the_named_matters_are_read(client: TestClient) -> None:
    asked = {"question": "What about the rent?", "stream": False}
    everywhere = client.post("/v1/ask", json=asked).json()
    there = client.post("/v1/ask", json={**asked, "matters": ["Aldergate"]}).json()
    assert {quote["matter"] for quote in everywhere["quotes"]} == {"Northwind lease", "Aldergate"}
    assert {quote["matter"] for quote in there["quotes"]} == {"Aldergate"}


def test_an_unknown_matter_is_refused_and_costs_no_turn(client: TestClient) -> None:
    for _ in range(4):
        answer = client.post("/v1/ask", json={**QUESTION, "matters": ["Nobody v Nothing"]})
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "not-found"
    assert client.post("/v1/ask", json=QUESTION).status_code == 200


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(ModelFailed("The model stopped. Ask again."), "model-failed", id="known"),
        pytest.param(RuntimeError("privileged words"), "internal", id="unforeseen"),
    ],
)
def test_a_failure_is_the_last_event(
    client: TestClient, house: House, error: Exception, code: str
) -> None:
    house.answerer.fails = error
    answer = client.post("/v1/ask", json=QUESTION)
    name, data = events(answer.text)[-1]
    assert (name, data["code"]) == ("error", code)
    assert "privileged" not in answer.text
    assert client.post("/v1/ask", json={**QUESTION, "stream": False}).status_code >= 500


def test_an_empty_question_is_refused(client: TestClient) -> None:
    answer = client.post("/v1/ask", json={"question": "  "})
    assert answer.status_code == 422
    assert "“question” is empty" in answer.json()["error"]["problem"]


def test_tokens_are_sent_as_they_are_made(address: str, house: House) -> None:
    house.answerer.pause_s = 0.02
    with httpx.stream("POST", f"{address}/v1/ask", json=QUESTION) as response:
        pieces = [time.monotonic() for _ in response.iter_raw()]
    assert pieces[-1] - pieces[0] > 0.2


@pytest.mark.alone
@pytest.mark.parametrize("body", [{}, {"stream": False}], ids=["as events", "as JSON"])
def test_a_reader_who_hangs_up_frees_the_turn_within_a_second(
    address: str, house: House, body: dict[str, bool]
) -> None:
    house.answerer.hold = True
    reader = hang_on(address, {**QUESTION, **body})
    wait_until(lambda: bool(house.turns._line), 5)
    time.sleep(0.3)
    assert house.turns._line
    left = time.monotonic()
    reader.close()
    wait_until(lambda: not house.turns._line and house.answerer.closed.is_set(), 1)
    assert time.monotonic() - left < 1


def hang_on(address: str, body: Mapping[str, object]) -> socket.socket:
    """A raw connection that has asked and read nothing yet."""
    sent = json.dumps(body).encode()
    head = (
        "POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(sent)}\r\n\r\n"
    )
    reader = socket.create_connection(("127.0.0.1", urlsplit(address).port or 0))
    reader.sendall(head.encode() + sent)
    return reader


def wait_until(true: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not become true in time"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        pytest.param("Wann endet das Mietverhältnis?", "de", id="German"),
        pytest.param("When does the lease end?", "en", id="English"),
        pytest.param("Quand le bail prend-il fin et pour qui ?", "en", id="not spoken here"),
    ],
)
def test_the_language_of_the_services_own_sentences_is_told(
    client: TestClient, question: str, language: str
) -> None:
    asked = {"question": question, "llm": False}
    streamed = client.post("/v1/ask", json=asked)
    whole = client.post("/v1/ask", json={**asked, "stream": False})
    assert streamed.headers["content-language"] == whole.headers["content-language"] == language
