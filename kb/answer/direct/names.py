"""Who and where a text names: laws, courts, places, the parties of a contract, persons who act.

Texts are flat, as in `kb.answer.direct.forms`.
"""

import re
from collections.abc import Iterator

from kb.answer.direct.forms import Span, value
from kb.domain.events import DirectKind

_ENDS = (
    r"(?!(?i:without|and|or|excluding|as|applicable|exclusive|regardless|notwithstanding|except|"
    r"shall|will|govern|to|which|that)\b)"
)
_WORD = rf"{_ENDS}[A-ZÀ-Þ][\w.’'&-]*"
_PLACE = (
    r"(?:(?i:the) )?(?:(?i:states?|commonwealth|province|republic|kingdom|federal republic|"
    r"people['’]s republic|canton|territory) (?i:of) (?:(?i:the) )?)?"
    rf"{_WORD}(?: {_WORD}){{0,3}}(?: (?i:and) Wales| (?i:and) WALES)?"
    r"(?: of America)?(?:,? (?i:and) (?i:of )?(?i:the )?(?:(?i:federal laws of) (?i:the )?)?(?:"
    rf"(?:United States(?: of America)?|Canada)(?: applicable therein)?|(?i:state|commonwealth|"
    rf"province) (?i:of) {_WORD}(?: {_WORD}){{0,2}}))?"
)
_NO_PLACE = re.compile(
    r"(?:the )?(?:state|country|jurisdiction|part(?:y|ies)|agreement|contract|law|courts?|company|"
    r"buyer|seller|landlord|tenant|customer|provider|conflicts?|such|any|this|section|article|lease|"
    r"governing|applicable|choice of|local|internal|federal|common|public|international)\b"
)
_STATE = re.compile(r"^(?:the )?(?:(?:federal |people['’] )?\w+ of )?(?:the )?")
_RULED = re.compile(
    r"\b(?:govern(?:s|ed|ing)?|constru\w+|interpret\w*|enforced|subject to|controlled|accordance|"
    r"according)\b[^.;]{0,160}$",
    re.IGNORECASE,
)
_RULES = re.compile(r"[^.;]{0,80}?\b(?:governs?|appl(?:y|ies)|controls?)\b", re.IGNORECASE)
"""What stands before a law that governs, or after it."""
_LAWS = (
    re.compile(
        r"\b(?i:laws?)(?:,? (?:(?i:and|or) )?(?i:rules|regulations|decisions|jurisdiction),?)*"
        rf" (?i:of|in force in|in effect in|applicable in|in) (?P<core>{_PLACE})"
    ),
    re.compile(
        rf"\b(?i:by|under|with|to|is|the|of) (?:the )?(?P<core>{_WORD}(?: {_WORD}){{0,2}} "
        r"(?i:laws?))\b"
    ),
    re.compile(
        r"(?P<core>(?:deutsche[sm]|österreichische[sm]|schweizerische[sm]|englische[sm]) Recht)\b"
    ),
)
_COURTS = (
    re.compile(
        r"(?P<core>(?:(?i:the) )?(?:(?i:state|federal|competent|district|superior|supreme) )?"
        r"(?:(?i:and|or) (?i:state|federal) )?(?i:courts?) (?i:of|in|for|located in|sitting in|"
        rf"situated in) (?:(?i:the) )?{_WORD}(?:,? (?:(?i:of|for|and) )?{_WORD}){{0,4}})"
    ),
    re.compile(
        rf"(?P<core>(?:(?i:the) )?(?:{_WORD} ){{1,4}}Courts?(?: (?:of|for|in) (?:the )?{_WORD}"
        rf"(?: {_WORD}){{0,3}})?)"
    ),
)
_STREET = (
    r"(?:Street|St\.|Avenue|Ave\.|Road|Rd\.|Boulevard|Blvd\.?|Lane|Drive|Way|Square|Place|Parkway|"
    r"Quay|Court|Highway|Terrace|Row|Wharf|Plaza)"
)
_PLACES = (
    re.compile(
        rf"(?P<core>\b\d{{1,6}}[A-Z]? (?:[A-Z][\w.’'-]+ ){{1,4}}{_STREET}"
        r"(?:,? (?:Suite|Unit|Floor) #?\w+)?(?:, [A-Z][\w.-]+(?: [A-Z][\w.-]+){0,2}){0,3}"
        r"(?: \d{5}(?:-\d{4})?)?)"
    ),
    re.compile(
        r"\b(?i:arbitration|mediation|arbitrated|mediated|seat|heard|held|sit)"
        r"(?i: (?:is|takes place|conducted|held|shall be|be))* (?:in|at)? ?"
        rf"(?P<core>(?:the )?{_WORD}(?: (?:of )?{_WORD}){{0,3}})"
    ),
)
_FORMS = {DirectKind.LAW: _LAWS, DirectKind.COURT: _COURTS, DirectKind.PLACE: _PLACES}

_BETWEEN = re.compile(
    r"\b(?i:by and (?:between|among(?:st)?)|between|among(?:st)?)(?i: and among| or among)?:? "
    r"(?=(?i:the )?[A-Z0-9(])"
)
_DEFINED = re.compile(r"\([^()]{0,90}?[\"“”'‘’][^()]{1,90}\)")
_TOGETHER = re.compile(
    r"collectively|together|each,? an?|individually|parties[\"”’']|\b(?:date|agreement|lease)\b",
    re.IGNORECASE,
)
"""What is called so is no single party."""
_DATED = re.compile(r"\b(?:dated|effective|amended)\b", re.IGNORECASE)
_GOES_ON = re.compile(r",? (?:and|&|AND)(?: between| among)? |, |; (?:and )?")
_LONGEST_PARTY = 400
"""Characters between the name of a party and what it is called from there on."""


def named(kind: DirectKind, text: str) -> Iterator[Span]:
    """All that has this kind; a place of law only where the text says that it governs."""
    if kind is DirectKind.PARTIES:
        yield from _parties(text)
    for pattern in _FORMS.get(kind, ()):
        found = [
            Span(kind, one.start("core"), _end(one), one.start("core"), _bare(one["core"]))
            for one in pattern.finditer(text)
            if not _NO_PLACE.match(_bare(one["core"]))
            and (kind is not DirectKind.LAW or _governs(text, one))
        ]
        if found:
            yield from found
            return


def _governs(text: str, found: re.Match[str]) -> bool:
    return bool(_RULED.search(text[: found.start("core")]) or _RULES.match(text[found.end() :]))


def _end(found: re.Match[str]) -> int:
    """Where a name ends: without the stop of its sentence, with that of “U.S.A.”."""
    core = found["core"]
    return found.end("core") - (core.endswith(".") and core.count(".") == 1)


def _bare(name: str) -> str:
    return _STATE.sub("", value(name)).removesuffix(" law")


def _parties(text: str) -> Iterator[Span]:
    """From the first party's name to what the last one is called: “… and Birch Ltd (“Seller”)”."""
    for opened in _BETWEEN.finditer(text):
        start = end = opened.end()
        count = 0
        while (found := _DEFINED.search(text, end)) and found.start() - end < _LONGEST_PARTY:
            if _TOGETHER.search(found[0]) or _DATED.search(text[end : found.start()]):
                break
            count, end = count + 1, found.end()
            joined = _GOES_ON.match(text, end)
            if joined is None:
                break
        if count > 1:
            yield Span(DirectKind.PARTIES, start, end, start, value(text[start:end]))
            return
