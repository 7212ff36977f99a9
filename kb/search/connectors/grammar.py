"""From tokens to a syntax tree, by the usual order of the connectors.

Closest first: or; w/n and pre/n, smaller distances before larger ones; w/s;
w/p; and; not. This is the order of Westlaw (“Order of processing”) and of Lexis
(“Connector order and priority”) alike. Equals are taken from left to right.
"""

from collections.abc import Callable

from kb.errors import BadRequest
from kb.search.connectors.errors import ExpressionProblem
from kb.search.connectors.lexer import CONNECTORS, Kind, Token, lex
from kb.search.connectors.matching import exactly, plainly, rootless
from kb.search.connectors.periods import period
from kb.search.connectors.syntax import (
    PLACES_ALONE,
    And,
    AtLeast,
    Field,
    Joint,
    Leaf,
    Near,
    Node,
    Not,
    Or,
    Same,
    connector,
)
from kb.text.normalization import bates_numbers, wanted

DEEPEST = 50
"""Parentheses inside parentheses."""
LONGEST = 4000
"""Characters of an expression."""


def parse(expression: str) -> Node:
    """The tree of an expression. Raises `ExpressionProblem`, which points at a character."""
    if len(expression) > LONGEST:
        raise ExpressionProblem(
            expression, LONGEST, f"The expression is longer than {LONGEST} characters. Shorten it."
        )
    return _Parser(expression).whole()


