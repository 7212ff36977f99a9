"""The syntax tree of an expression of terms and connectors, and its one spelling."""

from dataclasses import dataclass, field
from typing import TypeAlias

from kb.search.connectors.matching import Matcher


@dataclass(frozen=True, slots=True)
class Leaf:
    """A word or a phrase: one of `spellings` stands in the text, token after token."""

    spellings: tuple[tuple[Matcher, ...], ...]
    written: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    left: "Node"
    right: "Node"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Near:
    """Both stand within `distance` words of each other; `ordered`: the left one first."""

    left: "Node"
    right: "Node"
    distance: int
    ordered: bool = False
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Same:
    """Both stand in one `unit`, "s" a sentence or "p" a paragraph."""

    left: "Node"
    right: "Node"
    unit: str
    ordered: bool = False
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    left: "Node"
    right: "Node"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The documents of `left` that are none of `right`."""

    left: "Node"
    right: "Node"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """`part` stands at `count` places of a document or more."""

    count: int
    part: "Node"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Field:
    """What is known about a document: one of `values` stands in the fact, or is its date.

    `sign` is ":" but for dates, where it may be > >= < <= =.
    """

    name: str
    sign: str
    values: tuple[Leaf, ...]
    at: int = field(default=0, compare=False)


Node: TypeAlias = Leaf | Or | Near | Same | And | Not | AtLeast | Field
Joint: TypeAlias = Or | Near | Same | And | Not

PLACES_ALONE = (Leaf, Or, Near, Same)
"""Nodes that may say where words stand; the others speak of whole documents."""


def connector(node: Joint) -> str:
    """The connector as this program writes it."""
    match node:
        case Or():
            return "or"
        case Near():
            return f"{'pre' if node.ordered else 'w'}/{node.distance}"
        case Same():
            return f"{'pre' if node.ordered else 'w'}/{node.unit}"
        case And():
            return "and"
        case Not():
            return "not"


def spelled(node: Node) -> str:
    """The expression with every grouping in parentheses, as it was understood."""
    match node:
        case Leaf():
            return node.written
        case AtLeast():
            return f"atleast{node.count}({spelled(node.part)})"
        case Field():
            values = " or ".join(value.written for value in node.values)
            listed = f"({values})" if len(node.values) > 1 else values
            return f"{node.name}{node.sign}{listed}"
        case _:
            return f"{_inside(node.left)} {connector(node)} {_inside(node.right)}"


def _inside(node: Node) -> str:
    written = spelled(node)
    return written if isinstance(node, Leaf | AtLeast | Field) else f"({written})"
