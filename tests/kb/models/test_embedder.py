"""What every embedder keeps, the fake one included: tests may trust it for that."""

import warnings

import numpy as np
import pytest

from kb.models.embedder_factory import compare, load_embedder
from kb.models.model_files import embedder_folder
from kb.ports import Embedder
from kb.settings import Settings
from tests.commands import new_store
from tests.fakes import FakeEmbedder

TEXTS = (
    "The tenant pays rent of $5,000 in advance.",
    "Notices go by registered post.",
    "Ünïcode — 租赁",
)


def reference() -> Embedder:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the vendors' own, at import
        from kb.models.sentence_transformers_models import ReferenceEmbedder
    return ReferenceEmbedder(*embedder_folder(Settings()))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder with the exported model, made once for all tests that need it."""
    store = new_store(tmp_path_factory.mktemp("prepared"))
    return Settings(data_dir=store.data_dir, embedder="int8")


@pytest.fixture(params=["fake", "int8", "reference"])
def embedder(request: pytest.FixtureRequest, prepared: Settings) -> Embedder:
    if request.param == "fake":
        return FakeEmbedder()
    if request.param == "reference":
        return reference()
    return load_embedder(prepared)


def test_vectors_are_unit_rows_and_depend_on_their_text_alone(embedder: Embedder) -> None:
    together = embedder.embed(TEXTS)
    alone = np.stack([embedder.embed([text])[0] for text in TEXTS])
    assert together.shape == (len(TEXTS), embedder.dimensions)
    assert together.dtype == np.float32
    assert np.array_equal(together, alone)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert embedder.embed([]).shape == (0, embedder.dimensions)


def test_tokens_are_counted_and_placed(embedder: Embedder) -> None:
    read = embedder.tokens(TEXTS)
    for text, (rows, placed) in zip(TEXTS, read, strict=True):
        spans = embedder.counter.spans(text)
        assert len(spans) == embedder.counter.count(text) > 0
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert rows.shape == (len(placed), embedder.dimensions)
        assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)


def test_marks_of_the_model_in_a_text_are_read_as_its_characters(prepared: Settings) -> None:
    for embedder in (load_embedder(prepared), reference()):
        for mark in ("SEP", "CLS", "MASK", "PAD", "UNK"):
            texts = [f"The rent [{said}] is due." for said in (mark, f" {mark.lower()} ")]
            assert embedder.counter.count(texts[0]) == embedder.counter.count(texts[1])
            assert np.array_equal(*embedder.embed(texts))
            (rows, placed), _ = embedder.tokens(texts)
            assert len(rows) == len(placed) == embedder.counter.count(texts[0])


def test_a_text_over_the_limit_is_cut_off_and_not_refused(embedder: Embedder) -> None:
    [(rows, _)] = embedder.tokens(["rent " * 2000])
    assert len(rows) <= embedder.max_tokens
    assert embedder.embed(["rent " * 2000]).shape == (1, embedder.dimensions)


def test_the_fast_path_ranks_as_the_reference_does(prepared: Settings) -> None:
    fast = load_embedder(prepared)
    found = compare(reference(), fast)
    assert found["same"] is True, found
    assert not compare(reference(), FakeEmbedder())["same"]
