"""What kind of document it is, from a fixed list; none where no rule is certain."""

import re
from collections.abc import Iterator

from ingest.facts.base.head_and_tail import Glance

_CONTRACTS = (  # a kind and the words of a title that tell it; the first that fits counts
    (
        "amendment",
        r"(?<!RESTATEMENT )\bAMENDMENT|\bADDENDUM|\bSUPPLEMENTAL (?:AGREEMENT|INDENTURE)",
    ),
    ("nda", r"NON-?\s?DISCLOSURE|CONFIDENTIALITY|\bNDA\b|SECRECY"),
    ("engagement letter", r"ENGAGEMENT (?:LETTER|AGREEMENT)|LETTER OF ENGAGEMENT"),
    ("settlement agreement", r"SETTLEMENT|RELEASE AGREEMENT|GENERAL RELEASE"),
    ("franchise agreement", r"FRANCHIS"),
    ("employment agreement", r"EMPLOYMENT|SEVERANCE|ARBEITSVERTRAG|CONTRAT DE TRAVAIL"),
    ("consulting agreement", r"CONSULT(?:ING|ANCY|ANT)"),
    ("merger agreement", r"MERGER"),
    (
        "purchase agreement",
        r"(?:PURCHASE|SALE|SUBSCRIPTION|ASSET|EXCHANGE)\b.*(?:AGREEMENT|CONTRACT)|BILL OF SALE"
        r"|KAUFVERTRAG",
    ),
    (
        "joint venture agreement",
        r"JOINT VENTURE|SHAREHOLDERS['’]? |STOCKHOLDERS['’]? |PARTNERSHIP AG",
    ),
    ("credit agreement", r"\b(?:CREDIT|LOAN|FACILITY|FACILITIES|FINANCING|DARLEHENS)"),
    ("guaranty", r"GUARANT(?:Y|EE)\b"),
    ("non-compete agreement", r"NON-?\s?COMPET|NON-?\s?SOLICIT|NO-?SHOP|STANDSTILL"),
    ("reseller agreement", r"RESELLER|VALUE ADDED|\bVAR\b"),
    ("distribution agreement", r"DISTRIBUT"),
    ("agency agreement", r"\bAGENCY\b|\bAGENT\b|REPRESENTATIVE AG"),
    ("manufacturing agreement", r"MANUFACTUR"),
    ("supply agreement", r"SUPPLY|SUPPLIER|PROCUREMENT"),
    ("license agreement", r"LICEN[SC]|LICEN[SC]ING"),
    ("lease", r"\bLEASE\b|\bSUBLEASE|\bTENANCY|MIETVERTRAG|BAIL COMMERCIAL"),
    ("transportation agreement", r"TRANSPORTATION|\bGATHERING|PIPELINE"),
    ("hosting agreement", r"HOSTING"),
    ("maintenance agreement", r"MAINTENANCE|\bSUPPORT AG"),
    ("outsourcing agreement", r"OUTSOURC"),
    ("sponsorship agreement", r"SPONSOR"),
    ("endorsement agreement", r"ENDORSE"),
    ("promotion agreement", r"PROMOTION"),
    ("marketing agreement", r"MARKETING|ADVERTIS|CO-?\s?BRAND|AFFILIATE"),
    ("collaboration agreement", r"COLLABORAT|CO-?OPERATION|ALLIANCE|TEAMING"),
    ("development agreement", r"DEVELOPMENT|RESEARCH"),
    ("intellectual property agreement", r"INTELLECTUAL PROPERTY|PATENT|TRADEMARK"),
    ("escrow agreement", r"ESCROW"),
    ("power of attorney", r"POWER OF ATTORNEY"),
    ("services agreement", r"SERVIC"),
    (
        "contract",
        r"AGREEMENT|CONTRACT\b|\bVERTRAG\b|\bCONTRAT\b|\bCONTRATO\b|COVENANT|INDENTURE|DEED",
    ),
)
CONTRACTS = frozenset(kind for kind, _ in _CONTRACTS)
COURT_PAPERS = frozenset({"opinion", "order", "complaint", "motion", "brief"})
_KINDS = tuple((kind, re.compile(words)) for kind, words in _CONTRACTS)
_NOUN = (
    r"(?:AGREEMENT|Agreement|CONTRACT|Contract|LEASE|Lease|AMENDMENT|Amendment|ADDENDUM|Addendum"
    r"|LICEN[SC]E|Licen[sc]e|GUARANTY|Guaranty|GUARANTEE|DEED|Deed|INDENTURE|Indenture|RELEASE"
    r"|SUBLEASE|Sublease|[A-Z]\w+vertrag|[A-Z]+VERTRAG|CONTRAT|Contrat|CONTRATO|Contrato"
    r"|LETTER OF ENGAGEMENT|ENGAGEMENT LETTER|Engagement Letter|BILL OF SALE|POWER OF ATTORNEY"
    r"|Power of Attorney)(?![\w’'-])"
)
_HAS_NOUN = re.compile(rf"(?<![\w-]){_NOUN}(?! ?(?:[Nn]os?|NOS?|[Nn]umber|NUMBER|[#№:])(?!\w))")
_RUN = re.compile(
    r"(?:(?:This|THIS) )?"
    r"((?:(?!THIS |This )(?:[A-Z][\w&’'/-]*|\([A-Z]+\)|and|of|to|for|the|&|-|No\.|\d{1,3}),? ){0,9}"
    rf"{_NOUN})"
)
_THIS = re.compile(rf"\b(?:This|THIS) ((?:(?:[A-Z][\w&’'/-]*|and|of|to|for|&),? ){{1,9}}{_NOUN})")
_NOT_IT = re.compile(
    r"(?i:playbook|checklist|guide|policy|summary|memo|notes?$|\breport|chronology|exhibit \w+ to"
    r"|schedule \w+ to|letter to|minutes|invoice|opinion|\bmotion|complaint|\bre:|subject:)"
)
_BINDS = re.compile(
    r"(?i:\bagrees?\b|\bparties\b|whereas|hereby|hereto|vertrag|convien|acuerdan|\bbetween\b)"
)
_FIRMS = re.compile(r".*\b(?:Inc|INC|Corp|CORP|LLC|Ltd|LTD|LP|PLC|Limited|LIMITED)\b[.,]* ?")
_BARE = re.compile(rf"{_NOUN}|(?i:this|the|exhibit|execution|copy|final|draft)|[\W\d_]+")
_RUNS_ON = re.compile(r"(?:\b(?:AND|OF|FOR|TO|THE|and|of|for|to|the)|[&,])$")
_SALUTATION = re.compile(
    r"(?:Dear|DEAR) [^.]{2,80}[:,]?$|Dear [A-Z][\w. ]{1,40}[,:]|Sehr geehrte|(?:Madame"
    r"|Monsieur)\b.*,$"
    r"|(?:Muy )?Estimad[oa]s?\b|To [Ww]hom [Ii]t [Mm]ay"
)
_ENGAGES = re.compile(
    r"(?i:engagement letter|letter of engagement|re:? ?.{0,40}\bengagement (?:of|as))"
)
_MEMO_HEADS = (re.compile(r"(?i:to:)"), re.compile(r"(?i:from:)"))
_MEMO = re.compile(r"(?:MEMORANDUM|Memorandum|MEMO|Memo)(?: to file)?(?::.*)?$")
_OTHERS = (
    (
        "minutes",
        re.compile(r"(?:MINUTES|Minutes)(?: [Oo][Ff]\b.*|$)|.{0,80}\b(?:MINUTES|Minutes)$"),
    ),
    (
        "invoice",
        re.compile(r"(?:INVOICE|Invoice|RECHNUNG|Rechnung|FACTURE|Facture|FACTURA)\b.{0,60}$"),
    ),
    ("policy", re.compile(r".{0,80}\b(?:POLICY|Policy|CODE OF CONDUCT|Code of Conduct)$")),
    (
        "",
        re.compile(
            r"(?i:[\w ]{0,60}\b(?:summary|notes?|chronology|report|playbook|checklist|guide"
            r"|transcript"
            r"|affidavit|declaration|press release|questionnaire|proposal|term sheet))$"
        ),
    ),
    (
        "statute",
        re.compile(r"(?:AN ACT|An Act) |(?i:be it enacted)|Public Law \d|STATUTORY INSTRUMENTS"),
    ),
)
_PAPERS = (
    ("", re.compile(r"(?i:errata|on (?!motion to)|appeals? from|cite as|not for pub|certiorari)")),
    (
        "brief",
        re.compile(r"(?i:(?:\S+ ){0,6}brief\b|memorandum of (?:points|law)|memorandum in (?:s|o))"),
    ),
    (
        "opinion",
        re.compile(
            r"(?i:(?:\S+ ){0,6}(?:opinion|decision)\b|memorandum (?:and|&) order|syllabus"
            r"|memorandum of decision|per curiam|findings of fact|reasons for judgment|urteil"
            r"|approved judgment)"
        ),
    ),
    ("order", re.compile(r"(?i:(?:\S+ ){0,4}(?:order|judgment|decree)\b)")),
    ("motion", re.compile(r"(?i:(?:\S+ ){0,6}(?:motion|application for)\b)")),
    (
        "complaint",
        re.compile(r"(?i:(?:\S+ ){0,4}(?:complaint|petition for|particulars of claim)\b)"),
    ),
)
_OF_JUDGES = ("opinion", "order")
_MEDIA = (
    ("e-mail", ("message/", "application/vnd.ms-outlook")),
    ("spreadsheet", ("text/csv", "spreadsheetml", "ms-excel", "opendocument.spreadsheet")),
    ("presentation", ("presentationml", "ms-powerpoint", "opendocument.presentation")),
)


