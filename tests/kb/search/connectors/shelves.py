"""Texts made of sentences, put into a catalogue with chunks cut anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from kb.domain import DocumentId, MatterId, Scope, UserId
from kb.store.database import Database
from kb.store.lexical.positions import placing
from kb.store.write_batches import at_once
from tests.kb.search.connectors.reference import (
    MEANS,
    WORDS,
    AtLeast,
    Connector,
    Expression,
    Text,
    Titled,
)

READER = UserId("reader")


@dataclass
class Written:
    """A text with where its tokens and its chunks stand in it."""

    text: Text
    whole: str = ""
    tokens: list[tuple[int, int]] = field(default_factory=list)
    chunks: list[tuple[int, int]] = field(default_factory=list)
    """First token, and the one after the last."""


@st.composite
def texts(draw: st.DrawFn) -> Written:
    """Paragraphs of sentences of WORDS, cut into chunks between any two words."""
    sentence = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6)
    paragraph = st.lists(sentence, min_size=1, max_size=3)
    made = Written(Text(draw(st.sampled_from(["first lease", "second lease", "deed"]))))
    number = 0
    for at, sentences in enumerate(draw(st.lists(paragraph, min_size=1, max_size=4))):
        made.whole += "\n\n" if at else ""
        for n, words in enumerate(sentences):
            made.whole += " " if n else ""
            for place, word in enumerate(words):
                made.whole += " " if place else ""
                start = len(made.whole)
                made.whole += word if place else word.capitalize()
                made.tokens.append((start, len(made.whole)))
                made.text.words.append(word)
                made.text.sentences.append(number)
                made.text.paragraphs.append(at)
            made.whole += "."
            number += 1
    count = len(made.tokens)
    cuts = sorted(draw(st.sets(st.integers(1, max(count - 1, 1)), max_size=4)) | {0, count})
    made.chunks = [(a, b) for a, b in pairwise(cuts) if a < b <= count]
    return made


SIGNS = st.one_of(
    st.sampled_from([Connector("or"), Connector("and"), Connector("not")]),
    st.builds(Connector, st.just("near"), st.integers(1, 6), st.booleans()),
    st.builds(Connector, st.sampled_from(["s", "p"]), st.just(0), st.booleans()),
)
PLACED = SIGNS.filter(lambda sign: sign.kind not in ("and", "not"))
ALL = SIGNS.filter(lambda sign: sign.kind in ("or", "and", "not"))


def chains(operand: st.SearchStrategy[Any], sign: st.SearchStrategy[Any]) -> Any:
    """Operands with connectors between them."""
    rest = st.lists(st.tuples(sign, operand), min_size=1, max_size=3)
    return st.builds(
        lambda first, more: [first, *(one for pair in more for one in pair)], operand, rest
    )


LEAVES = st.sampled_from(sorted(MEANS))
NEAR = st.recursive(
    chains(LEAVES, PLACED), lambda deeper: chains(LEAVES | deeper, PLACED), max_leaves=4
)
WHOLE = st.recursive(
    LEAVES
    | NEAR
    | st.builds(AtLeast, st.integers(1, 4), NEAR | st.builds(lambda leaf: [leaf], LEAVES))
    | st.builds(Titled, st.sampled_from(["first", "lease", "deed"])),
    lambda deeper: chains(deeper, ALL),
    max_leaves=6,
)
EXPRESSIONS: st.SearchStrategy[Expression] = chains(LEAVES, SIGNS) | WHOLE.map(
    lambda one: one if isinstance(one, list) else [one]
)


def shelve(
    database: Database, matter: str, made: Sequence[Written], *, old: Sequence[int] = ()
) -> Scope:
    """Put texts into a matter of their own, `old` ones as old versions; its scope."""
    with database.write() as connection:
        connection.execute("INSERT INTO matter VALUES (?1, ?1, '', '', 0)", (matter,))
        for number, one in enumerate(made):
            _document(connection, matter, number, one)
        connection.executemany(
            "UPDATE document SET current = 0 WHERE id = ?", [(f"{matter}-{n}",) for n in old]
        )
    return Scope(READER, frozenset([MatterId(matter)]))


def _document(connection: Any, matter: str, number: int, made: Written) -> None:
    known = DocumentId(f"{matter}-{number}")
    connection.execute(
        "INSERT INTO document (id, matter_id, name, title, sha256, size, status, added_at) "
        "VALUES (?, ?, 'x', ?, ?, 0, 'ready', '')",
        (known, matter, made.text.title, known),
    )
    connection.execute("INSERT INTO content VALUES (?, ?)", (known, made.whole))
    for ordinal, (first, last) in enumerate(made.chunks):
        start, end = made.tokens[first][0], made.tokens[last - 1][1]
        connection.execute(
            "INSERT INTO chunk (id, document_id, matter_id, ordinal, heading, char_start, "
            "char_end, text, length) VALUES (?, ?, ?, ?, '', ?, ?, ?, 0)",
            (f"{known}-{ordinal:05d}", known, matter, ordinal, start, end, made.whole[start:end]),
        )
    at_once(connection, placing(known, made.whole))
