"""Vocabularies of language models, without the models: files in the GGUF format of llama.cpp."""

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, BYTE = 1, 2, 3, 4, 6
"""Kinds of tokens, as the format numbers them."""


def sentencepiece(path: Path, marks: dict[str, int], words: Sequence[str]) -> Path:
    """Write a vocabulary like Llama 2's: bytes, letters, `words`, and marks with their kinds.

    Longer words come first when letters are joined, as they have the higher scores.
    """
    tokens = [("<unk>", UNKNOWN), ("<s>", CONTROL), ("</s>", CONTROL), *marks.items()]
    tokens += [(f"<0x{byte:02X}>", BYTE) for byte in range(256)]
    tokens += [(word, NORMAL) for word in dict.fromkeys(["▁", *map(chr, range(33, 127)), *words])]
    texts, kinds = zip(*tokens, strict=True)
    facts: list[tuple[str, Any]] = [
        ("general.architecture", "llama"),
        ("tokenizer.ggml.model", "llama"),
        ("tokenizer.ggml.tokens", list(texts)),
        ("tokenizer.ggml.scores", [float(len(text)) for text in texts]),
        ("tokenizer.ggml.token_type", list(kinds)),
    ]
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, len(facts))
    path.write_bytes(head + b"".join(_text(name) + _value(value) for name, value in facts))
    return path


def _value(value: Any) -> bytes:
    if isinstance(value, list):
        kind, _ = _packed(value[0])
        held = b"".join(_packed(one)[1] for one in value)
        return struct.pack("<IIQ", 9, kind, len(value)) + held
    kind, held = _packed(value)
    return struct.pack("<I", kind) + held


def _packed(value: str | float | int) -> tuple[int, bytes]:
    if isinstance(value, str):
        return 8, _text(value)
    return (
        (6, struct.pack("<f", value)) if isinstance(value, float) else (5, struct.pack("<i", value))
    )


def _text(text: str) -> bytes:
    held = text.encode()
    return struct.pack("<Q", len(held)) + held
