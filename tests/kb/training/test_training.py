"""What training takes from its data, and what it leaves out."""

import json
import lzma
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.domain import Chunk, ChunkId, DocumentId
from kb.errors import BadRequest
from kb.evaluation.sample import sample_texts
from kb.evaluation.sets.clauses import QUESTIONS
from kb.evaluation.sets.corpora import only_answerable
from kb.evaluation.sets.firm import read_firm
from kb.paths import SAMPLE
from kb.ports import Rerankers, Vectors
from kb.search.hybrid.retriever import Retriever
from kb.search.hybrid.scoring import CandidateEvidence, calibrated
from kb.training.clause_questions import WORDINGS, clause_corpus
from kb.training.dataset import assemble, half_alone, made, sources
from kb.training.pairs import Group, Others, Pair, another_name, groups, pieces
from kb.training.questions import Corpus, GoldQuestion, half, without
from kb.training.retrieval import LEAST, Example, fit, looking, named
from kb.training.synthetic import made_corpus, made_groups, read_made
from kb.training.tune_retrieval import reported
from tests.shelf import put

TEXT = (
    "The buyer pays 4,000 dollars on signing. The seller delivers the boat in May. "
    "Insurance is for the account of the buyer. "
) * 8
OTHER = "The tenant keeps the garden. The landlord paints the house. " * 8


def corpus(**texts: str) -> Corpus:
    start = TEXT.index("4,000")
    asked = GoldQuestion("What is paid on signing?", ("boat",), (("boat", start, start + 5),))
    return Corpus("boats", {"boat": TEXT, **texts}, (asked,))


def test_a_document_of_an_evaluation_set_is_dropped_whatever_its_layout() -> None:
    kept = without(corpus(house=OTHER), ["  " + TEXT.upper().replace(" ", "\n")])
    assert set(kept.documents) == {"house"}
    assert kept.questions == ()


def test_the_reader_is_not_trained_on_what_is_evaluated(tmp_path: Path) -> None:
    _lay_out(tmp_path)
    all_of_it = [p.text for g in assemble(tmp_path, []).train for p in g.pairs]
    assert any("garden" in text for text in all_of_it)
    seen = [p.text for g in assemble(tmp_path, [OTHER]).train for p in g.pairs]
    assert seen
    assert not any("garden" in text for text in seen)


def test_a_development_set_is_trained_on_by_one_half_alone() -> None:
    texts = {f"{n}": f"{n} {OTHER}" for n in range(40)}
    asked = tuple(GoldQuestion("Who paints?", (name,), ((name, 3, 9),)) for name in texts)
    first, second = (half_alone(Corpus("c", texts, asked), which) for which in (0, 1))
    assert first.documents
    assert second.documents
    assert set(first.documents).isdisjoint(second.documents)
    assert len(first.questions) + len(second.questions) == 40
    assert all(half(text) == 0 for text in first.documents.values())


def test_passages_are_spans_of_whole_sentences() -> None:
    found = pieces("boat", TEXT)
    assert all(TEXT[one.start : one.end] == one.text for one in found)
    assert all(one.text.endswith(".") for one in found)
    assert "".join("".join(one.text.split()) for one in found) == "".join(TEXT.split())


def test_a_group_has_gold_the_same_without_its_gold_and_others() -> None:
    [group] = groups(corpus(house=OTHER), random.Random(1), 5)
    gold, lacks, *others = group.pairs
    assert "4,000" in gold.text
    assert (gold.relevant, gold.answers) == (1.0, 1.0)
    assert lacks.answers == 0.0
    assert lacks.text.count("4,000") < gold.text.count("4,000")
    assert all(pair.answers == 0.0 for pair in others)


def test_half_of_the_passages_stand_under_the_first_line_of_their_document() -> None:
    titled = corpus(house=f"THE HOUSE\n{OTHER}", boat=f"{TEXT}")
    seen = [g for seed in range(12) for g in groups(titled, random.Random(seed), 5)]
    house = [p.text for g in seen for p in g.pairs if "garden" in p.text]
    above = [text for text in house if text.startswith("THE HOUSE\nTHE HOUSE\n")]
    assert 0 < len(above) < len(house)


