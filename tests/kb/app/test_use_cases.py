"""A command and its route tell the same of the same store."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

import kb.cli.search
from api.server.app import create_app
from kb.__main__ import app
from kb.answer.abstention import Readers
from kb.app.ask import Inquiry, Question
from kb.app.bootstrap import KnowledgeBase
from kb.app.narrowing import Selected
from kb.domain import Fact
from kb.errors import Busy, KBError
from kb.settings import Settings
from tests.fakes import FakeEmbedder
from tests.kb.search.citations.test_authorities import ROE, shelve
from tests.recorded import Recorded
from tests.shelf import put

NOTICE = "Either party may end this lease by ninety days written notice to the other party."
RENT = "The monthly rent of the Harbour lease is {} dollars."
QUESTION = "What is the monthly rent of the Harbour lease?"
KIND = (Fact("type", "lease"), Fact("date", "2019-03-01"))

Told = Callable[..., Any]


def opened(settings: Settings, **_: object) -> KnowledgeBase:
    """As `open_kb`, with fake models and no chat."""
    readers = Readers(Recorded(), Recorded())
    return KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None, readers=readers)


@pytest.fixture
def store(settings: Settings) -> None:
    store = opened(settings)
    put(store, "alpha", "lease.txt", f"{NOTICE}\n\n{RENT.format('4,000')}", facts=KIND)
    put(store, "alpha", "lease.txt", f"{NOTICE}\n\n{RENT.format('5,000')}", facts=KIND)
    put(store, "beta", "other.txt", f"{NOTICE}\n\n{RENT.format('9,000')}\n\nNo deposit is paid.")
    store.close()


@pytest.fixture
def command(store: None, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Told:
    monkeypatch.setenv("KB_DATA_DIR", str(settings.data_dir))
    monkeypatch.setattr(kb.cli.search, "open_kb", opened)

    def told(*words: str) -> Any:
        capsys.readouterr()
        app([*words, "--json"], standalone_mode=False)
        return _timeless(json.loads(capsys.readouterr().out))

    return told


@pytest.fixture
def route(store: None, settings: Settings) -> Told:
    def told(method: str, path: str, **sent: Any) -> Any:
        served = opened(settings)
        try:
            with TestClient(create_app(served), base_url="http://localhost:8321") as client:
                return _timeless(client.request(method, path, **sent).json())
        finally:
            served.close()

    return told


def _timeless(told: Any) -> Any:
    if isinstance(told, dict):
        told.pop("timings", None)
    return told


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ([], {}),
        (["--limit", "1", "--around", "200"], {"limit": 1, "around": 200}),
        (["--matter", "alpha", "--facets"], {"matters": ["alpha"], "facets": True}),
        (["--type", "lease", "--facets"], {"filters": {"type": "lease"}, "facets": True}),
        (["--old-versions", "--facets"], {"old_versions": True, "facets": True}),
        (["--version", "old"], {"filters": {"version": ["old"]}}),
        (["--terms", "--facets"], {"mode": "terms", "facets": True}),
        (
            ["--terms", "--offset", "1", "--around", "9"],
            {"mode": "terms", "offset": 1, "around": 9},
        ),
    ],
)
def test_a_search(command: Told, route: Told, words: list[str], asked: Any) -> None:
    told = command("search", "rent", *words)
    assert told["passages"]
    assert told == route("POST", "/v1/search", json={"query": "rent", **asked})


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ([], {}),
        (["--start", "0", "--end", str(len(NOTICE))], {"start": 0, "end": len(NOTICE)}),
        (["--matter", "beta", "--limit", "1"], {"matters": ["beta"], "limit": 1}),
    ],
)
def test_what_is_similar(command: Told, route: Told, words: list[str], asked: Any) -> None:
    told = command("similar", "lease.txt", *words)
    assert told["passages"]
    assert told == route("POST", "/v1/similar", json={"document": "lease.txt", **asked})


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ([], {}),
        (["--no-llm"], {"llm": False}),
        (["--matter", "alpha"], {"matters": ["alpha"]}),
        (["--type", "lease"], {"filters": {"type": "lease"}}),
        (["--among", "deposit"], {"among": "deposit"}),
    ],
)
def test_an_answer_without_a_model(
    command: Told, route: Told, words: list[str], asked: Any
) -> None:
    told = command("ask", QUESTION, *words)
    assert told["quotes"]
    assert told == route("POST", "/v1/ask", json={"question": QUESTION, "stream": False, **asked})


def test_a_document_as_far_as_both_tell_of_it(command: Told, route: Told) -> None:
    told = command("show", "lease.txt")
    read = route("GET", f"/v1/documents/{told['document_id']}")
    assert len(told["versions"]) == 2
    assert told.pop("sources") == [source["path"] for source in read["sources"]] != []
    assert told == {name: read[name] for name in told}


def test_a_fact_that_is_stated(command: Told, route: Told) -> None:
    told = command("fact", "lease.txt", "judge", "A. Doyle")
    assert told["facts"]["judge"] == ["A. Doyle"]
    path = f"/v1/documents/{told['document_id']}/facts/judge"
    again = route("PUT", path, json={"values": ["A. Doyle"]})
    assert again.pop("stated") == ["judge"]
    assert told == again


def test_matters_and_citations(command: Told, route: Told, settings: Settings) -> None:
    store = opened(settings)
    for matter in ("alpha", "beta"):
        shelve(store, matter, f"{matter}.txt", f"In {matter} we rely on {ROE}.")
    store.close()
    assert command("matter", "list") == route("GET", "/v1/matters")
    cited = {"params": {"citation": "410 U.S. 113", "matter": "alpha"}}
    told = command("cites", "410 U.S. 113", "--matter", "alpha")
    assert told["documents"] == 1
    assert told == route("GET", "/v1/cites", **cited)
    known = command("show", "alpha.txt")["document_id"]
    assert command("authorities", known)["authorities"]
    for name in ("authorities", "cited-by"):
        assert command(name, known) == route("GET", f"/v1/documents/{known}/{name}")


@pytest.mark.parametrize(
    ("words", "path", "asked"),
    [
        (["search", "rent", "--offset", "1"], "search", {"query": "rent", "offset": 1}),
        (["search", "rent", "--matter", "x"], "search", {"query": "rent", "matters": ["x"]}),
        (["search", "(", "--terms"], "search", {"query": "(", "mode": "terms"}),
        (["similar", "none.txt"], "similar", {"document": "none.txt"}),
        (["ask", "Why?", "--after", "x"], "ask", {"question": "Why?", "filters": {"after": "x"}}),
        (["ask", "Why?", "--among", "("], "ask", {"question": "Why?", "among": "("}),
    ],
)
def test_what_is_refused_is_refused_in_the_same_words(
    command: Told, route: Told, words: list[str], path: str, asked: Any
) -> None:
    with pytest.raises(KBError) as refused:
        command(*words)
    assert route("POST", f"/v1/{path}", json=asked)["error"]["problem"] == refused.value.message


@pytest.fixture
def inquiry(kb: KnowledgeBase) -> Iterator[Inquiry]:
    put(kb, "alpha", "lease.txt", RENT.format("5,000"))
    scope = kb.access.scope(kb.access.local_user())
    yield Inquiry(kb, Question(QUESTION), Selected(scope))


def test_a_reader_who_leaves_gives_the_turn_back(kb: KnowledgeBase, inquiry: Inquiry) -> None:
    events = inquiry.events()
    next(events)
    turn = kb.turns.take()
    assert turn.ahead == 1
    events.close()
    assert turn.ahead == 0


@pytest.mark.model
def test_an_answer_gives_the_turn_back(kb: KnowledgeBase, inquiry: Inquiry) -> None:
    assert "5,000 dollars" in inquiry.answer().text
    assert kb.turns.take().ahead == 0


def test_a_question_that_nobody_reads_gives_the_turn_back(
    kb: KnowledgeBase, inquiry: Inquiry
) -> None:
    inquiry.close()
    assert kb.turns.take().ahead == 0


def test_a_question_is_refused_before_its_first_event(kb: KnowledgeBase, inquiry: Inquiry) -> None:
    for _ in range(kb.settings.chat_queue):
        kb.turns.take()
    where = Selected(kb.access.scope(kb.access.local_user()))
    with pytest.raises(Busy):
        Inquiry(kb, Question(QUESTION), where)
    Inquiry(kb, Question(QUESTION, llm=False), where).close()
