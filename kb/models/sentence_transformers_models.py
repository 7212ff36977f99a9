"""The reference embedder and its export. The only importer of sentence-transformers and torch."""

import hashlib
import json
import logging
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import CrossEncoder, SentenceTransformer
from transformers.utils import logging as transformers_logging

from kb.models.onnx import (
    EXPORT,
    FACTS_FILE,
    MODEL_FILE,
    TOKENIZER_FILE,
    instruction_set,
    quantise,
)
from kb.models.token_counter import TokenizerCounter, counter_as, placed_tokens
from kb.models.vocabulary import unread_share
from kb.ports import UNREADABLE, Tokens, Vectors


class ReferenceEmbedder:
    """sentence-transformers in fp32, one text a call. Slow, and what the fast path is held to."""

    def __init__(self, folder: Path, name: str) -> None:
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # vendor
        self._model = SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            # the graph of the fused one looks for rows without any token, which costs a tenth
            model_kwargs={"attn_implementation": "eager"},
        )
        self._name = f"{name}-{_weights_sha256(folder)[:8]}/fp32"
        self._tokenizer = self._model.tokenizer
        self._tokenizer.split_special_tokens = True  # as in `kb.models.onnx`
        self._counter = counter_as(self._tokenizer.backend_tokenizer)
        prompts = self._model.prompts
        told = prompts.get("passage") or prompts.get("document") or ""
        self._prefixes = {"query": prompts.get("query") or "", "passage": told}

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimensions(self) -> int:
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def max_tokens(self) -> int:
        longest = max(map(self._counter.count, self._prefixes.values()))
        return int(self._model.max_seq_length or 256) - longest

    @property
    def counter(self) -> TokenizerCounter:
        return self._counter

    @property
    def multilingual(self) -> bool:
        return False  # a folder does not say

    def unread(self, text: str) -> float:
        return _unread(self._tokenizer, text)

    def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        prefix = self._prefix(query)
        rows = [
            self._model.encode(prefix + text, normalize_embeddings=True, show_progress_bar=False)
            for text in texts
        ]
        return np.stack(rows).astype(np.float32)

    def tokens(self, texts: Sequence[str], *, query: bool = False) -> list[Tokens]:
        prefix = self._prefix(query)
        return [self._tokens(prefix, text) for text in texts]

    def _prefix(self, query: bool) -> str:
        return self._prefixes["query" if query else "passage"]

    def _tokens(self, prefix: str, text: str) -> Tokens:
        encoded = self._tokenizer(
            prefix + text,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
            truncation=True,
            max_length=int(self._model.max_seq_length or 256),
        )
        rows = self._model.encode(
            prefix + text, output_value="token_embeddings", show_progress_bar=False
        )
        spans = [(int(start), int(end)) for start, end in encoded["offset_mapping"]]
        kept, places = placed_tokens(prefix, text, spans, encoded["special_tokens_mask"])
        matrix = torch.nn.functional.normalize(torch.as_tensor(rows), dim=1).numpy()
        return matrix[kept], places

    def export(self, folder: Path) -> None:
        """Write model.onnx (int8), tokenizer.json and facts.json for `OnnxEmbedder`."""
        folder.mkdir(parents=True, exist_ok=True)
        inputs = [n for n in self._tokenizer.model_input_names if n != "position_ids"]
        sample = self._tokenizer("a sample sentence", return_tensors="pt")
        full = folder / "fp32.onnx"
        logging.getLogger("root").setLevel(logging.ERROR)  # the quantiser gives advice there
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")  # the tracing exporter announces its successor
            torch.onnx.export(
                _Sentence(self._model, inputs),
                tuple(sample[name] for name in inputs),
                str(full),
                input_names=inputs,
                output_names=["embedding", "tokens"],
                dynamic_axes={name: {0: "batch", 1: "tokens"} for name in inputs},
                opset_version=17,
                dynamo=False,
            )
        quantise(full, folder / MODEL_FILE)
        full.unlink()
        self._tokenizer.backend_tokenizer.save(str(folder / TOKENIZER_FILE))
        facts = {
            "name": self._name.replace("/fp32", f"/int8-{instruction_set()}.{EXPORT}"),
            "dimensions": self.dimensions,
            "max_tokens": int(self._model.max_seq_length or 256),
            "inputs": inputs,
            "prefixes": self._prefixes,
        }
        (folder / FACTS_FILE).write_text(json.dumps(facts, indent=1))


class ReferenceReranker:
    """Any sentence-transformers cross-encoder with one output: relevance alone."""

    def __init__(self, folder: Path) -> None:
        self._model = CrossEncoder(str(folder), device="cpu", local_files_only=True)
        self._model.tokenizer.split_special_tokens = True

    def reads(self, text: str) -> bool:
        return _unread(self._model.tokenizer, text) < UNREADABLE

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, 1), dtype=np.float32)
        pairs = [(question, text) for text in texts]
        rows = self._model.predict(pairs, activation_fn=torch.nn.Identity())
        return np.asarray(rows, dtype=np.float32).reshape(len(texts), -1)[:, :1]


def _unread(tokenizer: Any, text: str) -> float:
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    spans = [(int(start), int(end)) for start, end in encoded["offset_mapping"]]
    unknown = tokenizer.unk_token_id
    return unread_share(text, spans, [known == unknown for known in encoded["input_ids"]])


def _weights_sha256(folder: Path) -> str:
    """Two models of one name must not share vectors, so the weights are part of the name."""
    digest = hashlib.sha256()
    for weights in sorted([*folder.rglob("*.safetensors"), *folder.rglob("pytorch_model*.bin")]):
        with weights.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


class _Sentence(torch.nn.Module):
    """Tokens to one unit vector, by the pooling that the folder names, and one for each token."""

    def __init__(self, model: SentenceTransformer, inputs: list[str]) -> None:
        super().__init__()
        self._model = model.eval()
        self._inputs = inputs

    def forward(self, *columns: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        made = self._model(dict(zip(self._inputs, columns, strict=True)))
        unit = torch.nn.functional.normalize
        return unit(made["sentence_embedding"], dim=-1), unit(made["token_embeddings"], dim=-1)