def test_a_question_is_set_against_as_many_others_as_asked_for() -> None:
    many = {f"house {n}": f"HOUSE {n}\n{OTHER}" for n in range(9)}
    few, more = (
        len(next(groups(corpus(**many), random.Random(1), 5, Others(0, n))).pairs) for n in (1, 6)
    )
    assert more == few + 5


def test_a_question_about_somebody_else_names_nobody_of_the_text() -> None:
    of = "The lease of Bexley Mills ends in May."
    asked = another_name(
        "When does the lease of Bexley Mills end?", ["Bexley Park", "Orme Tools"],
        random.Random(2), of=of,
    )  # fmt: skip
    assert asked == "When does the lease of Orme Tools end?"


made_once = cache(made)  # eight seconds


def test_the_passages_written_for_training_are_none_of_the_sample() -> None:
    lines = (SAMPLE / "questions.jsonl").read_text("utf-8").splitlines()
    sample = {json.loads(line)["question"] for line in lines}
    own: list[Group] = [*made_once().train, *made_once().report]
    assert len(own) > 300
    assert sample.isdisjoint(group.question for group in own)
    kept_back = {_first(group) for group in made_once().report}
    assert kept_back.isdisjoint(_first(group) for group in made_once().train)


def _first(group: Group) -> Pair:
    return group.pairs[0]


def test_the_sentences_that_answer_stand_where_their_spans_say() -> None:
    found = read_made()
    rows = {f"{row['title']}\n\n{' '.join(row['sentences'])}": row for row in found}
    told = only_answerable(made_corpus(found))
    assert len(told.documents) == len(found) == len(rows)
    for question in told.questions:
        row = rows[told.documents[question.files[0]]]
        [asked] = [one for one in row["questions"] if one["question"] == question.text]
        said = [told.documents[file][start:end] for file, start, end in question.spans]
        assert said == [row["sentences"][number] for number in asked["sentences"]]


def test_the_firm_that_sets_the_floor_is_not_the_sample_and_its_quotes_are_verbatim() -> None:
    firm = read_firm()
    assert len({file.rsplit("/", 1)[-1] for file in firm.documents}) == len(firm.documents) >= 60
    assert without(firm, sample_texts()) == firm
    kinds = Counter(question.kind for question in firm.questions)
    assert set(kinds) == {"answerable", "absent", "false_premise"}
    assert min(kinds.values()) >= 60
    for question in firm.questions:
        assert all(firm.documents[file][start:end] for file, start, end in question.spans)
        assert bool(question.spans) == (question.kind != "absent")
    lines = (SAMPLE / "questions.jsonl").read_text("utf-8").splitlines()
    sample = {json.loads(line)["question"] for line in lines}
    assert sample.isdisjoint(question.text for question in firm.questions)


def _lay_out(place: Path) -> None:
    (place / "train").mkdir()
    start = OTHER.index("landlord")
    rows = [
        {
            "file": name,
            "text": text,
            "clauses": [],
            "queries": [{"query": "Consider the deed; who paints?", "spans": [[start, start + 8]]}],
        }
        for name, text in (("house", OTHER), *((f"boat {n}", f"{n}. {TEXT}") for n in range(20)))
    ]
    with lzma.open(place / "train" / "cuad_train.jsonl.xz", "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    assert [one.name for one, *_ in sources(place, 1.0, random.Random(7))] == [
        "cuad",
        "cuad clauses",
        "clauses",
    ]


def test_clauses_are_asked_in_words_of_their_own() -> None:
    wordings = json.loads(WORDINGS.read_text("utf-8"))
    assert wordings.keys() == QUESTIONS.keys()
    evaluated = {one for asked in QUESTIONS.values() for one in asked}
    assert evaluated.isdisjoint(one for asked in wordings.values() for one in asked)
    there = {"category": "Governing Law", "is_impossible": False, "spans": [[0, 8]]}
    gone = {"category": "Insurance", "is_impossible": True, "spans": []}
    other = {"category": "Parties", "is_impossible": False, "spans": [[0, 3]]}
    row = {"file": "deed", "text": OTHER, "clauses": [there, gone, other]}
    corpus, missing = clause_corpus([row], random.Random(7))
    [question] = corpus.questions
    assert question.spans == (("deed", 0, 8),)
    assert [file for _, file in missing] == ["deed"]
    assert not any("{doc}" in text for text in (question.text, missing[0][0]))


