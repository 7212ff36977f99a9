"""Citations that eyecite does not read, by patterns of our own.

Neutral citations of courts outside the United States, ECLI (Council conclusions
2011/C 127/01), federal rules and constitutions, and reporters that no list knows.
"""

import re
from collections.abc import Iterator

from ingest.citations.case_names import name_before
from ingest.citations.mentions import Mention
from kb.domain.citations import CitationKind

_COURTS = {
    "UKSC": "Supreme Court of the United Kingdom",
    "UKHL": "House of Lords",
    "UKPC": "Privy Council",
    "UKUT": "Upper Tribunal",
    "UKFTT": "First-tier Tribunal",
    "UKEAT": "Employment Appeal Tribunal",
    "EAT": "Employment Appeal Tribunal",
    "EWCA": "Court of Appeal of England and Wales",
    "EWHC": "High Court of England and Wales",
    "EWFC": "Family Court of England and Wales",
    "EWCOP": "Court of Protection of England and Wales",
    "CSIH": "Court of Session, Inner House",
    "CSOH": "Court of Session, Outer House",
    "NICA": "Court of Appeal in Northern Ireland",
    "NIQB": "High Court of Northern Ireland",
    "IESC": "Supreme Court of Ireland",
    "IECA": "Court of Appeal of Ireland",
    "IEHC": "High Court of Ireland",
    "HCA": "High Court of Australia",
    "FCA": "Federal Court of Australia",
    "FCAFC": "Federal Court of Australia, Full Court",
    "NSWSC": "Supreme Court of New South Wales",
    "NSWCA": "Court of Appeal of New South Wales",
    "VSC": "Supreme Court of Victoria",
    "VSCA": "Court of Appeal of Victoria",
    "QSC": "Supreme Court of Queensland",
    "QCA": "Court of Appeal of Queensland",
    "WASC": "Supreme Court of Western Australia",
    "WASCA": "Court of Appeal of Western Australia",
    "SASC": "Supreme Court of South Australia",
    "NZSC": "Supreme Court of New Zealand",
    "NZCA": "Court of Appeal of New Zealand",
    "NZHC": "High Court of New Zealand",
    "SGCA": "Court of Appeal of Singapore",
    "SGHC": "High Court of Singapore",
    "HKCFA": "Court of Final Appeal of Hong Kong",
    "HKCA": "Court of Appeal of Hong Kong",
    "ZACC": "Constitutional Court of South Africa",
    "ZASCA": "Supreme Court of Appeal of South Africa",
    "INSC": "Supreme Court of India",
    "SCC": "Supreme Court of Canada",
    "FC": "Federal Court of Canada",
    "CAF": "Federal Court of Appeal of Canada",
    "ONCA": "Court of Appeal for Ontario",
    "ONSC": "Superior Court of Ontario",
    "BCCA": "Court of Appeal for British Columbia",
    "BCSC": "Supreme Court of British Columbia",
    "ABCA": "Court of Appeal of Alberta",
    "ABQB": "Court of Queen's Bench of Alberta",
    "QCCA": "Court of Appeal of Quebec",
    "QCCS": "Superior Court of Quebec",
}
_OTHERS = (
    r"(?:UK|EW|IE|NI|CS|NZ|HK|SG|ZA|MY|JM|TT|CCJ|ECSC|KE|NSW|VS|QS|WAS|SAS|TAS|ACT|NT|FCA|FMCA|FedCFam)"
    r"[A-Z]{1,5}"
)
"""Courts by the letters of their country that are in no list here."""
_CODES = "|".join(sorted(_COURTS, key=len, reverse=True))
_PROVINCES = r"(?:ON|BC|AB|QC|MB|SK|NB|NS|NL|PE|YK|NW|NU)(?:CA|SC|CS|KB|QB|CJ|PC|CQ|TD)"
_DIVISION = r"(?: ?\((?:Admin|Ch|QB|KB|Comm|Fam|Pat|TCC|IPEC|Costs|SCCO|AAC|IAC|LC|TC|GRC|B)\))?"
_NEUTRAL = re.compile(
    rf"(?:(?:\[((?:19|20)\d\d)\]|\(((?:19|20)\d\d)\)) ?((?:{_CODES}|{_OTHERS})(?![A-Za-z]))"
    rf"|\b((?:19|20)\d\d) (SCC|FC|CAF|FCA|{_PROVINCES}))"
    r" ?(Civ|Crim)? ?(?:No\.? )?"
    rf"(\d{{1,5}})({_DIVISION})(?!\w|\.\d)"
    r"(?:(?: at|,)? (?:\[(\d{1,4})\](?! (?:\d{1,2} )?[A-Z][A-Z.]| \d)|(?:paras?\.? )(\d{1,4})))?"
)
_BRACKETED = (
    r"A\.?C\.?|Q\.?B\.?|K\.?B\.?|Ch\.?|W\.?L\.?R\.?|All E\.?R\.?(?: \(Comm\))?|Fam|S\.?C\.?R\.?"
    r"|F\.?C\.?R?\.?|I\.?R\.?|NZLR|Lloyd['’]?s Rep\.?|BCLC|BCC|ICR|IRLR|EGLR|EMLR|FSR|RPC|BLR|PNLR"
    r"|STC|ECR|EHRR|CMLR|SLT|SC|HKLRD|SLR|MLJ|ILRM|NI|Cr\.? ?App\.? ?R\.?(?: \(S\))?|FLR|HLR|RTR"
    r"|LGR|VR|P"
)
_ROUND = (
    r"C\.?L\.?R\.?|A\.?L\.?R\.?|ALJR|F\.?L\.?R\.?|F\.?C\.?R\.?|NSWLR|SASR|WAR|Qd R|EHRR|CMLR|DLR"
    r"|D\.L\.R\.|O\.?R\.?|B\.?C\.?L\.?R\.?|A\.?R\.?|W\.?W\.?R\.?|C\.?C\.?C\.?|N\.?R\.?|P ?& ?CR|BLR"
    r"|Con LR|HLR|LGR|TLR|S\.?C\.?R\.?|Cr\.? ?App\.? ?R\.?(?: \(S\))?"
)
_SERIES = r" \((?:2d|3d|[4-9]th)\)"
_LAW_REPORT = re.compile(
    rf"\[((?:18|19|20)\d\d)\] (?:(\d{{1,2}}) )?({_BRACKETED}) (\d{{1,5}})(?!\w)"
    rf"|(\((?:18|19|20)\d\d\) )(\d{{1,3}}) ((?:{_ROUND})(?:{_SERIES})?) (\d{{1,5}})(?!\w)"
    r"|(?<![\w.$])(\d{1,3}) "
    rf"(CLR|ALJR|NSWLR|(?:D\.?L\.?R|O\.?R|B\.?C\.?L\.?R|C\.?C\.?C)\.?{_SERIES}) (\d{{1,5}})(?!\w)"
)
"""Reports of the Commonwealth: by the year in brackets, by the volume behind it, by volume."""
_ECLI = re.compile(
    r"\bECLI:([A-Z]{2}):([A-Z0-9]{1,7}):((?:19|20)\d\d):([A-Z0-9.]{1,25})(?<!\.)", re.I
)
_RULE = re.compile(
    r"\b(Fed\.|Bankr\.) ?R\. ?((?:[A-Z][a-z]{0,4}\. ?){1,3})(\d{1,4}(?:\.\d)?)"
    r"((?:\(\w{1,4}\)){0,5})"
)
_CONSTITUTION = re.compile(
    r"\bU\. ?S\. Const\.,? (amend|art)s?\. ([IVX]{1,6}|\d{1,2})((?:, (?:§|cl\.) ?\d{1,2}){0,2})"
)
_PARALLEL = r"(?:, \d{1,4} [A-Z][A-Za-z0-9.’' ]{0,24}? \d{1,5}){0,2}"
_YEARED = (
    rf"(?:, \d{{1,5}}(?:[-–]\d{{1,5}})?(?: n\.\d+)?){{0,3}}{_PARALLEL}"
    r" \(([^()]{0,40}?)\b((?:1[6-9]|20)\d\d)\)"
)
_UNLISTED = re.compile(
    r"(?<=[,;] )(\d{1,4}) ((?:[A-Z][A-Za-z’']{0,8}\. ?){1,4}(?:\dd|\d?[1-9]th|3rd|2nd)?) ?(\d{1,5})"
    rf"(?={_YEARED})"
)


