"""What a question expects: an amount, a date, a person …, more finely than `Kind` tells.

Answer typing by pattern: Li and Roth, Learning Question Classifiers, 2002. `Kind` stays as coarse
as it is, since the confidence of answers is set on what it shows.
"""

import re
from dataclasses import dataclass

from kb.domain.events import DirectKind
from kb.text.analyzer import terms

_AUXILIARY = (
    r"(?:is|are|was|were|does|do|did|can|could|may|might|must|shall|should|will|would|has|have|had)"
)
_UNIT = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?|decades?)"
_SUM = (
    r"(?:fees?|price|amount|sum|costs?|rent|retainer|salary|penalty|bonus|compensation|deposit|"
    r"premium|charge|budget|fine|damages|money|award|loan|bond|expenditure|legacy|valuation|figure)"
)
_LIMIT = r"(?:cap|limit|ceiling|maximum|most|retention|excess|deductible)"
_ASKS = {
    DirectKind.LAW: (
        r"\b(?:which|what|whose) [^?]{0,40}\blaws?\b[^?]{0,60}?\b(?:govern|appl|control|constru|"
        r"interpret|subject)|\b(?:what|which) [^?]{0,30}\bgoverning law\b|"
        r"\bunder (?:which|what|whose) [^?]{0,20}\blaws?\b|"
        r"\blaws? governs\b|\b(?:welches|wessen) recht\b|\bqué ley\b|\bquel droit\b|\bquelle loi\b"
    ),
    DirectKind.COURT: (
        r"\b(?:which|what) (?:\w+ )?courts?\b|\b(?:what|which) (?:is the )?(?:exclusive )?"
        r"(?:venue|jurisdiction)\b|\bwhere (?:must|may|can|shall) [^?]{0,60}\b(?:sued?|litigat\w+|"
        r"brought)\b"
    ),
    DirectKind.PARTIES: (
        r"\bwho (?:are|were) the (?:\w+ )?parties\b|\bbetween (?:whom|which parties)\b|"
        r"\bwhich parties\b|\bnames? of the parties\b"
    ),
    DirectKind.PERCENTAGE: (
        r"\b(?:what|which) (?:\w+ ){0,2}(?:percentage|per ?cent|proportion|share|rate of interest|"
        r"interest rate)\b|\bhow much interest\b|\bat what (?:\w+ )?(?:rate|percentage)\b"
    ),
    DirectKind.DURATION: (
        r"\bhow (?:long|quickly|soon|fast|lasting|far ahead|far in advance)\b|\bhow many (?:\w+ )?"
        rf"{_UNIT}\b|\bhow much (?:\w+ )?(?:notice|time|warning)\b|"
        r"\b(?:what|which) (?:\w+ ){0,2}(?:period|duration)\b|"
        r"\bwhat is the (?:\w+ ){0,3}(?:period|term|duration|length|notice)\b|"
        r"\bwie lange\b|\bcuánto tiempo\b|\bcombien de temps\b"
    ),
    DirectKind.DATE: (
        r"\bwhen\b|\b(?:what|which) (?:\w+ ){0,3}(?:date|day|year|deadline)\b|\bwann\b|\bcuándo\b|"
        r"\bquand\b|\bwhat is the (?:\w+ ){0,2}date\b"
    ),
    DirectKind.AMOUNT: (
        r"\bwhat (?:would|will|did|does|do) [^,?]{2,60} (?:cost|owed?|be owed)\b|"
        r"\bhow (?:is|was|are) [^,?]{2,80} (?:capped|limited)\b|"
        rf"\bwhat (?:\w+ ){{0,3}}{_LIMIT}\b|\bhow much\b|\bhow (?:large|big|high|costly)\b|"
        rf"\b(?:what|which) (?:\w+ ){{0,4}}{_SUM}\b|"
        rf"\bwhat (?:is|are|was|were|will be|would be) (?:\S+ ){{1,5}}?(?:{_SUM}|{_LIMIT})\b|"
        rf"\bat what (?:figure|price|amount|sum)\b|\b(?:up to|above|over) what (?:amount|sum)\b|"
        rf"\bwie hoch\b|\bwie viel\b|\bwieviel\b|\bcuánto\b|\bcombien\b"
    ),
    DirectKind.NUMBER: r"\bhow many\b|\bwie viele\b|\bcuánt[oa]s\b",
    DirectKind.PERSON: (
        r"\b(?:who|whom|whose)\b|\b(?:which|what) (?:\w+ )?(?:company|firm|insurer|bank|lawyers?|"
        r"judge|justice|arbitrator|mediator|expert|witness|solicitors?|trustee|auditors?)\b"
    ),
    DirectKind.PLACE: (
        r"\bwhere\b|\bwo\b|"
        r"\b(?:what|which) (?:is the )?(?:\w+ )?(?:address|city|town|country|seat)\b"
    ),
}
"""The first of them that a question has is what it expects."""
PATTERNS = {kind: re.compile(asks, re.IGNORECASE) for kind, asks in _ASKS.items()}
_INTERROGATIVE = r"(?:what|which|who|whom|whose|where|when|why|how|wann|wie|wo|cuánt[oa]s?|combien)"
_WH = re.compile(rf"\b{_INTERROGATIVE}\b", re.IGNORECASE)
_POLAR = re.compile(rf"(?:[^?]*?, )?(?:and |but |so )?{_AUXILIARY}\b(?!n't)", re.IGNORECASE)
_JOINED = re.compile(rf"(?:, |\band )(?:\w+ ){{0,2}}?({_INTERROGATIVE})\b", re.IGNORECASE)
_SUBORDINATE = re.compile(rf"(?:when|where) (?!{_AUXILIARY}\b)[^?,]+, ", re.IGNORECASE)
_AGAIN = re.compile(
    rf"(?:,| and| or|;|\?) (?:\w+ ){{0,2}}{_INTERROGATIVE}\b|"
    rf"(?:,| and|;|\?) {_AUXILIARY} (?:it|they|he|she|there|the|that)\b",
    re.IGNORECASE,
)
"""A second question in the same sentence, which the answer to the first leaves open."""
_WHICH_OF = re.compile(
    r"\b(?:which|who|whose|whom)\b.*\b(?:more|less|longer|shorter|higher|lower|later|earlier|first)"
    r"\b.*,.*\bor\b",
    re.IGNORECASE,
)
"""It asks which of two, not how much each."""
_COUNTED = re.compile(
    rf"\bhow many (?:((?:[\w'’-]+ ){{1,4}}?)(?={_AUXILIARY}\b|of\b|in\b|to\b)|([\w'’-]+))",
    re.IGNORECASE,
)
_ALSO_RATES = re.compile(
    r"\b(?:fee|charge|cap|capped|limit|limited|ceiling|maximum|most|penalty|bonus|commission|"
    r"interest|retention|compensation|how much may)\b",
    re.IGNORECASE,
)
"""Sums that are told as percentages as well."""
_FOLLOWS = 30
"""Characters before the interrogative at which what belongs to it may begin: “up to what”."""


