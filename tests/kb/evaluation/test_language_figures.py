"""What is told of questions in several languages, and what counts as found and as quoted."""

import json
from pathlib import Path

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.evaluation import sample
from kb.evaluation.languages import figures
from kb.evaluation.sample import Gold, Question, Result
from tests.commands import Commands, new_store
from tests.shelf import put

LEASE = "Die Miete beträgt 18.400 Euro im Monat.\n\nDie Kaution beträgt 55.200 Euro."
RENT, DEPOSIT = LEASE.split("\n\n")


def result(number: int, asked: str, written: str, *, found: bool, abstained: bool) -> Result:
    """What came of a question in one language; `written` is that of its document, "" for none."""
    gold = (Gold("lease.txt", RENT, written),) if written else ()
    question = Question(f"q{number}", "?", "answerable" if gold else "unanswerable", gold, asked)
    return Result(question, True, found, found, found, abstained, 1.0)


def test_the_counts_are_by_question_by_document_and_by_pair() -> None:
    told = figures(
        [
            result(1, "de", "de", found=True, abstained=False),
            result(2, "en", "de", found=False, abstained=True),
            result(3, "en", "de", found=True, abstained=True),
            result(4, "en", "", found=True, abstained=True),
            result(5, "fr", "", found=True, abstained=False),
        ]
    )
    one = {"questions": 1, "in_first_5": 1, "quoted": 1, "abstained": 0}
    two = {"questions": 2, "in_first_5": 1, "quoted": 1, "abstained": 2}
    assert told["same_language"] == one
    assert told["across_languages"] == two
    assert told["by_question_language"] == {"de": one, "en": two}
    assert told["by_document_language"] == {"de": told["answerable"]}
    assert told["by_pair_across_languages"] == {"en-de": two}
    assert told["unanswerable"] == {"questions": 2, "abstained": 1}
    assert told["missed"] == {
        "not_in_first_5": ["q2"],
        "not_quoted": ["q2"],
        "wrongly_abstained": ["q2", "q3"],
        "not_abstained": ["q5"],
    }


@pytest.mark.parametrize(
    ("path", "quote", "found"),
    [
        pytest.param("lease.txt", RENT, True, id="whole in one passage"),
        pytest.param("lease.txt", LEASE, False, id="in two passages, a part in each"),
        pytest.param("other.txt", RENT, False, id="in a document of another name"),
        pytest.param("lease.txt", "Die Miete beträgt 18.500 Euro", False, id="not in the text"),
    ],
)
def test_a_quote_is_found_where_one_passage_holds_all_of_it(
    kb: KnowledgeBase, path: str, quote: str, found: bool
) -> None:
    put(kb, "speicher", "lease.txt", LEASE)
    question = Question("q1", RENT, "answerable", (Gold(path, quote, "de"),), "de")
    [told] = sample.run(kb, [question], llm=False)
    assert told.found is found


def test_the_command_tells_the_embedder_and_the_figures(tmp_path: Path) -> None:
    """Takes seconds: a command starts, takes a folder in and answers."""
    firm = tmp_path / "firm"
    (firm / "speicher").mkdir(parents=True)
    (firm / "speicher" / "lease.txt").write_text(LEASE, "utf-8")
    gold = {"path": "speicher/lease.txt", "language": "de", "page": None, "quote": RENT}
    row = {"id": "q1", "question": "Wie hoch ist die Miete im Monat?", "language": "de"}
    asked = {**row, "kind": "answerable", "gold": [gold], "note": ""}
    (firm / "questions.jsonl").write_text(json.dumps(asked), "utf-8")
    kb: Commands = new_store(tmp_path)
    told = json.loads(kb.run("eval", "languages", "--folder", firm, "--details"))
    assert told["embedder"].startswith("all-MiniLM-L6-v2")
    assert told["same_language"]["in_first_5"] == told["same_language"]["quoted"] == 1
    assert told["across_languages"]["questions"] == 0
    assert [line["quote_in_first_5"] for line in told["rows"]] == [True]