def mentions(text: str) -> list[Mention]:
    """Citations of `text`, in which lines are joined, in order of their kind."""
    found = [*_neutral(text), *_reports(text), *_eclis(text), *_rules(text), *_unlisted(text)]
    return [*found, *_short_forms(text, {one.reporter for one in _unlisted(text)})]


def _neutral(text: str) -> Iterator[Mention]:
    for found in _NEUTRAL.finditer(text):
        year, code = found[1] or found[2] or found[4], found[3] or found[5]
        bracketed = f"[{year}]" if found[3] else year
        if code in ("EWCA",) and not found[6]:
            continue
        court = " ".join(part for part in (code, found[6]) if part)
        division = f" {found[8].strip()}" if found[8] else ""
        yield Mention(
            CitationKind.NEUTRAL, found.start(), found.end(8),
            normal=f"{bracketed} {court} {found[7]}{division}", volume=year, reporter=court,
            page=found[7], pin=found[9] or found[10] or "", court=_COURTS.get(code, ""),
            year=int(year),
        )  # fmt: skip


def _reports(text: str) -> Iterator[Mention]:
    for found in _LAW_REPORT.finditer(text):
        year, volume, report, page = found.group(1, 2, 3, 4)
        lead = f"[{year}] " if year else found[5] or ""
        if not year:
            volume, report, page = found.group(6, 7, 8) if found[5] else found.group(9, 10, 11)
        reporter = report.replace("’", "'").replace(".", "")
        yield Mention(
            CitationKind.CASE, found.start(), found.end(),
            normal=f"{lead}{volume + ' ' if volume else ''}{reporter} {page}",
            volume=volume or year, reporter=reporter, page=page,
            year=int(re.sub(r"\D", "", lead) or 0),
        )  # fmt: skip


