"""Whether a question asks how a case ended, and which parts of an opinion say so."""

import re

from kb.domain import OpinionPart

OUTCOME_PARTS = (OpinionPart.DISPOSITION, OpinionPart.SYLLABUS)
"""Those that tell it, the surest first; `Chunks.of_parts` reads them within a scope."""

_LONGEST = 1_000  # characters that are looked at
_CASE = r"(?:case|appeals?|suit|lawsuit|litigation|trial|dispute|action|proceedings?|matter)"
_COURT = (
    r"(?:(?:the |this |that )?(?:\w+ ){0,4}?(?:court of \w+|courts?|panel|circuit|majority"
    r"|judges?|justices?|tribunal|opinion|jury|[A-Z]\w+ v\.? \w+))"
)
_SUBJECT = (
    rf"(?:{_CASE}|motions?|petitions?|judgments?|convictions?|verdicts?|sentences?|injunctions?"
    r"|certiorari|writ|relief|rulings?|orders?|awards?|decisions?|claims?|complaints?)"
)
_DECIDE = r"(?:hold|held|decide|decided|rule|ruled|conclude|concluded|find|order|ordered)"
_END = (
    r"(?:affirm(?:ed|s)?|reversed?|vacated?|remand(?:ed)?|dismiss(?:ed)?|overturn(?:ed)?|upheld"
    r"|uphold|set aside|grant(?:ed)?|den(?:y|ied)|sustain(?:ed)?)"
)
_OUTCOME = r"(?:holding|outcome|disposition|verdict|ruling)"
_ASKS = tuple(
    re.compile(one, re.IGNORECASE)
    for one in (
        r"\bwho (?:won|wins|lost|loses|prevailed|prevails)\b",
        r"\b(?:which|what) (?:side|party) (?:won|lost|prevailed)\b",
        r"\b(?:did|does|has|have|and) .{1,80}?(?<!to )\b(?:w[io]n|prevail(?:ed)?|succeed(?:ed)?)\b",
        rf"\b(?:did|has|have) .{{1,80}}?\b(?:lose|lost)(?: (?:the |its |this )?{_CASE}\b|\W*$)",
        r"\b(?:was|were|is|are) .{1,80}?\b(?:successful|the (?:winner|prevailing party))\b",
        rf"\bwhat (?:did|does|has) {_COURT} (?:\w+ly )?{_DECIDE}\b",
        rf"\bhow (?:did|does|has|was|were) (?:{_COURT}|(?:the |this |that )?{_CASE}) (?:\w+ly )?"
        r"(?:rule|ruled|decide|decided|come out|end|ended|turn out|resolved)\b",
        r"\bhow did .{1,60}? (?:come out|turn out|fare)\b",
        rf"\bwhat (?:was|is|were) (?:held|(?:the )?(?:\w+ )?{_OUTCOME})\b",
        rf"\bwhat (?:was|is) the (?:result|decision|judgment) (?:of|in|on) (?:\w+ )?{_SUBJECT}\b",
        rf"^(?:the )?(?:held|{_OUTCOME})(?: (?:of|in) .*)?\W*$",
        rf"\b(?:did|does|has) {_COURT} (?:\w+ly )?(?:{_END}|(?:rule|find) (?:for|against|in fav))",
        rf"\b(?:was|were|is|are) (?:[\w'’-]+ ){{1,8}}?{_SUBJECT} (?:[\w'’-]+ ){{0,6}}?{_END}\b",
    )
)


def asks_for_outcome(text: str) -> bool:
    """Whether an English question asks who won, what was held or what the court ordered.

    It is a hint which passages to look at as well, and leaves none out.
    """
    words = " ".join(text.split())[:_LONGEST]
    return any(one.search(words) for one in _ASKS)
