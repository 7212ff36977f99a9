"""Laws that eyecite 2.7 does not read: without the sign §, by their name, by part or article.

Codes without the sign are freelawproject/eyecite#300, parts and other forms #291.
"""

import re
from collections.abc import Iterator
from functools import cache

from ingest.citations.mentions import Mention
from kb.domain.citations import CitationKind

SECTION = r"\d{1,5}[A-Za-z]{0,3}(?:[-–.:]\d{1,5}[A-Za-z]{0,3}|[-–][A-Z](?!\w))*(?!\w)"
"""A section's number, letters of it among them: 1028A, 78u-4, 240.10b-5, 300aa-1."""
_PIN = r"(?P<pin>(?:\(\w{1,5}\)){0,6})"
_SIGN = r"(?:§{1,2} ?|[Ss]ec(?:tions?|s?\.) ?)"
_CODE = re.compile(
    r"(?<![\w.])(?P<title>\d{1,2}) ?(?P<code>U\. ?S\. ?C\.(?: ?A\.)?|USCA?|C\. ?F\. ?R\.|CFR),? "
    r"?(?:(?P<part>[Pp]ts?\.|[Pp]arts?) ?(?P<number>\d{1,4})(?!\w)"
    rf"|{_SIGN}?(?P<section>{SECTION}))"
    rf"(?={_PIN})"
)
_NAMES = {
    "N.Y. C.P.L.R.": (r"(?:N\. ?Y\. ?)?C\. ?P\. ?L\. ?R\.|(?:NY )?CPLR", r"\d{3,4}(?:-[a-z])?"),
    "U.C.C. §": (r"U\. ?C\. ?C\.|UCC|Uniform Commercial Code", r"\d{1,2}A?-\d{3}[A-Z]?"),
    "I.R.C. §": (r"I\. ?R\. ?C\.|IRC|Internal Revenue Code(?: of 1986,?)?", r"\d{1,4}[A-Z]?"),
}
"""By the usual spelling the ways in which a law is written, and its sections."""
_RULES = {
    "Fed. R. Civ. P.": r"F\. ?R\. ?C(?:iv)?\. ?P\.|FRCP|Fed\. Rules? Civ\. Proc\."
    r"|Federal Rules? of Civil Procedure",
    "Fed. R. Crim. P.": r"F\. ?R\. ?Cr(?:im)?\. ?P\.|FRCrP|Fed\. Rules? Crim\. Proc\."
    r"|Federal Rules? of Criminal Procedure",
    "Fed. R. Evid.": r"F\. ?R\. ?E\.|FRE|Fed\. Rules? Evid\.|Federal Rules? of Evidence",
    "Fed. R. App. P.": r"F\. ?R\. ?A\. ?P\.|FRAP|Fed\. Rules? App\. Proc\."
    r"|Federal Rules? of Appellate Procedure",
    "Fed. R. Bankr. P.": r"FRBP|Federal Rules? of Bankruptcy Procedure",
}
_RULE = r"\d{1,4}(?:\.\d)?"
_ARTICLE = re.compile(
    r"(?<!\w)[Aa]rt(?:icles?|s?\.) ?(?P<number>\d{1,3}[a-z]?)(?P<pin>(?:\(\w{1,4}\)){0,4})"
    r" (?:of (?:the )?)?(?P<book>(?:(?:UK|EU) )?(?:GDPR|General Data Protection Regulation"
    r"|Regulation \(EU\) 2016/679)|TFEU|TEU|ECHR|CISG|DSGVO|DS-GVO)(?!\w)"
    r"|(?<!\w)(?P<book2>(?:(?:UK|EU) )?GDPR|TFEU|TEU|ECHR|CISG),? [Aa]rt(?:icle|s?\.)? ?"
    r"(?P<number2>\d{1,3}[a-z]?)(?P<pin2>(?:\(\w{1,4}\)){0,4})(?!\w)"
)
_ACT_WORD = r"(?:[A-Z][\w’'-]*,?|\([A-Z][^()]{1,40}\))"
_ACT = re.compile(
    r"(?:(?<!\w)(?P<label>[Ss]s?\.?|[Ss]ections?|[Ss]ch(?:edule|\.)?) ?(?P<first>\d{1,4}[A-Z]{0,2})"
    r"(?P<pin>(?:\(\w{1,4}\)){0,4}),? of (?:the )?|(?<![\w.]))"
    rf"(?P<act>{_ACT_WORD}(?: (?:(?:of|and|the|for|in|to|etc\.?|&) ){{0,2}}{_ACT_WORD}){{0,9}}"
    r" Act (?:1[2-9]|20)\d\d)(?! ?\d)(?!\w)"
    r"(?:,? (?P<label2>ss?\.?|sections?|[Ss]ch(?:edule|\.)?) ?(?P<second>\d{1,4}[A-Z]{0,2})"
    r"(?P<pin2>(?:\(\w{1,4}\)){0,4})(?!\w))?"
)
_ACT_OF = re.compile(r" Act (?:1[2-9]|20)\d\d(?!\d)")
_LONGEST_ACT = 160
_ACT_LEAD = re.compile(r"^(?:(?:The|Under|In|By|See|Section|And|Both|Since|As|If|Of|For) )+")
BY_NAME = re.compile(
    r"\bCPLR\b|C\. ?P\. ?L\. ?R\.|\bU\. ?C\. ?C\.|\bUCC\b|\bIRC\b|\bI\. ?R\. ?C\.|Revenue Code"
    r"|Commercial Code|\bFR(?:CP|E|AP|BP|CrP)\b|\bF\. ?R\. ?|Federal Rules? of|\bGDPR\b|\bTFEU\b"
    r"|\bTEU\b|\bECHR\b|\bCISG\b|\bDS-?GVO\b|Data Protection Regulation|2016/679| Act \d{4}"
    r"|\b\d{1,2} ?(?:USC|CFR)"
)
"""What a text has somewhere that cites a law by its name."""


