"""The command that measures facts: what counts as right, and what happens without its data."""

import json
from pathlib import Path

import pytest

from tests.bench.facts import CORPUS, GOLD, main

TEXT = """DISTRIBUTION AGREEMENT
This Distribution Agreement is dated as of May 4, 2020 between Acme Inc. (“Acme”) and Brook Ltd
(“Brook”). It is governed by the laws of Ohio."""
ANSWERS = {
    "Document Name": ("DISTRIBUTION AGREEMENT", "DISTRIBUTION AGREEMENT"),
    "Parties": ("Acme Inc.", 'Acme Inc. ("Acme"); Cedar LLC'),
    "Agreement Date": ("the fourth of May", "5/4/20"),
    "Governing Law": ("It is governed by the laws of Texas.", "Texas"),
}


def test_without_the_data_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("skipped: there is no ")


def test_it_counts_what_is_right_and_what_is_missed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / CORPUS).mkdir(parents=True)
    (tmp_path / CORPUS / "a.txt").write_text(TEXT, "utf-8")
    rows = [
        {"file": "a.txt", "category": c, "human_answer": a, "evidence": [{"quote": q}]}
        for c, (q, a) in ANSWERS.items()
    ]
    (tmp_path / GOLD).write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    assert main([str(tmp_path)]) == 0
    figures = json.loads(capsys.readouterr().out)
    measured = {name: (one["precision"], one["recall"]) for name, one in figures.items()}
    assert measured == {
        "type": (1, 1),
        "date": (1, 1),
        "party": (0.5, 0.5),
        "jurisdiction": (0, 0),
    }
