"""Questions beside passages, for training the reader: what answers, what only looks like it.

A `Group` is one question and the passages it is set against. A passage has two
labels: is it what a reader of this question should see first, and does it state
what is asked? A passage that contradicts a question is the first and not the second.
"""

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np

from kb.evaluation.sets.corpora import only_half
from kb.search.hybrid.cross_encoder_input import introduced
from kb.text.analyzer import named_terms, terms
from kb.text.context import embedded_text
from kb.text.sentences import sentence_spans
from kb.training.questions import Corpus, GoldQuestion

PASSAGE = 420
"""Characters of a passage at most, if its sentences are shorter: about a chunk of the store."""
HALVED = ("xquad.en", "dev")
"""Development sets, by file name, whose half A is trained on and half B reported on."""
UNKNOWN = -1.0
"""A label that is not known, and is left out of the loss."""
TITLED = 0.5
"""Share of the questions whose passages stand under their document's first line, as when read."""
LONGEST_TITLE = 120
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w’'&.-]+(?: [A-Z][\w’'&.-]+)*")


@dataclass(frozen=True, slots=True)
class Pair:
    """A passage beside the group's question; labels are 0, 1 or UNKNOWN.

    `held` are the terms of its whole document.
    """

    text: str
    relevant: float
    answers: float
    held: frozenset[str] = frozenset()

    def shown(self, question: str) -> str:
        """The passage as it is read for a question, introduced by names as answers are."""
        return (
            introduced(question, _names(question), self.text, self.held) if self.held else self.text
        )


