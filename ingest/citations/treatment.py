"""Words near a citation that may say how the case was treated. Hints, never a judgment."""

import re
from collections import defaultdict
from collections.abc import Sequence

from ingest.citations.mentions import Mention

_IN_PART = r"(?: in part| on other grounds| and remanded| sub nom\.)?"
_WORDS = re.compile(
    r"(?i:\b(?:(?:not|declin(?:e|ed|ing|es) to) follow(?:ed)?"
    rf"|(?:overrul(?:ed|ing|es)|revers(?:ed|ing)|rev['’]d|affirm(?:ed|ing)|aff['’]d|vacat(?:ed|ing)"
    rf"|modif(?:ied|ying)){_IN_PART}"
    r"|abrogat(?:ed|ing)|superseded(?: by (?:statute|rule))?|remand(?:ed|ing)|withdrawn"
    r"|distinguish(?:ed|ing|es|able)|disapprov(?:ed|ing)|disagree(?:d|ing|s)? with"
    r"|critici[sz](?:ed|ing|es)|question(?:ed|ing) (?:by|in)|limit(?:ed|ing) (?:by|to its facts)"
    r"|follow(?:ed|ing) (?:by|in)|(?:we|courts?|has|have|consistently) follow(?:s|ed)?"
    r"|adopt(?:ed|ing|s) (?:by|in|the (?:rule|reasoning|holding|test))|rel(?:ied|ying) (?:up)?on"
    r"|reaffirm(?:ed|ing|s)|cert(?:\.|iorari) (?:denied|granted|dismissed)|no longer good law"
    r"|receded from|called into doubt|rejected(?: by| in)?)(?!\w))"
)
_REACH = 100
"""Characters before a citation and after it in which words belong to it."""
_HISTORY = re.compile(
    r"(?i:aff|rev['’e]|cert|vacat|overrul|abrogat|supersed|withdrawn|remand|modif)"
)
_STOP = re.compile(
    r"[.;?!]\s+(?=[A-Z“\"])(?<!\bv\. )(?<!\bNo\. )(?<!Cir\. )(?<!\bInc\. )(?<!\bCo\. )"
)


def treatments(mentions: Sequence[Mention], text: str) -> dict[int, list[tuple[int, int]]]:
    """Spans of such words by the number of the mention that they stand at.

    Words belong to a mention in their sentence: those of later history (“aff'd, 5 U.S.
    6”) to the one before them, others to the one after them, else to the one before.
    """
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    last = -1
    for words in _WORDS.finditer(text):
        while last + 1 < len(mentions) and mentions[last + 1].end <= words.start():
            last += 1
        before = last if last >= 0 and _near(text, mentions[last].end, words.start()) else None
        follows = last + 1 < len(mentions)
        after = last + 1 if follows and _near(text, words.end(), mentions[last + 1].start) else None
        if follows and words.start() >= mentions[last + 1].start:
            continue  # inside the citation's own words
        owner = (
            before if before is not None and _of_history(text, mentions[before], words) else after
        )
        owner = before if owner is None else owner
        if owner is not None:
            found[owner].append(words.span())
    return dict(found)


def _near(text: str, start: int, end: int) -> bool:
    return end - start <= _REACH and not _STOP.search(text, start, end)


def _of_history(text: str, mention: Mention, words: re.Match[str]) -> bool:
    """Whether words behind a citation go on with it: after a comma, or in its parentheses."""
    between = text[mention.end : words.start()]
    inside = between.count("(") > between.count(")")
    return inside or bool(_HISTORY.match(words[0]) and re.search(r"[,)] $", between))
