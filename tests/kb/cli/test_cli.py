"""The real commands in processes of their own, with the packaged models."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.commands import Commands, new_store
from tests.documents import LEASE, write_pdf

EXACT = b"\xef\xbb\xbfLEASE\r\n\r\nThe monthly rent is 5,000 dollars.\r\n\tPaid in advance.  \r\n"
PASSAGE = {
    *("rank", "document_id", "document", "path", "matter", "page"),
    *("char_start", "char_end", "text"),
}
QUOTE = (PASSAGE - {"rank"}) | {"number"}
ANSWER = {
    *("question", "answer", "quotes", "passages", "abstained", "reason", "model", "timings"),
}
RENT = "What is the monthly rent?"


@dataclass(frozen=True)
class Firm:
    """A store with a folder taken in, and what `kb ingest --json` said of it."""

    kb: Commands
    folder: Path
    lines: list[Any]
    summary: Any

    def status(self, name: str) -> Any:
        [line] = [line for line in self.lines if line["path"].endswith(name)]
        return line


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Firm:
    root = tmp_path_factory.mktemp("firm")
    folder = root / "in"
    for matter in ("Aldergate", "Northwind"):
        (folder / matter).mkdir(parents=True)
    (folder / "Aldergate" / "lease.txt").write_bytes(EXACT)
    (folder / "Aldergate" / "broken.pdf").write_bytes(b"%PDF-1.7 cut off")
    (folder / "Aldergate" / "tool.exe").write_bytes(b"MZ\x90\0" + bytes(99))
    (folder / "Northwind" / "lease.txt").write_text("The deposit is 900 dollars.\n")
    second = [("Helvetica", "The tenant may sublet with consent of the landlord.", 0)]
    write_pdf(folder / "Northwind" / "mills.pdf", [LEASE, second])
    kb = new_store(root)
    lines, summary = kb.ingest(folder, code=3)
    return Firm(kb, folder, lines, summary)


@pytest.fixture
def kb(tmp_path: Path) -> Commands:
    return new_store(tmp_path)


def test_ingest_tells_each_file_and_a_summary(firm: Firm) -> None:
    assert all(
        line.keys() == {"path", "document_id", "status", "problem", "code", "pages", "chunks"}
        for line in firm.lines
    )
    files = sorted(str(file) for file in firm.folder.rglob("*.*"))
    assert sorted(line["path"] for line in firm.lines) == files
    mills = firm.status("mills.pdf")
    assert (mills["status"], mills["pages"], mills["problem"]) == ("ready", 2, None)
    assert mills["chunks"] > 0 and mills["document_id"].startswith("d")
    assert {n: v for n, v in firm.summary.items() if not n.endswith("_s") and n != "seconds"} == {
        **{"files": 5, "ready": 3, "unchanged": 0, "skipped": 1, "failed": 1, "quarantined": 0},
        "duplicate-of": 0,
        "pages": 2,
        "chunks": sum(line["chunks"] for line in firm.lines),
    }
    assert firm.summary["seconds"] > 0


@pytest.mark.parametrize(
    ("name", "status"), [("Aldergate/broken.pdf", "failed"), ("Aldergate/tool.exe", "skipped")]
)
def test_what_cannot_be_read_is_told_in_a_sentence(firm: Firm, name: str, status: str) -> None:
    line = firm.status(name)
    assert line["status"] == status
    assert Path(name).name in line["problem"] and line["problem"].endswith(".")


def test_a_second_ingest_finds_everything_unchanged_and_succeeds(
    firm: Firm, tmp_path: Path
) -> None:
    lines, summary = firm.kb.ingest(firm.folder / "Northwind", "--matter", "Northwind")
    assert [line["status"] for line in lines] == ["unchanged"] * 2
    assert (summary["unchanged"], summary["ready"]) == (2, 0)
    assert "2 unchanged" in firm.kb.run(
        "ingest", firm.folder / "Northwind", "--matter", "Northwind"
    )
    (tmp_path / "empty").mkdir()
    assert firm.kb.ingest(tmp_path / "empty")[1]["files"] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["nosuchcommand"], "nosuchcommand", id="no such command"),
        pytest.param([], "Usage", id="no command"),
        pytest.param(["ingest"], "paths", id="ingest without a path"),
        pytest.param(["search"], "query", id="search without a query"),
        pytest.param(["search", "rent", "--limit", "0"], "limit", id="limit out of range"),
        pytest.param(["search", "rent", "--nosuch"], "--nosuch", id="no such option"),
        pytest.param(["ingest", "/nowhere/at/all"], "/nowhere/at/all", id="no such path"),
        pytest.param(["search", "rent", "--matter", "Nosuch"], "Nosuch", id="search a matter"),
        pytest.param(
            ["ask", RENT, "--no-llm", "--matter", "Nosuch"], "Nosuch", id="ask about a matter"
        ),
        pytest.param(["show", "nosuch.txt"], "nosuch.txt", id="no such document"),
        pytest.param(["show", "lease.txt"], "Northwind/lease.txt", id="an ambiguous name"),
        pytest.param(["show", "mills.pdf", "--page", "9"], "no page 9", id="no such page"),
        pytest.param(["models", "use", "nosuch"], "nosuch", id="no such model"),
        pytest.param(["models", "import", "/nowhere.gguf"], "/nowhere.gguf", id="no model file"),
        pytest.param(["matter", "add", " "], "name", id="a matter without a name"),
    ],
)
def test_what_cannot_be_done_ends_with_1_and_a_sentence(
    firm: Firm, arguments: list[str], said: str
) -> None:
    assert said.lower() in " ".join(firm.kb.run(*arguments, code=1).lower().split())


def test_a_search_is_passages_with_their_places(firm: Firm) -> None:
    found = firm.kb.json("search", "monthly rent", "--limit", "2")
    assert found.keys() >= {"query", "passages", "timings"}
    assert found["query"] == "monthly rent"
    assert [passage["rank"] for passage in found["passages"]] == [1, 2]
    assert all(passage.keys() >= PASSAGE for passage in found["passages"])
    assert found["timings"] and all(name.endswith("_ms") for name in found["timings"])
    first = found["passages"][0]
    assert (first["document"], first["matter"], first["page"]) == ("lease.txt", "Aldergate", None)
    assert first["path"] == str(firm.folder / "Aldergate" / "lease.txt")
    assert first["text"] == EXACT.decode()[first["char_start"] : first["char_end"]]
    [only] = firm.kb.json("search", "rent", "--matter", "northwind", "--limit", "1")["passages"]
    assert only["matter"] == "Northwind"


def test_an_answer_without_a_model_is_its_quotes(firm: Firm) -> None:
    answer = firm.kb.json("ask", RENT, "--no-llm")
    assert answer.keys() >= ANSWER
    assert answer["question"] == RENT
    assert answer["answer"] == {"text": "", "sentences": [], "withheld": 0}
    assert (answer["abstained"], answer["model"]) == (False, None)
    assert answer["reason"].endswith(".")
    assert all(quote.keys() >= QUOTE for quote in answer["quotes"])
    assert all(passage.keys() >= PASSAGE for passage in answer["passages"])
    quote = answer["quotes"][0]
    assert "The monthly rent is 5,000 dollars." in quote["text"]
    [direct] = answer["direct"]
    assert (direct["kind"], direct["text"], direct["label"]) == ("amount", "5,000 dollars", "")
    assert EXACT.decode()[direct["char_start"] : direct["char_end"]] == direct["text"]
    assert firm.kb.run("ask", RENT, "--no-llm").startswith("5,000 dollars [1]\n\n[1] ")
    assert quote["text"] == EXACT.decode()[quote["char_start"] : quote["char_end"]]
    assert answer["timings"].keys() >= {"retrieve_ms", "quotes_ms", "total_ms"}
    assert answer["timings"].get("first_token_ms") is None


def test_an_answer_of_the_model_is_sentences_each_judged(firm: Firm) -> None:
    answer = firm.kb.json("ask", RENT)
    assert answer["model"] and (answer["answer"]["text"] or answer["answer"]["withheld"])
    assert answer["timings"].keys() >= {"retrieve_ms", "quotes_ms", "first_token_ms", "total_ms"}
    assert 0 < answer["timings"]["quotes_ms"] < answer["timings"]["first_token_ms"]
    for sentence in answer["answer"]["sentences"]:
        assert sentence.keys() >= {"text", "citations"}
        for citation in sentence["citations"]:
            assert citation["verdict"] in ("supported", "contradicted", "not_said", "unknown")


def test_a_question_about_nothing_here_abstains(firm: Firm) -> None:
    answer = firm.kb.json("ask", "Which vaccine did the zoo buy for its elephants?", "--no-llm")
    assert answer["abstained"] and answer["reason"].endswith(".")
    assert "No sure answer." in firm.kb.run("ask", "Which vaccine did the zoo buy?", "--no-llm")


def test_show_prints_the_text_byte_for_byte(firm: Firm) -> None:
    assert firm.kb.exactly("show", "Aldergate/lease.txt", "--text")[0] == EXACT
    second, _ = firm.kb.exactly("show", "mills.pdf", "--page", "2")
    text, _ = firm.kb.exactly("show", "mills.pdf", "--text")
    assert b"sublet" in second and b"Termination" not in second
    assert second in text and len(second) < len(text)


def test_show_tells_what_is_known(firm: Firm) -> None:
    wanted = firm.status("Northwind/lease.txt")["document_id"]
    told = firm.kb.json("show", wanted)
    assert told["document_id"] == wanted
    assert (told["document"], told["matter"], told["status"]) == ("lease.txt", "Northwind", "ready")
    assert told["sources"] == [str(firm.folder / "Northwind" / "lease.txt")]


def test_show_tells_where_a_fact_was_read(firm: Firm) -> None:
    [span] = firm.kb.json("show", "Aldergate/lease.txt")["fact_spans"]
    assert (span["name"], span["value"]) == ("title", "LEASE")
    assert EXACT.decode()[span["char_start"] : span["char_end"]] == "LEASE"
    assert "char_start" not in firm.kb.run("show", "Aldergate/lease.txt")


def test_matters_are_added_and_listed(kb: Commands) -> None:
    assert kb.json("matter", "add", "Aldergate", "--client", "Cobble Lane")["matter"] == "Aldergate"
    kb.run("matter", "add", "ALDERGATE")  # the same one, and its client stays
    [listed] = kb.json("matter", "list")["matters"]
    assert (listed["matter"], listed["client"]) == ("Aldergate", "Cobble Lane")
    assert "Cobble Lane" in kb.run("matter", "list")


def test_status_counts_by_state_and_matter(firm: Firm) -> None:
    told = firm.kb.json("status")
    assert told["documents"] == {"ready": 3, "failed": 2}
    assert {m["matter"]: m["documents"] for m in told["matters"]} == {
        "Aldergate": {"ready": 1, "failed": 2},
        "Northwind": {"ready": 2},
    }
    assert told["service"] == "not running"


def test_doctor_finds_nothing_wrong(firm: Firm) -> None:
    report = firm.kb.json("doctor")
    assert set(report["confinement"]) == {"parsers, drawing", "language model"}
    assert all("seccomp" in told for told in report["confinement"].values())
    assert report["problems"] == []
    assert report["index"]["state"] == "in step"
    assert isinstance(report["ocr"]["tesseract"], list)
    assert report["offline"] and all(report["offline"].values())
    assert all(version != "missing" for version in report["libraries"].values())
    assert {model["role"] for model in report["models"]} == {"embedder", "chat"}


def test_reindex_counts_what_the_index_holds(firm: Firm) -> None:
    chunks = sum(line["chunks"] for line in firm.lines)
    assert firm.kb.json("reindex") == {"vectors": chunks}
    assert firm.kb.run("reindex") == f"The index holds {chunks} vectors.\n"


def test_models_are_listed_imported_and_chosen(kb: Commands, tmp_path: Path) -> None:
    wrong, right = tmp_path / "wrong.gguf", tmp_path / "Our model.gguf"
    wrong.write_bytes(b"PK\x03\x04")
    right.write_bytes(b"GGUF" + bytes(100))
    assert "not a GGUF file" in kb.run("models", "import", wrong, code=1)
    assert "SHA-256" in kb.run("models", "import", right, "--licence", "MIT")
    kb.run("models", "use", "Our-model")
    listed = {model["name"]: model for model in kb.json("models", "list")["models"]}
    assert listed["Our-model"]["in_use"] and listed["Our-model"]["licence"] == "MIT"
    assert [m["name"] for m in listed.values() if m["in_use"] and m["role"] == "chat"] == [
        "Our-model"
    ]
    assert not any("wrong" in name for name in listed)


def test_a_model_that_is_not_there_is_told_in_a_sentence(firm: Firm) -> None:
    lost = Commands(firm.kb.data_dir, KB_CHAT_PATH="/nowhere/model.gguf")
    assert "There is no chat model at /nowhere/model.gguf." in lost.run("ask", RENT, code=1)
    assert lost.json("ask", RENT, "--no-llm")["quotes"]


@pytest.mark.parametrize(
    "setting", [("KB_PORT", "many"), ("KB_DATA_DIR", "/proc/nowhere")], ids=["port", "folder"]
)
def test_a_wrong_setting_is_told_in_a_sentence(tmp_path: Path, setting: tuple[str, str]) -> None:
    name, value = setting
    said = Commands(tmp_path / "store", **{name: value}).run("status", code=1)
    assert name in said


def test_a_delete_by_itself_leaves_nothing_to_be_written_anew(kb: Commands, tmp_path: Path) -> None:
    (tmp_path / "lease.txt").write_bytes(EXACT)
    (tmp_path / "note.txt").write_text("A note on the weather.")
    kb.ingest(tmp_path / "lease.txt", tmp_path / "note.txt")
    index = (kb.data_dir / "vectors" / "current").read_text()
    said = kb.run("delete", "lease.txt")
    assert said.count("\n") == 1 and "is erased" in said
    assert (kb.data_dir / "vectors" / "current").read_text() != index
    assert not list(kb.data_dir.glob("*.erased"))
