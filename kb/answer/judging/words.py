"""A text as the units that are compared: words by what they mean, names, figures, stops."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from kb.answer.judging.figures import Figure, figure_at
from kb.answer.judging.tokens import Token, tokens
from kb.text.analyzer import STOPWORDS, terms

MOST_PHRASE = 5
"""Words of the longest phrase in the list of synonyms."""
_SYNONYMS = Path(__file__).with_name("synonyms.txt")
_SIGNALS = frozenset(
    "may might can could shall must will would should ought cannot never neither nor none without "
    "unless except save although though whereas while until till upon within whether either "
    "however therefore thereof therein thereto hereof herein hereby hereunder per via etc yes "
    "among onto toward towards every another us we ours let one's s t it's non un mr mrs ms dr "
    "least provided whereupon thus hence still already yet ever even instead rather namely".split()
)
"""Words that carry no content here beside those of `STOPWORDS`: most are read as signals."""
_CONTENT = frozenset("own same against".split())
"""Of the stop words, those that are content in what is compared."""
LIGHT = frozenset(
    terms(
        "respective relevant question matter case respect regard fact thing point accordingly "
        "way manner basis apply respectively concerned said aforesaid following terms term "
        "given available sum amount total set make take place come certain kind sort type hand "
        "give go enter have become get put do so-called party person people anyone somebody "
        "entitled mentioned stated described called named known under pursuant according "
        "accordance reference regarding concerning relation connection"
    )
)
"""Words that a sentence may add without saying more."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A word with all that it may mean, or a figure, or a stop; `at` counts characters.

    `party`: by what a person or body is told from others, of whom it is one.
    """

    text: str
    at: int
    keys: frozenset[str] = frozenset()
    figure: Figure | None = None
    name: bool = False
    party: frozenset[str] = frozenset()

    @property
    def content(self) -> bool:
        return bool(self.keys) or self.figure is not None

    def meets(self, other: "Unit") -> bool:
        """Whether both can mean the same."""
        if self.figure:
            return other.figure is not None and self.figure.within(other.figure)
        return not self.keys.isdisjoint(other.keys)


@dataclass(frozen=True)
class Held:
    """Units in which others are looked for."""

    units: tuple[Unit, ...]

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(key for unit in self.units for key in unit.keys)

    @cached_property
    def _figures(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.figure)

    def has(self, unit: Unit) -> bool:
        """Whether one of them can mean the same."""
        if unit.figure:
            return any(unit.meets(one) for one in self._figures)
        return not self._keys.isdisjoint(unit.keys)


def units(text: str) -> list[Unit]:
    """The units of a text in order; a phrase of the list of synonyms is one unit."""
    found: list[Unit] = []
    read = tokens(text)
    stems = [_stem(one) for one in read]
    at = 0
    while at < len(read):
        figure, after = figure_at(read, at)
        if figure:
            told = text[read[at].start : read[after - 1].end]
            keys = frozenset({stems[at]}) if read[at].word and figure.labelled else frozenset()
            found.append(Unit(told, read[at].start, keys, figure))
            at = after
            continue
        if read[at].lower == "non" and at + 1 < len(read) and stems[at + 1]:
            word = f"non-{read[at + 1].lower}"
            found.append(Unit(word, read[at].start, frozenset({f"non-{stems[at + 1]}"})))
            at += 2
            continue
        length, groups = _phrase(stems, at)
        found.append(_unit(read, stems, at, length, groups))
        at += length
    return found


def _unit(
    read: Sequence[Token], stems: Sequence[str], at: int, length: int, groups: frozenset[str]
) -> Unit:
    word = " ".join(one.text for one in read[at : at + length])
    if length > 1:
        plain = not any(one.lower in STOPWORDS for one in read[at : at + length])
        head = {stems[at + length - 1]} if plain else set()
        return Unit(word.lower(), read[at].start, groups | head)
    token = read[at]
    lower = token.text.lower().replace("’", "'")
    if not token.word or not stems[at]:
        return Unit(token.text, token.start)
    if lower not in _CONTENT and (lower in STOPWORDS or lower in _SIGNALS) and not _named(token):
        return Unit(lower, token.start)
    if lower.endswith("n't"):
        return Unit(lower, token.start)
    keys = groups | {stems[at]}
    return Unit(lower, token.start, keys, name=token.text[:1].isupper())


def _named(token: Token) -> bool:
    """A stop word that is written as a name: “US”, “IT”."""
    return len(token.text) > 1 and token.text.isupper()


def _phrase(stems: Sequence[str], at: int) -> tuple[int, frozenset[str]]:
    """How many tokens from here on are one entry of the list, and its groups."""
    known = _lexicon()
    for length in range(min(MOST_PHRASE, len(stems) - at), 0, -1):
        groups = known.get(tuple(stems[at : at + length]))
        if groups:
            return length, groups
    return 1, frozenset()


def _stem(token: Token) -> str:
    found = terms(token.text) if token.word else []
    return found[0] if found else ""


@cache
def _lexicon() -> dict[tuple[str, ...], frozenset[str]]:
    """The groups of each entry, by its stems."""
    groups: dict[tuple[str, ...], set[str]] = {}
    lines = _SYNONYMS.read_text("utf-8").splitlines()
    for number, line in enumerate(one for one in lines if one and not one.startswith("#")):
        for entry in line.split(","):
            key = tuple(_stem(one) for one in tokens(entry.strip()))
            groups.setdefault(key, set()).add(f"#{number}")
    return {key: frozenset(found) for key, found in groups.items()}
