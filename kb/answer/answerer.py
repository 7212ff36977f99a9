"""The way of one question: sources, quotes, abstention or prose, judged; as events."""

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from functools import cache

from kb.answer import prompts
from kb.answer.abstention import Evidence, calibrated, features
from kb.answer.citation_check import judge
from kb.answer.coverage import read_closely
from kb.answer.model_queue import Turn
from kb.answer.question import take_apart
from kb.answer.quotes import Canonical, choose
from kb.domain import DocumentId, Passage, Quote, Scope
from kb.domain.events import (
    Answer,
    Done,
    Event,
    Failed,
    Judged,
    Queued,
    Quotes,
    Sentence,
    Sources,
    Token,
)
from kb.errors import KBError, ModelFailed
from kb.guard.audit import Audit, shown_spans
from kb.ports import ChatModel, Reranker
from kb.search.hybrid.candidates import StoreView
from kb.search.hybrid.retriever import Retriever
from kb.store.vectors.embedders import Embedders

NOTHING_READABLE = "There is nothing to read here yet. Add documents, then ask again."
NOTHING_LEFT = (
    "No document is left to answer from by what the question was narrowed to. "
    "Take away a filter or a term, then ask again."
)
NOT_FOUND = (
    "No passage was found that answers this. The nearest passages are shown; "
    "they may not be about your question."
)
NO_MODEL = "No language model is installed, so these are the quotes alone."
QUOTES_ONLY = "Quotes alone were asked for."
_STOPPED = "The answer was stopped."


@dataclass(frozen=True, slots=True)
class Answering:
    """What an answer is made with; `chat` is None where no model is installed."""

    retriever: Retriever
    reader: StoreView
    embedders: Embedders
    reading: Reranker
    audit: Audit
    chat: ChatModel | None
    max_tokens: int


@dataclass(slots=True)
class _Draft:
    """An answer as it grows."""

    question: str
    scope: Scope
    within: frozenset[DocumentId] | None = None
    started: float = field(default_factory=time.perf_counter)
    timings: dict[str, float] = field(default_factory=dict)
    passages: tuple[Passage, ...] = ()
    quotes: tuple[Quote, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    text: str = ""
    abstained: bool = False
    reason: str | None = None
    model: str | None = None

    def mark(self, name: str) -> None:
        self.timings[name] = (time.perf_counter() - self.started) * 1000

    def done(self) -> Done:
        self.mark("total_ms")
        return Done(
            Answer(
                self.question,
                self.text,
                self.sentences,
                self.quotes,
                self.passages,
                self.abstained,
                self.reason,
                self.model,
                self.timings,
            )
        )


class Answerer:
    def __init__(self, made_with: Answering) -> None:
        self._with = made_with

    def events(
        self,
        question: str,
        scope: Scope,
        *,
        turn: Turn | None,
        limit: int = 8,
        within: frozenset[DocumentId] | None = None,
    ) -> Generator[Event, None, None]:
        """Sources, Quotes, then prose if `turn` is given; ends with Done or Failed.

        `within` leaves only these of the scope's documents to answer from.

        The caller gives the turn back (`turn.leave()`), also when it stops listening;
        setting `turn.stop` ends the prose at once. Raises nothing once it has begun.
        """
        draft = _Draft(question, scope, within)
        try:
            if turn and self._with.chat:
                self._with.chat.prepare()  # while the passages are found and read
                yield Queued(turn.ahead)
            self._look(draft, limit)
            yield Sources(draft.passages)
            yield Quotes(draft.quotes)
            if turn is None and not draft.abstained:
                draft.reason = QUOTES_ONLY
            elif self._with.chat is None and not draft.abstained:
                draft.reason = NO_MODEL
            elif turn and self._with.chat and not draft.abstained:
                yield from self._prose(draft, self._with.chat, turn)
            yield draft.done()
        except KBError as error:
            yield Failed(error.code, error.message)

    def answer(
        self,
        question: str,
        scope: Scope,
        *,
        turn: Turn | None,
        limit: int = 8,
        within: frozenset[DocumentId] | None = None,
    ) -> Answer:
        """The last event's answer. Raises `KBError` where the events end with Failed."""
        for event in self.events(question, scope, turn=turn, limit=limit, within=within):
            if isinstance(event, Done):
                return event.answer
            if isinstance(event, Failed):
                raise ModelFailed(event.problem)
        raise ModelFailed("The answer ended early. Ask again.")

    def _look(self, draft: _Draft, limit: int) -> None:
        searched = self._with.retriever.find(
            draft.question, draft.scope, limit=limit, within=draft.within
        )
        draft.passages = searched.result.passages
        draft.mark("retrieve_ms")
        embedder = self._with.embedders.now()
        asked = take_apart(draft.question, searched.match, embedder)
        found = read_closely(asked, draft.passages, searched.match, embedder)
        draft.quotes = tuple(choose(found, self._canonical(draft.scope)))
        known = searched.readings.of(self._with.reading)
        evidence = Evidence(draft.passages, found, self._with.reading, known)
        values = features(asked, searched.match, evidence)
        draft.abstained = not draft.passages or not calibrated().relevant(values)
        if draft.abstained:
            nothing = NOTHING_READABLE if draft.within is None else NOTHING_LEFT
            draft.reason = NOT_FOUND if draft.passages else nothing
        draft.mark("quotes_ms")
        shown = shown_spans(draft.passages)
        self._with.audit.record(draft.scope.user_id, "ask", draft.question, shown)

    def _canonical(self, scope: Scope) -> Callable[[Passage], Canonical]:
        library, contents = self._with.reader.library, self._with.reader.contents

        @cache
        def of(document: DocumentId) -> Canonical:
            return Canonical(library.text(document, scope), contents.pages(document, scope))

        return lambda passage: of(passage.document.id)

    def _prose(self, draft: _Draft, chat: ChatModel, turn: Turn) -> Generator[Event, None, None]:
        yield from _wait(turn)
        draft.model = chat.name
        pieces: list[str] = []
        try:
            asked = prompts.messages(
                draft.question,
                draft.quotes,
                count=chat.count,
                budget=chat.context - self._with.max_tokens,
            )
            for piece in chat.stream(asked, max_tokens=self._with.max_tokens, stop=turn.stop):
                if not pieces:
                    draft.mark("first_token_ms")
                pieces.append(piece)
                yield Token(piece)
        except ModelFailed as error:
            draft.reason = error.message  # the quotes stand without the prose
        if turn.stop.is_set():
            draft.reason = _STOPPED
        draft.text = "".join(pieces).strip()
        draft.sentences = tuple(judge(draft.text, _sources(draft.passages, draft.quotes)))
        yield Judged(draft.sentences)


def _wait(turn: Turn) -> Generator[Event, None, None]:
    ahead = turn.ahead
    while not turn.wait(0.25) and not turn.stop.is_set():
        if turn.ahead != ahead:
            ahead = turn.ahead
            yield Queued(ahead)


def _sources(passages: Sequence[Passage], quotes: Sequence[Quote]) -> dict[int, str]:
    """What stands behind each number the model saw: the quotes of it and its document's name."""
    shown = {quote.number for quote in quotes}
    return {
        p.number: f"{p.document.name} {p.document.title} {p.chunk.heading} {p.chunk.text}"
        for p in passages
        if p.number in shown
    }
