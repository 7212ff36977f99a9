"""From an expression to its tokens: words, phrases, connectors, fields, parentheses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from kb.search.connectors.errors import ExpressionProblem

FIELDS = (
    "title", "name", "matter", "client", "date", "court", "party", "judge", "docket", "author",
    "type", "jurisdiction", "language", "bates",
)  # fmt: skip
FARTHEST = 255
"""Words, for w/n and pre/n; the limit of the published systems."""

_QUOTES = '"“”„‟«»'
_RUN = re.compile(rf"[^\s(){_QUOTES}]+")
_SECTION = re.compile(rf"(?=\D*\d)[^\s(){_QUOTES}]+(?:\([0-9A-Za-z]{{1,5}}\))+(?![^\s)])")
"""A provision as the law cites it: 10(b), 240.10b-5(c)(2)."""
_NEAR = re.compile(r"(?P<how>w|near|pre|\+)?/?(?P<what>\d+|s|p|sent|para)", re.I)
_NEAR_LIKE = re.compile(r"(?:w|near|pre)?/.*|\+.*", re.I)
_ATLEAST = re.compile(r"atleast(\d*)", re.I)
_FIELD = re.compile(r"([A-Za-z][A-Za-z-]*)(>=|<=|[:><=])")
_DATE = re.compile(r"(date)\s+(>=|<=|[:><=])", re.I)
_BUT_NOT = re.compile(r"(?:but|and)\s+not(?![^\s()])", re.I)


class Kind(Enum):
    WORD = "a word"
    PHRASE = "a phrase"
    OPEN = "("
    CLOSE = ")"
    OR = "or"
    NEAR = "w/n"
    SAME = "w/s or w/p"
    AND = "and"
    NOT = "not"
    ATLEAST = "atleast"
    FIELD = "a field"
    END = "the end"


CONNECTORS = (Kind.OR, Kind.NEAR, Kind.SAME, Kind.AND, Kind.NOT)


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is the word, the phrase without its quotes, or a field's name.

    `number` is the distance or the count, `sign` a field's comparison or the unit "s" or
    "p", `ordered` whether the left side has to come first. `at` is its first character.
    """

    kind: Kind
    text: str
    at: int
    number: int = 0
    sign: str = ""
    ordered: bool = False


def lex(expression: str) -> list[Token]:
    """The tokens of an expression with one END. Raises `ExpressionProblem`."""
    return [*_tokens(expression), Token(Kind.END, "", len(expression))]


def _tokens(expression: str) -> Iterator[Token]:
    at = 0
    while at < len(expression):
        one = expression[at]
        if one.isspace():
            at += 1
        elif one in "()":
            yield Token(Kind.OPEN if one == "(" else Kind.CLOSE, one, at)
            at += 1
        elif one in _QUOTES:
            end = _closing(expression, at)
            yield Token(Kind.PHRASE, expression[at + 1 : end], at)
            at = end + 1
        elif negated := _BUT_NOT.match(expression, at):
            yield Token(Kind.NOT, negated.group(0), at)
            at = negated.end()
        else:
            token, at = _run(expression, at)
            yield token


def _closing(expression: str, at: int) -> int:
    for end in range(at + 1, len(expression)):
        if expression[end] in _QUOTES:
            return end
    raise ExpressionProblem(
        expression, at, "The phrase that begins here has no closing quotation mark. Add one."
    )


def _run(expression: str, at: int) -> tuple[Token, int]:
    """What stands until the next space, quotation mark or parenthesis."""
    match = _RUN.match(expression, at)
    run = match.group(0) if match else expression[at]
    end = at + len(run)
    for simple, kind in (("and", Kind.AND), ("or", Kind.OR), ("not", Kind.NOT)):
        if run.casefold() == simple:
            return Token(kind, run, at), end
    if run in ("&", "%"):
        return Token(Kind.AND if run == "&" else Kind.NOT, run, at), end
    if named := _field(expression, at):
        return named
    counted = _ATLEAST.fullmatch(run)
    if counted and expression[end : end + 1] == "(":
        return Token(Kind.ATLEAST, run, at, _counted(expression, at, counted.group(1))), end
    if _NEAR_LIKE.fullmatch(run):
        return _near(expression, at, run), end
    if section := _SECTION.match(expression, at):
        return Token(Kind.WORD, section.group(), at), section.end()
    return Token(Kind.WORD, run, at), end


def _field(expression: str, at: int) -> tuple[Token, int] | None:
    """A field's name with its sign; the sign of a date may stand apart from it."""
    match = _FIELD.match(expression, at) or _DATE.match(expression, at)
    if match is None:
        return None
    name, sign = match.group(1).casefold(), match.group(2)
    if name not in FIELDS:
        if sign != ":":
            return None
        raise ExpressionProblem(
            expression,
            at,
            f"There is no field “{name}”. The fields are {', '.join(FIELDS)}. "
            "To search for the words themselves, put them in quotation marks.",
        )
    if sign != ":" and name != "date":
        raise ExpressionProblem(
            expression, match.end() - len(sign), f"Only dates are compared: write {name}: instead."
        )
    return Token(Kind.FIELD, name, at, sign=sign), match.end()


def _counted(expression: str, at: int, digits: str) -> int:
    if not digits or not 1 <= int(digits[:9]) <= 100_000:
        raise ExpressionProblem(
            expression, at, "“atleast” needs a number from 1 on, as in atleast3(indemnity)."
        )
    return int(digits)


def _near(expression: str, at: int, run: str) -> Token:
    match = _NEAR.fullmatch(run)
    if match is None or not ("/" in run or run.startswith("+")):
        raise ExpressionProblem(
            expression,
            at,
            f"“{run}” is no connector: expected a number, s or p, as in w/5, pre/5, w/s, w/p. "
            "To search for it, put it in quotation marks.",
        )
    ordered = (match.group("how") or "").casefold() in ("pre", "+")
    what = match.group("what").casefold()
    if not what.isdigit():
        return Token(Kind.SAME, run, at, sign=what[0], ordered=ordered)
    if not 1 <= int(what[:9]) <= FARTHEST:
        raise ExpressionProblem(
            expression, at, f"“{run}” asks for a distance that is not from 1 to {FARTHEST} words."
        )
    return Token(Kind.NEAR, run, at, int(what), ordered=ordered)
