"""Embedding and reading with onnxruntime. The only importer of onnxruntime and tokenizers.

One text a call in single-threaded runs: dynamic int8 scales depend on whatever
else is in a batch, and a vector must depend on its text and model alone.
"""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Encoding, Tokenizer

from kb.models.token_counter import JsonTokenCounter, described
from kb.models.vocabulary import unread_share
from kb.ports import Tokens, Vectors

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
FACTS_FILE = "facts.json"
EXPORT = 3
"""Grows when an exported model or its session gives other outputs: made again, under a new name."""
SLOW = ["SkipLayerNormFusion"]
"""Of onnxruntime's optimisers, those that cost time here (`_session`)."""


class OnnxEmbedder:
    """A model exported by `kb.models.sentence_transformers_models.export`, as int8 or fp32.

    `folder` holds model.onnx, tokenizer.json and facts.json (name, dimensions,
    max_tokens, inputs).
    """

    def __init__(self, folder: Path) -> None:
        facts = json.loads((folder / FACTS_FILE).read_text())
        self._name: str = facts["name"]
        self._dimensions: int = facts["dimensions"]
        self._max_tokens: int = facts["max_tokens"]
        self._inputs: list[str] = facts["inputs"]
        self._session = _session(folder)
        self._counter = _tokenizer(folder)
        whole = described(self._counter)
        self._counts = JsonTokenCounter(whole, str((folder / TOKENIZER_FILE).absolute()))
        told = json.loads(whole)["model"]
        unknown = told.get("unk_token") or told.get("unk_id")  # by name, or by number (Unigram)
        self._unknown = self._counter.token_to_id(unknown) if isinstance(unknown, str) else unknown
        self._tokenizer = _tokenizer(folder)
        self._tokenizer.enable_truncation(self._max_tokens)
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
    def counter(self) -> JsonTokenCounter:
        return self._counts

    def unread(self, text: str) -> float:
        encoded = self._counter.encode(text, add_special_tokens=False)
        return unread_share(
            text, encoded.offsets, [known == self._unknown for known in encoded.ids]
        )

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self._dimensions), dtype=np.float32)
        if len(texts) == 1:
            return self._one(texts[0])[np.newaxis]
        return np.stack(list(self._threads.map(self._one, texts)))

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        return list(self._threads.map(self._tokens, texts))

    def _tokens(self, text: str) -> Tokens:
        encoded = self._tokenizer.encode(text)
        rows = self._run(encoded)[1][0]
        kept = [i for i, special in enumerate(encoded.special_tokens_mask) if not special]
        return rows[kept], [encoded.offsets[i] for i in kept]

    def _one(self, text: str) -> Vectors:
        vector: Vectors = self._run(self._tokenizer.encode(text))[0][0]
        return vector

    def _run(self, encoded: Encoding) -> list[Vectors]:
        outputs: list[Vectors] = self._session.run(None, _feed(encoded, self._inputs))
        return outputs


class OnnxReader:
    """A cross-encoder exported by `kb.training.crossencoder.export`.

    `folder` holds model.onnx, tokenizer.json and facts.json (name, max_tokens).
    """

    def __init__(self, folder: Path) -> None:
        facts = json.loads((folder / FACTS_FILE).read_text())
        self._name: str = facts["name"]
        self._session = _session(folder)
        self._inputs = [one.name for one in self._session.get_inputs()]
        self._tokenizer = _tokenizer(folder)
        self._tokenizer.enable_truncation(facts["max_tokens"], strategy="longest_first")
        self._threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="read")

    @property
    def name(self) -> str:
        return self._name

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, 2), dtype=np.float32)
        rows = self._threads.map(lambda text: self._one(question, text), texts)
        return np.stack(list(rows))

    def _one(self, question: str, text: str) -> Vectors:
        encoded = self._tokenizer.encode(question, text)
        logits: Vectors = self._session.run(None, _feed(encoded, self._inputs))[0][0]
        return logits


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


def _feed(encoded: Encoding, inputs: Sequence[str]) -> dict[str, Any]:
    columns = {
        "input_ids": encoded.ids,
        "attention_mask": encoded.attention_mask,
        "token_type_ids": encoded.type_ids,
    }
    return {name: np.array([columns[name]], dtype=np.int64) for name in inputs}


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
