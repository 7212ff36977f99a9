"""Sentences that are quoted, as an answer measures them, for tests of what is taken out of them."""

from dataclasses import replace

from kb.answer.comparison import compared
from kb.answer.coverage import Candidate
from kb.answer.direct.extraction import Ground, direct_answers
from kb.domain import Chunk, ChunkId, Document, DocumentId, MatterId, Passage, Quote, Status
from kb.domain.events import Direct
from kb.search.hybrid.query import understand
from kb.text.sentences import sentence_spans

BEFORE = "Some words that stand before.\n\n"
"""Every quote begins after it, so that offsets into the document tell."""


def quoted(name: str, text: str, number: int = 1) -> Passage:
    """A passage of a document of its own, all of which is quoted."""
    document = Document(
        DocumentId(name), MatterId("m"), f"{name}.txt", "text/plain", "", 1, Status.READY
    )
    chunk = Chunk(ChunkId(f"{name}-0"), document.id, 0, text, "", None, None, len(BEFORE), 0)
    chunk = replace(chunk, char_end=chunk.char_start + len(text))
    return replace(Passage.at(number, chunk, document), rank=1)


def answers(
    question: str, *passages: Passage | str, score: float = 0.85, others: float = 0.3
) -> tuple[Direct, ...]:
    """The direct answers where each passage's first sentence has this cosine, the rest `others`."""
    known = [
        quoted("lease", one, number) if isinstance(one, str) else one
        for number, one in enumerate(passages, start=1)
    ]
    quotes = [
        Quote(p.number, p.document, None, p.chunk.char_start, p.chunk.char_end, p.chunk.text)
        for p in known
    ]
    sentences = [
        Candidate(
            passage=passage,
            index=at,
            char_start=passage.chunk.char_start + start,
            char_end=passage.chunk.char_start + end,
            text=passage.chunk.text[start:end],
            cosine=others if at else score,
            covered=others if at else 1.0,
            exact=1.0,
            fits=True,
        )
        for passage in known
        for at, (start, end) in enumerate(sentence_spans(passage.chunk.text))
    ]
    texts = {passage.document.id: BEFORE + passage.chunk.text for passage in known}

    def text_of(passage: Passage) -> str:
        return texts[passage.document.id]

    asked = understand(question)
    labels = compared(asked, [passage.document for passage in known])
    found = direct_answers(asked, lambda _: 1.0, Ground(sentences, quotes, text_of), labels)
    for one in found:
        assert texts[one.document.id][one.char_start : one.char_end] == one.text
    return found


def told(question: str, *passages: Passage | str, score: float = 0.85) -> list[str]:
    """The texts of the direct answers."""
    return [one.text for one in answers(question, *passages, score=score)]
