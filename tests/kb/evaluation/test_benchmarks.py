"""`kb eval` over benchmarks that come as files, as the commands they are."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.rereading import READ
from tests.commands import ROOT, Commands, new_store

RENT = "The monthly rent is 5,000 dollars, paid in advance.\n"
LAW = (
    "This agreement is governed by the law of Tamarack, without regard to conflicts; the parties "
    "submit to the courts of Port Ellery for every dispute that arises.\n"
)


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    return new_store(tmp_path_factory.mktemp("benchmarks"))


@pytest.fixture
def legal(tmp_path: Path) -> tuple[Path, Path]:
    """A question file and its corpus: two documents of one name in two folders."""
    texts = {"one/lease.txt": RENT, "two/lease.txt": LAW}
    for file, text in texts.items():
        (tmp_path / "corpus" / file).parent.mkdir(parents=True)
        (tmp_path / "corpus" / file).write_text(text)
    asked = [
        ("Consider the lease; what is the rent?", "one/lease.txt"),  # which a reranker reads
        ("Which law governs?", "two/lease.txt"),
    ]
    tests = [
        {"query": query, "snippets": [{"file_path": file, "span": [0, len(texts[file]) - 1]}]}
        for query, file in asked
    ]
    (tmp_path / "leases.json").write_text(json.dumps({"tests": tests}))
    return tmp_path / "leases.json", tmp_path / "corpus"


def test_legalbench_rag_tells_each_depth_each_set_and_intervals(
    kb: Commands, legal: tuple[Path, Path]
) -> None:
    file, corpus = legal
    told = kb.json("eval", "legalbench-rag", "--benchmarks", file, "--corpus", corpus)
    assert list(told["sets"]) == ["leases"]
    for figures in (told["overall"], told["sets"]["leases"]):
        assert list(figures["precision"]) == ["1", "2", "4", "8", "16", "32", "64"]
        assert figures["precision"]["1"] == figures["recall"]["1"] == 1.0
        assert figures["wrong_document_at_8"] <= 0.5
        assert figures["intervals_95"]["recall"]["64"] == [1.0, 1.0]
    assert (told["documents"], told["unread"]) == (2, {})


def test_an_ablation_tells_the_figures_without_each_part(
    kb: Commands, legal: tuple[Path, Path]
) -> None:
    file, corpus = legal
    asked = ("eval", "legalbench-rag", "--benchmarks", file, "--corpus", corpus, "--ablation")
    whole = kb.json(*asked)
    told = whole["ablation"]
    assert {"nothing", "documents", "bare question", "words", "vectors", "reranker"} <= set(told)
    assert told["nothing"] == whole["overall"]
    assert told["nothing"]["recall"]["64"] == 1.0


def test_candidates_for_a_reranker_are_measured_in_numbers(
    kb: Commands, legal: tuple[Path, Path]
) -> None:
    file, corpus = legal
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.rereading", file, "--corpus", corpus],
        capture_output=True, check=True, cwd=ROOT, env=kb.environ,
    )  # fmt: skip
    told = json.loads(done.stdout)["candidates_read"]
    assert list(told) == [str(count) for count in READ]
    assert all(figures["precision"]["1"] == 1.0 for figures in told.values())
    assert told["0"]["ms"] is None
    for form in ("led", "free"):
        took = told["4"]["ms"][form]
        assert 0 < took["p50"] < took["with_reader_p50"]


def test_several_question_files_are_several_sets(
    kb: Commands, legal: tuple[Path, Path], tmp_path: Path
) -> None:
    file, corpus = legal
    second = tmp_path / "again.json"
    second.write_bytes(file.read_bytes())
    asked = ("eval", "legalbench-rag", "--corpus", corpus, "--benchmarks", file, second)
    assert set(kb.json(*asked)["sets"]) == {"leases", "again"}
    assert "@64" in kb.run(*asked)


def test_a_kept_store_serves_again_and_refuses_another_corpus(
    kb: Commands, legal: tuple[Path, Path], tmp_path: Path
) -> None:
    file, corpus = legal
    asked = ("eval", "legalbench-rag", "--benchmarks", file, "--corpus", corpus)
    kept = ("--store", tmp_path / "kept")
    assert kb.json(*asked, *kept) == kb.json(*asked, *kept)
    (corpus / "one" / "lease.txt").write_text(RENT * 2)
    assert "other documents" in kb.run(*asked, *kept, code=1)


def test_a_file_outside_the_corpus_is_refused(kb: Commands, tmp_path: Path) -> None:
    snippet = {"file_path": "../secret.txt", "span": [0, 1]}
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "q.json").write_text(json.dumps({"tests": [{"query": "?", "snippets": [snippet]}]}))
    asked = ("eval", "legalbench-rag", "--benchmarks", tmp_path / "q.json")
    said = kb.run(*asked, "--corpus", tmp_path / "corpus", code=1)
    assert "not below the corpus folder" in said


def test_squad_asks_for_the_answer_in_its_own_paragraph(kb: Commands, tmp_path: Path) -> None:
    answer = {"text": "5,000 dollars", "answer_start": RENT.index("5,000")}
    asked = {"question": "What is the monthly rent?", "answers": [answer]}
    other = {"context": LAW, "qas": []}
    paragraphs = [{"context": RENT, "qas": [asked]}, other]
    (tmp_path / "rents.json").write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}))
    told = kb.json("eval", "squad", tmp_path / "rents.json")
    assert told["sets"]["rents"]["found"] == {"1": 1.0, "3": 1.0, "5": 1.0, "10": 1.0, "20": 1.0}
    assert told["documents"] == 2


def test_squad_asks_in_another_language_what_is_the_same(kb: Commands, tmp_path: Path) -> None:
    answer = {"text": "5,000 dollars", "answer_start": RENT.index("5,000")}

    def written(name: str, *questions: str) -> Path:
        asked = [{"question": one, "answers": [answer]} for one in questions]
        paragraphs = [{"context": RENT, "qas": asked}, {"context": LAW, "qas": []}]
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}))
        return file

    english = written("rents", "What is the monthly rent?")
    told = kb.json(
        *("eval", "squad", english, "--questions", written("mieten", "Wie hoch ist die Miete?"))
    )["sets"]
    [(name, figures)] = told.items()
    assert name == "rents asked in mieten"
    assert (figures["questions"], figures["paragraph"]["5"]) == (1, 1.0)
    refused = kb.run(
        *("eval", "squad", english, "--questions", written("two", "What?", "Who?")), code=1
    )
    assert "does not ask the same questions" in refused


def test_squad_takes_questions_in_the_same_words_as_one(kb: Commands, tmp_path: Path) -> None:
    """Asked of many policies, any marked answer counts; among one policy's, its own alone."""
    rent = {"text": "5,000 dollars", "answer_start": RENT.index("5,000")}
    other = "The monthly rent shall be 7,100 dollars, due on the first.\n"
    due = {"text": "7,100 dollars", "answer_start": other.index("7,100")}
    question = "What is the monthly rent?"
    articles = [
        [{"context": RENT, "qas": [{"question": question, "answers": [rent]}]}],
        [{"context": other, "qas": [{"question": f" {question}", "answers": [due]}]}],
    ]
    file = tmp_path / "policies.json"
    file.write_text(json.dumps({"data": [{"paragraphs": held} for held in articles]}))
    told = kb.json("eval", "squad", file, "--store", tmp_path / "store")["sets"]["policies"]
    assert (told["questions"], told["found"]["1"]) == (1, 1.0)
    for words_only in ([], ["--words-only"]):
        told = kb.json(
            "eval", "squad", file, "--store", tmp_path / "store", "--within-article", *words_only
        )["sets"]["policies"]
        assert (told["questions"], told["found"]["1"]) == (2, 1.0)


def test_beir_ranks_documents(kb: Commands, tmp_path: Path) -> None:
    folder = tmp_path / "leases"
    (folder / "qrels").mkdir(parents=True)
    rows = [{"_id": "r/1", "title": "Rent", "text": RENT}, {"_id": "l", "title": "", "text": LAW}]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (folder / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "monthly rent"}))
    qrels = "query-id\tcorpus-id\tscore\nq\tr/1\t1\n"
    (folder / "qrels" / "test.tsv").write_text(qrels)
    told = kb.json("eval", "beir", folder)
    assert told["sets"]["leases"]["ndcg"] == {"10": 1.0}
    assert told["sets"]["leases"]["recall"] == {"100": 1.0}
    assert "no-such.tsv" in kb.run("eval", "beir", folder, "--split", "no-such", code=1)
