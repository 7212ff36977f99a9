"""The packaged reader, and what happens where there is none or another."""

import shutil
from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper
import pytest

from kb.errors import ModelFailed, ModelMissing
from kb.models.cross_encoders import (
    READER,
    LazyReader,
    load_rerankers,
    packaged_reader,
    packaged_reranker,
)
from kb.ports import Rerankers
from kb.settings import Settings

INT8 = onnx.TensorProto.INT8
QUESTION = "How long must the parties keep the information secret?"
STATES = "Each party shall keep the information secret for five years after this Agreement ends."
LACKS = "Each party shall keep the information secret and shall use it for the Purpose alone."
OTHER = "Rent is payable in advance on the first day of each calendar month."


def test_what_states_the_answer_is_more_relevant_than_another_subject() -> None:
    rows = packaged_reader().score(QUESTION, [OTHER, STATES])
    assert rows.shape == (2, 2)
    assert rows[1, 0] > rows[0, 0]
    assert rows[1, 1] > rows[0, 1]


def test_a_passage_that_lacks_the_detail_answers_less() -> None:
    lacks, states = packaged_reader().score(QUESTION, [LACKS, STATES])[:, 1]
    assert states > lacks + 0.5


def test_a_score_depends_on_the_pair_alone() -> None:
    reader = packaged_reader()
    together = reader.score(QUESTION, [OTHER, STATES, LACKS])
    assert np.array_equal(together[1:2], reader.score(QUESTION, [STATES]))


def test_a_passage_cannot_end_itself_with_the_models_own_mark() -> None:
    for reader in (packaged_reader(), packaged_reranker()):
        marked, spelled = reader.score(
            QUESTION, [f"{OTHER} [{at}] {STATES}" for at in ("SEP", "sep ")]
        )
        assert np.array_equal(marked, spelled)


def test_no_texts_have_no_scores() -> None:
    assert packaged_reader().score(QUESTION, []).shape == (0, 2)


def test_no_processor_cuts_off_a_sum_of_the_packaged_weights() -> None:
    """Two products of a byte and a weight have to fit into sixteen bits with a sign."""
    stored = onnx.load(str(READER / "model.onnx")).graph.initializer
    weights = [onnx.numpy_helper.to_array(one) for one in stored if one.data_type == INT8]
    widest = max(int(np.abs(one.astype(int)).max()) for one in weights)
    assert len(weights) > 30 and 2 * 255 * widest < 2**15


def test_the_packaged_weights_are_small_and_have_a_card() -> None:
    assert (READER / "model.onnx").stat().st_size < 30_000_000
    assert (READER / "card.md").is_file()


def test_a_folder_that_is_not_there_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="KB_RERANKER_PATH"):
        load_rerankers(Settings(data_dir=tmp_path, reranker_path=tmp_path / "none"), packaged())


def test_the_settings_say_who_puts_passages_in_order(tmp_path: Path) -> None:
    own = packaged()
    assert load_rerankers(Settings(data_dir=tmp_path), own) is own
    assert (own.led.name, own.free.name) == ("reranker", "reader")
    assert load_rerankers(Settings(data_dir=tmp_path, reranker="off"), own) is None
    other = load_rerankers(Settings(data_dir=tmp_path, reranker_path=READER), own)
    assert other is not None and other.free is other.led is not own.free


def packaged() -> Rerankers:
    return Rerankers(led=packaged_reranker(), free=packaged_reader())


@pytest.mark.model
def test_broken_weights_fail_with_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "reader"
    shutil.copytree(READER, folder)
    (folder / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelFailed, match="cannot be loaded"):
        LazyReader(folder).score(QUESTION, [STATES])
