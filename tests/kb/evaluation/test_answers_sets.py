"""Questions that name their document, read from three formats, and what answers show of gold."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.errors import BadRequest
from kb.evaluation.answers import ask, figures, lines
from kb.evaluation.corpus_store import Shelf
from kb.evaluation.sets.named_sets import STYLES, NamedQuestion, read_set
from kb.settings import Settings
from tests.recorded import opened
from tests.shelf import put

RENT = "The monthly rent of the garage is 420 euros."
TEXT = f"Lease of the garage. {RENT} The tenant keeps the yard clean."


@pytest.fixture
def kb(settings: Settings) -> Iterator[KnowledgeBase]:
    yield from opened(settings)


def written(path: Path, told: Any) -> Path:
    path.write_text(json.dumps(told))
    return path


def squad(path: Path) -> Path:
    asked = [{"question": "What is the rent?", "answers": [{"text": RENT, "answer_start": 21}]}]
    paragraphs = [{"context": "Nothing.", "qas": []}, {"context": TEXT, "qas": asked * 2}]
    return written(path, {"data": [{"title": "Garage_Lease", "paragraphs": paragraphs}]})


def test_an_article_is_a_document_and_a_question_asked_twice_is_one(tmp_path: Path) -> None:
    found = read_set(squad(tmp_path / "leases.json"), None)
    [asked] = found.questions
    text = found.documents["Garage_Lease.txt"]
    assert (found.name, text[slice(*asked.spans[0])]) == ("leases", RENT)
    assert asked.style in STYLES
    assert asked.text.startswith(("In Garage Lease: ", "What is the rent?"))


def test_a_hypothesis_is_absent_where_no_span_tells(tmp_path: Path) -> None:
    annotations = {"n1": {"choice": "Entailment", "spans": [0]}, "n2": {"spans": []}}
    told = {
        "labels": {"n1": {"hypothesis": "Rent is due."}, "n2": {"hypothesis": "Dogs may stay."}},
        "documents": [
            {
                "file_name": "garage.pdf",
                "text": TEXT,
                "spans": [[21, 21 + len(RENT)]],
                "annotation_sets": [{"annotations": annotations}],
            }
        ],
    }
    folder = tmp_path / "contract-nli"
    folder.mkdir()
    found = read_set(written(folder / "dev.json", told), None)
    assert found.name == "contract-nli"
    rent, dogs = found.questions
    assert TEXT[slice(*rent.spans[0])] == RENT and not dogs.spans
    assert "Does the agreement say that dogs may stay?" in dogs.text


def test_other_files_are_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="--corpus"):
        read_set(tmp_path / "clauses.jsonl", None)
    with pytest.raises(BadRequest, match="neither SQuAD"):
        read_set(written(tmp_path / "other.json", {"rows": []}), None)


def test_what_is_shown_of_gold_is_counted_in_the_named_document_alone(kb: KnowledgeBase) -> None:
    known = {"garage.txt": put(kb, "set", "garage.txt", TEXT).id}
    known["copy.txt"] = put(kb, "set", "copy.txt", f"Another garage. {RENT}").id
    shelf = Shelf(kb.access.scope(kb.access.local_user(), ["set"]), known, {})
    start = TEXT.index(RENT)
    gold = ((start, start + len(RENT)),)
    asked = "What is the monthly rent?"
    there = NamedQuestion(asked, "garage.txt", gold, "", "before")
    absent = NamedQuestion("Who paints the roof?", "garage.txt", (), "", "after")
    shown = list(ask(kb, [there, absent], shelf, llm=False))
    told = figures(shown)
    assert told["questions"] == 2 and told["answerable"] == told["absent"] == 1
    assert told["verbatim"] == 1.0 and told["covered"] == 1.0
    assert 0 < told["of_another_document"] < 1
    assert 0 < told["quote_precision"] < 1
    assert set(told["styles"]) == {"before", "after"}
    assert told["risk_by_coverage"]["100%"] == 0.5
    assert shown[0].sentences == 0
    head, every, *styles = lines("leases", told)
    assert head == "leases" and every.startswith("  all: 2 questions, covered 100.0 %")
    assert len(styles) == 2 and "absent and abstained –" in styles[0]


def test_the_same_place_in_another_document_covers_nothing(kb: KnowledgeBase) -> None:
    start = TEXT.index(RENT)
    blank = TEXT[:start] + "z" * len(RENT) + TEXT[start + len(RENT) :]
    texts = {"garage.txt": TEXT, "blank.txt": blank}
    known = {file: put(kb, "set", file, text).id for file, text in texts.items()}
    shelf = Shelf(kb.access.scope(kb.access.local_user(), ["set"]), known, {})
    gold = ((start, start + len(RENT)),)
    asked = "What is the monthly rent?"
    questions = [NamedQuestion(asked, file, gold, "", "before") for file in texts]
    there, elsewhere = ask(kb, questions, shelf, llm=False)
    assert there.covered and not elsewhere.covered
    assert elsewhere.of_another_document
