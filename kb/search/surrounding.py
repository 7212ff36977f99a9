"""What stands before and after a passage, in whole sentences, for a person who reads on."""

from collections.abc import Sequence
from dataclasses import replace

from kb.domain import Passage, Scope
from kb.store.documents.library import Library
from kb.text.sentences import sentence_spans

MOST = 2000
"""Characters on each side that may be asked for."""


def surrounded(
    passages: Sequence[Passage], library: Library, scope: Scope, *, most: int
) -> tuple[Passage, ...]:
    """The passages with up to `most` characters of their documents on each side."""
    if not most:
        return tuple(passages)
    texts = {one.document.id: "" for one in passages}
    for known in texts:
        texts[known] = library.text(known, scope)
    return tuple(_surrounded(one, texts[one.document.id], most) for one in passages)


def _surrounded(passage: Passage, text: str, most: int) -> Passage:
    start, end = passage.chunk.char_start, passage.chunk.char_end
    first, last = max(0, start - most), min(len(text), end + most)
    if first and (begins := [first + at for at, _ in sentence_spans(text[first:start])][1:]):
        first = begins[0]
    if last < len(text) and (ends := [end + at for _, at in sentence_spans(text[end:last])][:-1]):
        last = ends[-1]
    return replace(passage, before=text[first:start], after=text[end:last])
