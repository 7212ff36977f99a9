"""A slow matcher of terms and connectors, written apart from the quick one.

Plain lists of words and nested loops: no index, no arrays, no SQL. It reads expressions as
lists of operands and connectors, and takes them apart at the connector that binds least,
where the parser of the project puts them together from the one that binds most.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

WORDS = (
    "law", "laws", "law's", "lawful", "loss", "losses", "duty", "duties", "duty's", "cat", "coat",
    "coot", "count", "the",
)  # fmt: skip
MEANS: dict[str, list[set[str]]] = {
    "law": [{"law", "laws", "law's"}],
    "LAWS": [{"laws"}],
    "Law’s": [{"law's"}],
    "#law": [{"law"}],
    "law!": [{"law", "laws", "law's", "lawful"}],
    "law**": [{"law", "laws"}],
    "loss": [{"loss", "losses"}],
    "dúty": [{"duty", "duties", "duty's"}],
    "co?t": [{"coat", "coot"}],
    "co*nt": [{"count"}],
    "the": [{"the"}],
    '"the law"': [{"the"}, {"law"}],
    '"duty the cat"': [{"duty"}, {"the"}, {"cat"}],
    "cat-the": [{"cat"}, {"the"}],
    '"law! the"': [{"law", "laws", "law's", "lawful"}, {"the"}],
    "unheard-of": [{"unheard"}, {"of"}],
}
"""What stands for each token of a word or phrase, among WORDS."""

ORDER = ("not", "and", "p", "s", "near", "or")
"""Least binding first."""


@dataclass(frozen=True)
class Connector:
    kind: str
    distance: int = 0
    ordered: bool = False


@dataclass(frozen=True)
class AtLeast:
    count: int
    inside: "Expression"


@dataclass(frozen=True)
class Titled:
    word: str


Expression = list[Any]
"""Operand, connector, operand …; an operand is a key of MEANS, a list, AtLeast or Titled."""

Span = tuple[int, int, str]


@dataclass
class Text:
    """The tokens of a document, and of each the sentence and the paragraph it is in."""

    title: str
    words: list[str] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    paragraphs: list[int] = field(default_factory=list)


def matches(expression: Any, text: Text) -> tuple[bool, set[Span]]:
    """Whether the text matches, and the spans that made it match."""
    if isinstance(expression, str):
        spans = _phrase(expression, text)
        return bool(spans), spans
    if isinstance(expression, Titled):
        return expression.word in text.title.split(), set()
    if isinstance(expression, AtLeast):
        _, spans = matches(expression.inside, text)
        enough = len({first for first, _, _ in spans}) >= expression.count
        return enough, spans if enough else set()
    if len(expression) == 1:
        return matches(expression[0], text)
    cut = _loosest(expression)
    left, right = (matches(part, text) for part in (expression[:cut], expression[cut + 1 :]))
    return _joined(expression[cut], left, right, text)


def _loosest(expression: Expression) -> int:
    places = range(1, len(expression), 2)
    kind = min((expression[at].kind for at in places), key=ORDER.index)
    there = [at for at in places if expression[at].kind == kind]
    if kind == "near":
        farthest = max(expression[at].distance for at in there)
        there = [at for at in there if expression[at].distance == farthest]
    return there[-1]


def _joined(
    sign: Connector, left: tuple[bool, set[Span]], right: tuple[bool, set[Span]], text: Text
) -> tuple[bool, set[Span]]:
    if sign.kind == "or":
        return left[0] or right[0], left[1] | right[1]
    if sign.kind == "and":
        found = left[0] and right[0]
        return found, left[1] | right[1] if found else set()
    if sign.kind == "not":
        found = left[0] and not right[0]
        return found, left[1] if found else set()
    spans = set()
    for one in left[1]:
        for other in right[1]:
            if _together(sign, one, other, text):
                spans |= {one, other}
    return bool(spans), spans


def _together(sign: Connector, one: Span, other: Span, text: Text) -> bool:
    if one[1] < other[0]:
        apart = other[0] - one[1]
    elif other[1] < one[0] and not sign.ordered:
        apart = one[0] - other[1]
    else:
        return False
    if sign.kind == "near":
        return apart <= sign.distance
    units = text.sentences if sign.kind == "s" else text.paragraphs
    return units[one[0]] == units[other[0]]


def _phrase(written: str, text: Text) -> set[Span]:
    wanted = MEANS[written]
    return {
        (at, at + len(wanted) - 1, str([sorted(one) for one in wanted]))
        for at in range(len(text.words))
        if at + len(wanted) <= len(text.words)
        and all(text.words[at + n] in one for n, one in enumerate(wanted))
    }


def written(expression: Any) -> str:
    """The expression as a person would write it."""
    if isinstance(expression, str):
        return expression
    if isinstance(expression, Titled):
        return f"title:{expression.word}"
    if isinstance(expression, AtLeast):
        return f"atleast{expression.count}({written(expression.inside)})"
    return " ".join(
        _sign(part)
        if isinstance(part, Connector)
        else f"({written(part)})"
        if isinstance(part, list)
        else written(part)
        for part in expression
    )


def _sign(sign: Connector) -> str:
    if sign.kind in ("or", "and", "not"):
        return {"or": "OR", "and": "&", "not": "but not"}[sign.kind]
    what = sign.distance if sign.kind == "near" else sign.kind
    return f"{'pre' if sign.ordered else 'w'}/{what}"


def order(passages: Sequence[tuple[int, int, set[Span]]]) -> list[tuple[int, int]]:
    """(document, chunk) by different terms, then spans, then newest, then place in the text."""
    return [
        (document, chunk)
        for document, chunk, _ in sorted(
            passages, key=lambda p: (-len({s[2] for s in p[2]}), -max(len(p[2]), 1), -p[0], p[1])
        )
    ]