class _Parser:
    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._tokens = lex(expression)
        self._place = 0
        self._depth = 0

    def whole(self) -> Node:
        if self._now.kind is Kind.END:
            raise self._problem(self._now, "The expression is empty. Give a word or a phrase.")
        node = self._negated()
        if self._place < len(self._tokens) - 1:
            raise self._problem(self._now, "This parenthesis closes nothing. Take it away.")
        return node

    @property
    def _now(self) -> Token:
        return self._tokens[self._place]

    def _at(self, kind: Kind) -> bool:
        return self._now.kind is kind

    def _take(self) -> Token:
        token = self._now
        self._place += 1
        return token

    def _problem(self, token: Token, problem: str) -> ExpressionProblem:
        return ExpressionProblem(self._expression, token.at, problem)

    def _negated(self) -> Node:
        return self._chain(Kind.NOT, self._joined, Not)

    def _joined(self) -> Node:
        return self._chain(Kind.AND, self._in_paragraph, And)

    def _in_paragraph(self) -> Node:
        return self._same("p", self._in_sentence)

    def _in_sentence(self) -> Node:
        return self._same("s", self._near)

    def _alternatives(self) -> Node:
        return self._chain(Kind.OR, self._atom, Or)

    def _chain(
        self, kind: Kind, below: Callable[[], Node], made: type[Or] | type[And] | type[Not]
    ) -> Node:
        node = below()
        while self._now.kind is kind:
            sign = self._take()
            node = made(node, below(), sign.at)
        return node

    def _same(self, unit: str, below: Callable[[], Node]) -> Node:
        node = below()
        while self._now.kind is Kind.SAME and self._now.sign == unit:
            sign = self._take()
            node = self._placed(Same(node, below(), unit, sign.ordered, sign.at))
        return node

    def _near(self) -> Node:
        """A run of w/n and pre/n: the smallest distance joins its neighbours first."""
        nodes, signs = [self._alternatives()], []
        while self._now.kind is Kind.NEAR:
            signs.append(self._take())
            nodes.append(self._alternatives())
        while signs:
            place = min(range(len(signs)), key=lambda one: signs[one].number)
            sign = signs.pop(place)
            left, right = nodes[place], nodes.pop(place + 1)
            near = Near(left, right, sign.number, sign.ordered, sign.at)
            nodes[place] = self._placed(near)
        return nodes[0]

    def _placed(self, node: Joint | AtLeast) -> Node:
        """The node, if what it joins are places in a text and not whole documents."""
        name = "atleast" if isinstance(node, AtLeast) else connector(node)
        for part in (node.part,) if isinstance(node, AtLeast) else (node.left, node.right):
            if (wrong := _of_documents(part)) is None:
                continue
            said = {And: "and", Not: "not", AtLeast: "atleast", Field: "a field"}[type(wrong)]
            raise ExpressionProblem(
                self._expression,
                wrong.at,
                f"“{name}” looks at words, phrases and their alternatives, and cannot look into "
                f"“{said}”. Join the parts outside: (a {name} b) and (a {name} c)."
                if not isinstance(node, AtLeast)
                else f"“atleast” counts words, phrases and places; “{said}” has none to count.",
            )
        return node

    def _atom(self) -> Node:
        token = self._take()
        match token.kind:
            case Kind.WORD | Kind.PHRASE:
                node: Node = self._leaf(token)
            case Kind.FIELD:
                node = self._field(token)
            case Kind.ATLEAST:
                self._place += 1  # the parenthesis, which the lexer has seen
                node = self._placed(AtLeast(token.number, self._grouped(token), token.at))
            case Kind.OPEN:
                node = self._grouped(token)
            case _:
                raise self._unexpected(token)
        self._followed(token)
        return node

    def _grouped(self, opened: Token) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._problem(opened, f"More than {DEEPEST} parentheses stand in each other.")
        if self._at(Kind.CLOSE):
            raise self._problem(self._now, "There is nothing in these parentheses.")
        node = self._negated()
        if not self._at(Kind.CLOSE):
            raise self._problem(opened, "This parenthesis is not closed. Add “)”.")
        self._take()
        self._depth -= 1
        return node

    def _followed(self, before: Token) -> None:
        """A connector, a closing parenthesis or the end has to come after an operand."""
        token = self._now
        if token.kind in (*CONNECTORS, Kind.CLOSE, Kind.END):
            return
        both = Kind.WORD in (token.kind, before.kind) and Kind.FIELD not in (
            token.kind,
            before.kind,
        )
        phrase = ", or quotation marks around both for a phrase" if both else ""
        raise self._problem(
            token,
            f"Two terms stand side by side here: expected a connector between them "
            f"(and, or, not, w/5, pre/5, w/s, w/p){phrase}. A space alone means “or” on Westlaw "
            "and a phrase on Lexis, so here it means nothing.",
        )

    def _unexpected(self, token: Token) -> ExpressionProblem:
        if token.kind is Kind.END:
            return self._problem(token, "The expression ends here: expected a word or a phrase.")
        if token.kind is Kind.CLOSE:
            return self._problem(token, "Expected a word or a phrase before “)”.")
        wanted = f"Expected a word, a phrase, a field or “(” here, not “{token.text}”."
        if token.kind is Kind.NOT:
            return self._problem(
                token,
                f"{wanted} “not” takes documents out of those that stand before it: a not b.",
            )
        return self._problem(token, f"{wanted} To search for the word, put it in quotation marks.")

    def _leaf(self, token: Token) -> Leaf:
        phrase = token.kind is Kind.PHRASE
        offset = token.at + phrase
        if (wrong := rootless(token.text)) is not None:
            raise ExpressionProblem(
                self._expression,
                offset + wrong,
                "At least two letters have to stand before the first “!”, “?” or “*” of a word.",
            )
        if phrase or token.text.startswith("#"):
            spellings = tuple(filter(None, [exactly(token.text)]))
        else:
            spellings = plainly(token.text)
        if not spellings:
            raise self._problem(token, "There is no letter and no digit in this to search for.")
        return Leaf(spellings, f'"{token.text}"' if phrase else token.text, token.at)

    def _field(self, token: Token) -> Field:
        values = [self._value(token)] if self._now.kind is not Kind.OPEN else self._values(token)
        for value in values:
            if problem := _wrong(token.text, value.written.strip('"')):
                raise ExpressionProblem(self._expression, value.at, problem)
        return Field(token.text, token.sign, tuple(values), token.at)

    def _values(self, token: Token) -> list[Leaf]:
        opened = self._take()
        values = [self._value(token)]
        while self._now.kind is Kind.OR:
            self._take()
            values.append(self._value(token))
        if self._now.kind is not Kind.CLOSE:
            at = opened if self._now.kind is Kind.END else self._now
            raise self._problem(
                at, f"Expected “or” and another value, or “)” after the values of {token.text}."
            )
        self._take()
        return values

    def _value(self, field: Token) -> Leaf:
        token = self._take()
        if token.kind not in (Kind.WORD, Kind.PHRASE):
            shown = "the end" if token.kind is Kind.END else f"“{token.text}”"
            raise self._problem(
                token,
                f"Expected what “{field.text}{field.sign}” should be, a word or a phrase in "
                f"quotation marks, not {shown}.",
            )
        return self._leaf(token)


def _wrong(field: str, value: str) -> str | None:
    """Why a field cannot have this value, as a sentence."""
    if field == "date":
        told = "Expected a day, a month or a year: 2019-01-31, 2019-01 or 2019."
        return None if period(value) else told
    try:
        if field == "bates":
            bates_numbers(value)
        else:
            wanted(field, value)
    except BadRequest as error:
        return error.message
    return None


def _of_documents(node: Node) -> Node | None:
    """The first part that speaks of documents and not of places in them."""
    if not isinstance(node, PLACES_ALONE):
        return node
    if isinstance(node, Leaf):
        return None
    return _of_documents(node.left) or _of_documents(node.right)
