"""Counting a model's tokens, also in a process that has not loaded the model."""

from dataclasses import dataclass, field
from functools import lru_cache

from tokenizers import Tokenizer


@dataclass(frozen=True, slots=True)
class JsonTokenCounter:
    """Counts as the tokenizer does that `json` describes; pickles, so it can be sent along."""

    json: str = field(repr=False)
    file: str = ""
    """Where the same description lies, "" for nowhere."""

    @property
    def preload(self) -> tuple[str, str, str] | None:
        return (__name__, load.__name__, self.file) if self.file else None

    def count(self, text: str) -> int:
        """Tokens of `text`, special tokens not counted."""
        [encoded] = _tokenizer(self.json).encode_batch_fast([text], add_special_tokens=False)
        return len(encoded)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Character span of each token of `text`."""
        found: list[tuple[int, int]]
        found = _tokenizer(self.json).encode(text, add_special_tokens=False).offsets
        return found


def described(tokenizer: Tokenizer) -> str:
    """The description by which a tokenizer is known here: nothing of a text is cut off."""
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return str(tokenizer.to_str())


def load(file: str) -> None:
    """Have the tokenizer of a file ready: it takes a while to build."""
    _tokenizer(described(Tokenizer.from_file(file)))


@lru_cache(maxsize=2)
def _tokenizer(json: str) -> Tokenizer:
    made = Tokenizer.from_str(json)
    made.encode_special_tokens = True  # as in `kb.models.onnx`
    return made
