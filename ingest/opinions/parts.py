"""The parts of a judicial opinion: syllabus, the court's opinion, separate ones, disposition.

A wrong label is worse than none: a document that is no opinion has none, what stands before
the court begins to speak has none, and the court's opinion is named where a judge speaks apart.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.opinions.disposition import disposition
from ingest.opinions.marks import Mark, Sign, marks
from ingest.opinions.names import last_name
from kb.domain import Fact, Opinion, OpinionPart, OpinionSpan, Reading

_KINDS = ("opinion", "order")
_COURTS = (OpinionPart.MAJORITY, OpinionPart.PLURALITY)
_ABOVE_HEAD = re.compile(r"(?m)^[^\S\n]*(?:Cite as: [^\n]{0,80}|\d{1,3}(?: {2,}[^\n]{0,80})?)\s*\Z")
_LETTER = re.compile(r"[^\W\d_]")
_LONGEST_ABOVE = 160  # characters

_Begins = list[tuple[int, Opinion | None]]


def opinion_parts(reading: Reading, facts: Iterable[Fact]) -> tuple[OpinionSpan, ...]:
    """The parts of a document that `facts` say is an opinion or an order, in order.

    They do not overlap; what stands between them is of no part that is known.
    """
    if not any(one.name == "type" and one.value in _KINDS for one in facts):
        return ()
    begins = _begins(reading.text, _resolved(list(marks(reading))))
    separate = [opinion for _, opinion in begins if opinion and opinion.separate]
    spans = _spans(begins, len(reading.text))
    ordered = _ordered(reading, spans, len(reading.text))
    if not separate:
        spans = [one for one in spans if one.opinion.part not in _COURTS]
    found = _with(ordered, spans)
    return tuple(one for one in found if reading.text[one.char_start : one.char_end].strip())


def _resolved(found: Sequence[Mark]) -> list[Mark]:
    """Heads of pages say no more than a judge's last name: the rest is told elsewhere."""
    court: Opinion | None = None
    judges: dict[str, Opinion] = {}
    for one in reversed(found):
        if one.sign is Sign.HEAD or one.opinion is None:
            continue
        if one.opinion.part is OpinionPart.MAJORITY:
            court = one.opinion
        else:
            judges[last_name(one.opinion.by)] = one.opinion
    return [_named(one, court, judges) if one.sign is Sign.HEAD else one for one in found]


def _named(head: Mark, court: Opinion | None, judges: Mapping[str, Opinion]) -> Mark:
    opinion = head.opinion
    if opinion is None or opinion.part is OpinionPart.SYLLABUS:
        return head
    if opinion.part is OpinionPart.MAJORITY:
        return replace(head, opinion=court or opinion)
    return replace(head, opinion=judges.get(last_name(opinion.by), opinion))


def _begins(text: str, found: Sequence[Mark]) -> _Begins:
    """Where somebody else begins to speak, and who."""
    begins: _Begins = []
    now: Opinion | None = None
    told = {one.opinion: at for at, one in enumerate(found) if one.sign is not Sign.HEAD}
    for number, mark in enumerate(found):
        head = mark.sign is Sign.HEAD
        first_page = head and not begins and told.get(mark.opinion, 0) > number
        if first_page or not (mark.told or head):  # an order may stand before anybody speaks
            continue
        then = _after(now, mark, begun=bool(begins))
        if then != now:
            begins.append((_top(text, mark.start) if head else mark.start, then))
            now = then
    if now and now.part is OpinionPart.SYLLABUS:  # whose end is not told
        begins.pop()
    return begins


def _top(text: str, start: int) -> int:
    """Where a page begins whose head this is."""
    above = _ABOVE_HEAD.search(text, max(0, start - _LONGEST_ABOVE), start)
    return above.start() if above else start


def _after(now: Opinion | None, mark: Mark, *, begun: bool) -> Opinion | None:
    """Who speaks after a mark; a name alone begins the court's opinion and nothing later."""
    new = mark.opinion
    within = now is not None and now.part is OpinionPart.SYLLABUS
    if new is None:
        return None if within else now
    if new.part is OpinionPart.SYLLABUS:
        return new if within or not begun else now
    if mark.sign is Sign.VOTE and within:
        return now
    if mark.sign is Sign.AUTHOR and begun and not within:
        return _beside(now, new)
    return new


def _beside(now: Opinion | None, author: Opinion) -> Opinion | None:
    """After somebody has begun: what another signs without a word may be anything."""
    if now is None or now.separate or not author.by or last_name(now.by) == last_name(author.by):
        return now
    return None


def _spans(begins: _Begins, end: int) -> list[OpinionSpan]:
    return [
        OpinionSpan(opinion, start, stop)
        for (start, opinion), (stop, _) in pairwise([*begins, (end, None)])
        if opinion
    ]


def _ordered(reading: Reading, spans: Sequence[OpinionSpan], end: int) -> OpinionSpan | None:
    """The disposition, in what the court says before any judge speaks apart."""
    first = next((one.char_start for one in spans if one.opinion.separate), end)
    before = [one for one in spans if one.char_start < first]
    start = 0
    for one in before:
        if one.opinion.part in _COURTS:
            start = one.char_start
            break
        start = one.char_end
    span = disposition(reading.text, reading.elements, start, first)
    if span is None:
        return None
    said_below = _LETTER.search(reading.text, span[1], first)
    stop = span[1] if said_below else first
    return OpinionSpan(Opinion(OpinionPart.DISPOSITION), span[0], stop)


def _with(one: OpinionSpan | None, spans: Sequence[OpinionSpan]) -> list[OpinionSpan]:
    """The spans, with this one in the place of what they hold there."""
    if one is None:
        return list(spans)
    found = [one]
    for other in spans:
        for start, stop in (
            (other.char_start, min(other.char_end, one.char_start)),
            (max(other.char_start, one.char_end), other.char_end),
        ):
            if start < stop:
                found.append(replace(other, char_start=start, char_end=stop))
    return sorted(found, key=lambda span: span.char_start)
