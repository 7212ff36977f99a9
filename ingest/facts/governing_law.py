"""The law that governs a contract, by its own clause."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from ingest.facts.base.aligned import Aligned, flat, joined, standing
from ingest.facts.base.casing import capitalised
from ingest.facts.base.head_and_tail import unseen
from ingest.facts.base.places import adjective_at, place_at
from kb.domain import Reading

_WORDS = (
    "governed",
    "Governed",
    "GOVERNED",
    "governs",
    "GOVERNS",
    "construed",
    "CONSTRUED",
    "interpreted",
    "INTERPRETED",
    "controlled by",
    "CONTROLLED BY",
    "govern ",
    "GOVERN ",
    "shall apply",
    "accordance with",
    "ACCORDANCE WITH",
    "unterliegt dem Recht",
    "Es gilt",
    "régi par",
    "soumis au droit",
    "soumis à la loi",
    "rige por",
    "regirá por",
)
_MOST_HITS = 60  # of each word, from the text's beginning and from its end
_BEFORE, _AFTER = 160, 420  # characters looked at around a word
_OPENING = 160  # of these, in which other languages than English name the law
_LAW = r"(?i:laws?|legislation)"
_RULED = r"(?i:governed|construed|interpreted|enforced|determined|accordance|subject|controlled)"
_CLAUSE = re.compile(
    rf"\b{_RULED}\b[^.;]{{0,200}}?\b{_LAW}(?i:,? (?:and (?:\w+ )?(?:regulations|jurisdiction"
    rf"|decisions)|both \w+))?"
    r"(?i:,? (?:of|in force in|in effect in|applicable in|prevailing in|in))\b,? ?"
)
_ADJECTIVE = re.compile(
    rf"\b{_RULED}\b[^.;]{{0,80}}?(?i:by|with|under|to) (?i:the )?"
    r"(?i:(?:internal |substantive |laws of )?)(?=[A-Z](?:[\w.]+ ){1,3}(?i:laws?)\b)"
)
_SUBJECT = re.compile(
    rf"\b{_LAW} (?i:of)(?=[^.;]{{2,120}}? (?i:(?:shall |will )?(?:govern|apply))) (?i:the )?"
)
_ELSEWHERE = (
    (re.compile(r"\b(?:Recht der|deutsches|Deutsches) "), "de"),
    (re.compile(r"\b(?:par le|au) droit "), "fr"),
    (re.compile(r"\bpor (?:la ley|las leyes|la legislación) de(?:l| la| los)? "), "es"),
)
_KIND = re.compile(
    r"(?i:the )?(?i:(?:internal|substantive|domestic|local|applicable) (?:laws? of )?)?(?i:the )?"
    r"((?i:(?:state|commonwealth|province|republic|kingdom|territory|federal republic|grand duchy"
    r"|federation|principality)s? of (?:the )?))?"
)
_UNKNOWN = re.compile(r"[A-Z][a-z]{3,}(?: [A-Z][a-z]{2,}){0,2}(?=[ ,.;)]|$)")
_NO_PLACE = re.compile(
    r"(?i:state|country|jurisdiction|party|parties|agreement|contract|law|court|company|the"
    r"|licensor|seller|buyer|landlord|tenant|customer|provider|conflict|such|any|where|which|its"
    r"|executive|incorporation|origin|choice|united|federal|territory|section|article|general"
    r"|international|european|american|commerce|premises|property|county|city|nature"
    r"|merchandise|trust)"
)
_OWN = re.compile(
    r"(?i:\b(?:this|the|these) (?:\w+ ){0,4}(?:agreement|contract|lease|letter|deed|amendment"
    r"|license|licence|note|guaranty|guarantee|undertaking|terms|policy|engagement|instrument))\b"
)
_PERSON = re.compile(
    r"(?i:\b(?:organi[sz]ed|existing|incorporated|formed|corporation|company|entity)"
    r"(?: \w+){0,3}[ ,]*$)"
)
_FEDERAL = re.compile(r"[^.;]{0,60}?\b(?:State|Commonwealth) of ")
_BEFORE_LAW = re.compile(r" (?:\w+ )?(?i:laws?)\b")
_CAPITAL = re.compile(r",? D\. ?C")


def governing_law(reading: Reading) -> Aligned:
    """The place whose law the contract chooses, or "".

    The clause is found by its words anywhere in the text; one that speaks of “this
    Agreement” goes before others, the first before later ones.
    """
    text = reading.text
    hidden = unseen(reading.elements)
    starts = [start for start, _ in hidden]
    second = Aligned()
    for at in _hits(text):
        index = bisect_right(starts, at) - 1
        if index >= 0 and at < hidden[index][1]:
            continue
        before = flat(standing(text, max(0, at - _BEFORE), at))
        place = _place(flat(standing(text, at, at + _AFTER)), before)
        if place and _OWN.search(before[-140:]):
            return place
        second = second or place
    return second


def _hits(text: str) -> list[int]:
    return sorted({at for word in _WORDS for at in _found(text, word)})


def _found(text: str, word: str) -> Iterator[int]:
    first = -1
    for _ in range(_MOST_HITS):
        first = text.find(word, first + 1)
        if first < 0:
            return
        yield first
    last = len(text)
    for _ in range(_MOST_HITS):
        last = text.rfind(word, first + 1, last)
        if last < 0:
            return
        yield last


def _place(clause: Aligned, before: Aligned) -> Aligned:
    if _PERSON.search(before[-60:]):
        return Aligned()
    found = _CLAUSE.match(clause)
    if found and (place := _after(clause, found.end())):
        return place
    found = _ADJECTIVE.match(clause)
    if found:
        name, end = adjective_at(clause, found.end())
        if not name:
            name, end = place_at(clause, found.end())
        if name and _BEFORE_LAW.match(clause, end):
            return clause[found.end() : end].read_as(name)
    if place := _elsewhere(clause):
        return place
    whole = joined([before, clause[:12]])
    subject = [*_SUBJECT.finditer(whole)]
    return _after(whole, subject[-1].end()) if subject else Aligned()


def _elsewhere(clause: Aligned) -> Aligned:
    """The place that a clause in German, French or Spanish names."""
    for form, _ in _ELSEWHERE:
        if found := form.search(clause, 0, _OPENING):
            name, end = place_at(clause, found.end())
            if not name:
                name, end = adjective_at(clause, found.end())
            if name:
                return clause[found.end() : end].read_as(name)
            if found[0].lower().startswith("deutsch"):
                return clause.matched(found).strip().read_as("Germany")
    return Aligned()


def _after(clause: Aligned, start: int) -> Aligned:
    """The place named at `start`, known or called a state; other capitals if they stand alone."""
    place, end = place_at(clause, start)
    if not place:
        kind = _KIND.match(clause, start)
        start = kind.end() if kind else start
        place, end = place_at(clause, start)
    if not place:
        words = clause[start : start + 60]
        unknown = _UNKNOWN.match(capitalised(words))
        if unknown and not _NO_PLACE.match(unknown[0]):
            return words.strip()[: unknown.end()].read_as(unknown[0])
        return Aligned()
    if place == "Washington" and (capital := _CAPITAL.match(clause, end)):
        return clause[start : capital.end()].read_as("District of Columbia")
    if place == "United States" and (state := _FEDERAL.match(clause, end)):
        within, last = place_at(clause, state.end())
        if within:
            return clause[state.end() : last].read_as(within)
    return clause[start:end].read_as(place)
