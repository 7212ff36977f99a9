"""What stands at a page and line is found by it, and says where it stands, inside a scope alone."""

import re
from pathlib import Path

import pytest

from ingest.chunking.chunker import chunk
from ingest.formats.pdf.pdf import read_pdf
from kb.app.bootstrap import KnowledgeBase
from kb.app.narrowing import Narrowing
from kb.app.search import Search, search_documents
from kb.cli.output import place
from kb.domain import Document, Scope
from kb.domain.events import Answer
from kb.domain.page_lines import PageLines, cited_lines
from kb.serializers.results import quote_json
from kb.store.changes.content import Parsed
from kb.store.changes.progress import Family
from tests.shelf import embed, offer, put
from tests.transcripts import transcript

PIER = re.compile(r"pier (\d)(\d\d)")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "papers").mkdir()
    return tmp_path / "papers"


def spoken(kb: KnowledgeBase, path: Path, matter: str, first: int) -> Document:
    """A transcript of four pages, ready to be searched."""
    reading = read_pdf(transcript(path, pages=4, first=first), path.name)
    offer(kb, matter, f"/{matter}/{path.name}", path.read_bytes())
    claim = kb.queue.claim_to_read()
    assert claim is not None
    chunks = chunk(reading, claim.document_id, path.stem, kb.embedder.counter, 200)
    parsed = Parsed(claim.document_id, reading, path.stem, chunks, [path.stem for _ in chunks])
    assert kb.queue.words(claim, parsed, Family()) is not None
    embed(kb)
    return kb.library.document(claim.document_id, everything(kb))


def everything(kb: KnowledgeBase, *matters: str) -> Scope:
    return kb.access.scope(kb.access.local_user(), matters)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("47:12", PageLines((47, 12), (47, 12))),
        (" 47:12-15 ", PageLines((47, 12), (47, 15))),
        ("47:24\u201348:3", PageLines((47, 24), (48, 3))),
        ("47:15-12", None),
        ("1:1-99:1", None),
        ("0:12", None),
        ("at 47:12", None),
        ("47", None),
    ],
)
def test_page_and_line_are_told_from_other_queries(written: str, found: PageLines | None) -> None:
    assert cited_lines(written) == found


@pytest.mark.parametrize("query", ["48:12", "48:12-14", "48:12-49:3"])
def test_a_search_for_page_and_line_finds_what_stands_there(
    kb: KnowledgeBase, folder: Path, query: str
) -> None:
    spoken(kb, folder / "vale.pdf", "alpha", 47)
    put(kb, "alpha", "times.txt", "The gate closed at 48 and at 12, says the log.")
    best = kb.retriever.search(query, everything(kb)).passages[0]
    assert "pier 212 was" in best.chunk.text
    assert best.document.name == "vale.pdf" and best.page_line.startswith("48:")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("48:12", ["pier 212"]),
        ("48:12-13", ["pier 212", "pier 213"]),
        ("48:25-49:2", ["pier 225", "pier 301", "pier 302"]),
        ("48:12 and 49:2", ["pier 212", "pier 302"]),
        ("48:12 pre/1 q", ["pier 212"]),
    ],
)
def test_page_and_line_are_terms(
    kb: KnowledgeBase, folder: Path, query: str, said: list[str]
) -> None:
    known = spoken(kb, folder / "vale.pdf", "alpha", 47)
    found = kb.connectors.search(query, everything(kb))
    text = kb.library.text(known.id, everything(kb))
    shown = sorted({text[a:b] for spans in found.spans for a, b in spans if b - a > 9})
    assert [one for one in said if any(one in words for words in shown)] == said
    assert len([one for one in shown if "pier" in one]) == len(said)


def test_a_passage_and_a_quote_say_where_they_stand(kb: KnowledgeBase, folder: Path) -> None:
    spoken(kb, folder / "vale.pdf", "alpha", 47)
    user = kb.access.local_user()
    [first, *_] = search_documents(kb, user, Search("49:3"), Narrowing())["passages"]
    start, end = first["page_line"].split("-")
    assert start.startswith(("48:", "49:")) and end
    assert f"page {first['page']} ({first['page_line']})" in place(first)
    answer: Answer = kb.answerer.answer("What was open at pier 303?", everything(kb), turn=None)
    assert answer.quotes
    told = [quote_json(one) for one in answer.quotes]
    for one in told:
        said = [(int(page) + 46, int(line)) for page, line in PIER.findall(one["text"])]
        assert cited_lines(one["page_line"]) == PageLines(said[0], said[-1])


def test_what_has_no_numbered_lines_says_none(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "note.txt", "The rent is due at 47:12 sharp.")
    [found] = kb.retriever.search("rent", everything(kb)).passages
    assert found.page_line == ""
    [only] = kb.connectors.search("47:12", everything(kb)).result.passages
    assert only.document.name == "note.txt"


def test_a_scope_sees_its_own_lines_alone(kb: KnowledgeBase, folder: Path) -> None:
    mine = spoken(kb, folder / "mine.pdf", "alpha", 47)
    theirs = spoken(kb, folder / "theirs.pdf", "beta", 30)
    scope = everything(kb, "alpha")
    for query in ("31:4", "48:4"):
        hybrid = kb.retriever.search(query, scope).passages
        assert {one.document.id for one in hybrid} <= {mine.id}
    assert kb.connectors.search("31:4", scope).documents == 0
    walled = Scope(scope.user_id, everything(kb).matters, frozenset({theirs.id}))
    assert kb.connectors.search("31:4", walled).documents == 0
    assert kb.connectors.search("31:4", everything(kb)).documents == 1
    within = frozenset({mine.id})
    assert kb.connectors.search("31:4", everything(kb), within=within).documents == 0
    assert all(
        one.document.id == mine.id
        for one in kb.retriever.search("31:4", everything(kb), within=within).passages
    )


def test_an_erased_transcript_leaves_no_line(kb: KnowledgeBase, folder: Path) -> None:
    known = spoken(kb, folder / "vale.pdf", "alpha", 47)
    kb.eraser.delete(known.id, everything(kb))
    assert kb.connectors.search("48:12", everything(kb)).documents == 0
    assert kb.database.rows("SELECT * FROM page") == []


def test_pages_come_back_as_they_were_kept(kb: KnowledgeBase, folder: Path) -> None:
    known = spoken(kb, folder / "vale.pdf", "alpha", 47)
    reading = read_pdf(str(folder / "vale.pdf"), "vale.pdf")
    assert tuple(kb.contents.pages(known.id, everything(kb))) == reading.pages


def test_documents_of_several_matters_each_show_the_line(kb: KnowledgeBase, folder: Path) -> None:
    for number, matter in enumerate(["alpha", "beta", "alpha", "beta"]):
        spoken(kb, folder / f"{number}.pdf", matter, 47 - number)
    scope = everything(kb)
    found = kb.connectors.search("47:7", scope)
    shown = {
        one.document.name: [kb.library.text(one.document.id, scope)[a:b] for a, b in spans]
        for one, spans in zip(found.result.passages, found.spans, strict=True)
    }
    for number in range(4):
        [words] = shown[f"{number}.pdf"]
        assert f"pier {100 + 100 * number + 7} was open" in words