@dataclass(frozen=True, slots=True)
class Group:
    source: str
    question: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage of a document by its characters."""

    file: str
    start: int
    end: int
    text: str


def unread(corpus: Corpus) -> Corpus:
    """Of a corpus whose half is trained on, the questions on the other half; else all."""
    return only_half(corpus, 1) if corpus.name in HALVED else corpus


def pieces(file: str, text: str) -> list[Piece]:
    """The document as passages of whole sentences."""
    found: list[Piece] = []
    begin = last = 0
    for start, end in sentence_spans(text):
        if last > begin and end - begin > PASSAGE:
            found.append(Piece(file, begin, last, text[begin:last]))
            begin = start
        elif last == begin:
            begin = start
        last = end
    if last > begin:
        found.append(Piece(file, begin, last, text[begin:last]))
    return found


class Nearest:
    """The passages of a corpus by words: TF-IDF, one document or all of them."""

    def __init__(self, corpus: Corpus) -> None:
        self.pieces = [p for file, text in corpus.documents.items() for p in pieces(file, text)]
        self._of: dict[str, list[int]] = {}
        for place, piece in enumerate(self.pieces):
            self._of.setdefault(piece.file, []).append(place)
        # a second or two to import, and every command reads this module
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

        self._words = TfidfVectorizer(sublinear_tf=True, stop_words="english", dtype=np.float32)
        self._rows = self._words.fit_transform([piece.text for piece in self.pieces])

    def of(self, file: str) -> list[Piece]:
        """All passages of one document."""
        return [self.pieces[place] for place in self._of.get(file, [])]

    def inside(self, question: str, file: str, most: int) -> list[Piece]:
        """The nearest passages of one document, nearest first."""
        return self._best(question, self._of.get(file, []), most)

    def elsewhere(self, question: str, files: Sequence[str], most: int) -> list[Piece]:
        """The nearest passages of all other documents."""
        mine = {place for file in files for place in self._of.get(file, [])}
        found = self._best(question, range(len(self.pieces)), most + len(mine))
        return [p for p in found if p.file not in files][:most]

    def _best(self, question: str, places: Sequence[int], most: int) -> list[Piece]:
        asked = self._words.transform([question]).toarray().ravel()
        rows = self._rows if len(places) == len(self.pieces) else self._rows[list(places)]
        score = rows @ asked
        order = np.argsort(-score, kind="stable")[:most]
        return [self.pieces[places[int(place)]] for place in order]


@dataclass(frozen=True, slots=True)
class Others:
    """How many near passages without gold a question is set against: of its document, of others."""

    inside: int = 2
    elsewhere: int = 1


def groups(
    corpus: Corpus, rng: random.Random, most: int, others: Others = Others()
) -> Iterator[Group]:
    """A group for each of at most `most` questions that have gold spans.

    One passage that holds gold, the same passage without its gold sentences, and
    near passages of the same document and of others that hold none of it.
    """
    near, held = Nearest(corpus), _held(corpus)
    chosen = [asked for asked in corpus.questions if asked.spans]
    titles = {file: _title(text) for file, text in corpus.documents.items()}
    rng.shuffle(chosen)
    for asked in chosen[:most]:
        gold = [p for file in asked.files for p in near.of(file) if _holds(p, asked)]
        if not gold:
            continue
        best = max(gold, key=lambda piece: _share(piece, asked))
        titled = rng.random() < TITLED
        shown = [(best.file, best.text, 1.0, 1.0)]
        left = _without(best, asked)
        if len(left) > PASSAGE / 8:
            shown.append((best.file, left, UNKNOWN, 0.0))
        inside = near.inside(asked.text, best.file, others.inside + 4)
        found = [piece for piece in inside if piece not in gold][: others.inside]
        found += near.elsewhere(asked.text, asked.files, others.elsewhere)
        shown.extend((piece.file, piece.text, 0.0, 0.0) for piece in found)
        pairs = [
            Pair(embedded_text(titles[file] if titled else "", text), relevant, answers, held(file))
            for file, text, relevant, answers in shown
        ]
        yield Group(corpus.name, asked.text, tuple(pairs))


def absent(corpus: Corpus, asked: Sequence[tuple[str, str]], *, most: int) -> Iterator[Group]:
    """Questions that a document does not answer, beside its nearest passages."""
    near, held = Nearest(corpus), _held(corpus)
    for question, file in asked[:most]:
        found = near.inside(question, file, 3)
        if found:
            yield Group(
                corpus.name, question, tuple(Pair(p.text, UNKNOWN, 0.0, held(file)) for p in found)
            )


def renamed(group: Group, names: Sequence[str], rng: random.Random) -> Group | None:
    """The question about somebody else, whom no passage names; None where it names nobody."""
    question = another_name(group.question, names, rng, of=group.pairs[0].text)
    if question is None:
        return None
    pairs = tuple(replace(pair, relevant=UNKNOWN, answers=0.0) for pair in group.pairs[:2])
    return Group(f"{group.source}, renamed", question, pairs)


def another_name(question: str, names: Sequence[str], rng: random.Random, *, of: str) -> str | None:
    """The question with one of its names that stand in the text `of` put for one that does not."""
    found = [m for m in _NAME.finditer(question) if m.group(0) in of]
    others = [name for name in names if name.split()[0] not in of] if found else []
    if not others:
        return None
    old, new = rng.choice(found), rng.choice(others)
    return question[: old.start()] + new + question[old.end() :]


def names_in(questions: Iterable[str]) -> list[str]:
    """Names that questions give, to put in the place of others."""
    return sorted({name for question in questions for name in _NAME.findall(question)})


def _title(text: str) -> str:
    """The first line, where it can be a title and not the text itself."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first if len(first) < min(LONGEST_TITLE, len(text) / 10) else ""


def _held(corpus: Corpus) -> Callable[[str], frozenset[str]]:
    return cache(lambda file: frozenset(terms(corpus.documents[file])))


@lru_cache(maxsize=100_000)
def _names(question: str) -> frozenset[str]:
    return named_terms(question)


def _share(piece: Piece, asked: GoldQuestion) -> int:
    return sum(
        max(0, min(piece.end, end) - max(piece.start, start))
        for file, start, end in asked.spans
        if file == piece.file
    )


def _holds(piece: Piece, asked: GoldQuestion) -> bool:
    return _share(piece, asked) > 0


def _without(piece: Piece, asked: GoldQuestion) -> str:
    """The passage less every sentence that holds gold."""
    kept = []
    for start, end in sentence_spans(piece.text):
        sentence = Piece(piece.file, piece.start + start, piece.start + end, "")
        if not _holds(sentence, asked):
            kept.append(piece.text[start:end])
    return " ".join(kept)