@dataclass(frozen=True, slots=True)
class Expected:
    """`kinds`: any of these is an answer; none: yes or no.

    `asks` is the question from its interrogative on. `counted` is the term of what is counted.
    `several`: it asks more than one thing.
    """

    kinds: tuple[DirectKind, ...]
    asks: str
    counted: str = ""
    several: bool = False


def expected(question: str) -> Expected | None:
    """None where the answer has no form, as of why and how."""
    if _WHICH_OF.search(question):
        return None
    start = _asking(question)
    if start is None:
        return Expected((), question, several=bool(_AGAIN.search(question)))
    for kind, pattern in PATTERNS.items():
        found = pattern.search(question, max(0, start - _FOLLOWS))
        if found and found.start() <= start < found.end():
            asks = question[start:]
            counted = _COUNTED.match(asks) if kind is DirectKind.NUMBER else None
            noun = (terms(counted[1] or counted[2]) or [""])[-1] if counted else ""
            rate = kind is DirectKind.AMOUNT and _ALSO_RATES.search(asks)
            kinds = (kind, DirectKind.PERCENTAGE) if rate else (kind,)
            return Expected(kinds, asks, noun, bool(_AGAIN.search(asks)))
    return None


def _asking(question: str) -> int | None:
    """Where the interrogative stands, None where it asks whether."""
    first, joined = _WH.search(question), _JOINED.search(question)
    if _POLAR.match(question) and (first is None or not _opens(question, first.start())):
        return joined.start(1) if joined else None
    if first is None:
        return len(question)
    return joined.start(1) if joined and _SUBORDINATE.match(question) else first.start()


def _opens(question: str, at: int) -> bool:
    """Whether a question, or its part after a comma, begins here but for a preposition."""
    before = question[:at].rpartition(", ")[2]
    return len(before.split()) <= 2 and not _POLAR.match(f"{before}x")
