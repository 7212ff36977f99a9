"""What the court orders at the end of its opinion, such as “Affirmed.” or “So ordered.”"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.opinions.names import mended
from kb.domain import Element, ElementKind
from kb.text.sentences import sentence_spans

_NEAR = 30_000  # characters before the end; footnotes, notes and lists may follow it
_LAST = 2_000  # characters before the end in which an order may stand without a formula
_GAP = 2  # sentences: as many as one that says something else may stand between two orders
_TORN = 30  # characters that a line has at least whose sentence the next one may go on with
_ENDED = re.compile(r"[.!?][\"”’')\]*\d]{0,3}$")
_NUMBER = re.compile(r"^\d{1,2} (?=\S)")  # of a line
_MEANT = 600  # characters of a paragraph that “so ordered” below it means
_LONGEST = 400  # characters of a paragraph that is a disposition as a whole
_LONGEST_FORMULA = 300
_LINE = re.compile(r"[^\r\n\f]+")
_WHITE = re.compile(r"\s")
_ASIDE = (ElementKind.FURNITURE, ElementKind.HIDDEN, ElementKind.TABLE_ROW)

_DONE = (
    r"(?:affirmed|reversed|vacated|remanded|dismissed|denied|granted|enforced|set aside|quashed"
    r"|modified|reinstated|transferred|annulled|discharged)"
)
_WHAT = (
    r"(?:judgments?|judgement|orders?|decisions?|decrees?|convictions?|sentences?|awards?|petitions?"
    r"|appeals?|cases?|causes?|motions?|requests?|actions?|complaints?|rulings?|injunctions?|writ"
    r"|matters?|claims?|verdicts?|cross-appeals?)"
)
_HOW = (
    r"(?:and|no|either|part(?:y|ies)|in|in[- ]part|to|for|further|proceedings|with|costs|as|moot"
    r"|the|a|new|trial|accordance|consistent|this|foregoing|opinion)"
)
_FORMULA = re.compile(
    rf"(?i:(?:(?:it is )?so ordered|it is (?:hereby )?ordered\b.{{0,200}}|(?:{_WHAT} )?{_DONE}"
    rf"(?:[-,;]? (?:{_HOW}|{_WHAT}|{_DONE})){{0,10}})"
    r"(?:[.;:]?\d{0,2}|\. (?:see|no|each|all|costs|the parties)\b.{0,120}))"
)
_ORDERS = re.compile(
    rf"(?i:\b{_WHAT}\b(?:[^.;]|\.(?! [A-Z])){{0,200}}?\b(?:is|are|be|stands?)\b"
    rf"[^.;]{{0,60}}?\b{_DONE}\b"
    r"|\bwe (?:\w+ly |thus |therefore |hereby |also |likewise )?(?:must |will )?"
    r"(?:affirm|reverse|vacate|remand|dismiss|deny|grant|enforce|quash|set aside|reinstate)\b"
    rf"|^(?-i:(?=[A-Z])){_DONE}\b)"
)
_SO = re.compile(r"(?i:(?:it is )?so ordered\b)")
_NOT_YET = re.compile(
    r"(?i:\b(?:would|may|can|could|might|cannot) (?:not )?(?:be|have been)\b|\bonly if\b"
    r"|\b(?:if|whether|when) we\b|\d (?:F\.|U\. ?S\.|S\. ?Ct)|\bat \d{2,4}\b)"
)
"""What only may be, or what another court has ordered."""
_PAGE_HEAD = re.compile(
    r"(?:\d{1,3} ?)?(?:Opinion of the Court|Per Curiam|Cite as: .{4,60}|[A-Z][A-Z .,&'’-]{2,60}"
    r" v\. [A-Z][A-Z .,&'’-]{2,60})(?: ?\d{1,3})?|-? ?\d{1,3} ?-?"
)
_VOTES = re.compile(
    r"(?i:(?:all|we) concur\W*|(?:no costs|costs\b|each (?:party|side)\b|all parties\b).{0,120}"
    r"|\W{0,4}(?:concurring|dissenting|dubitante|separate)\b.{0,50} follows?\W{0,4}"
    r"|.{0,60}\btook no part in .{0,120})"
    r"|.{3,160}, ?(?:[CPA]\. ?)?JJ?\.,? (?:all )?(?:concur(?:s|red)?|took no part"
    r"|not participating)\b.{0,9}"
)
_TITLES = re.compile(
    r"(?i:(?:[IVX\d]{1,4}\. ?)?(?:conclusion|disposition|order|decision|decretal)[.:]?)"
    r"|[IVX]{1,5}\.?"
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A paragraph, or a line of one that is a formula."""

    start: int
    end: int
    said: str