def document_type(look: Glance, *, court_paper: bool, judged: bool) -> str:
    """One of the fixed kinds, or "".

    The file's format decides first, then whether a court's caption is there (`judged`: and
    judges are named as its authors), then a letter's salutation, then titles: on the page,
    in “This … Agreement”, of the file.
    """
    for kind, beginnings in _MEDIA:
        if any(one in look.media_type for one in beginnings):
            return kind
    if court_paper:
        return _court_paper(look, judged=judged)
    greeted = next((n for n, line in enumerate(look.lines[:40]) if _SALUTATION.match(line)), None)
    if greeted is not None and not any(_names_contract(line) for line in look.lines[:greeted]):
        engaged = any(_ENGAGES.match(line) for line in (*look.lines[:30], look.title))
        return "engagement letter" if engaged else "letter"
    top = look.lines[:15]
    if any(_MEMO.match(line) for line in top) or all(
        any(head.match(line) for line in top) for head in _MEMO_HEADS
    ):
        return "memo"
    return _by_title(look)


def _court_paper(look: Glance, *, judged: bool) -> str:
    for line in look.lines[:60]:
        if len(line) > 100 or not (line.isupper() or _is_title(line)):
            continue
        kind = next((kind for kind, words in _PAPERS if words.match(line)), "")
        if kind in _OF_JUDGES or (kind and not judged):
            return kind
    return "opinion" if judged else ""


