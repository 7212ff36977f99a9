"""Which authority each citation means: *id.*, *supra*, short forms and parallel citations.

The rules are those of The Bluebook, 21st ed., rules 4.1, 4.2 and 10.9: *id.* means the
one before, not counting those inside parentheses or in the later history of a case.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.citations.mentions import Mention
from kb.domain.citations import POINTING, CitationKind, squeezed

_CASES = (CitationKind.CASE, CitationKind.NEUTRAL, CitationKind.ECLI)
_LONGEST_OPINION = 150
"""Pages; a pin further from the first page than this belongs to another authority."""
_RECENT = 8
_RECORD = "\0record"
_USUAL = 60
"""Where *id.* names a page that the authority before cannot have, which others it may mean:
of the last that were cited the one that begins at most so many pages before."""
_BETWEEN_PARALLELS = re.compile(
    r"(?:, (?:at )?(?:\\*?\d{1,5}(?:[-–]\d{1,5})?(?: (?:& )?n\.\d+)?(?:, )?){0,4}){1,2}|; | |, | \("
    r"|(?:, \d{1,5}(?:[-–]\d{1,5})?){0,4} \["
)
_LATER_HISTORY = re.compile(
    r"(?i:\b(?:aff['’]d|affirmed|affirming|rev['’]d|reversed|cert(?:iorari)?\.? (?:denied|granted"
    r"|dismissed)|vacated|overruled|superseded|abrogated|modified|enforced|appeal dismissed"
    r"|reh['’]g denied|remanded)\b[^.;()]{0,80})$"
)
_ASIDE = re.compile(
    r"(?i:\((?:quoting|citing|cited in|discussing|relying on|collecting)\b[^()]{0,300})$"
)


def resolved(mentions: Sequence[Mention], text: str) -> list[tuple[Mention, str]]:
    """Each mention with the `normal` of the authority that it means, "" where none is sure.

    `mentions` are in order; sections of laws not named beside them and citations of the
    record are left out.
    """
    known: list[Mention] = []
    told: list[tuple[Mention, str]] = []
    heads: dict[str, str] = {}
    last = ""  # what *id.* would mean: an authority, or the record
    for number, one in enumerate(mentions):
        before = text[max(0, one.start - 320) : one.start]
        if one.kind not in (None, *POINTING):
            head = _parallel_to(one, mentions[number - 1] if number else None, text)
            heads.setdefault(one.normal, heads.get(head, head) if head else one.normal)
            known.append(one)
            meant = heads[one.normal]
        else:
            meant = _meant(one, known, heads, last)
        if one.kind is not None:
            told.append((one, meant))
        history = one.kind in _CASES and _LATER_HISTORY.search(before)
        if not (history or _ASIDE.search(before)):
            last = _next(one, meant, last)
    return told


def _next(one: Mention, meant: str, last: str) -> str:
    """What *id.* means behind this mention."""
    again = one.kind is CitationKind.ID and last == _RECORD
    return _RECORD if one.record or again else meant


def _meant(one: Mention, known: Sequence[Mention], heads: dict[str, str], last: str) -> str:
    match one.kind:
        case CitationKind.ID if last == _RECORD:
            return ""
        case CitationKind.ID:
            head = next((full for full in reversed(known) if heads[full.normal] == last), None)
            if head and _fits(one, head, _LONGEST_OPINION):
                return last
            recent = reversed(known[-_RECENT:])
            found = next((full for full in recent if _paged(one, full)), None)
        case CitationKind.SHORT:
            found = _of_volume(one, known)
        case CitationKind.SUPRA:
            found = _of_name(one.antecedent, known)
        case _:
            found = next(
                (
                    full
                    for full in reversed(known)
                    if full.kind is CitationKind.STATUTE and one.page and _same_section(one, full)
                ),
                None,
            )
    return heads[found.normal] if found else ""


def _same_section(one: Mention, full: Mention) -> bool:
    return one.page.split("(")[0] == full.page.split("(")[0]


def _paged(one: Mention, full: Mention) -> bool:
    """Whether the page that *id.* names is one of this case, as far as pages can say."""
    return full.kind is CitationKind.CASE and one.pin[:1].isdigit() and _fits(one, full, _USUAL)


def _fits(one: Mention, head: Mention, longest: int) -> bool:
    """Whether the page that *id.* names can be one of this authority."""
    page = re.match(r"\d+", one.pin)
    if head.kind is CitationKind.STATUTE:
        return not page or "§" in one.pin
    if head.kind is CitationKind.CASE and one.pin.startswith("¶"):
        return head.pin.startswith("¶")
    if head.kind is CitationKind.CASE and head.page.isdigit() and page and head.reporter != "WL":
        return 0 <= int(page[0]) - int(head.page) <= longest
    return True


def _of_volume(one: Mention, known: Sequence[Mention]) -> Mention | None:
    """Of those in the volume the one that the name fits, else that begins last before the pin."""
    place = (one.volume, squeezed(one.reporter))
    there = [full for full in known if (full.volume, squeezed(full.reporter)) == place]
    pin = re.match(r"\d+", one.pin)
    if pin and place[1] not in ("wl",):
        reached = [f for f in there if not f.page.isdigit() or int(f.page) <= int(pin[0])]
        there = reached or there
    if len({full.normal for full in there}) > 1 and one.antecedent:
        there = [full for full in there if _named(one.antecedent, full.name)] or there
    return max(there, key=lambda full: int(full.page) if full.page.isdigit() else 0, default=None)


def _of_name(antecedent: str, known: Sequence[Mention]) -> Mention | None:
    """The one case of that name; the one cited last where several citations have it."""
    there = [full for full in known if _named(antecedent, full.name)]
    names = {full.name.casefold() for full in there}
    exact = [full for full in there if _sides(full.name) & {_words(antecedent)}]
    if len({full.normal for full in exact}) == 1 or len(names) <= 1:
        return next(reversed(exact or there), None)
    return there[-1] if len({full.normal for full in there}) == 1 else None


def _named(antecedent: str, name: str) -> bool:
    """Whether the words of a short name stand in the case's name, in their order."""
    wanted = _words(antecedent)
    return bool(wanted) and f" {' '.join(wanted)} " in f" {' '.join(_words(name))} "


def _words(name: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[\w’'-]+", name.casefold()))


def _sides(name: str) -> set[tuple[str, ...]]:
    return {_words(side) for side in re.split(r" v\.? ", name)}


def _parallel_to(one: Mention, before: Mention | None, text: str) -> str:
    """The `normal` of the citation that this one is a parallel of, "" for none."""
    if before is None or one.kind not in _CASES or before.kind not in _CASES:
        return ""
    between = text[before.end : one.start]
    if not _BETWEEN_PARALLELS.fullmatch(between) or between.startswith(";"):
        return ""
    same = not one.name or not before.name or one.name == before.name
    return before.normal if same and squeezed(one.reporter) != squeezed(before.reporter) else ""


def named_through(told: Sequence[tuple[Mention, str]]) -> Iterator[tuple[Mention, str]]:
    """A parallel citation has the name, court and year of the others of its authority."""
    best: dict[str, Mention] = {}
    for one, meant in told:
        if one.kind in _CASES:
            best[meant] = _with(best.get(meant, one), one)
    for one, meant in told:
        of = best.get(meant) if one.kind in _CASES else None
        yield (_with(one, of) if of else one), meant


def _with(one: Mention, of: Mention) -> Mention:
    return replace(
        one, name=one.name or of.name, court=one.court or of.court, year=one.year or of.year
    )
