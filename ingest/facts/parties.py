"""The parties of a contract, by the words that open it."""

import re
from collections.abc import Iterator

from ingest.facts.base.aligned import Aligned
from ingest.facts.base.head_and_tail import Glance
from ingest.facts.base.places import place_at

_OPENED = re.compile(
    r"\b(?:(?i:by and (?:between|among(?:st)?)|between or among|between and among|between"
    r"|among(?:st)?|made by)(?: and among)?)(?:[:,]"
    r"| -)? (?i:the following parties:? )?(?:\(?[1AaiI]\) ?)?"
    r"|\b(?:PARTIES|Parties|BETWEEN|Between) ?[:.]? ?\(?[1AaiI][).] ?|\bParty A ?: ?"
)
_MOST_OPENINGS = 8
_LONGEST = 3_000  # characters of a list of parties
_OVER = re.compile(
    r"\b(?:WHEREAS|Whereas|RECITALS?|Recitals?|WITNESS\w*|Witnesseth|W ?I ?T ?N ?E ?S ?S|BACKGROUND"
    r"|Background|NOW,? THEREFORE|Now,? [Tt]herefore|TABLE OF CONTENTS|Table of Contents"
    r"|INTRODUCTION|PREAMBLE|PRELIMINARY|ARTICLE|Article 1|SECTION 1|Section 1|IN CONSIDERATION"
    r"|In consideration|The [Pp]arties|THE PARTIES|Each of|DATED|Dated|Source:|THIS [A-Z]+"
    r"|This [A-Z]\w+|agrees? (?:as follows|to|that)|hereby|for good and valuable"
    r"|\(?(?:collectively|together|each|individually),? (?:referred|the|a|an)"
    r"|dated (?:as of|this)|effective (?:as of|date))\b|[\"“](?:Parties|Party)[,.]?[\"”]"
)
_DEFINED = re.compile(r"[\"“”'‘]|\b(?:herein|hereafter|called|referred|each|collectively|the)\b")
_REFERRED = re.compile(
    r",? ?\(?(?:each )?(?:hereinafter|hereafter|herein|referred|also called|called|as the)\b"
    r"[^\"“;]{0,60}[\"“][^\"”]{1,60}[\"”]\)?|,? ?(?:the )?[\"“][^\"”]{1,50}[\"”]"
    r"|,? as (?:the )?(?:[A-Z]\w+ ?){1,3}(?=$|[,;]| and )"
)
_MARK = "¶"
_COMPANY = (
    r"(?:Inc|INC|Incorporated|INCORPORATED|Corp|CORP|Corporation|CORPORATION|Co|CO|Company"
    r"|COMPANY|L\.? ?L\.? ?C|L\.? ?L\.? ?P|L\.? ?P|Ltd|LTD|Limited|LIMITED|[Pp]lc|PLC|P\.L\.C"
    r"|GmbH|GMBH|AG|S\.? ?A\.? ?S|S\.? ?A\.?R\.?L|S\.? ?à r\.l|S\.? ?A|S\.? ?p\.? ?A|SPA|S\.?r\.?l"
    r"|N\. ?V|gmbh|p\.l\.c|B\.? ?V|A\.?B|Oyj?|A/S|ApS|KG|K\.K|Kabushiki Kaisha|Bhd|BHD|N\.A|SE"
    r"|Pty|Pte"
    r"|Enterprises|ENTERPRISES|Bancorp|Technologies|TECHNOLOGIES|Holdings|HOLDINGS)"
)
_BODY = (
    r"(?:Bank|BANK|Trust|TRUST|Fund|FUND|University|UNIVERSITY|Association|ASSOCIATION|Foundation"
    r"|FOUNDATION|Partnership|PARTNERSHIP|Institute|INSTITUTE|Group|GROUP|Partners|PARTNERS"
    r"|Authority|AUTHORITY|Society|SOCIETY|Hospital|HOSPITAL|Union|UNION|Ministry|MINISTRY)"
)
_FORM = f"(?:{_COMPANY}|{_BODY})"
_APART = (  # what may stand after a comma; CO and NV are states there
    r"(?:Inc|INC|Incorporated|INCORPORATED|Corp|CORP|Corporation|L\.? ?L\.? ?C|L\.? ?L\.? ?P"
    r"|L\.? ?P|Ltd|LTD|Limited|LIMITED|[Pp]lc|PLC|P\.L\.C|S\.A|S\.L|N\.A|Co\.|CO\.|GmbH|B\.V|N\.V)"
)
_TOKEN = (
    r"(?:(?=[^\s,;]*[^\W\d_])[A-Z0-9À-Þ][^\s,;¶()\"“”]{0,40}|[a-z][A-Z.][^\s,;¶()]{0,30}"
    r"|&|-|\d{1,4}(?= [A-Z]|, [A-Z])|\([^)¶]{1,24}\))"
)
_LINK = r"(?:of|for|the|de|del|du|der|la|van|von|y|e)"
_NAME = re.compile(
    rf"(?:(?:the|The|THE) )?(?![&(-]|\d{{1,4}} )(?:\d{{5,8}} )?"
    rf"{_TOKEN}(?: (?:{_LINK} (?!\d)){{0,2}}{_TOKEN}){{0,11}}"
    rf"(?:, ?{_APART}\.?(?!\w)){{0,2}}(?:,? (?:plc|p\.l\.c\.|gmbh)(?!\w))?"
)
_FIRM = re.compile(rf"(?:^|[\s.,]){_FORM}\.?\)?$")
_SEAT = re.compile(
    rf"((?:^|[\s.,]){_COMPANY}\.?) (?:of|for) .*$"
    rf"|((?:^|[\s,])(?:Inc\.|INC\.|LLC|Ltd\.|LTD\.|Corp\.|CORP\.|GmbH"
    rf"|Limited|LIMITED|Corporation|CORPORATION)) (?!{_FORM}|[Ll]iability|\(|&).*$"
)
_DOTTED = re.compile(rf"(?:[\s.,](?:{_COMPANY}|Jr|Sr|Esq)|(?:^|[ .])[A-Z])\.$")
_TOLD = re.compile(
    rf",? ?(?:{_MARK}|an? (?:[\w.’'-]+ ){{0,9}}(?:corporation|company|partnership|compan|trust"
    r"|bank|university|association|individual|person|citizen|organi[sz]|institution|agency"
    r"|entity|resident|body|municipal|statutory|cooperative|union|GmbH|Corporation|Company"
    r"|LLC|corp)|an individual|(?:with|having) (?:its|his|her|an?|offices|a principal)"
    r"|whose|incorporated|organi[sz]ed|duly|located at|acting|in (?:his|her|its)\b)"
)
_NEXT = re.compile(
    rf"Party [B-F] ?: ?|,? -{{1,2}} ?(?:and|AND) ?-{{1,2}} "
    rf"|,? (?:and|AND|And)\b:?(?: (?:among|between|by and between))?,? ?"
    rf"(?:\(?[a-z0-9]{{1,2}}\) ?)?"
    rf"|; ?(?:and )?|(?<={_MARK}),? (?:and )?|(?P<comma>, )(?=[A-Z])|\(?[1-9a-d]\) "
)
_TERM = re.compile(rf"[^.;¶]{{0,250}}{_MARK}")
_TITLE = re.compile(r".*\b(?:AGREEMENT|Agreement|CONTRACT|Contract|LEASE|Lease)\b[. ]*")
_CLOSE = 500  # characters
_ROLE = re.compile(
    r"(?:the )?(?:party|parties|company|licensor|licensee|lessor|lessee|landlord|tenant|buyer"
    r"|seller|purchaser|supplier|customer|client|vendor|agreement|contract|employer|employee"
    r"|consultant|contractor|distributor|manufacturer|borrower|lender|owner|agent|sponsor"
    r"|franchisor|franchisee|provider|recipient|discloser|each|both|such|this|other|you|we|us"
    r"|exhibit|section|article|schedule|date|state|whereas|board|date|day|[a-z]|[^a-z]*\d+"
    r"|group company|principal|shareholders?|stockholders?|affiliates?|subsidiar(?:y|ies)|term"
    r"|product)"
    r"(?: ?[a-z0-9]| (?:a|b|one|two))?"
    r"|(?:\w+ ){1,4}(?:provider|recipient|licensor|licensee|seller|buyer|purchaser|holder|party)s?",
    re.IGNORECASE,
)
_PAPER = re.compile(
    r"[:_]|^(?:Near|Attn|Attention|And)\b|(?:^|\s)(?:Source|Agreements?|AGREEMENT|Contract"
    r"|CONTRACT|Lease|LEASE|Exhibit|EXHIBIT|Effective|Date"
    r"|Section|Article|ARTICLE|DATE)(?:\s|$)"
)
_STATE = re.compile(
    r"(?:the )?(?:State|Commonwealth|County|City|Province|Republic|Kingdom)\b", re.I
)
_PARENTHESES = re.compile(r" ?\(([^()]{0,400})\)")
_MARKS = re.compile(rf"(?: ?{_MARK}[ ,.]*)+")
_THE = re.compile(r"^the ")


