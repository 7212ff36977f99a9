"""The whole way over HTTP with the real store, parser and answerer; only the models are fakes."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.server.app import create_app
from ingest.worker import Worker
from kb.app.bootstrap import KnowledgeBase
from tests.api.house import pdf
from tests.api.routes.test_ask import hang_on, names, wait_until
from tests.api.serving import served
from tests.scripted import ScriptedChat

LEASE = pdf(
    "LEASE OF UNIT 3\n\nThis lease is made between Aldergate Holdings and Cobble Lane Books.",
    "The monthly rent is 5,000 dollars.\n\nThe tenant may end the lease with six months notice.",
)
WAITING = ("queued", "working", "words")
QUESTION = {"question": "What is the monthly rent?"}


@pytest.fixture
def client(kb: KnowledgeBase, lent_parsers: None) -> Iterator[TestClient]:
    worker = Worker(kb)
    with TestClient(create_app(kb), base_url="http://localhost") as client:
        yield client
    worker.stop()


def sent(client: TestClient, matter: str = "Aldergate") -> dict[str, Any]:
    form = {"data": {"matter": matter}, "files": {"file": ("lease.pdf", LEASE)}}
    answer = client.post("/v1/documents", **form)  # type: ignore[arg-type]  # a mixed dict
    document: dict[str, Any] = answer.json()["documents"][0]
    path = f"/v1/documents/{document['document_id']}"
    wait_until(lambda: client.get(path).json()["status"] not in WAITING, 60)
    found: dict[str, Any] = client.get(path).json()
    return found


def test_a_document_sent_is_read_quoted_and_shown(client: TestClient) -> None:
    document = sent(client)
    assert (document["status"], document["pages"]) == ("ready", 2)

    answer = client.post("/v1/ask", json={**QUESTION, "stream": False}).json()
    quote = answer["quotes"][0]
    assert "The monthly rent is 5,000 dollars." in quote["text"]
    assert answer["answer"]["sentences"][0]["citations"]

    text = client.get(f"/v1/documents/{document['document_id']}/text").content.decode()
    assert text[quote["char_start"] : quote["char_end"]] == quote["text"]

    span = {"start": quote["char_start"], "end": quote["char_end"]}
    page = f"/v1/documents/{document['document_id']}/pages/{quote['page']}.png"
    assert client.get(page, params=span).content != client.get(page).content


def test_events_come_in_their_order(client: TestClient) -> None:
    sent(client)
    told = names(client.post("/v1/ask", json=QUESTION).text)
    assert told == ["queued", "sources", "quotes", "token", "judged", "done"]


def test_a_question_about_nothing_here_abstains(client: TestClient) -> None:
    sent(client)
    asked = {"question": "Which vaccine did the zoo buy?", "stream": False}
    answer = client.post("/v1/ask", json=asked).json()
    assert answer["abstained"] and answer["reason"].endswith(".")


def test_deleting_takes_it_out_of_answers(client: TestClient) -> None:
    document = sent(client)
    assert client.delete(f"/v1/documents/{document['document_id']}").status_code == 204
    answer = client.post("/v1/ask", json={**QUESTION, "stream": False}).json()
    assert answer["quotes"] == answer["passages"] == []


def test_the_index_is_rebuilt_on_request(client: TestClient) -> None:
    sent(client)
    assert client.post("/v1/reindex").json()["vectors"] > 0


@pytest.mark.alone
def test_a_reader_who_hangs_up_frees_the_model_within_a_second(
    client: TestClient, kb: KnowledgeBase, chat: ScriptedChat
) -> None:
    sent(client)
    chat.reply, chat._gap_s = "word " * 100, 0.2
    with served(create_app(kb)) as address:
        reader = hang_on(address, QUESTION)
        wait_until(lambda: bool(chat.asked), 5)
        left = time.monotonic()
        reader.close()
        wait_until(lambda: not kb.turns._line, 1)
        assert time.monotonic() - left < 1
