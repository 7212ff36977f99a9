"""The shapes of passages, quotes and answers in replies."""

from typing import Literal

from pydantic import Field

from api.schemas.base import ChangeReply, OpinionReply, Reply


class PlaceReply(Reply):
    document_id: str
    document: str
    title: str
    path: str
    matter: str
    original_problem: str | None = Field(None, description="As of a document.")
    original_code: str | None = None
    page: int | None
    char_start: int = Field(description="Offset in characters into the document's text.")
    char_end: int


class SpokenReply(PlaceReply):
    page_line: str | None = Field(
        None, description="Page and lines as printed in its margin.", examples=["47:12-15"]
    )
    opinion: OpinionReply | None = Field(None, description="Of which part of a court's opinion.")


class PassageReply(SpokenReply):
    rank: int
    number: int
    heading: str
    text: str
    before: str = Field("", description="With `around`: what stands before it.")
    after: str = Field("", description="With `around`: what stands after it.")
    also_in: list[SpokenReply] = Field([], description="Where the same text stands elsewhere.")


class QuoteReply(SpokenReply):
    number: int = Field(description="The passage it is from, as cited by [number].")
    heads: str | None = Field(None, description="Heads of the columns, above rows of a table.")
    text: str = Field(description="Exactly the document's text from char_start to char_end.")
    changes: list[ChangeReply] = Field(
        [], description="What was inserted or deleted in it, as tracked or struck out."
    )


class DirectReply(Reply):
    kind: Literal[
        "amount",
        "percentage",
        "duration",
        "date",
        "number",
        "law",
        "court",
        "place",
        "parties",
        "person",
        "yes",
        "no",
        "clause",
    ] = Field(description="`clause` is neither yes nor no: it has a condition.")
    number: int = Field(description="The quote that it is marked in, as cited by [number].")
    document_id: str
    char_start: int = Field(description="Inside that quote, counted as a quote's are.")
    char_end: int
    text: str = Field(description="Exactly the document's text from char_start to char_end.")
    label: str = Field(description="Where documents are compared, which it is of; else empty.")


class CitationReply(Reply):
    number: int
    verdict: Literal["supported", "contradicted", "not_said", "unknown"] = Field(
        description="What the passage says of the sentence; `unknown`: it is none that can be "
        "checked, or there is no such passage. A judge can err: `supported` is no proof."
    )


class SentenceReply(Reply):
    text: str
    citations: list[CitationReply]


class ProseReply(Reply):
    text: str
    sentences: list[SentenceReply]
    withheld: int = Field(
        description="Sentences of a small model that are not shown, since one matched no quote."
    )


class AnswerReply(Reply):
    question: str
    answer: ProseReply
    direct: list[DirectReply] = Field(
        description="The words of the quotes that answer by themselves; none where none do plainly."
    )
    quotes: list[QuoteReply]
    passages: list[PassageReply]
    abstained: bool = Field(description="Nothing was sure enough to be an answer.")
    uncertain: bool = Field(description="What is quoted may not answer.")
    confidence: float = Field(description="From 0 to 1: how probably the passages answer.")
    reason: str | None = Field(description="Why it abstained, or has no prose.")
    model: str | None
    timings: dict[str, float]