def nearest_first() -> CandidateEvidence:
    """Two candidates of two documents, of which the first is nearer and nothing else is known."""
    chunks = tuple(
        Chunk(ChunkId(f"{d}-00000"), DocumentId(d), 0, "", "", None, None, 0, 1) for d in "ab"
    )
    near, zeros = np.array([0.5, 0.4]), np.zeros(2)
    return CandidateEvidence(
        chunks, False, near, near, zeros, zeros, zeros, zeros, zeros + 1, zeros, zeros > 0
    )


def first_is(best: int) -> Callable[[Sequence[int]], float]:
    return lambda order: float(order[0] == best)


def test_one_weight_is_set_alone_and_its_name_must_be_known() -> None:
    told = replace(nearest_first(), document_words=np.array([0.0, 1.0]))

    examples = [Example("set", "one", n % 2, told, first_is(1)) for n in range(2 * LEAST)]
    now = calibrated()
    now = replace(now, free=replace(now.free, document_words=0.0))
    weights = fit(examples, now, named(["document_words"]))["weights"]
    assert weights["free"]["document_words"] > 0
    assert {**weights["free"], "document_words": 0.0} == asdict(now.free)
    with pytest.raises(BadRequest, match="no weight colour"):
        named(["colour"])


def test_reports_of_other_weights_stay_where_only_some_are_set(tmp_path: Path) -> None:
    file = tmp_path / "weights.json"
    assert reported(file, ["words"]) == {}
    file.write_text(json.dumps({"report": {"words": {"auc": 1}}}))
    assert reported(file, ["reranker"]) == {"words": {"auc": 1}}
    assert reported(file, []) == {}


def test_a_reranker_s_weight_is_set_alone_and_on_what_it_was_not_trained_on() -> None:
    with pytest.raises(BadRequest, match="set alone"):
        named(["reranker", "words"])
    assert named(["reranker"]) == ("reranker",)
    rows = read_made()
    trained = {one.question for one in made_groups(rows, kept_back=False)}
    asked = {one.text for one in made_corpus(rows, unread=True).questions}
    assert asked and not asked & trained
    assert {one.text for one in made_corpus(rows).questions} == asked | trained


def test_a_reranker_has_a_say_only_where_its_gain_is_beyond_chance() -> None:
    told = replace(nearest_first(), relevance=np.array([0.0, 1.0]))

    def share(right: int, wrong: int) -> float:
        """Of a form whose questions the reranker gets right, or wrong, on the other half."""
        there = [first_is(1)] * right + [first_is(0)] * wrong
        halves = [*((0, first_is(1)) for _ in there), *((1, good) for good in there)]
        examples = [Example("set", str(n), h, told, good) for n, (h, good) in enumerate(halves)]
        return float(
            fit(examples, calibrated(), named(["reranker"]))["weights"]["free"]["reranker"]
        )

    assert share(right=20, wrong=1) > 0
    assert share(right=11, wrong=10) == 0


def test_a_set_of_few_questions_does_not_weigh_like_another() -> None:
    """One question that gains all would else make up for a set whose gain is chance."""
    told = replace(nearest_first(), document_words=np.array([0.0, 1.0]))

    large = [Example("large", str(n), n % 2, told, first_is(0)) for n in range(2 * LEAST)]
    small = [Example("small", "one", which, told, first_is(1)) for which in (0, 1)]
    other = [replace(one, set="other", goodness=first_is(1)) for one in small]
    now = calibrated()
    now = replace(now, free=replace(now.free, document_words=0.5))
    weights = fit([*large, *small, *other], now, named(["document_words"]))["weights"]
    assert weights["free"]["document_words"] == 0


def test_a_reranker_reads_only_where_its_own_weight_is_set(kb: KnowledgeBase) -> None:
    class Sure:
        name = "sure"

        def reads(self, _: str) -> bool:
            return True

        def score(self, question: str, texts: Sequence[str]) -> Vectors:
            return np.full((len(texts), 1), 9.0, dtype=np.float32)

    put(kb, "alpha", "lease.txt", TEXT)
    retriever = Retriever(kb.reader, kb.embedders, kb.audit, rerankers=Rerankers(Sure(), Sure()))
    scope = kb.access.scope(kb.access.local_user())
    assert not looking(retriever, ["words"])("Who pays the rent?", scope).relevance.any()
    assert looking(retriever, ["reranker"])("Who pays the rent?", scope).relevance.all()
