"""Which documents a question compares, and whether they say it alike."""

import re
from collections.abc import Iterable, Sequence

from kb.answer.direct.forms import Span
from kb.answer.direct.sentence import FlatSentence
from kb.domain import Document, DocumentId
from kb.search.hybrid.cross_encoder_input import WORD, named_by_title
from kb.text.analyzer import content_terms

PARALLEL = 0.5
"""Of the words of two sentences, what they say left out, the share that both have."""
_LONG_NAME = re.compile(r"\b[A-Z][\w&’'-]*(?: [A-Z][\w&’'-]*){2,}")
_COMPARES = re.compile(
    r"\b(?:compared? (?:with|to)|versus|respectively|as against)\b|"
    r"\band (?:in|for|under|to|by|of|from) the\b",
    re.IGNORECASE,
)


def compared(
    question: str, names: frozenset[str], documents: Iterable[Document], *, several: bool
) -> dict[DocumentId, str]:
    """Each document with the name that the question has for it, in its order; none: no comparison.

    `several`: it asks twice, as “… and how fast for Tern Cycles?”
    """
    if not several and not _COMPARES.search(question):
        return {}
    titles = named_by_title(names, documents)
    common = {name for name in names if all(name in held for held in titles.values())}
    labels = {
        document: label
        for document, held in titles.items()
        if (label := _in_a_row(question, held - common))
    }
    if len(set(labels.values())) < len(labels) or len(labels) < 2:
        return {}
    return dict(sorted(labels.items(), key=lambda one: question.find(one[1])))


def _in_a_row(question: str, names: set[str]) -> str:
    """These names as the question writes them, "" where they stand apart from each other."""
    found = [word for word in WORD.finditer(question) if names.intersection(content_terms(word[0]))]
    if not found:
        return ""
    label = question[found[0].start() : found[-1].end()]
    together = len(WORD.findall(label)) == len(found)
    return label.removesuffix("'s").removesuffix("’s") if together else ""


def bears(names: Sequence[str], document: Document, text: str) -> bool:
    """Whether a document has each of these names whole, in its text or in what it is called."""
    held = " ".join(f"{document.name} {document.title} {document.matter} {text}".split()).casefold()
    return all(name.casefold() in held for name in names)


def long_names(question: str) -> list[str]:
    """Names of so many words that only who bears them has them: not two of a kind's words."""
    return [" ".join(name.split()) for name in _LONG_NAME.findall(question)]


def parallel(told: Sequence[tuple[FlatSentence, Span]]) -> bool:
    """Whether they are one clause as several documents have it, but for what each says."""
    held = [
        {term for start, end, term in sentence.words if end <= span.start or start >= span.end}
        for sentence, span in told
    ]
    return all(len(held[0] & one) >= PARALLEL * len(held[0] | one) for one in held[1:])