def _eclis(text: str) -> Iterator[Mention]:
    for found in _ECLI.finditer(text):
        normal = found[0].upper()
        yield Mention(
            CitationKind.ECLI, found.start(), found.end(), normal=normal, volume=found[3],
            reporter=f"ECLI:{found[1].upper()}:{found[2].upper()}", page=found[4].upper(),
            year=int(found[3]),
        )  # fmt: skip


def _rules(text: str) -> Iterator[Mention]:
    for found in _RULE.finditer(text):
        book = " ".join(f"{found[1]} R. {found[2]}".replace(".", ". ").split())
        yield Mention(
            CitationKind.STATUTE, found.start(), found.end(), normal=f"{book} {found[3]}",
            reporter=book, page=found[3], pin=found[4],
        )  # fmt: skip
    for found in _CONSTITUTION.finditer(text):
        part = f"{found[1]}. {found[2]}"
        yield Mention(
            CitationKind.STATUTE, found.start(), found.end(), normal=f"U.S. Const. {part}",
            reporter="U.S. Const.", page=part, pin=found[3].strip(", "),
        )  # fmt: skip


def _unlisted(text: str) -> Iterator[Mention]:
    """A case in a reporter that is in no list: after a name, and with its year behind it."""
    for found in _UNLISTED.finditer(text):
        name = name_before(text[max(0, found.start() - 240) : found.start()])
        if name:
            reporter = " ".join(found[2].split())
            yield Mention(
                CitationKind.CASE, found.start(), found.end(), volume=found[1], reporter=reporter,
                normal=f"{found[1]} {reporter} {found[3]}", page=found[3], name=name,
                year=int(found[5]),
            )  # fmt: skip


def _short_forms(text: str, reporters: set[str]) -> Iterator[Mention]:
    """“141 Tam. at 64”, in a reporter that a full citation of the same text names."""
    for reporter in sorted(reporters):
        form = re.compile(rf"(?<![\w.])(\d{{1,4}}) {re.escape(reporter)},? at (\d{{1,5}})")
        for found in form.finditer(text):
            yield Mention(
                CitationKind.SHORT, found.start(), found.end(), volume=found[1],
                reporter=reporter, pin=found[2],
            )  # fmt: skip
