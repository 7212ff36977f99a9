"""What the judge's second voice is trained on, and what it is not."""

import json
import lzma
import random
from pathlib import Path

import numpy as np
import pytest

from kb.errors import BadRequest
from kb.paths import JUDGED
from kb.training.claims import assembly, statements
from kb.training.claims.assembly import (
    MOST_SENTENCES,
    assemble_claims,
    made_false,
    rules_rows,
    said_figures,
)
from kb.training.claims.falsehoods import falsehoods, retold
from kb.training.claims.statements import LABELS, Claim, Stated, hypotheses, source_texts, written
from kb.training.pairs import Group, Pair

LEASE = (
    "The Tenant shall pay the Landlord thirty (30) days before the first day of May 2021. "
    "The Landlord may not enter the premises unless the Tenant is away for at least 5 days."
)


def lay_out(shared: Path, **contracts: str) -> None:
    (shared / "train").mkdir()
    with lzma.open(shared / "train" / "cuad_train.jsonl.xz", "wt", encoding="utf-8") as out:
        for name, text in contracts.items():
            out.write(json.dumps({"file": name, "text": text, "queries": [], "clauses": []}) + "\n")


@pytest.mark.parametrize(
    ("kind", "sentence", "changed"),
    [
        ("negation", "The tenant may not sublet.", "The tenant may sublet."),
        ("modality", "The tenant must insure.", "The tenant may insure."),
        ("parties", "The Tenant sues the Landlord.", "The Landlord sues the Tenant."),
        ("order", "It ends before May.", "It ends after May."),
        ("quantifier", "It pays at least half.", "It pays at most half."),
        ("unit", "It lasts ten days.", "It lasts ten months."),
        ("exception", "It ends unless renewed.", "It ends if renewed."),
        ("opposite", "The motion was granted.", "The motion was denied."),
    ],
)
def test_a_sentence_is_made_false_by_one_change(kind: str, sentence: str, changed: str) -> None:
    found = {
        text
        for seed in range(20)
        for one, text in falsehoods(sentence, sentence, random.Random(seed))
        if one == kind
    }
    assert changed in found


def test_figures_are_put_for_others_and_dates_moved() -> None:
    told = dict(falsehoods("It pays 30 days before May 2021.", LEASE, random.Random(3)))
    assert "30 days" not in told["number"] or "2021" not in told["number"]
    assert told["date"] != "It pays 30 days before May 2021."


def test_parties_who_act_together_are_not_turned() -> None:
    for sentence in (
        "The agreement between the Tenant and the Landlord ends.",
        "The Tenant and the Landlord insure the house.",
    ):
        assert "parties" not in dict(falsehoods(sentence, sentence, random.Random(1)))


def test_what_is_retold_says_the_same() -> None:
    told = {retold(LEASE.partition(".")[0] + ".", random.Random(seed)) for seed in range(30)}
    assert any("Landlord 30 days" in one for one in told)
    assert any(one.startswith("Yes, the Tenant") for one in told)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the papers of the firm, two passages that were written about."""
    monkeypatch.setattr(statements, "FIRM", tmp_path / "nowhere")
    claims = tuple(Claim(f"The tenant pays {n}.", "c", "number") for n in range(20))
    rows = [Stated("firm", name, f"{name} {LEASE}", claims) for name in "abcdefghijklmnop"]
    monkeypatch.setattr(assembly, "written", lambda texts: iter(rows))


@pytest.mark.usefixtures("few")
def test_no_document_is_trained_on_that_is_evaluated_or_judged(tmp_path: Path) -> None:
    texts = {"lease": LEASE * 3, "other": LEASE.replace("Landlord", "Owner") * 3}
    lay_out(tmp_path, **texts)
    assert set(source_texts(tmp_path, [])["cuad"]) == {"lease", "other"}
    assert set(source_texts(tmp_path, [texts["lease"].upper()])["cuad"]) == {"other"}
    judged = json.loads((JUDGED / "corpus.jsonl").read_text().splitlines()[0])["file"]
    opinion = tmp_path / judged
    opinion.parent.mkdir(parents=True)
    opinion.write_text(LEASE * 3)
    found = assemble_claims(tmp_path, [])
    trained = [group.question for group in found.train if group.question.startswith("The ")]
    assert any("Owner" in text for text in trained)
    assert not any("Landlord" in text for text in trained)


def test_rows_have_a_label_and_stand_in_their_document() -> None:
    for file in sorted((Path(assembly.RULES).parent / "entailment").glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            begin, end = row["span"]
            assert 0 <= begin < end
            assert all(label in LABELS and kind and text for label, kind, text in row["claims"])
    own = list(written(source_texts(Path("nowhere"), [])))
    assert own and all(one.source == "firm" and one.passage.strip() for one in own)
    assert all(one.claims for one in rules_rows())


@pytest.mark.usefixtures("few")
def test_sentences_of_one_passage_come_together_but_not_all_at_once(tmp_path: Path) -> None:
    lay_out(tmp_path, lease=LEASE * 3)
    found = assemble_claims(tmp_path, [])
    assert max(len(group.pairs) for group in found.train) == MOST_SENTENCES
    kept = {group.question for group in found.report}
    assert kept and kept.isdisjoint(group.question for group in found.train)


def test_without_rows_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembly, "written", lambda texts: iter(()))
    with pytest.raises(BadRequest, match="nothing to train on"):
        assemble_claims(tmp_path, [])


def test_hypotheses_stand_beside_their_evidence(tmp_path: Path) -> None:
    folder = tmp_path / "eval" / "contract-nli"
    folder.mkdir(parents=True)
    told = {
        "documents": [
            {
                "file_name": "nda.txt",
                "text": LEASE,
                "spans": [[0, 84]],
                "annotation_sets": [
                    {
                        "annotations": {
                            "nda-1": {"choice": "Contradiction", "spans": [0]},
                            "nda-2": {"choice": "NotMentioned", "spans": []},
                        }
                    }
                ],
            }
        ],
        "labels": {
            "nda-1": {"hypothesis": "Nobody pays."},
            "nda-2": {"hypothesis": "All is lost."},
        },
    }
    (folder / "train_truncated.json").write_text(json.dumps(told))
    [one] = hypotheses(tmp_path, source_texts(tmp_path, []))
    assert [(claim.text, claim.label) for claim in one.claims] == [("Nobody pays.", "c")]
    assert "thirty (30) days" in one.passage


def test_what_is_made_false_is_beside_what_is_said() -> None:
    [one] = made_false({"cuad": {"lease": LEASE}}, random.Random(2))
    assert one.claims[0].label == "s"
    assert {claim.label for claim in one.claims[1:]} == {"c"}


def test_figures_tell_the_said_from_the_others_by_kind() -> None:
    group = Group(
        "copy,number,detail", "passage", (Pair("a", 1, 0), Pair("b", 0, 1), Pair("c", 0, 0))
    )
    logits = np.array([[2.0, -2.0], [-1.0, 3.0], [3.0, 0.0]])
    told = said_figures(lambda passage, sentences: logits, [group])
    assert (told["true"], told["false"]) == (1, 2)
    assert told["kinds"] == {"number": 1.0, "detail": 0.0}
    assert told["said_auc"] == 0.5
