"""What a passage is found by: the terms of its text and of what stands around it."""

from collections.abc import Sequence
from typing import NamedTuple

from kb.domain import Chunk, Fact, Page
from kb.text.analyzer import indexed, terms


class Worded(NamedTuple):
    """The terms of a chunk's text and of what stands around it, parted by spaces.

    `length` counts the terms of the text without those of its language.
    """

    context: str
    words: str
    length: int


def worded(text: str, around: Sequence[str], language: str) -> Worded:
    """What a chunk is found by, in a document of this language ("" for each chunk's own)."""
    context, plain = " ".join(around), terms(text)
    return Worded(
        " ".join(terms(context) + indexed(context, language)),
        " ".join(plain + indexed(text, language)),
        len(plain),
    )


def labels_of(span: tuple[int | None, int | None], labels: dict[int, str]) -> list[str]:
    """The labels of the pages from the first to the last of `span`."""
    first, last = span
    if not labels or first is None or last is None:
        return []
    return [labels[number] for number in range(first, last + 1) if number in labels]


def worded_chunks(
    chunks: Sequence[Chunk], contexts: Sequence[str], pages: Sequence[Page], language: str
) -> list[Worded]:
    """What each chunk is found by, in a document of this language; the labels of pages too."""
    labels = {page.number: page.label for page in pages if page.label}
    return [
        worded(
            chunk.text, [context, *labels_of((chunk.page_from, chunk.page_to), labels)], language
        )
        for chunk, context in zip(chunks, contexts, strict=True)
    ]


def language_of(facts: Sequence[Fact]) -> str:
    """The one language that facts tell, "" where they tell none or several."""
    told = [fact.value.casefold() for fact in facts if fact.name == "language"]
    return told[0] if len(told) == 1 else ""
