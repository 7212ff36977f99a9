"""What stands before and after a passage, in whole sentences, for a person who reads on."""

from collections.abc import Sequence
from dataclasses import replace

from kb.domain import OpinionSpan, Passage, Scope
from kb.store.documents.chunks import Chunks
from kb.store.documents.library import Library
from kb.text.sentences import sentence_spans

MOST = 2000
"""Characters on each side that may be asked for."""


def surrounded(
    passages: Sequence[Passage], library: Library, chunks: Chunks, scope: Scope, *, most: int
) -> tuple[Passage, ...]:
    """The passages with up to `most` characters of their documents on each side.

    What stands around a part of a court's opinion is of the same part.
    """
    if not most:
        return tuple(passages)
    texts = {one.document.id: "" for one in passages}
    for known in texts:
        texts[known] = library.text(known, scope)
    spoken = {one.document.id for one in passages if one.chunk.opinion}
    parts = {known: chunks.opinion_spans(known, scope) for known in spoken}
    return tuple(
        _surrounded(one, texts[one.document.id], most, parts.get(one.document.id, ()))
        for one in passages
    )


def _surrounded(passage: Passage, text: str, most: int, parts: Sequence[OpinionSpan]) -> Passage:
    start, end = passage.chunk.char_start, passage.chunk.char_end
    part = next((one for one in parts if one.char_start <= start < one.char_end), None)
    least, last_of = (part.char_start, part.char_end) if part else (0, len(text))
    first, last = max(least, start - most), min(last_of, end + most)
    begun = [first + at for at, _ in sentence_spans(text[first:start])][1:]
    if first > least and begun:
        first = begun[0]
    if last < last_of and (ends := [end + at for _, at in sentence_spans(text[end:last])][:-1]):
        last = ends[-1]
    return replace(passage, before=text[first:start], after=text[end:last])
