"""The one importer of unstructured, and the one place where its wish for a model is answered.

unstructured tags words with a spaCy model that it downloads at first use. A
blank English pipeline with rules takes its place: sentences by punctuation,
and verbs by a list, which is all that its classifiers ask of the tags.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from unstructured.documents.elements import Element
from unstructured.nlp import tokenize
from unstructured.partition.pptx import partition_pptx

_VERBS = re.compile(
    "is|are|was|were|be|been|has|have|had|do|does|did|shall|will|may|must|can|could|should|would"
    "|agrees?|agreed|[a-z]{3,}(?:ed|ing|ize|ise|ify)"
)


@Language.component("verbs_by_rule")
def _tag_verbs(doc: Doc) -> Doc:
    for token in doc:
        token.tag_ = "VB" if _VERBS.fullmatch(token.lower_) else "NN"
    return doc


def _pipeline() -> Language:
    english = spacy.blank("en")
    english.add_pipe("sentencizer")
    english.add_pipe("verbs_by_rule")
    return english


_ENGLISH = _pipeline()
setattr(tokenize, "_get_nlp", lambda: _ENGLISH)  # noqa: B010 - it is declared as a cache


@dataclass(frozen=True, slots=True)
class Part:
    """One element: unstructured's name for its kind, and a table's rows as HTML ("" if none)."""

    kind: str
    text: str
    table: str
    slide: int | None


def partition_slides(file: IO[bytes]) -> Iterator[Part]:
    """The parts of a .pptx file, in order, without speaker notes."""
    yield from _parts(
        partition_pptx(
            file=file,
            languages=[""],
            include_page_breaks=False,
            include_slide_notes=False,
        )
    )


def _parts(elements: list[Element]) -> Iterator[Part]:
    for element in elements:
        found = element.metadata
        yield Part(element.category, element.text, found.text_as_html or "", found.page_number)