def _by_title(look: Glance) -> str:
    binds = bool(_BINDS.search(look.head) or _BINDS.search(look.tail))
    general = ""
    for title in _titles(look):
        for kind, words in _OTHERS:
            if words.match(title):
                return kind
        if not binds or not _HAS_NOUN.search(title) or _NOT_IT.search(title):
            continue
        kind = _contract(title)
        if kind != "contract" or len(_BARE.sub("", title)) > 3:
            return kind
        general = kind
    return general


def _names_contract(line: str) -> bool:
    """Whether a line above a salutation is a contract's title."""
    return (
        len(line) < 120
        and _is_title(line)
        and bool(_HAS_NOUN.search(line))
        and not (_NOT_IT.search(line) or _ENGAGES.match(line))
    )


def _contract(title: str) -> str:
    rest = _FIRMS.sub("", title)
    plain = (rest if _HAS_NOUN.search(rest) else title).upper()
    plain = re.sub(r"AMENDED (?:AND|&) RESTATED", "", plain)
    return next((kind for kind, words in _KINDS if words.search(plain)), "contract")


def _titles(look: Glance) -> Iterator[str]:
    """What may be the document's name, the likeliest first."""
    above = ""
    for number, line in enumerate(look.lines[:30]):
        if len(line) <= 120 and (line.isupper() or (number < 12 and _is_title(line))):
            yield f"{above} {line}".strip() if _RUNS_ON.search(above) else line
        above = line if len(line) <= 120 else ""
    for found in list(_RUN.finditer(look.head[:600]))[:2]:
        yield found[1]
    for found in list(_THIS.finditer(look.head))[:1]:
        yield found[1]
    yield look.title
    stem = re.sub(r"\.\w{1,5}$", "", look.name)
    yield re.sub(r"[_\W]+", " ", stem)[:200].upper()


def _is_title(line: str) -> bool:
    words = [word for word in line.split() if word[:1].isalpha() and len(word) > 3]
    capital = sum(word[0].isupper() for word in words)
    return bool(words) and capital >= 0.8 * len(words) and line[-1] not in ".;" and "|" not in line
