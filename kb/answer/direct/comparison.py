"""Whether a document is the one that a question names, and whether several say it alike."""

import re
from collections.abc import Sequence

from kb.answer.direct.forms import Span
from kb.answer.direct.sentence import FlatSentence
from kb.domain import Document

PARALLEL = 0.5
"""Of the words of two sentences, what they say left out, the share that both have."""
_LONG_NAME = re.compile(r"\b[A-Z][\w&’'-]*(?: [A-Z][\w&’'-]*){2,}")


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
