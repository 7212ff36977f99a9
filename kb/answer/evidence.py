"""What is found for a question, read against it: one look, or several that share the room."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kb.answer.abstention import Examined, Model, Readers, calibrated, examine
from kb.answer.coverage import Candidate
from kb.answer.direct.extraction import Ground, direct_answers
from kb.answer.looks import Look, looks
from kb.answer.quotes import MOST_CHARACTERS, MOST_QUOTES, Canonical, choose
from kb.answer.stated import marked, with_rows, with_stated
from kb.domain import DocumentId, Passage, Quote, Scope
from kb.domain.events import Direct
from kb.ports import Embedder
from kb.search.hybrid.candidates import StoreView
from kb.search.hybrid.query import Understood
from kb.search.hybrid.retriever import Retrieved, Retriever


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of one look: what was found, its sentences measured, and how probably they answer it.

    `whole` is the question that it is a look for.
    """

    asked: Look
    whole: Understood
    found: Retrieved
    sentences: Sequence[Candidate]
    values: dict[str, float]
    model: Model

    @property
    def confidence(self) -> float:
        return self.model.confidence(self.values) if self.found.result.passages else 0.0

    @property
    def documents(self) -> frozenset[DocumentId]:
        return frozenset(passage.document.id for passage in self.passages)

    @property
    def passages(self) -> tuple[Passage, ...]:
        return self.found.result.passages


@dataclass(frozen=True, slots=True)
class Looking:
    """What evidence is gathered with; `mark` is told when the first passages are found."""

    retriever: Retriever
    reader: StoreView
    readers: Readers
    mark: Callable[[str], None] = lambda _: None

    def evidence(
        self, question: str, scope: Scope, *, limit: int, within: frozenset[DocumentId] | None
    ) -> list[Evidence]:
        """Of the question, or of each of its looks. The passages are numbered over all of them."""
        whole = self._found(Look(question, within), scope, limit)
        self.mark("retrieve_ms")
        several = looks(whole, within)
        if not several:
            return [self._read(Look(question, within), whole, scope, limit)]
        each = max(2, limit // len(several))
        seen = [self._read(one, self._found(one, scope, each), scope, each) for one in several]
        return [replace(one, whole=whole.query.asked) for one in _numbered(seen)]

    def _found(self, look: Look, scope: Scope, limit: int) -> Retrieved:
        found = self.retriever.find(look.question, scope, limit=limit, within=look.within)
        return found.of_named()

    def _read(self, look: Look, found: Retrieved, scope: Scope, limit: int) -> Evidence:
        found, read = self.examined(found, scope, limit, found.embedder)
        model = calibrated(abroad=read.abroad)
        return Evidence(look, found.query.asked, found, read.sentences, read.values, model)

    def examined(
        self, found: Retrieved, scope: Scope, limit: int, embedder: Embedder
    ) -> tuple[Retrieved, Examined]:
        """What was found with the facts that are asked for put first, and read by this embedder."""
        stated = with_stated(found, self.reader, scope, limit=limit)
        stated = stated if stated.spans else with_rows(stated.found)
        return stated.found, marked(stated, examine(stated.found, self.readers, embedder))


def quoted(seen: Sequence[Evidence], read: Callable[[Passage], Canonical]) -> list[Quote]:
    """The quotes of all looks, which share their number and their characters, in order."""
    found: dict[tuple[DocumentId, int, int], Quote] = {}
    for place, one in enumerate(seen):
        most = MOST_QUOTES // len(seen) + (place < MOST_QUOTES % len(seen))
        for quote in choose(one.sentences, read, most=most, room=MOST_CHARACTERS // len(seen)):
            found[quote.document.id, quote.char_start, quote.char_end] = quote
    return sorted(found.values(), key=lambda q: (q.number, q.char_start))


def direct(
    seen: Sequence[Evidence], quotes: Sequence[Quote], text_of: Callable[[Passage], str]
) -> tuple[Direct, ...]:
    """What answers in a few words, of each look that is sure; in a comparison with its document."""
    labels = {one: look.asked.label for look in seen if look.asked.label for one in look.documents}
    if labels and all(one.confidence >= one.model.floor for one in seen):
        sentences = [sentence for one in seen for sentence in one.sentences]
        rarity = seen[0].found.match.rarity
        whole = direct_answers(seen[0].whole, rarity, Ground(sentences, quotes, text_of), labels)
        if whole:
            return whole
    found: list[Direct] = []
    for one in seen:
        if one.confidence >= one.model.sure:
            asked, rarity = one.found.query.asked, one.found.match.rarity
            told = direct_answers(asked, rarity, Ground(one.sentences, quotes, text_of))
            found.extend(replace(each, label=one.asked.label) for each in told)
    return tuple(found)


def _numbered(seen: Sequence[Evidence]) -> list[Evidence]:
    """With one number for each passage, also where it was found by several looks."""
    numbers: dict[str, int] = {}
    for one in seen:
        for passage in one.passages:
            numbers.setdefault(passage.chunk.id, len(numbers) + 1)
    return [_with_numbers(one, numbers) for one in seen]


def _with_numbers(one: Evidence, numbers: dict[str, int]) -> Evidence:
    passages = {p.chunk.id: replace(p, number=numbers[p.chunk.id]) for p in one.passages}
    sentences = [replace(s, passage=passages[s.passage.chunk.id]) for s in one.sentences]
    result = replace(one.found.result, passages=tuple(passages.values()))
    return replace(one, found=replace(one.found, result=result), sentences=sentences)
