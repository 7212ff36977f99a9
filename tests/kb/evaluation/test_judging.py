"""The figures of the judge: rows as they are written, counts by kind, shares."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kb.__main__ import app
from kb.errors import BadRequest
from kb.evaluation import judging
from kb.evaluation.word_comparison import words_match
from kb.paths import TRAINING

PASSAGE = "The Tenant shall pay USD 5,000 a month. The Landlord insures the building."
ROWS = [
    {"sentence": "The Tenant shall pay $5,000 a month.", "label": "supported", "kind": "figures"},
    {"sentence": "The Tenant shall pay $9,000 a month.", "label": "contradicted", "kind": "number"},
    {"sentence": "The Landlord owns three ferries.", "label": "not-said", "kind": "invention"},
]


def written(folder: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    file = folder / "rows.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return file


def test_rows_are_counted_by_kind_and_verdict(tmp_path: Path) -> None:
    file = written(tmp_path, [{"passage": PASSAGE, **row} for row in ROWS])
    result = CliRunner().invoke(app, ["eval", "judge", "--set", str(file), "--json"])
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["rows"], told["true_supported"], told["false_supported"]) == (3, 1.0, 0.0)
    assert told["kinds"]["number"] == {
        "label": "contradicted",
        "rows": 1,
        "supported": 0,
        "contradicted": 1,
        "not_said": 0,
        "unknown": 0,
    }
    assert told["baseline"]["kinds"].keys() == told["kinds"].keys()


def test_a_row_may_name_a_span_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "lease.txt").write_text(f"Preamble. {PASSAGE}", "utf-8")
    spans = [{"file": "lease.txt", "span": [10, 10 + len(PASSAGE)], **ROWS[0]}]
    file = written(tmp_path, [*spans, {"file": "gone.txt", "span": [0, 9], **ROWS[1]}])
    read = judging.read_sets([file], tmp_path)
    assert [row.passage for row in read.rows] == [PASSAGE]
    assert read.without == 1
    assert judging.read_sets([file], None).without == 2


def test_what_is_no_row_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, [{"passage": PASSAGE, **ROWS[0], "label": "perhaps"}])
    with pytest.raises(BadRequest, match="Line 1 of"):
        judging.read_sets([file], None)


def test_the_comparison_of_words_is_fooled_where_the_judge_is_not() -> None:
    wrong = "The Supplier shall pay the Buyer a deposit of USD 9,000."
    passage = (
        "The Buyer shall pay the Supplier a deposit of USD 9,000 within thirty days of signing."
    )
    row = judging.Labelled(passage, "", wrong, "contradicted", "parties")
    assert words_match("The Buyer pays the Supplier a deposit of USD 9,000.", passage)
    assert judging.verdict(row) == "contradicted"


def test_on_the_rows_that_rules_were_made_with_few_false_ones_pass() -> None:
    told = judging.figures(
        judging.read_sets(sorted((TRAINING / "judge").glob("*.jsonl")), None).rows
    )
    assert told["false_supported"] <= 0.02
    assert told["true_supported"] >= 0.7
    assert told["false_supported"] < told["baseline"]["false_supported"]
    assert told["true_supported"] > told["baseline"]["true_supported"]
