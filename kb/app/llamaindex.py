"""The scoped search and the answers, offered to programs that are written with LlamaIndex.

Importing llama-index takes seconds, so nothing else in the house imports this file.
"""

from typing import Any

from llama_index.core.base.response.schema import Response
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from kb.app.ask import Inquiry, Question
from kb.app.bootstrap import KnowledgeBase
from kb.app.narrowing import Selected
from kb.domain import Passage, Quote, Scope
from kb.serializers.direct import direct_json, direct_line
from kb.serializers.results import answer_json, passage_json


class KBRetriever(BaseRetriever):
    """Passages in rank order; a node's score is 1 / rank, since fused ranks have no scale."""

    def __init__(self, kb: KnowledgeBase, scope: Scope, limit: int) -> None:
        super().__init__()
        self._kb = kb
        self._scope = scope
        self._limit = limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        result = self._kb.retriever.search(query_bundle.query_str, self._scope, limit=self._limit)
        return [_node(passage) for passage in result.passages]


MAY_NOT_ANSWER = "These quotes may not answer the question."


class KBQueryEngine(CustomQueryEngine):
    """`str(response)` is the prose, or the direct answer and the quotes where there is none.

    `response.metadata` is the whole answer in the shape of `kb ask --json`.
    """

    kb: Any
    scope: Any
    llm: bool

    def custom_query(self, query_str: str) -> Response:
        question = Question(query_str, llm=self.llm)
        answer = Inquiry(self.kb, question, Selected(self.scope)).answer()
        direct = "\n".join(direct_line(direct_json(one)) for one in answer.direct)
        parts = [direct, *map(_said, answer.quotes)] if not answer.abstained else []
        shown = "\n\n".join(part for part in parts if part)
        if answer.uncertain:
            shown = f"{MAY_NOT_ANSWER}\n\n{shown}"
        return Response(
            response=answer.text or shown or answer.reason,
            source_nodes=[_node(passage) for passage in answer.passages],
            metadata=answer_json(answer),
        )


def as_retriever(kb: KnowledgeBase, scope: Scope, *, limit: int = 10) -> KBRetriever:
    """A LlamaIndex retriever that sees what `scope` may read and nothing else."""
    return KBRetriever(kb, scope, limit)


def as_query_engine(kb: KnowledgeBase, scope: Scope, *, llm: bool = True) -> KBQueryEngine:
    """A LlamaIndex query engine: quotes, prose with judged citations, abstention."""
    return KBQueryEngine(kb=kb, scope=scope, llm=llm)


def _said(quote: Quote) -> str:
    """A quote, and whose words they are where a judge does not speak for the court."""
    apart = quote.opinion is not None and quote.opinion.separate
    return f"({quote.opinion.named}) {quote.text}" if quote.opinion and apart else quote.text


def _node(passage: Passage) -> NodeWithScore:
    told = passage_json(passage)
    text = told.pop("text")
    return NodeWithScore(
        node=TextNode(id_=passage.chunk.id, text=text, metadata=told), score=1 / passage.rank
    )
