"""Terms and connectors by command, as processes of their own."""

from pathlib import Path

from tests.commands import new_store


def test_an_expression_is_searched_refused_and_asked_among(tmp_path: Path) -> None:
    kb = new_store(tmp_path)
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "lease.txt").write_text("The monthly rent is 900 dollars. Rents are due in May.")
    (folder / "note.txt").write_text("A note on rents and on the weather, nothing else.")
    kb.ingest(folder, "--matter", "Aldergate")
    told = kb.json("search", "--terms", "rent w/s dollar", "--limit", "1")
    assert told["matched"] == {"documents": 1, "passages": 1}
    [passage] = told["passages"]
    start = passage["char_start"]
    assert [passage["text"][a - start : b - start] for a, b in passage["spans"]] == [
        "rent",
        "dollars",
    ]
    shown = kb.run("search", "--terms", "rents or zebra", "--offset", "1")
    assert "2 passages in 2 documents match rents or zebra" in shown
    refused = kb.run("search", "--terms", "rent due", code=1)
    assert "rent due\n     ^\nTwo terms stand side by side" in refused
    assert "page by page" in kb.run("search", "rent", "--offset", "1", code=1)
    asked = kb.json("ask", "What is the rent?", "--no-llm", "--among", "weather")
    assert {one["document"] for one in asked["passages"]} == {"note.txt"}
