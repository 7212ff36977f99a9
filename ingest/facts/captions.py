"""The parties of a case, by its caption."""

import re
from collections.abc import Iterator

from ingest.facts.base.aligned import Aligned, joined
from ingest.facts.base.head_and_tail import Glance

_MOST_LINES = 70
_ROLE = (
    r"(?:(?:third[- ]party|cross|counter|real)[- ]?)?(?:plaintiff|defendant|appell(?:ee|ant)"
    r"|petitioner|respondent|debtor|intervenor|claimant|movant|applicant|relator|bankrupt"
    r"|counterclaimant|trustee|creditor|garnishee)s?(?:['’]s)?(?: below)?"
)
_ROLES = re.compile(
    rf"[,;(]? ?(?:the )?\b{_ROLE}(?:(?:[-,/]| ?- ?| and |, ?| )*{_ROLE})*\)?[.,;]?(?!\w)",
    re.IGNORECASE,
)
_VERSUS = re.compile(
    r"[^\w]{0,4}(?:v|vs|V|VS)\b\.?[^\w]{0,4}(?:(?:Case |Civil Action |C\.A\. )?Nos?\. .*)?"
    r"|-? ?(?i:against|versus) ?-?|- and -",
)
_INLINE = re.compile(r" (?:v|vs)\.? ")
_BREAK = re.compile(
    r"(?i:(?:case |docket |civil |criminal |crim\. |index |claim )*(?:action )?nos?\b\.? ?[\w(:]"
    r"|docket|appeals? from|appeal$|before\b|certiorari"
    r"|on (?:petition|appeal|writ|motion|cross)|opinion|memorandum|errata|order\b|complaint"
    r"|per curiam"
    r"|(?:(?:north|south|east|west)ern |middle |central )?district of"
    r"|syllabus|argued|decided|submitted|filed|county|division|in the |for the "
    r"|united states (?:court|district court|bankruptcy)|supreme court|court of|superior court"
    r"|district court|not for pub|\[|.*\bcounty$|_{3,}|-{3,}|={3,}|\d+ [A-Z][\w.]*\.? ?\d"
    r"|cite as|\(slip|judgment|note:)"
    r"|(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December) \d|[\W\d_]+$|.*\b(?:Circuit|CIRCUIT)$|.*\b\d{4}\b.*\bTERM|.*TERM,? \d{4}"
)
_COLUMN = re.compile(r"\s*(?:(?<!\S)\)|§|\||:(?= |$)|\( ?$).*$")
_CITATION = re.compile(
    r",? \(?\d{1,4} [A-Z][\w. ]{0,24}\d.*$|,? \[?\d{4}\]? [A-Z]{2,}.*$|,? No\. .*$"
)
_OTHERS = re.compile(r",? (?i:et\.? al\b\.?|and others)|,? ?\*+|[“\"”†]")
_OFFICE = re.compile(
    r"(?i:,? (?:(?:in (?:his|her|their|its)|individually|a/?k/?a|d/?b/?a|f/?k/?a|n/?k/?a|etc"
    r"|also known as|doing business as|personally|as (?:the |an? )?"
    r"(?:trustee|executor|administrat|receiver|next friend|guardian|successor|personal))\b)"
    r"|, (?:(?:united states |u\.s\. )?(?:acting |assistant |deputy )?(?:attorney general|warden"
    r"|superintendent|secretary|commissioner|director|sheriff|governor|administrator|trustee"
    r"|executor|executrix|chief|president|postmaster|chairman|as |on behalf|by (?:next|his|her"
    r"|their|and through)))|, (?:an?|the) "
    r"(?:\w+ ){0,3}(?:corporation|company|partnership|individual|minor|municipal)).*$"
)
_FIRM = re.compile(
    r"(?i:\b(?:inc|incorporated|corp|corporation|co|company|llc|llp|l\.l\.c|l\.p|lp|ltd|limited"
    r"|plc|n\.a|bank|trust|association|ass'n|railroad|union|university)\.?)$"
)
_INITIALS = re.compile(r"[^\W\d_]+ (?:[A-Z]\. )+[\w'’-]+(?:, JR\.)?")  # of persons
_TORN = re.compile(r"[A-Z] [A-Z]{2,}|(?i:of) ")  # small capitals torn apart, a name cut in two
_MATTER = re.compile(
    r"(?:IN RE|In re|In the Matter of|IN THE MATTER OF|Matter of|MATTER OF|Ex parte|EX PARTE)"
    r":? ?(.*)"
)
_CITES = re.compile(r"(?:See|Cf\.|see|NOTE|In|The|held|Ante|Cite)\b|.*[.;] (?:See|In) ")
_BETWEEN = re.compile(r"; ?(?:and )?|\x00")
_COMMA = re.compile(r"(?:(?<=INC\.)|(?<=Inc\.)|(?<=LLC)|(?<=LTD\.)|(?<=Ltd\.)), (?=[A-Z]\w+ )")
_OPENS = re.compile(r"^(?:and|AND|by|the|IN RE:?|In re:?) ")
_DOTTED = re.compile(r"\b(?:[A-Z]|Inc|Co|Corp|Ltd|Jr|JR|INC|CO|CORP|LTD)\.$")


