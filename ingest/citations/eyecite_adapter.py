"""US citations by eyecite, and its only importer: cases, statutes, journals, short forms.

Cushman, Dahl and Lissner, eyecite: A tool for parsing legal citations, JOSS 2021.
Importing it takes a quarter of a second, so this file is imported where it is needed.
"""

import logging
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from courts_db import courts
from eyecite import get_citations, helpers
from eyecite.models import (
    CitationBase,
    FullCaseCitation,
    FullJournalCitation,
    FullLawCitation,
    IdCitation,
    ShortCaseCitation,
    SupraCitation,
    UnknownCitation,
)

from ingest.citations.laws import SECTION
from ingest.citations.mentions import Mention
from ingest.citations.prefilter import windows
from kb.domain.citations import CitationKind

logging.getLogger("eyecite").setLevel(logging.CRITICAL)  # its warnings hold text

# It squeezes the names of all courts again for each citation, two thirds of its time.
helpers.get_court_by_paren = lru_cache(maxsize=4096)(helpers.get_court_by_paren)

_MARGIN = 400
"""It reads 300 characters after a citation and 28 words before it."""
_SECTION = re.compile(r"§+ ?(\d[\w.:–-]*)")
_LETTERED = re.compile(rf"(?:§+ ?|\bch\. ?){SECTION}")
_DECIDED = re.compile(
    r"(?:,[^();]{0,160}?)? ?[(\[](?P<court>[^()\[\]]{0,60}?)\b(?P<year>(?:1[6-9]|20)\d\d)"
    r"(?:[-–]\d\d)?[)\]]"
)
_DAY = re.compile(
    r"[ ,]*(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?)? ?(?:\d{1,2},)? ?$"
)
_YEAR_BEFORE = re.compile(r"\(((?:1[6-9]|20)\d\d)\) ?$")
_PLACEHOLDER = re.compile(r"[_—–-]+")
_SIGNAL = re.compile(
    r"(?:(?:[Ss]ee|[Aa]lso|[Cc]f|[Ee]\.g|[Bb]ut|[Aa]ccord|[Cc]ompare|[Ww]ith|[Ii]n|[Uu]nder"
    r"|[Cc]iting|[Qq]uoting|[Cc]ontra|[Gg]enerally|[Aa]nd|[Tt]he|[Oo]f|[Ff]rom|[Bb]y)\b[.,]{0,2} )+"
    r"(?!re\b)"
)
_NO_NAME = re.compile(r"(?:Pp?|[Nn]os?|[Vv]ol|Ante|Post|Brief|App|Tr|R)\.? |[^A-Z]*$")

_COMMON = (
    "Ashe v. Birch, 1 U.S. 1, 2 (1990); 1 S. Ct. 1; 1 L. Ed. 2d 1; 1 F. 1; "
    "1 F.2d 1 (2d Cir. 1990); 1 F.3d 1; 1 F.4th 1; "
    "1 F. Supp. 1 (D. Mass. 1990); 1 F. Supp. 2d 1; 1 F. Supp. 3d 1; "
    "1 F.R.D. 1; 1 B.R. 1; 1 Cal. 2d 1; 1 Cal. Rptr. 1; 1 N.Y.2d 1; 1 N.E.2d 1; 1 N.W.2d 1; "
    "1 P.2d 1; 1 A.2d 1; 1 So. 2d 1; 1 S.E.2d 1; 1 S.W.2d 1; 42 U.S.C. § 1983; 1 C.F.R. § 1; "
    "Ashe, 1 U.S., at 2; Id. at 3; supra, at 4; 1990 WL 1; 1 Stat. 1; 1 Harv. L. Rev. 1."
)


def warm() -> None:
    """Have ready what is made at first use: names, and expressions for the reporters most cited."""
    mentions(_COMMON, windows(_COMMON))


def mentions(text: str, spans: Iterable[tuple[int, int]]) -> list[Mention]:
    """The citations that begin in `spans` of `text`, in which lines are joined, in order.

    Each span is read by itself, so the time grows with the length and no faster.
    """
    found: list[Mention] = []
    for start, end in spans:
        first = max(0, start - _MARGIN)
        window = text[first : end + _MARGIN]
        for one in get_citations(_LETTERED.sub(_figures, window)):
            if start <= one.span()[0] + first < end:
                known = _mention(one, window, first)
                if known is not None:
                    found.append(known)
    return found


