"""Translated questions: which halves are trained on, and what is set against what answers."""

import json
import random
from pathlib import Path

import pytest

from kb.errors import BadRequest
from kb.evaluation.sets.corpora import half, only_half
from kb.training.questions import Corpus
from kb.training.translations import LANGUAGES, read_translations, translated

WORDS = {"en": ("The rent is", "euros"), "de": ("Die Miete beträgt", "Euro")}
WORDS |= {"es": ("La renta es de", "euros"), "zh": ("租金是", "欧元")}
ASKED = {"en": "What is rent", "de": "Was ist Miete", "es": "Cuál es renta", "zh": "租金"}
PARAGRAPHS = 12


def context(language: str, number: int) -> tuple[str, str]:
    """A paragraph with one sentence that answers, and the answer."""
    begin, unit = WORDS[language]
    answer = f"{1000 + number} {unit}"
    filler = " ".join(f"{begin} {unit} {number} {at}." for at in range(30))
    return f"{begin} {answer}. {filler}", answer


@pytest.fixture
def corpora(tmp_path: Path) -> dict[str, Corpus]:
    for language in LANGUAGES:
        paragraphs = []
        for number in range(PARAGRAPHS):
            text, answer = context(language, number)
            given = {"text": answer, "answer_start": text.index(answer)}
            asked = {"question": f"{ASKED[language]} {number}?", "id": str(number)}
            paragraphs.append({"context": text, "qas": [asked | {"answers": [given]}]})
        told = {"data": [{"title": "Rents", "paragraphs": paragraphs}]}
        (tmp_path / f"xquad.{language}.json").write_text(json.dumps(told))
    return read_translations(tmp_path, [])


def numbers(question: str) -> int:
    return int(question.rstrip("?").split()[-1])


def test_the_same_paragraphs_are_trained_on_in_every_language(corpora: dict[str, Corpus]) -> None:
    halves = {n: half(context("en", n)[0]) for n in range(PARAGRAPHS)}
    assert set(halves.values()) == {0, 1}
    for which in (0, 1):
        found = list(translated(corpora, random.Random(7), which))
        assert {numbers(group.question) for group in found} == {
            n for n, one in halves.items() if one == which
        }
        for group in found:
            told = " ".join(pair.text for pair in group.pairs if pair.relevant == 1.0)
            assert f"{1000 + numbers(group.question)} " in told


def test_what_answers_in_another_language_stands_beside_what_does_not_in_the_questions_own(
    corpora: dict[str, Corpus],
) -> None:
    found = list(translated(corpora, random.Random(7), 0, across=12))
    [group] = [one for one in found if one.source == "xquad de over zh"][:1]
    relevant = {pair.text for pair in group.pairs if pair.relevant == 1.0}
    assert relevant and all("租金是" in text for text in relevant)
    own = [pair for pair in group.pairs if "Miete" in pair.text]
    assert own and all(pair.relevant == pair.answers == 0.0 for pair in own)


def test_nothing_is_translated_where_a_language_is_missing(tmp_path: Path) -> None:
    assert read_translations(tmp_path, []) == {}
    assert list(translated({}, random.Random(7), 0)) == []


def test_what_is_evaluated_on_in_one_language_is_left_out_in_all(
    corpora: dict[str, Corpus], tmp_path: Path
) -> None:
    file, german = next(iter(corpora["de"].documents.items()))
    left = read_translations(tmp_path, [german.upper()])
    assert all(file in corpus.documents for corpus in corpora.values())
    for language, corpus in left.items():
        assert set(corpus.documents) == set(corpora[language].documents) - {file}
        assert all(file not in one.files for one in corpus.questions)
        assert len(corpus.questions) == PARAGRAPHS - 1


def test_a_translation_is_halved_by_the_paragraphs_of_the_other(corpora: dict[str, Corpus]) -> None:
    german, english = corpora["de"], corpora["en"]
    kept = only_half(german, 1, english)
    assert [numbers(one.text) for one in kept.questions] == [
        numbers(one.text) for one in only_half(english, 1).questions
    ]
    with pytest.raises(BadRequest, match="same documents"):
        only_half(german, 1, Corpus("other", {"a": "b"}, ()))
