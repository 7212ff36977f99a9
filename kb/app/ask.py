"""A question on its way: its place in the line at the model, and the events of its answer."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

from kb.app.bootstrap import KnowledgeBase
from kb.app.narrowing import Narrowing, Selected, selected
from kb.domain import UserId
from kb.domain.events import Answer, Event
from kb.serializers.results import Json, event_json


@dataclass(frozen=True, slots=True)
class Question:
    """Without `llm` quotes alone; `limit` is how many passages are quoted from at most."""

    text: str
    llm: bool = True
    limit: int = 8


class Inquiry:
    """Nothing is looked for before the events or the answer are asked for. `close` it in any case.

    Raises `Busy` when all places at the model are taken.
    """

    def __init__(self, kb: KnowledgeBase, question: Question, where: Selected) -> None:
        self._answerer = kb.answerer
        self._question = question
        self._where = where
        self._turn = kb.turns.take() if question.llm else None

    def events(self) -> Generator[Event, None, None]:
        """As `Answerer.events`; the turn is given back at their end."""
        asked, where = self._question, self._where
        try:
            yield from self._answerer.events(
                asked.text, where.scope, turn=self._turn, limit=asked.limit, within=where.within
            )
        finally:
            self.close()

    def answer(self) -> Answer:
        """As `Answerer.answer`; the turn is given back."""
        asked, where = self._question, self._where
        try:
            return self._answerer.answer(
                asked.text, where.scope, turn=self._turn, limit=asked.limit, within=where.within
            )
        finally:
            self.close()

    def stop(self) -> None:
        """The reader has left: end the prose at once. From any thread."""
        if self._turn is not None:
            self._turn.stop.set()

    def close(self) -> None:
        """Give the turn back. Safe to call twice, and from any thread."""
        if self._turn is not None:
            self._turn.leave()


def answer_events(
    kb: KnowledgeBase, user: UserId, question: Question, by: Narrowing
) -> Iterator[tuple[str, Json]]:
    """Each event's name and data. What refuses the question is raised before the first of them."""
    for event in Inquiry(kb, question, selected(kb, user, by)).events():
        yield event_json(event)
