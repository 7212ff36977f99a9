"""The shapes of requests and replies, for OpenAPI; `kb.serializers.results` fills the replies."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from kb.domain import OpinionPart, Status


class Reply(BaseModel):
    """Replies may gain fields; a reader ignores what it does not know."""

    model_config = ConfigDict(extra="allow")


class Problem(BaseModel):
    code: str = Field(description="For programs.", examples=["not-found"])
    problem: str = Field(
        description="For people: what happened, to what, and what to do next.",
        examples=["There is no document “3f2a” here. `kb status` counts what there is."],
    )


class ErrorReply(BaseModel):
    """Every refusal and failure has this shape."""

    error: Problem


def refusal(
    status: int, code: str, problem: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    body = ErrorReply(error=Problem(code=code, problem=problem))
    return JSONResponse(body.model_dump(), status_code=status, headers=headers)


MatterNames = Annotated[
    list[str],
    Field(
        max_length=200,
        description="Names of the matters to read; empty means all that the reader may read.",
        examples=[["Northwind lease"]],
    ),
]


class MatterRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, pattern=r"\S", examples=["Northwind lease"])
    client: str = Field("", max_length=200, examples=["Northwind Ltd"])


class FactRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    values: list[Annotated[str, Field(max_length=300)]] = Field(
        max_length=200,
        description="All of its values, in place of what was read.",
        examples=[["Aldergate Holdings Ltd", "Cobble Lane Books"]],
    )


class MatterReply(Reply):
    id: str
    matter: str = Field(description="Its name.", examples=["Northwind lease"])
    client: str
    opened: str


class MattersReply(Reply):
    matters: list[MatterReply]


class DocumentReply(Reply):
    document_id: str
    document: str = Field(description="Its name.", examples=["lease.pdf"])
    title: str
    path: str
    matter: str
    media_type: str = Field(examples=["application/pdf"])
    size: int = Field(description="Bytes.")
    sha256: str
    pages: int | None = Field(description="Null for formats without pages, or not yet known.")
    chunks: int
    status: Status = Field(description="Searchable by words from `words` on, fully from `ready`.")
    problem: str | None = Field(description="Why it failed, or which part could not be read.")
    code: str | None = Field(description="The problem's kind, for programs.")
    current: bool = Field(description="False for an old version, which searches leave out.")
    original_problem: str | None = Field(
        None, description="What was found wrong with the file as it was received, if anything."
    )
    original_code: str | None = Field(None, examples=["original-changed"])
    added_at: str


class SourceReply(Reply):
    path: str
    seen_at: str
    added_by: str


class PageReply(Reply):
    number: int
    char_start: int
    char_end: int
    label: str = Field(description="The Bates number stamped on it, or empty.")
    printed: int | None = Field(
        None, description="The page number it bears, where that is not its place in the file."
    )


class OpinionReply(Reply):
    part: OpinionPart = Field(description="Whose words they are: only two are the court's reasons.")
    by: str | None = Field(description="The judge, or several; null where that is not told.")


class OpinionSpanReply(OpinionReply):
    char_start: int
    char_end: int


class ChildReply(Reply):
    document_id: str
    path: str = Field(examples=["/mail/offer.eml!/lease.pdf"])


class VersionReply(ChildReply):
    version: int = Field(description="Counts from 1 the contents that this path has had.")
    seen_at: str


class RelatedReply(DocumentReply):
    date: str | None = Field(description="Of a mail of the thread: the day it was sent.")


class FactSpanReply(Reply):
    name: str = Field(examples=["date"])
    value: str = Field(description="As in `facts`; the span holds the words it was read from.")
    char_start: int
    char_end: int


class KnownFacts(Reply):
    facts: dict[str, list[str]] = Field(
        description="Values by name; a fact of which nothing is known is absent.",
        examples=[{"type": ["lease"], "date": ["2024-03-01"], "party": ["Aldergate Holdings"]}],
    )
    fact_spans: list[FactSpanReply] = Field(
        description="Where the facts that were read from the text stand in it, in its order."
    )
    stated: list[str] = Field(description="Names of the facts that a person stated.")


class FactsReply(KnownFacts):
    document_id: str


class DocumentDetail(DocumentReply, KnownFacts):
    sources: list[SourceReply]
    parents: list[str] = Field(description="Mails and archives in which it was found.")
    children: list[ChildReply] = Field(description="What was found in it.")
    versions: list[VersionReply] = Field(description="Contents of its paths, oldest first.")
    thread: list[str] = Field(description="Mails of the same conversation.")
    same_mail: list[str] = Field(description="Other copies of the same message.")
    related: list[RelatedReply] = Field(description="The documents of these ids, at most 200.")
    changes: int = Field(description="How many tracked changes and comments it has.")
    page_spans: list[PageReply] = Field(description="Each page's span in the canonical text.")
    opinion_parts: list[OpinionSpanReply] = Field(description="Who speaks where, of an opinion.")


class DocumentsReply(Reply):
    documents: list[DocumentReply] = Field(description="Newest first.")
    counts: dict[str, int] = Field(description="How many there are, by status.")
    next: str | None = Field(description="Pass it as `after` for the next page; null at the end.")


class ChangeReply(Reply):
    kind: Literal["insertion", "deletion", "comment"]
    author: str
    date: str = Field(description="ISO 8601 as the file gives it, or empty.")
    char_start: int = Field(description="A deletion's span is empty, at the place it stood.")
    char_end: int
    text: str = Field(description="The words inserted or deleted, or what the comment says.")


class ChangesReply(Reply):
    document_id: str
    changes: list[ChangeReply] = Field(description="In the order of the text.")


class RefusedReply(Reply):
    path: str
    problem: str
    code: str = Field(examples=["too-large"])


class ReceivedReply(Reply):
    documents: list[DocumentReply] = Field(description="As received, in the order sent.")
    refused: list[RefusedReply] = Field(
        [], description="Of a job: files that were not taken in, and why."
    )


class StatusReply(Reply):
    ready: bool
    reasons: list[str] = Field(description="Why it is not ready, as sentences.")
    documents: dict[str, int] = Field(description="How many the reader may see, by status.")
    words_only: int = Field(
        description="How many of these are found, wholly or in part, by their words alone."
    )
    matters: int
    max_file_mb: int


class ReindexReply(BaseModel):
    vectors: int = Field(description="How many the new index holds.")


class HealthReply(BaseModel):
    status: Literal["ok"] = "ok"


class ReadyReply(BaseModel):
    ready: bool
    reasons: list[str]


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries for these statuses, all of the one error shape."""
    said = {
        400: "The request cannot be served as it was written.",
        409: "Several documents have that name, or an original has changed since it was taken in.",
        404: "Nothing of that name exists that this reader may read.",
        408: "The request came too slowly; nothing of what was not whole is kept.",
        410: "The original is missing from the store.",
        413: "More bytes than the settings allow.",
        422: "A field is missing or out of range, or the document cannot be shown.",
        503: "Busy or not ready; Retry-After says when to ask again.",
    }
    return {status: {"model": ErrorReply, "description": said[status]} for status in statuses}
