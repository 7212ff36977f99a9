"""Who does, is or has what a question asks, where a sentence ties somebody to the very word."""

import re
from collections.abc import Iterator

from kb.answer.direct.forms import Span, value
from kb.answer.direct.sentence import FlatSentence
from kb.domain.events import DirectKind
from kb.text.analyzer import content_terms, terms

_NOBODY = (
    r"(?!(?:The|An?|My|Our|Its|Their|If|When|Where|Once|Unless|In|On|At|Before|After|For|To|By|Upon|Until|While|As|And|But|"
    r"Or|It|This|That|These|Those|Such|He|She|They|We|You|I|Who|No|Nothing|Any|All|There|Section|"
    r"Each|Either|Neither|Both|Clause|Article|Schedule|Exhibit|Subject|Notwithstanding)\b)"
)
_PART = rf"{_NOBODY}[A-ZÀ-Þ][\w.’&-]*"
_NAME = rf"{_PART}(?:,? (?:(?:&|of|de|van|von|der) )?{_PART}){{0,5}}"
_OFFICE = (
    r"(?:tenant|landlord|lessor|lessee|buyer|seller|purchaser|lender|borrower|guarantor|employer|"
    r"employee|plaintiff|defendant|claimant|court|judge|jury|partner|committee|board|trustees?|"
    r"executors?|insurer|carrier|client|contractor|subcontractor|supplier|customer|owner|company|"
    r"licensor|licensee|franchisor|franchisee|consultant|provider|recipient|discloser|arbitrator)"
)
_SOMEBODY = (
    rf"(?:(?:(?:[Tt]he|[Mm]y|[Oo]ur) )?{_NAME}|(?:[Tt]he|[Aa]n?|[Ee]ach|[Ee]ither) "
    rf"(?:[a-z]+ ){{0,2}}?{_OFFICE}\b)"
)
_BETWEEN = (
    r"(?: (?:shall|will|must|may|can|is|are|was|were|be|been|has|have|had|to|also|then|alone|both|"
    r"always|normally|usually|solely|first|obliged|required|entitled|itself|then))*"
)
_BEFORE = re.compile(rf"(?P<who>{_SOMEBODY}){_BETWEEN} $")
_BY = re.compile(rf" (?:(?:only|jointly) )?by (?P<who>{_SOMEBODY})")
_IS = r"(?:is|was|are|were|shall be|will be|acts as|act as|serves as|shall act as|as|to be)"
_AS_ROLE = re.compile(
    rf"(?P<who>{_SOMEBODY}),? (?:{_IS} )?(?:(?:the|our|its|my|their|an?|sole) )*$"
)
_ROLE_IS = re.compile(rf"^(?: {_IS}|:|,)? (?P<who>{_NAME})")
_HAS = re.compile(rf"(?P<who>{_SOMEBODY})['’]s? (?:(?:prior|express|written|signed) ){{0,3}}$")
_OF = re.compile(rf"^ of (?P<who>{_SOMEBODY}(?:['’]s? {_NAME})?)(?!['’])")
_TO = re.compile(
    rf"\b(?P<preposition>[Tt]o|[Ff]or|[Ff]rom|[Bb]efore|[Ww]ith) (?:my \w+ )?(?P<who>{_NAME})"
)

_ROLE_ASKED = re.compile(
    r"who (?:is|was|are|were) (?:the |our |its |their )?(?P<role>[\w'’ -]+?)"
    r"(?= (?:of|for|in|on|under|named|at|with|to|between|when|that|who|if|by)\b|[?,]|$)",
    re.IGNORECASE,
)
_OWNER_ASKED = re.compile(r"whose (?P<role>\w+)", re.IGNORECASE)
_WHOM_ASKED = re.compile(r"\b(to|for|from|before|with) whom\b", re.IGNORECASE)
_DOER_ASKED = re.compile(
    r"(?:who|which (?:\w+ ){1,2}?)(?: ?(?:shall|will|must|may|can|has to|have to|had to|did|does|"
    r"is to|would|should|at our firm|ultimately|usually))* ?(?P<verb>[a-z]{3,})\b",
    re.IGNORECASE,
)
_NO_VERB = frozenset(
    "party parties is was are were the our does did has had have will shall must may".split()
)


def persons(asks: str, question: str, sentence: FlatSentence) -> Iterator[Span]:
    """Everybody whom the sentence gives the part that is asked for: by role, verb or possession.

    `asks` is the question from its interrogative on.
    """
    if asked := _WHOM_ASKED.search(question):
        for found in _TO.finditer(sentence.flat):
            if found["preposition"].lower() == asked[1].lower():
                yield _span(found, 0)
    elif asked := _OWNER_ASKED.match(asks):
        yield from _beside(sentence, asked["role"], _HAS, _OF)
    elif asked := _ROLE_ASKED.match(asks):
        if asked["role"].endswith(("party", "parties")):
            return
        yield from _beside(sentence, asked["role"], _AS_ROLE, _ROLE_IS)
    elif (asked := _DOER_ASKED.match(asks)) and asked["verb"].lower() not in _NO_VERB:
        yield from _beside(sentence, asked["verb"], _BEFORE, _BY)


def _beside(
    sentence: FlatSentence, word: str, before: re.Pattern[str], after: re.Pattern[str]
) -> Iterator[Span]:
    """Who stands before or after this word of the question, all of it as it is in the sentence."""
    wanted = content_terms(word) or terms(word)
    words = sentence.words
    for at in range(len(words) - len(wanted) + 1):
        if [term for _, _, term in words[at : at + len(wanted)]] != wanted:
            continue
        start, end = words[at][0], words[at + len(wanted) - 1][1]
        if found := before.search(sentence.flat[:start]):
            yield _span(found, 0)
        elif found := after.match(sentence.flat[end:]):
            yield _span(found, end)


def _span(found: re.Match[str], offset: int) -> Span:
    start, end = found.span("who")
    while found["who"][end - start - 1] in ".,":
        end -= 1
    told = value(found.string[start:end]).removeprefix("the ")
    return Span(DirectKind.PERSON, start + offset, end + offset, start + offset, told)