def mentions(text: str) -> list[Mention]:
    """Laws that `text`, in which lines are joined, cites in these forms."""
    found = list(_codes(text))
    if BY_NAME.search(text):
        found += [*_by_name(text), *_articles(text), *_acts(text)]
    return found


def _codes(text: str) -> Iterator[Mention]:
    for found in _CODE.finditer(text):
        book = "C.F.R." if "F" in found["code"] else "U.S.C."
        place = f"pt. {found['number']}" if found["part"] else f"§ {found['section']}"
        yield _law(found, f"{found['title']} {book} {place}", book, found["pin"] or "")


def _by_name(text: str) -> Iterator[Mention]:
    for normal, pattern in _patterns():
        for found in pattern.finditer(text):
            yield _law(found, f"{normal} {found['section']}", normal.rstrip(" §"), found["pin"])


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return list(_compiled())


def _compiled() -> Iterator[tuple[str, re.Pattern[str]]]:
    for normal, (names, section) in _NAMES.items():
        for form in (
            rf"(?<![\w.])(?:{names}),? (?:{_SIGN}|[Rr]ule )?(?P<section>{section})(?!\w)(?={_PIN})",
            rf"(?<!\w){_SIGN}(?P<section>{section})(?P<pin>(?:\(\w{{1,5}}\)){{0,6}}),? of (?:the )?"
            rf"(?:{names})",
        ):
            yield normal, re.compile(form)
    for normal, names in _RULES.items():
        for form in (
            rf"(?<![\w.])(?:{names}),? (?:[Rr]ule )?(?P<section>{_RULE}){_PIN}(?!\w)",
            rf"(?<!\w)Rules? (?P<section>{_RULE}){_PIN},? of (?:the )?(?:{names})",
        ):
            yield normal, re.compile(form)


def _articles(text: str) -> Iterator[Mention]:
    for found in _ARTICLE.finditer(text):
        book = found["book"] or found["book2"]
        book = "GDPR" if "Regulation" in book else book.removeprefix("EU ").replace("DS-", "DS")
        number, pin = found["number"] or found["number2"], found["pin"] or found["pin2"] or ""
        yield _law(found, f"{book} art. {number}", book, pin)


def _acts(text: str) -> Iterator[Mention]:
    floor = 0
    for named in _ACT_OF.finditer(text):
        found = _ACT.search(text, max(floor, named.start() - _LONGEST_ACT), named.end() + 60)
        if not found:
            continue
        floor = found.end()
        act = _ACT_LEAD.sub("", found["act"])
        if act.startswith("Act "):
            continue
        label = found["label"] or found["label2"] or ""
        number, pin = found["first"] or found["second"], found["pin"] or found["pin2"] or ""
        part = f"sch {number}" if label[:3].lower() == "sch" else f"s {number}"
        start = found.start() if found["label"] else found.end("act") - len(act)
        yield Mention(
            CitationKind.STATUTE, start, found.end(), normal=act, reporter=act,
            pin=f"{part}{pin}" if number else "",
        )  # fmt: skip


def _law(found: re.Match[str], normal: str, book: str, pin: str) -> Mention:
    return Mention(
        CitationKind.STATUTE, found.start(), found.end(), normal=normal.replace("–", "-"),
        reporter=book, page=normal.rsplit(" ", 1)[-1].replace("–", "-"), pin=pin,
    )  # fmt: skip