def contract_parties(look: Glance) -> list[Aligned]:
    """The names after “between”, without roles, addresses and descriptions.

    None where fewer than two are certain: one party alone is a list that was misread.
    """
    for opened in list(_OPENED.finditer(look.head))[:_MOST_OPENINGS]:
        clause = _marked(look.head[opened.end() : opened.end() + _LONGEST])
        over = _OVER.search(clause)
        names = _listed(clause[: over.start()] if over else clause)
        if len(names) > 1:
            return names
    return _introduced(_marked(look.head[:_LONGEST]))


def _listed(clause: Aligned) -> list[Aligned]:
    names = list(dict.fromkeys(_names(clause, joined=False)))
    if len(names) == 2:
        return names
    whole = list(dict.fromkeys(_names(clause, joined=True)))
    return whole if len(whole) > 1 else names


def _introduced(head: Aligned) -> list[Aligned]:
    """Firms with a defined term each, one close upon the other: “A Inc. (“A”) and B Ltd (“B”)”."""
    names: list[Aligned] = []
    last = 0
    for found in _NAME.finditer(head):
        name = _tidy(head.matched(found).replaced(_TITLE))
        if not (_FIRM.search(name) and _is_name(name)) or not _TERM.match(head, found.end()):
            continue
        if names and found.start() - last > _CLOSE:
            break
        names.append(name)
        last = found.end()
    names = list(dict.fromkeys(names))
    return names if len(names) > 1 else []


