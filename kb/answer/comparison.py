"""Which documents a question sets side by side, and what it calls each of them."""

import re
from collections.abc import Iterable

from kb.domain import Document, DocumentId
from kb.search.hybrid.cross_encoder_input import WORD
from kb.search.hybrid.document_names import label
from kb.search.hybrid.query import Understood
from kb.text.analyzer import content_terms

_COMPARES = re.compile(
    r"\b(?:compar\w+|versus|vs\.?|as opposed to|as against|respectively|differ\w*|"
    r"and (?:which|what|who|when|how|that of))\b",
    re.IGNORECASE,
)
_MAY_COMPARE = re.compile(
    r"\b(?:both|each|than|likewise|same|and (?:in|for|under|to|by|of|from) the)\b", re.IGNORECASE
)
"""So do other questions: these compare documents that are called alike but for one name."""
_BESIDE = re.compile(
    r",?\s*\b(?:compared (?:with|to)|as compared|versus|vs\.?|as opposed to|than|"
    r"and (?:which|what|how|who|when|that of))\b.*?(?=\?|$)|^\s*compare\s+",
    re.IGNORECASE,
)


def compared(asked: Understood, documents: Iterable[Document]) -> dict[DocumentId, str]:
    """At least two of these documents with what each is called, in the question's order, or none.

    One is called by the names in the question that stand in a row and that it bears alone.
    """
    known = {one.id: one for one in documents}
    if len(asked.documents) > 1:
        meant = [one for one in known.values() if one.id in asked.documents]
        return {one.id: _called(one, asked) for one in meant} if len(meant) > 1 else {}
    if not (_COMPARES.search(asked.text) or _MAY_COMPARE.search(asked.text)):
        return {}
    words = {document: label(one, ()) for document, one in known.items()}
    borne = [name for held in words.values() for name in held & asked.naming]
    alone = {name for name in borne if borne.count(name) == 1}
    labels = {
        document: told
        for document, held in words.items()
        if (told := _in_a_row(asked.text, held & alone))
    }
    alike = set(content_terms(asked.text)).intersection(*(words[one] for one in labels))
    if len(labels) < 2 or not (alike or _COMPARES.search(asked.text)):
        return {}
    return dict(sorted(labels.items(), key=lambda one: asked.text.find(one[1])))


def _called(document: Document, asked: Understood) -> str:
    """A document's title, or its file's name, in the capitals in which the question writes it."""
    name = document.title or document.name
    written = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", asked.text, re.IGNORECASE)
    return written[0] if written else name


def by_itself(question: str) -> str:
    """A comparison without what it says of the other document, which is not asked of this one."""
    rest = " ".join(_BESIDE.sub(" ", question).split()).replace(" ?", "?")
    return rest if content_terms(rest) else question


def _in_a_row(question: str, names: set[str]) -> str:
    """These names as the question writes them, "" where they stand apart from each other."""
    found = [word for word in WORD.finditer(question) if names.intersection(content_terms(word[0]))]
    if not found:
        return ""
    told = question[found[0].start() : found[-1].end()]
    together = len(WORD.findall(told)) == len(found)
    return told.removesuffix("'s").removesuffix("’s") if together else ""
