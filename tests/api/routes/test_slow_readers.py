"""Readers who ask and then take nothing: the next search has its thread."""

import time
from contextlib import ExitStack
from threading import Event as Flag

import httpx
import pytest

from tests.api.house import House
from tests.api.raw import answer, head, knock
from tests.api.routes.test_ask import hang_on, wait_until
from tests.api.serving import application, served
from tests.api.uploads.test_uploading import SOON_S, search

READERS = 45
"""More than the forty threads that all routes have together."""


def test_readers_of_answers_who_take_nothing(address: str, house: House) -> None:
    question = {"question": "When is the rent due?", "llm": False}
    with ExitStack() as stack:
        for _ in range(READERS):
            stack.enter_context(hang_on(address, question))
        assert search(address) < SOON_S


def test_questions_that_wait_for_the_model(house: House) -> None:
    house.settings = house.settings.model_copy(update={"chat_queue": READERS})
    house.turns._places = READERS + 1
    house.answerer.hold = True
    with served(application(house)) as address, ExitStack() as stack:
        for _ in range(READERS):
            stack.enter_context(hang_on(address, {"question": "When is the rent due?"}))
        wait_until(lambda: len(house.turns._line) == READERS, 10)
        assert search(address) < SOON_S


@pytest.mark.parametrize("path", ["original", "text"])
def test_readers_of_a_document_who_take_nothing(address: str, house: House, path: str) -> None:
    document = house.add("Northwind lease", "long.txt", b"word " * 190_000)
    ask = head(f"/v1/documents/{document.id}/{path}", method="GET")
    with ExitStack() as stack:
        for _ in range(READERS):
            stack.enter_context(knock(address, ask * 4))
        assert search(address) < SOON_S


@pytest.mark.parametrize("path", ["events", "manifest"])
def test_readers_of_a_job_who_take_nothing(address: str, path: str) -> None:
    job = httpx.post(f"{address}/v1/jobs").json()["id"]
    with ExitStack() as stack:
        for _ in range(READERS):
            stack.enter_context(knock(address, head(f"/v1/jobs/{job}/{path}", method="GET") * 4))
        assert search(address) < SOON_S


def test_readers_who_wait_for_the_index_to_be_built(house: House) -> None:
    built = Flag()
    house.reindex = lambda: 7 if built.wait(20) else 0  # type: ignore[attr-defined]  # it has none
    with served(application(house)) as address, ExitStack() as stack:
        readers = [stack.enter_context(knock(address, head("/v1/reindex"))) for _ in range(READERS)]
        time.sleep(0.3)
        assert search(address) < SOON_S
        built.set()
        assert [answer(reader)[2] for reader in readers] == [{"vectors": 7}] * READERS
