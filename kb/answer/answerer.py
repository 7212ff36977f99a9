"""The way of one question: sources, quotes, abstention or prose, judged; as events."""

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice

from kb.answer import prompts
from kb.answer.abstention import Readers, labelled
from kb.answer.citation_check import Cited, judge, passes
from kb.answer.evidence import Evidence, Looking, direct, quoted
from kb.answer.model_queue import Turn
from kb.answer.quotes import Canonical
from kb.domain import DocumentId, Passage, Quote, Scope
from kb.domain.events import (
    Answer,
    Direct,
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
from kb.ports import ChatModel
from kb.search.hybrid.candidates import StoreView
from kb.search.hybrid.cross_encoder_input import WORD
from kb.search.hybrid.retriever import Retrieved, Retriever
from kb.search.page_lines import placed
from kb.text.analyzer import content_terms, language_of
from kb.text.messages import said

LEAST_PARAMETERS = 3_000_000_000
"""A model with fewer is believed only where the words of each of its sentences match a quote."""


@dataclass(frozen=True, slots=True)
class Answering:
    """What an answer is made with; `chat` is None where no model is installed."""

    retriever: Retriever
    reader: StoreView
    readers: Readers
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
    direct: tuple[Direct, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    text: str = ""
    abstained: bool = False
    uncertain: bool = False
    confidence: float = 0.0
    reason: str | None = None
    model: str | None = None
    withheld: int = 0

    def say(self, key: str, *, count: int | None = None, **values: object) -> str:
        """What is said of the answer, in the language of its question."""
        return said(f"answer.{key}", language_of(self.question), count=count, **values)

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
                abstained=self.abstained,
                uncertain=self.uncertain,
                confidence=self.confidence,
                reason=self.reason,
                model=self.model,
                withheld=self.withheld,
                direct=self.direct,
                timings=self.timings,
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
            yield Quotes(
                draft.quotes,
                abstained=draft.abstained,
                uncertain=draft.uncertain,
                direct=draft.direct,
            )
            if turn is None and not draft.abstained:
                draft.reason = draft.reason or draft.say("quotes-only")
            elif self._with.chat is None and not draft.abstained:
                draft.reason = draft.reason or draft.say("no-model")
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
        using = self._with
        looking = Looking(using.retriever, using.reader, using.readers, draft.mark)
        seen = looking.evidence(draft.question, draft.scope, limit=limit, within=draft.within)
        passages = tuple({p.chunk.id: p for one in seen for p in one.passages}.values())
        draft.passages = placed(passages, using.reader.lines.pages, draft.scope)
        draft.confidence = max(one.confidence for one in seen)
        lacking = [one for one in seen if one.confidence < one.model.floor]
        draft.abstained = len(lacking) == len(seen)
        sure = all(one.confidence >= one.model.sure for one in seen)
        draft.uncertain = not draft.abstained and not sure
        if draft.abstained:
            nothing = "nothing-readable" if draft.within is None else "nothing-left"
            there = bool(draft.passages)
            draft.reason = _not_found(draft, seen[0].found) if there else draft.say(nothing)
        elif lacking:
            draft.reason = draft.say("part-not-found", parts=_asked_in(draft, lacking))
        canonical = self._canonical(draft.scope)
        draft.quotes = self._with_changes(quoted(seen, canonical), draft.scope)
        draft.direct = direct(seen, draft.quotes, lambda passage: canonical(passage).text)
        draft.mark("quotes_ms")
        shown = shown_spans(draft.passages)
        using.audit.record(draft.scope.user_id, "ask", draft.question, shown)

    def _with_changes(self, quotes: Sequence[Quote], scope: Scope) -> tuple[Quote, ...]:
        changes = self._with.reader.contents.changes_within
        return tuple(
            replace(q, changes=changes(q.document.id, (q.char_start, q.char_end), scope))
            for q in quotes
        )

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
            written = chat.stream(asked, max_tokens=self._with.max_tokens, stop=turn.stop)
            for piece in islice(written, self._with.max_tokens):  # also of one that never stops
                if believed(chat):
                    if not pieces:
                        draft.mark("first_token_ms")
                    yield Token(piece)
                pieces.append(piece)
        except ModelFailed as error:  # the quotes stand without the prose
            draft.reason = draft.say("model-failed", problem=error.message)
        text = "".join(pieces).strip()
        sentences = tuple(judge(text, _sources(draft.passages, draft.quotes)))
        failing = sum(not passes(sentence) for sentence in sentences)
        if turn.stop.is_set():
            draft.reason = draft.say("stopped")
        elif not sentences:
            draft.reason = draft.reason or draft.say("nothing-said")
        if believed(chat) or (sentences and not failing and not turn.stop.is_set()):
            draft.text, draft.sentences = text, sentences
            if not believed(chat):
                draft.mark("first_token_ms")
                yield Token(text)
        elif sentences:
            draft.withheld = len(sentences)
            draft.reason = draft.reason or _withheld(draft, failing, len(sentences))
        yield Judged(draft.sentences, draft.withheld)


def _asked_in(draft: _Draft, looks: Sequence[Evidence]) -> str:
    """What was asked in these looks: in a comparison, of which documents."""
    told = [one.asked.label or one.asked.question for one in looks]
    return ", ".join(draft.say("quoted", word=word) for word in dict.fromkeys(told))


def believed(chat: ChatModel) -> bool:
    """Whether what the model writes is shown as it comes, each sentence with its verdict."""
    return chat.parameters >= LEAST_PARAMETERS


def _withheld(draft: _Draft, failing: int, written: int) -> str:
    """Why a small model's prose is not shown."""
    key = "withheld-all" if failing == written else "withheld-with-others"
    return draft.say(key, count=failing, written=written)


def _not_found(draft: _Draft, searched: Retrieved) -> str:
    """Why it abstains; names that stand nowhere in the scope are told."""
    query = searched.query.asked
    shown = labelled(searched.result.passages)
    nowhere = {n for n in query.names if n not in shown and not searched.match.postings.get(n)}
    words = [w[0] for w in WORD.finditer(query.text) if nowhere.intersection(content_terms(w[0]))]
    if not words:
        return draft.say("not-found")
    named = [draft.say("quoted", word=word) for word in dict.fromkeys(words)]
    nowhere_said = draft.say("names-nowhere", count=len(named), names=", ".join(named))
    return f"{nowhere_said} {draft.say('not-found')}"


def _wait(turn: Turn) -> Generator[Event, None, None]:
    ahead = turn.ahead
    while not turn.wait(0.25) and not turn.stop.is_set():
        if turn.ahead != ahead:
            ahead = turn.ahead
            yield Queued(ahead)


def _sources(passages: Sequence[Passage], quotes: Sequence[Quote]) -> dict[int, Cited]:
    """What stands behind each number the model saw: the passage, and what it is called."""
    shown = {quote.number for quote in quotes}
    return {
        p.number: Cited(p.chunk.text, f"{p.document.name} {p.document.title}", p.chunk.heading)
        for p in passages
        if p.number in shown
    }