def caption_parties(look: Glance) -> list[Aligned]:
    """The names on both sides of "v.", or after "In re", without roles and offices."""
    lines = [line.replaced(_COLUMN) for line in look.lines[:_MOST_LINES]]
    found = (
        list(_blocks(lines))
        or list(_sides(look.title))
        or [name for line in lines[:25] for name in _matter(line)]
        or list(_inline(lines))
    )
    return [name for name in (_tidy(one) for one in found) if _is_name(name)]


def _blocks(lines: list[Aligned]) -> Iterator[Aligned]:
    """Captions whose "v." has a line to itself."""
    for number, line in enumerate(lines):
        if not _VERSUS.fullmatch(line) or not line.strip():
            continue
        above: list[Aligned] = []
        for one in reversed(lines[max(0, number - 9) : number]):
            if not one or _BREAK.match(one) or _VERSUS.fullmatch(one):
                break
            above.insert(0, one)
        below: list[Aligned] = []
        for one in lines[number + 1 : number + 12]:
            if (not one and below) or _BREAK.match(one) or _VERSUS.fullmatch(one):
                break
            below.append(one)
            if _ends(below):
                break
        yield from _people(joined(above))
        yield from _people(joined(below))


def _ends(lines: list[Aligned]) -> bool:
    """Whether the last line is a role, so that the names of this side are over."""
    return bool(_ROLES.fullmatch(lines[-1].strip())) or bool(
        re.search(rf"(?:^|[, ]){_ROLE}\.$", lines[-1], re.IGNORECASE)
    )


def _inline(lines: list[Aligned]) -> Iterator[Aligned]:
    """The first line that is a case's name: “A v. B”, perhaps run on to lines around it."""
    for number, line in enumerate(lines[:25]):
        if _CITES.match(line) or len(line) > 400:
            continue
        if _INLINE.search(f"{line} "):
            before = _around(lines[max(0, number - 3) : number][::-1], line)[::-1]
            after = _around(lines[number + 1 : number + 4], line)
            sides = [*_sides(joined([*before, line, *after]))]
            if sides:
                yield from sides
                return


def _around(lines: list[Aligned], line: Aligned) -> list[Aligned]:
    """Further lines in capitals of a name that is in capitals."""
    kept: list[Aligned] = []
    for one in lines:
        if not (one.isupper() and line.upper().replace("V.", "v.") == line) or _BREAK.match(one):
            break
        kept.append(one)
    return kept


def _sides(title: Aligned) -> Iterator[Aligned]:
    sides = title.replaced(_CITATION).parted(_INLINE)
    if len(sides) == 2 and all(0 < len(side) < 250 for side in sides):
        for side in sides:
            yield from _people(side)


def _matter(line: Aligned) -> Iterator[Aligned]:
    found = _MATTER.match(line)
    if found and found[1]:
        yield from _people(line.matched(found, 1))


def _people(side: Aligned) -> Iterator[Aligned]:
    """The names in one side of a caption, which roles, "and" and semicolons part."""
    for part in side.replaced(_OTHERS).replaced(_ROLES, "\x00").parted(_BETWEEN):
        dot = part.strip()[-1:]
        name = part.strip(" ,.-–—:")
        yield from _parted(joined([name, dot], "") if dot == "." else name)


def _parted(names: Aligned) -> Iterator[Aligned]:
    """ "and" parts persons and firms, and is left inside the name of an office or a firm."""
    found = re.search(r",? (?:and|AND|&) ", names)
    if found:
        left, right = names[: found.start()], names[found.end() :]
        mixed = names.isupper() or found[0].strip(", ") == "and" != names
        persons = bool(_INITIALS.fullmatch(left) and _INITIALS.fullmatch(right))
        small = found[0].strip(", ") == "and" and names.replace(" and ", " ").isupper()
        people = mixed and not _FIRM.search(right) and _two_words(left) and _two_words(right)
        if _FIRM.search(left) or small or persons or (people and not names.isupper()):
            yield from _listed(left)
            yield from _parted(right)
            return
    yield from _listed(names)


def _two_words(name: str) -> bool:
    return len(re.findall(r"\b[A-Z]", name)) >= 2 and " of " not in name.lower()


def _listed(names: Aligned) -> Iterator[Aligned]:
    """Firms in a list with commas: "A, INC., B LLC"."""
    yield from names.parted(_COMMA)


def _tidy(name: Aligned) -> Aligned:
    name = name.strip().replaced(_OFFICE).strip(" ,;:-–—").replaced(_OPENS)
    return name if _DOTTED.search(name) else name.rstrip(".")


def _is_name(name: str) -> bool:
    return (
        2 < len(name) < 160
        and name[0].isalnum()
        and any(letter.isupper() for letter in name)
        and not (_BREAK.match(name) or _TORN.match(name))
    )
