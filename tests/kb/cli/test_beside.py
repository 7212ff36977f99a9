"""Several processes on one store: commands beside `kb serve`, and beside each other."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from kb.errors import StoreProblem
from kb.store.database import Database
from kb.store.schema.migrations import migrate
from tests.commands import Commands, new_store
from tests.kb.cli.test_cli import ANSWER, EXACT, PASSAGE, RENT


@pytest.fixture
def kb(tmp_path: Path) -> Commands:
    return new_store(tmp_path)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Commands, str]]:
    kb = new_store(tmp_path_factory.mktemp("served"))
    with kb.serving() as page:
        yield kb, page


def test_beside_a_service_the_commands_and_the_page_see_the_same(
    served: tuple[Commands, str], tmp_path: Path
) -> None:
    kb, page = served
    (tmp_path / "lease.txt").write_bytes(EXACT)
    [line], _ = kb.ingest(tmp_path / "lease.txt", "--matter", "Aldergate")
    assert line["status"] == "ready"
    assert httpx.get(f"{page}v1/documents/{line['document_id']}").json()["status"] == "ready"

    sent = {"file": ("deposit.txt", b"The deposit is 900 dollars.")}
    answer = httpx.post(f"{page}v1/documents", data={"matter": "Northwind"}, files=sent)
    uploaded = answer.json()["documents"][0]["document_id"]
    wait_for_ready(page, uploaded)
    assert kb.json("show", "deposit.txt")["document_id"] == uploaded
    found = kb.json("search", "deposit", "--matter", "Northwind")
    assert [passage["document_id"] for passage in found["passages"]] == [uploaded]
    assert found["passages"][0].keys() >= PASSAGE

    asked = kb.json("ask", RENT, "--no-llm")
    assert asked.keys() >= ANSWER
    assert asked["quotes"][0]["document_id"] == line["document_id"]
    told = kb.json("status")
    assert (told["service"], told["documents"]) == ("running", {"ready": 2})
    assert kb.json("reindex") == {"vectors": 2}
    assert kb.exactly("show", line["document_id"], "--text")[0] == EXACT
    assert kb.json("search", "monthly rent")["passages"]


def test_beside_a_service_bad_input_is_told_in_the_same_way(
    served: tuple[Commands, str],
) -> None:
    kb, _ = served
    for command in (["search", "rent"], ["ask", RENT, "--no-llm"]):
        assert "There is no matter “Nosuch”" in kb.run(*command, "--matter", "Nosuch", code=1)
    assert "data folder" in kb.run("serve", "--port", "0", code=1)


def test_beside_a_service_a_search_takes_the_same_options(served: tuple[Commands, str]) -> None:
    kb, _ = served
    assert kb.json("search", "rent", "--limit", "200")["query"] == "rent"


def wait_for_ready(page: str, document: str) -> None:
    until = time.monotonic() + 30
    while httpx.get(f"{page}v1/documents/{document}").json()["status"] != "ready":
        assert time.monotonic() < until
        time.sleep(0.1)


def test_two_ingests_at_once_lose_and_double_nothing(kb: Commands, tmp_path: Path) -> None:
    folder = tmp_path / "in" / "matter"
    folder.mkdir(parents=True)
    for number in range(24):
        (folder / f"note-{number}.txt").write_text(f"Note {number}: the rent is {number}00.\n")
    both = [kb.start("ingest", tmp_path / "in", "--json") for _ in range(2)]
    for process in both:
        printed, said = process.communicate(timeout=60)
        assert (process.returncode, "Traceback" in said) == (0, False), said
        assert len(printed.splitlines()) == 25
    assert kb.json("status")["documents"] == {"ready": 24}
    assert kb.json("doctor")["problems"] == []
    assert kb.json("reindex") == {"vectors": 24}


def test_an_interrupted_ingest_says_so_and_goes_on_at_the_next_start(
    kb: Commands, tmp_path: Path
) -> None:
    folder = tmp_path / "in" / "matter"
    folder.mkdir(parents=True)
    for number in range(200):
        (folder / f"note-{number}.txt").write_text(f"Note {number}: the rent is {number}00.\n")
    process = kb.start("ingest", tmp_path / "in", "--json")
    with closing(Database(kb.data_dir / "catalogue.db")) as database:
        migrate(database)
        while not database.rows("SELECT 1 FROM document LIMIT 1"):  # the first of 200 is offered
            assert process.poll() is None
            time.sleep(0.01)
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130, said
    assert "Interrupted." in said and "Traceback" not in said
    assert kb.ingest(tmp_path / "in")[1]["files"] == 200
    assert kb.json("status")["documents"] == {"ready": 200}


def test_a_stale_socket_counts_as_no_service(kb: Commands) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(kb.data_dir / "kb.sock"))
    assert kb.json("status")["service"] == "not running"
    assert kb.json("search", "rent")["passages"] == []


def test_a_new_catalogue_may_be_opened_by_many_at_once(tmp_path: Path) -> None:
    problems: list[str] = []

    def opened(path: Path, together: threading.Barrier) -> None:
        together.wait()
        try:
            with closing(Database(path)) as database:
                migrate(database)
        except StoreProblem as problem:
            problems.append(problem.message)

    for number in range(40):
        together = threading.Barrier(4)
        each = (tmp_path / f"{number}.db", together)
        threads = [threading.Thread(target=opened, args=each) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert problems == []