def _marked(clause: Aligned) -> Aligned:
    """Defined terms as one mark; short parentheses inside names stay, others go."""

    def mark(found: re.Match[str]) -> str:
        inside = found[1]
        if _DEFINED.search(inside):
            return f" {_MARK}"
        return found[0] if len(inside) <= 20 else ""

    plain = clause.replaced(_PARENTHESES, mark).replaced(_PARENTHESES, mark)
    return plain.replaced(_REFERRED, f" {_MARK} ").replaced(_MARKS, f" {_MARK} ")


def _names(clause: Aligned, *, joined: bool) -> Iterator[Aligned]:
    """Names at the beginning and after each separator, if what follows marks them as parties.

    `joined`: “A and B Ltd” is one name, where nothing else says that A is a party.
    """
    at, strict, first = 0, False, True
    while at < len(clause):
        found = _NAME.match(clause, at)
        end = found.end() if found else at
        if found and joined and not _FIRM.search(found[0]):
            further = (
                _NAME.match(clause, end + 5) if clause[end : end + 5].lower() == " and " else None
            )
            if further and _FIRM.search(further[0]):
                end = further.end()
        name = _tidy(clause[at:end])
        if _is_name(name) and _is_party(name, clause[end:], strict=strict, first=first):
            yield name
            first = False
        elif first:
            return
        following = _NEXT.search(clause, end)
        if not following:
            return
        at, strict = following.end(), following["comma"] is not None


def _is_party(name: str, rest: str, *, strict: bool, first: bool) -> bool:
    """Whether a name in a list is one: it ends as a firm's does, or is described as a party is."""
    if _FIRM.search(name):
        return True
    if strict:
        return False
    told = bool(_TOLD.match(rest)) or (not rest.strip(" .,;:") and ". " not in name)
    return told or (first and bool(re.match(r",? (?:and|AND|And) |[,;]|\.? [A-Z]", rest)))


def _is_name(name: str) -> bool:
    return (
        2 < len(name) < 120
        and not _ROLE.fullmatch(name)
        and not re.fullmatch(rf"(?:{_FORM}|{_APART}|U\. ?S\. ?A)[.,]?", name)
        and not _STATE.match(name)
        and not _PAPER.search(name)
        and not _is_place(name)
    )


def _is_place(name: str) -> bool:
    """Whether it is a place, or “a Delaware corporation” without its article."""
    place, end = place_at(name)
    rest = name[end:].strip(" .,") if place else name
    return not rest or bool(place and re.fullmatch(_COMPANY, rest)) or name in ("Wales", "U.S")


def _tidy(name: Aligned) -> Aligned:
    seat = _SEAT.search(name)
    if seat:
        name = name[: seat.end(seat.lastindex or 0)]
    name = name.strip(" ,;:-").replaced(_THE)
    return name if _DOTTED.search(name) else name.rstrip(".")
