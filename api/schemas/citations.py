"""The shapes of legal citations in replies, for OpenAPI; `kb.serializers.citations` fills them."""

from pydantic import BaseModel, Field

from api.schemas.base import OpinionReply, Reply
from kb.domain.citations import CitationKind


class TreatmentReply(Reply):
    words: str = Field(examples=["overruled"])
    char_start: int
    char_end: int


class MentionReply(Reply):
    kind: CitationKind
    page: int | None
    char_start: int
    char_end: int
    text: str = Field(description="The words of the citation, verbatim.", examples=["Id. at 120"])
    pin: str = Field(description="The page or subsection meant.", examples=["120"])
    treatment: list[TreatmentReply] = Field(
        description="Words near the citation; a hint where to look, not a judgment."
    )


class HeldReply(Reply):
    document_id: str
    document: str
    title: str
    path: str
    matter: str


class AuthorityReply(Reply):
    authority: str = Field(examples=["410 U.S. 113"])
    kind: CitationKind
    name: str = Field(examples=["Roe v. Wade"])
    court: str
    year: int | None
    parallel: list[str] = Field(examples=[["93 S. Ct. 705"]])
    pages: list[int] = Field(description="Pages of the document that cite it.")
    mentions: list[MentionReply]
    treatment: list[str] = Field(description="All words of its mentions, each once.")
    held: list[HeldReply] = Field(description="The documents that are it; none: it is lacking.")


class TableReply(HeldReply):
    own: list[str] = Field(description="The document's own citations, as it says.")
    authorities: list[AuthorityReply]
    lacking: list[str] = Field(description="Authorities of which no document is held.")
    unresolved: list[MentionReply] = Field(description="What points back at nothing found.")
    note: str


class CitedPassage(Reply):
    page: int | None
    char_start: int
    char_end: int
    heading: str
    opinion: OpinionReply | None = None
    text: str


class CitingReply(HeldReply):
    mentions: list[MentionReply]
    passages: list[CitedPassage]


class CitedReply(Reply):
    query: str
    names: list[str] = Field(description="Names under which it is cited.")
    held: list[HeldReply] = Field(description="The documents that are it.")
    citing: list[CitingReply]
    documents: int
    citations: int
    note: str


class Cites(BaseModel):
    """Which authority, and where it is looked for."""

    citation: str = Field(
        min_length=1, max_length=300, pattern=r"\S", examples=["410 US 113", "Roe v. Wade"]
    )
    matter: list[str] = Field([], description="Names; none means all.")
    superseded: bool = Field(False, description="Count old versions as well.")