def disposition(
    text: str, elements: Sequence[Element], start: int, end: int
) -> tuple[int, int] | None:
    """The span of what is ordered in the court's opinion from `start` to `end`; None for none.

    It is looked for from the end: a formula on a line of its own with what leads to it, or a
    last paragraph that orders. The costs and the votes below it belong to it.
    """
    pieces = list(_whole(_pieces(text, elements, start, end)))
    middle = (start + end) // 2
    formulas = [n for n, one in enumerate(pieces) if _is_formula(one.said) and one.start >= middle]
    late = pieces[-1].end - _LAST if pieces else 0
    orders = [n for n, one in enumerate(pieces) if one.end > late and _orders(one.said)]
    if not formulas and not orders:
        return None
    first = last = formulas[-1] if formulas else orders[-1]
    while last + 1 < len(pieces) and _VOTES.fullmatch(pieces[last + 1].said):
        last += 1
    opens = _order_in(text, pieces[first])
    while first and opens == pieces[first].start and _leads(pieces[first - 1], pieces[first]):
        first -= 1
        opens = _order_in(text, pieces[first])
    if first and opens == pieces[first].start and _TITLES.fullmatch(pieces[first - 1].said):
        opens = pieces[first - 1].start
    return opens, pieces[last].end


def _whole(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """The pieces, those put together whose sentence goes on over an empty line or a page."""
    opened: _Piece | None = None
    for piece in pieces:
        if opened is not None and _goes_on(opened.said, piece.said):
            opened = _Piece(opened.start, piece.end, mended(f"{opened.said}\n{piece.said}"))
            continue
        if opened is not None:
            yield opened
        opened = piece
    if opened is not None:
        yield opened


def _goes_on(said: str, below: str) -> bool:
    if _ENDED.search(said) or _TITLES.fullmatch(said) or _is_formula(said):
        return False
    torn = len(said) >= _TORN and not said.isupper() and not said[-1:].isdigit()
    return below[:1].islower() or torn


def _leads(above: _Piece, below: _Piece) -> bool:
    """Whether an order began above: as one, or as what “so ordered” means."""
    if _TITLES.fullmatch(above.said):
        return False
    short = above.said[:1].isupper() and len(above.said) <= _MEANT
    return (short and bool(_SO.match(below.said))) or _orders(above.said, last=_GAP)


def _pieces(text: str, elements: Sequence[Element], start: int, end: int) -> Iterator[_Piece]:
    first = max(start, end - _NEAR)
    for one in elements:
        if one.kind in _ASIDE or one.char_end <= first or one.char_start >= end:
            continue
        begin, stop = max(one.char_start, first), min(one.char_end, end)
        for line in _LINE.finditer(text, begin, stop):
            said = mended(line[0])
            if _is_formula(said) or _PAGE_HEAD.fullmatch(said):
                yield from _piece(text, begin, line.start())
                yield from _piece(text, line.start(), line.end())
                begin = line.end()
        yield from _piece(text, begin, stop)


def _piece(text: str, start: int, end: int) -> Iterator[_Piece]:
    words = text[start:end]
    if words.strip() and not _PAGE_HEAD.fullmatch(mended(words)):
        start += len(words) - len(words.lstrip())
        yield _Piece(start, start + len(words.strip()), _once(words))


def _once(words: str) -> str:
    """On one line, without a line that underlines the one above by saying it again."""
    lines = [_NUMBER.sub("", mended(line), 1) for line in words.splitlines() if line.strip()]
    kept = [
        line
        for at, line in enumerate(lines)
        if not at or len(line) < 5 or line not in lines[at - 1]
    ]
    return mended("\n".join(kept))


def _is_formula(said: str) -> bool:
    short = said[:1].isupper() and len(said) <= _LONGEST_FORMULA
    return short and bool(_FORMULA.fullmatch(said))


def _orders(said: str, last: int = 0) -> bool:
    """Whether one of its sentences orders something, or of its `last` ones."""
    return any(_is_order(said[begin:stop]) for begin, stop in sentence_spans(said)[-last:])


def _is_order(sentence: str) -> bool:
    return bool(_ORDERS.search(sentence)) and not _NOT_YET.search(sentence)


def _order_in(text: str, piece: _Piece) -> int:
    """Where the order begins in its paragraph, with what is said between its sentences."""
    if piece.end - piece.start <= _LONGEST:
        return piece.start
    line = _WHITE.sub(" ", text[piece.start : piece.end])
    spans = sentence_spans(line)
    says = [_is_order(mended(line[begin:stop])) for begin, stop in spans]
    at = max((n for n, orders in enumerate(says) if orders), default=len(spans) - 1)
    while at and any(says[max(0, at - _GAP) : at]):
        at -= 1
    return piece.start + spans[at][0]
