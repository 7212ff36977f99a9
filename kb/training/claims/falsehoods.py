"""Sentences made false from true ones by rule, and true ones told a little differently.

After FactCC (Kryściński et al., Evaluating the Factual Consistency of Abstractive Text
Summarization, 2020): a sentence of a passage is said there; the same with a denial, a figure, a
party or a condition changed is not. Each change leaves a sentence that could be anyone's.
"""

import random
import re
from collections.abc import Callable, Iterator

_Change = Callable[[str, str, random.Random], str | None]

_DENIABLE = re.compile(
    r"\b(shall|may|will|must|is|are|was|were|has|have|can|could|should|did|does)\b"
    r"(?! not\b| no\b| be not\b)"
)
_DENIED = re.compile(r"\b(shall|may|will|must|is|are|was|were|has|have|can|could|did|does) not\b")
_FIGURE = re.compile(
    r"(?<![\w.,§$-])(?:[A-Za-z-]+ \((\d{1,3})\)|\d+(?:,\d{3})*(?:\.\d+)?)(?![\w-])"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MONTH = re.compile(
    r"\b(January|February|March|April|June|July|August|September|October|November|December)\b"
)
_PARTY = re.compile(
    r"\b(?:Licens(?:or|ee)|Less(?:or|ee)|Seller|Buyer|Purchaser|Supplier|Customer|Company|Client|"
    r"Distributor|Manufacturer|Contractor|Consultant|Landlord|Tenant|Employer|Employee|Agent|"
    r"Recipient|Discloser|Receiving Party|Disclosing Party|Provider|Franchis(?:or|ee)|Owner|"
    r"Operator|Borrower|Lender|[Pp]laintiffs?|[Dd]efendants?|[Aa]ppell(?:ant|ee)s?|[Pp]etitioners?|"
    r"[Rr]espondents?)\b"
)
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*")
_ALIKE = re.compile(r"\b(?:between|among|each|either|both|neither|respectively|and/or)\b")
_JOINED = r"(?:,| and| or)(?: the| a| an)? "
_WORDED = re.compile(r"\b[A-Za-z]+(?:-[a-z]+)? \((\d{1,3})\)")
_MODES = (("shall", "may"), ("must", "may"), ("may", "must"), ("will", "may"))
_ORDERS = (("before", "after"), ("prior to", "after"), ("earlier", "later"), ("first", "last"))
_BOUNDS = (
    ("at least", "at most"),
    ("not less than", "not more than"),
    ("more than", "less than"),
    ("no later than", "no earlier than"),
    ("exceeds", "is below"),
    ("minimum", "maximum"),
)
_UNITS = (
    ("days", "months"),
    ("months", "years"),
    ("years", "months"),
    ("hours", "days"),
    ("business days", "weeks"),
    ("annual", "monthly"),
    ("monthly", "quarterly"),
    ("$", "€"),
    ("percent", "basis points"),
)
_TURNS = (
    ("unless", "if"),
    ("only if", "even if"),
    ("provided that", "whether or not"),
    ("except", "including"),
    ("without", "with"),
    ("subject to", "regardless of"),
    ("upon", "without"),
)
_OPPOSITES = (
    ("granted", "denied"),
    ("affirmed", "reversed"),
    ("affirm", "reverse"),
    ("exclusive", "non-exclusive"),
    ("increase", "decrease"),
    ("written", "oral"),
    ("valid", "invalid"),
    ("directly", "indirectly"),
    ("liable", "immune"),
    ("sole", "joint"),
    ("accept", "reject"),
    ("succeeded", "failed"),
    ("sufficient", "insufficient"),
    ("reasonable", "unreasonable"),
    ("permitted", "forbidden"),
    ("required", "free"),
    ("public", "secret"),
    ("voluntarily", "involuntarily"),
    ("include", "exclude"),
)


def falsehoods(sentence: str, passage: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    """The sentence changed so that the passage says otherwise: kind and text, at most one a kind.

    `passage` has the figures that are put in the place of others.
    """
    for kind, change in _CHANGES:
        found = change(sentence, passage, rng)
        if found and found != sentence:
            yield kind, found


def retold(sentence: str, rng: random.Random) -> str:
    """The sentence in a frame, or with its figures written shorter; it says the same."""
    told = _WORDED.sub(r"\1", sentence) if rng.random() < 0.5 else sentence
    if rng.random() < 0.5 or not told[:1].isupper() or told.split()[0].isupper():
        return told
    begin = told[0].lower() if told.split()[0] in _ARTICLES else told[0]
    return f"{rng.choice(_FRAMES)}{begin}{told[1:]}"


_ARTICLES = frozenset(
    "The This These If In On Of For Each Any All No Upon A An It Such We They He She Because "
    "Neither Either Both When Where While Although Under At By To Unless Except There "
    "That Our Your".split()
)
_FRAMES = ("Yes, ", "It is said that ", "The document provides that ", "The text states that ")


def _denied(sentence: str, _passage: str, rng: random.Random) -> str | None:
    there = list(_DENIED.finditer(sentence))
    if there and rng.random() < 0.7:
        one = rng.choice(there)
        return sentence[: one.start()] + one.group(1) + sentence[one.end() :]
    free = list(_DENIABLE.finditer(sentence))
    if not free:
        return None
    one = free[0]
    return f"{sentence[: one.end()]} not{sentence[one.end() :]}"


def _numbered(sentence: str, passage: str, rng: random.Random) -> str | None:
    found = list(_FIGURE.finditer(sentence))
    if not found:
        return None
    one = rng.choice(found)
    old = one.group(1) or one.group(0)
    others = [m.group(1) or m.group(0) for m in _FIGURE.finditer(passage)]
    others = [other for other in dict.fromkeys(others) if other not in sentence]
    new = rng.choice(others) if others and rng.random() < 0.6 else _near(old, rng)
    return sentence[: one.start()] + new + sentence[one.end() :]


def _near(figure: str, rng: random.Random) -> str:
    """Another number that looks like it."""
    if figure.isdigit() and int(figure) < 1000:
        return str(rng.choice([int(figure) * 2, int(figure) + rng.choice([1, 5, 10]), 15, 45]))
    at = rng.choice([i for i, c in enumerate(figure) if c.isdigit()])
    return figure[:at] + str((int(figure[at]) + rng.randint(1, 8)) % 10 or 1) + figure[at + 1 :]


def _dated(sentence: str, _passage: str, rng: random.Random) -> str | None:
    years, months = list(_YEAR.finditer(sentence)), list(_MONTH.finditer(sentence))
    if years and (not months or rng.random() < 0.5):
        one = rng.choice(years)
        new = str(int(one.group(0)) + rng.choice([-2, -1, 1, 2, 10]))
    elif months:
        one = rng.choice(months)
        new = rng.choice(["January", "March", "June", "August", "October", "December"])
    else:
        return None
    return sentence[: one.start()] + new + sentence[one.end() :]


def _parties(sentence: str, _passage: str, rng: random.Random) -> str | None:
    """Who does what to whom, turned; not where the two do it together."""
    if _ALIKE.search(sentence):
        return None
    found = {m.group(0) for m in _PARTY.finditer(sentence)}
    if len(found) < 2:
        found = {m.group(0) for m in _NAME.finditer(sentence)}
    names = sorted(found)
    if len(names) < 2:
        return None
    first, second = rng.sample(names, 2)
    joined, other = (
        rf"{re.escape(a)}{_JOINED}{re.escape(b)}" for a, b in ((first, second), (second, first))
    )
    if first in second or second in first or re.search(f"{joined}|{other}", sentence):
        return None
    both = re.compile(rf"\b(?:{re.escape(first)}|{re.escape(second)})\b")
    return both.sub(lambda m: second if m.group(0) == first else first, sentence)


def _by(*pairs: tuple[str, str], both: bool = False) -> _Change:
    """One of these words put for the other across, where it stands."""
    turned = [*pairs, *((b, a) for a, b in pairs)] if both else list(pairs)

    def change(sentence: str, _passage: str, rng: random.Random) -> str | None:
        there = [(old, new, m) for old, new in turned for m in _standing(old, sentence)]
        if not there:
            return None
        _, new, one = rng.choice(there)
        return sentence[: one.start()] + new + sentence[one.end() :]

    return change


def _standing(word: str, sentence: str) -> list[re.Match[str]]:
    if not word[0].isalpha():
        return list(re.finditer(re.escape(word), sentence))
    return list(re.finditer(rf"(?<![\w-]){re.escape(word)}\b(?! not\b)", sentence))


_CHANGES: tuple[tuple[str, _Change], ...] = (
    ("negation", _denied),
    ("number", _numbered),
    ("date", _dated),
    ("parties", _parties),
    ("modality", _by(*_MODES)),
    ("order", _by(*_ORDERS, both=True)),
    ("quantifier", _by(*_BOUNDS, both=True)),
    ("unit", _by(*_UNITS)),
    ("exception", _by(*_TURNS)),
    ("opposite", _by(*_OPPOSITES, both=True)),
)
