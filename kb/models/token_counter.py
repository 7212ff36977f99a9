"""Counting a model's tokens, also in a process that has not loaded the model."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from tokenizers import Tokenizer

from kb.models.model_files import sha256_of

HELD = 3
"""Tokenizers that a process keeps: a large one takes 200 MB and a second."""


@dataclass(frozen=True, slots=True)
class TokenizerCounter:
    """Counts as a tokenizer does; pickles, so it can be sent along.

    `key` tells one tokenizer from another. It lies in `file`, or where that is empty
    `json` describes it.
    """

    key: str
    file: str = ""
    json: str = field(default="", repr=False)

    @property
    def tokenizer(self) -> Tokenizer:
        """Shared by all of this process, and cutting nothing off."""
        return _tokenizer(self.key, self.file, self.json)

    @property
    def preload(self) -> tuple[str, str, str] | None:
        return (__name__, load.__name__, self.file) if self.file else None

    def count(self, text: str) -> int:
        """Tokens of `text`, special tokens not counted."""
        [encoded] = self.tokenizer.encode_batch_fast([text], add_special_tokens=False)
        return len(encoded)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Character span of each token of `text`."""
        found = self.tokenizer.encode(text, add_special_tokens=False).offsets
        return [_bare(text, span) for span in found]


def counter_of(file: Path) -> TokenizerCounter:
    """Of a tokenizer.json, which has to stay where it is."""
    return TokenizerCounter(sha256_of(file), str(file.absolute()))


def counter_as(tokenizer: Tokenizer) -> TokenizerCounter:
    """Of a tokenizer that lies in no file."""
    json = str(tokenizer.to_str())
    return TokenizerCounter(json, "", json)


def load(files: str) -> None:
    """Have the tokenizers of files ready, one a line: they take a while to build."""
    for file in files.splitlines():
        _ = counter_of(Path(file)).tokenizer


def preloads(counters: Iterable[tuple[str, str, str] | None]) -> tuple[str, str, str] | None:
    """One that has all of them ready."""
    files = [told[2] for told in counters if told]
    return (__name__, load.__name__, "\n".join(files)) if files else None


def placed_tokens(
    prefix: str, text: str, spans: Sequence[tuple[int, int]], special: Sequence[int]
) -> tuple[list[int], list[tuple[int, int]]]:
    """Which tokens of `prefix + text` are of the text itself, and their spans there."""
    first, whole = len(prefix), prefix + text
    kept = [i for i, (_, end) in enumerate(spans) if not special[i] and end > first]
    bare = [_bare(whole, (max(first, spans[i][0]), spans[i][1])) for i in kept]
    return kept, [(start - first, end - first) for start, end in bare]


def _bare(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """Without the spaces before a word, which some tokenizers count to it."""
    start, end = span
    while start < end - 1 and text[start].isspace():
        start += 1
    return start, end


@lru_cache(maxsize=HELD)
def _tokenizer(key: str, file: str, json: str) -> Tokenizer:
    """Marks of the model's own in a text, such as `[SEP]`, are read as the characters they are."""
    made = Tokenizer.from_file(file) if file else Tokenizer.from_str(json)
    made.encode_special_tokens = True
    made.no_truncation()
    made.no_padding()
    return made
