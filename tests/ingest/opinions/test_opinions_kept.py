"""A dissent from its file to all that shows it: kept, labelled, and gone with its document."""

import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.worker import Worker
from kb.answer.coverage import Candidate
from kb.answer.prompts import messages
from kb.answer.quotes import Canonical, choose
from kb.app.bootstrap import KnowledgeBase
from kb.app.document_detail import document_detail
from kb.cli.output import place, show_answer
from kb.domain import Document, DocumentId, Opinion, OpinionPart, Passage
from kb.search.hybrid.outcome import OUTCOME_PARTS
from kb.serializers.results import passage_json, quote_json
from tests.ingest.opinions.opinions import COURT
from tests.ingest.test_worker import document, everything, offer, wait_until

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the vendor's own deprecations, at import
    from kb.app.llamaindex import as_query_engine, as_retriever

DISSENT = (
    "\n     BOWNES, Circuit Judge, dissenting.  The mills ought to have won on the millrace.\n"
)
TOLD = {"part": "dissent", "by": "Bownes"}


@pytest.fixture
def case(kb: KnowledgeBase, tmp_path: Path, lent_parsers: None) -> Iterator[Document]:
    """An opinion with a dissent, read as every file is."""
    file = tmp_path / "harbor-v-rowe.txt"
    file.write_text(COURT + DISSENT)
    [known] = offer(kb, file)
    worker = Worker(kb)
    try:
        wait_until(lambda: document(kb, known).status in ("ready", "failed"))
    finally:
        worker.stop()
    assert document(kb, known).status == "ready"
    yield document(kb, known)


def found(kb: KnowledgeBase, words: str = "millrace") -> Passage:
    """The first passage for these words."""
    return kb.retriever.search(words, everything(kb), limit=5, around=500).passages[0]


def test_a_passage_says_whose_words_it_is(kb: KnowledgeBase, case: Document) -> None:
    passage = found(kb)
    assert passage.chunk.opinion == Opinion(OpinionPart.DISSENT, "Bownes")
    assert passage.chunk.text.startswith("BOWNES, Circuit Judge, dissenting.")
    told = passage_json(passage)
    assert told["opinion"] == TOLD
    assert place(told).endswith("· alpha (dissent of Bownes)")
    matched = kb.connectors.search("millrace", everything(kb), around=500).result.passages
    assert [one.chunk.opinion for one in matched] == [passage.chunk.opinion]
    for one in (passage, *matched):  # what stands around it is of the same judge
        assert (one.before, one.after) == ("", "")


def test_what_surrounds_the_court_is_the_courts(kb: KnowledgeBase, case: Document) -> None:
    court = found(kb, "mills sued and lost below")
    assert court.chunk.opinion == Opinion(OpinionPart.MAJORITY, "Lindt")
    assert "millrace" not in court.after and "Ada Bell" not in court.before


def test_a_quote_and_the_model_are_told_whose_words_they_are(
    kb: KnowledgeBase, case: Document
) -> None:
    passage = found(kb)
    text = kb.library.text(case.id, everything(kb))
    span = passage.chunk.char_start, passage.chunk.char_end
    sentence = Candidate(passage, 0, *span, passage.chunk.text, 0.9, 1, 0, False)
    [quote] = choose([sentence], lambda _: Canonical(text, ()))
    assert quote_json(quote)["opinion"] == TOLD
    _, (_, asked) = messages("Who won?", [quote], count=len, budget=4000)
    assert f"[{quote.number}] harbor-v-rowe.txt, dissent of Bownes: BOWNES" in asked
    plain = replace(quote, opinion=None)
    assert quote_json(plain)["opinion"] is None
    assert place(quote_json(plain)).endswith("· alpha")


def test_a_document_tells_who_speaks_where(kb: KnowledgeBase, case: Document) -> None:
    parts = document_detail(kb, case, everything(kb))["opinion_parts"]
    assert [(one["part"], one["by"]) for one in parts] == [
        ("majority", "Lindt"),
        ("disposition", None),
        ("dissent", "Bownes"),
    ]
    text = kb.library.text(case.id, everything(kb))
    assert text[parts[2]["char_start"] :].startswith("BOWNES, Circuit Judge, dissenting.")


def test_what_the_court_ordered_is_reached_within_the_scope(
    kb: KnowledgeBase, case: Document
) -> None:
    scope = everything(kb)
    wanted = [case.id, DocumentId("another")]
    [ordered] = kb.chunks.of_parts(wanted, OUTCOME_PARTS, scope)
    assert "is affirmed" in ordered.text and "So ordered." in ordered.text
    assert kb.chunks.of_parts([], OUTCOME_PARTS, scope) == []
    walled = replace(scope, walled=frozenset({case.id}))
    assert kb.chunks.of_parts(wanted, OUTCOME_PARTS, walled) == []
    assert kb.chunks.opinion_spans(case.id, walled) == []
    elsewhere = replace(scope, matters=frozenset())
    assert kb.chunks.of_parts(wanted, OUTCOME_PARTS, elsewhere) == []


def test_programs_of_llamaindex_are_told(kb: KnowledgeBase, case: Document) -> None:
    scope = everything(kb)
    nodes = as_retriever(kb, scope, limit=1).retrieve("millrace")
    assert nodes[0].node.metadata["opinion"] == TOLD
    engine = as_query_engine(kb, scope, llm=False)
    response = engine.query("Ought the mills to have won on the millrace?")
    assert str(response).count("(dissent of Bownes) ") == 1


def test_the_parts_go_with_their_document(kb: KnowledgeBase, case: Document) -> None:
    kb.eraser.delete(case.id, everything(kb))
    rows = kb.database.rows("SELECT count(*) FROM chunk WHERE opinion <> '' OR opinion_by <> ''")
    assert rows[0][0] == 0


def test_a_citation_in_the_terminal_says_whose_words_it_cites(
    kb: KnowledgeBase, case: Document, capsys: pytest.CaptureFixture[str]
) -> None:
    passage = passage_json(found(kb))
    cited = {"number": passage["number"], "verdict": "supported"}
    prose = {"sentences": [{"text": "The mills won [1].", "citations": [cited]}]}
    timings = {"quotes_ms": 1, "total_ms": 2}
    done = {"answer": prose, "passages": [passage], "abstained": False, "timings": timings}
    show_answer([("done", {**done, "reason": None, "model": "small"})])
    assert "[1] (dissent of Bownes)  The mills won [1]." in capsys.readouterr().out