def _mention(one: CitationBase, window: str, first: int) -> Mention | None:
    start, end = one.span()
    told: Any = one.metadata
    common = {"start": first + start, "end": first + end, "pin": (told.pin_cite or "").strip(" ,")}
    match one:
        case FullCaseCitation():
            return _case(one, window, common)
        case FullLawCitation():
            return _law(one, window, common)
        case FullJournalCitation():
            page = one.groups.get("page") or ""
            normal = one.corrected_citation()
            volume = one.groups.get("volume") or ""
            return Mention(
                CitationKind.JOURNAL, normal=normal, volume=volume, page=page,
                reporter=one.corrected_reporter(), year=_year(told.year), **common,
            )  # fmt: skip
        case ShortCaseCitation():
            return Mention(
                CitationKind.SHORT, volume=one.groups.get("volume") or "",
                reporter=one.corrected_reporter().strip(), antecedent=told.antecedent_guess or "",
                **{**common, "pin": _pin(told.pin_cite or one.groups.get("page") or "")},
            )  # fmt: skip
        case SupraCitation() if told.antecedent_guess:
            start = _back_to(window, start, told.antecedent_guess)
            return Mention(
                CitationKind.SUPRA, antecedent=told.antecedent_guess,
                **{**common, "start": first + start, "pin": _pin(told.pin_cite)},
            )  # fmt: skip
        case IdCitation():
            return Mention(CitationKind.ID, **{**common, "pin": _pin(told.pin_cite)})
        case UnknownCitation():
            section = _SECTION.match(window, start)
            return Mention(None, page=section[1].rstrip(".-–") if section else "", **common)
    return None


def _case(one: FullCaseCitation, window: str, common: dict[str, Any]) -> Mention | None:
    told = one.metadata
    page = one.groups.get("page") or ""
    if not page or _PLACEHOLDER.fullmatch(page):
        return None  # “577 U.S. ___”: which one it is cannot be said
    neutral = any(edition.reporter.cite_type == "neutral" for edition in one.all_editions)
    volume, reporter = one.groups.get("volume") or "", one.corrected_reporter().strip()
    sides = [_side(told.plaintiff), _side(told.defendant)]
    court, year = _decided(one, window)
    return Mention(
        CitationKind.NEUTRAL if neutral else CitationKind.CASE,
        normal=" ".join(f"{volume} {reporter} {page}".split()),
        volume=volume,
        reporter=reporter,
        page=page,
        name=" v. ".join(side for side in sides if side),
        court=court,
        year=year,
        **common,
    )


def _decided(one: FullCaseCitation, window: str) -> tuple[str, int]:
    """The court and year in the parentheses behind a citation, or the year before it.

    eyecite reads on to the year of a later case where these name no court.
    """
    start, end = one.span()
    found = _DECIDED.match(window, end)
    between = window[end : found.start("court")] if found else ""
    if not found or re.search(r" v\.? |[a-z]{4}\. [A-Z]", between):
        found = None
    one.metadata.court = None
    one.guess_court()
    known = one.metadata.court
    said = _DAY.sub("", found["court"]) if found else ""
    known = helpers.get_court_by_paren(said) if said.strip() else known
    before = _YEAR_BEFORE.search(window[max(0, start - 8) : start])
    year = found["year"] if found else before[1] if before else ""
    return _courts().get(known or "", ""), _year(year)


def _figures(found: re.Match[str]) -> str:
    """A lettered section with figures for its letters: eyecite knows no others (#146)."""
    sign = re.match(r"\D+", found[0])
    assert sign
    return sign[0] + re.sub("[A-Za-z]", "0", found[0][sign.end() :]).replace("–", "-")


def _as_written(value: str | None, one: FullLawCitation, window: str) -> str:
    """What of the citation is written where eyecite read `value`."""
    at = one.matched_text().rfind(value) if value else -1
    first = one.span()[0] + at
    return window[first : first + len(value)] if value and at >= 0 else value or ""


def _law(one: FullLawCitation, window: str, common: dict[str, Any]) -> Mention:
    groups = {
        name: _as_written(value, one, window) if name in ("section", "chapter", "page") else value
        for name, value in one.groups.items()
    }
    volume = groups.get("title") or groups.get("chapter") or groups.get("volume") or ""
    section = (groups.get("section") or groups.get("page") or "").rstrip(".-–,").replace("–", "-")
    # a state's code is known by its subject, which the corrected name leaves out
    reporter = groups.get("reporter") if groups.get("subject") else one.corrected_reporter()
    written = f" § {section}" if groups.get("section") else f" {section}"
    book = f"{volume} {reporter}"
    if groups.get("chapter") and one.matched_text().startswith(groups.get("reporter") or " "):
        book = f"{reporter} ch. {volume},"
    normal = " ".join(f"{book}{written if section else ''}".split())
    if "Pub. L." in normal:
        normal = f"Pub. L. No. {volume.rstrip(',')}"
    return Mention(
        CitationKind.STATUTE, normal=normal, volume=volume, reporter=reporter or "",
        page=section, year=_year(one.metadata.year), **common,
    )  # fmt: skip


def _side(name: str | None) -> str:
    plain = _SIGNAL.sub("", " ".join((name or "").split())).strip(" ,;:(")
    return "" if _NO_NAME.match(plain) else plain


def _pin(pin: str | None) -> str:
    return re.sub(r"^(?:,? ?at )?(?:pp?\. )?", "", (pin or "").strip(" ,.;"))


def _year(year: str | None) -> int:
    return int(year) if year and year.isdigit() and 1600 <= int(year) < 2200 else 0


def _back_to(window: str, start: int, antecedent: str) -> int:
    """Where the name before a *supra* begins, so that the words of the citation hold it."""
    before = window.rfind(antecedent, max(0, start - len(antecedent) - 8), start)
    return before if before >= 0 else start


@cache
def _courts() -> dict[str, str]:
    return {court["id"]: court["name"] for court in courts}
