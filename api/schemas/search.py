"""The shapes of searching and asking, for OpenAPI, and by what they are narrowed."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from api.schemas.answers import PassageReply, PlaceReply
from api.schemas.base import DocumentReply, MatterNames, Reply
from kb.app.narrowing import Narrowing
from kb.search.filter_parser import filters_of
from kb.search.surrounding import MOST

Texts = Annotated[
    Any,  # `kb.search.filter_parser` refuses what is neither, in a sentence
    WithJsonSchema({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}),
]
Day = Annotated[Any, WithJsonSchema({"type": "string", "examples": ["2024-03-01", "2024"]})]


class FilterFields(BaseModel):
    """Several values of one are alternatives, different ones hold all together.

    Words that the value holds, whatever their case and order; in double quotes the whole value.
    """

    model_config = ConfigDict(
        extra="allow",  # so that `kb.search.filter_parser` can name the filters that there are
        json_schema_extra={
            "additionalProperties": False,
            "examples": [{"court": ["delaware"], "after": "2019"}],
        },
    )

    matter: Texts = Field(default=[], description="Names of matters.")
    client: Texts = Field(default=[], description="Clients of matters.")
    type: Texts = Field(default=[], description="Kinds of document.", examples=[["lease"]])
    court: Texts = []
    jurisdiction: Texts = Field(default=[], description="Whose law governs, or whose court it is.")
    judge: Texts = []
    party: Texts = []
    language: Texts = Field(default=[], description="ISO 639-1 codes or English names.")
    author: Texts = []
    docket: Texts = Field(default=[], description="Numbers of cases, or parts of them.")
    bates: Texts = Field(
        default=[], description="Bates numbers or ranges.", examples=[["ABC-000123"]]
    )
    version: Texts = Field(
        default=[], description="`current` or `old`, which takes in old versions."
    )
    after: Day = Field(default=None, description="Dated on this day or later.")
    before: Day = Field(default=None, description="Dated on this day or earlier.")


class Narrowed(BaseModel):
    """What every search may be narrowed by."""

    model_config = ConfigDict(extra="forbid")

    matters: MatterNames = []
    filters: FilterFields = FilterFields()

    def narrowing(self, *, old: bool = False, among: str = "") -> Narrowing:
        """Raises `BadRequest` for a filter."""
        filters = filters_of(self.filters.model_dump(exclude_unset=True))
        return Narrowing(tuple(self.matters), filters, old, among.strip())


class SearchRequest(Narrowed):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"query": "cap on liability", "limit": 5}]},
    )

    query: str = Field(min_length=1, max_length=4000, pattern=r"\S")
    limit: int = Field(10, ge=1, le=200, description="Most passages to return.")
    old_versions: bool = Field(False, description="Search old versions of documents as well.")
    facets: bool = Field(
        False, description="Count the documents that the filters leave, as `/v1/facets` does."
    )
    known: bool = Field(
        False, description="Add to each passage `type` and `date` of its document, as lists."
    )
    mode: Literal["best", "terms"] = Field(
        "best",
        description="`best` ranks by meaning and by words; with `terms` the query is an "
        "expression of terms and connectors (docs/search.md).",
        examples=["terms"],
    )
    offset: int = Field(
        0, ge=0, le=10_000_000, description="With `terms`: passages to pass over first."
    )
    around: int = Field(
        0,
        ge=0,
        le=MOST,
        description="Characters that are told before and after each passage, in whole sentences.",
    )


class AskRequest(Narrowed):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"question": "When does the lease end?"}]},
    )

    question: str = Field(min_length=1, max_length=4000, pattern=r"\S")
    among: str = Field(
        "",
        max_length=4000,
        description="Terms and connectors; only documents that match them are asked.",
        examples=["lease and court:delaware"],
    )
    llm: bool = Field(True, description="False: quotes alone, which need no model and no turn.")
    limit: int = Field(8, ge=1, le=20, description="Most passages to quote from.")
    stream: bool | None = Field(
        None, description="True or false, whatever the Accept header says; null follows it."
    )


class FacetsRequest(Narrowed):
    old_versions: bool = Field(False, description="Count old versions of documents as well.")
    among: str = Field(
        "",
        max_length=4000,
        description="Terms and connectors; only documents that match them are counted.",
    )


class ValueReply(Reply):
    value: str = Field(description="In double quotes, it is the filter for just these documents.")
    count: int = Field(description="Documents.")


class FacetReply(Reply):
    values: list[ValueReply] = Field(description="Most documents first.")
    more: int = Field(description="How many values are not told.")


class FacetsReply(Reply):
    selected: int = Field(description="How many documents all filters leave.")
    facets: dict[str, FacetReply] = Field(
        description="By type, court, jurisdiction, judge, year, party, language, matter and "
        "client; when one is counted, its own filter is left out."
    )


class FoundPassageReply(PassageReply):
    spans: list[tuple[int, int]] = Field(
        [], description="With `terms`: char_start and char_end of each place that was found in it."
    )


class MatchedReply(Reply):
    documents: int
    passages: int


class SearchReply(Reply):
    query: str
    passages: list[FoundPassageReply]
    timings: dict[str, float] = Field(description="Milliseconds.")
    degraded: str | None = Field(
        None, description="What part of the search could not be used, as a sentence."
    )
    selected: int | None = Field(None, description="With `facets`: see `/v1/facets`.")
    facets: dict[str, FacetReply] | None = None
    matched: MatchedReply | None = Field(
        None, description="With `terms`: how many documents and passages match in all."
    )
    understood: str | None = Field(
        None, description="With `terms`: the expression with all its parentheses."
    )


class SimilarRequest(Narrowed):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"document": "lease.pdf", "page": 2, "limit": 5}]}
    )

    document: str = Field(
        min_length=1, max_length=4000, description="An id, or a path or name that is unique."
    )
    page: int | None = Field(None, ge=1, description="Only this page of it.")
    start: int | None = Field(None, ge=0, description="A passage's first character.")
    end: int | None = Field(None, ge=1, description="One past its last character.")
    limit: int = Field(10, ge=1, le=100, description="Most passages, and most documents.")
    old_versions: bool = Field(False, description="Compare old versions of documents as well.")
    known: bool = Field(False, description="Add to all found `type` and `date`, as lists.")


class AlikeDocumentReply(DocumentReply):
    rank: int
    similarity: float | None = Field(
        description="Of whole documents: the cosine of their mean vectors."
    )
    also_in: list[DocumentReply] = Field(description="Other documents with the same text.")


class SimilarReply(Reply):
    query: str = Field(description="The name of what was compared.")
    source: PlaceReply
    passages: list[PassageReply]
    documents: list[AlikeDocumentReply] = Field(
        description="Most like it first; of a passage, in the order of their best passages."
    )
    timings: dict[str, float] = Field(description="Milliseconds.")
    degraded: str | None = None
