"""The name of a case before its citation, as it is written there.

A name is read backwards from its “v.”, word by word, to the end of the sentence or the
citation before it. Of *Maryland Casualty Co. v. Lowe* eyecite 2.7 makes “MarylCasualty Co.”
(freelawproject/eyecite#321), and it drops “of”; so names are not taken from it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.citations.mentions import Mention
from kb.domain.citations import CitationKind
from kb.text.abbreviations import runs_on

_NAMED = (CitationKind.CASE, CitationKind.NEUTRAL, CitationKind.ECLI)
_REACH = 240
"""Characters before a citation in which its name begins."""
_MOST_WORDS = 24
_BEHIND = re.compile(
    r"(?: \((?:[\"“][^()]{1,40}[\"”]|(?:[A-Z][\w.&]* ){1,4}[IVX]+)\))?"
    r"[\s,]*(?:,? (?:No|Nos|Case No|Civ\. No|Docket No)s?\.? [\w:.-]*\d[\w:.-]*)?[\s,]*"
    r"(?:\((?:1[6-9]|20)\d\d\))?(?:,? \d{1,4} [A-Z][A-Za-z0-9.’' ]{0,24}? \d{1,5}){0,2}[\s,(]*$"
)
"""Between a name and its citation: what it is called, a docket, a year, citations of no list."""
_VERSUS = re.compile(r" (?:vs?\.?|(?<!& )V\.(?= [A-Z]{2})) ")
_MATTER = re.compile(
    r"(?<!\w)(?:In re|Ex parte|Ex p\.?|In the Matter of|Matter of|In re the Matter of|Re) "
    r"(?=[A-Z(])"
)
_CROWN = re.compile(r"(?:^|[\s(])((?:R|Regina|The King|The Queen)\.? \([^()]{1,90}\))$")
_JOINING = frozenset(
    "of the and & for ex rel. et al. al. de la del di da du von van der den d/b/a a/k/a f/k/a t/a "
    "a an".split()
)
_INSIDE = _JOINING | frozenset("in to by on through at with or as upon behalf".split())
"""Words without a capital in a name; those of the second only behind “v.”."""
_LEADS = frozenset(
    "see also cf but accord compare with in under citing quoting contra generally and the of from "
    "by as while when since although because id ibid unlike like both thus therefore moreover "
    "however here nor for to at on per following applying e.g i.e a an is are was were rel if "
    "after before it this that these we our court justice judge".split()
)
_SIGNALS = frozenset("See See, Cf. Accord Contra Compare Quoting Citing But Under".split())
_COMPANY = re.compile(
    r"(?:Inc|Corp|Co|Cos|Ltd|LLC|LLP|LP|PLC|plc|L\.?L\.?C|L\.?L\.?P|L\.?P|N\.?A|S\.?A|A\.?G|P\.?C|P\.?A"
    r"|GmbH|Jr|Sr|II|III|IV|Ass'n|Ass’n|Bank|Trust|Ry|R\.?R|Ins|Bros|Comm'n|Auth|Bd|Dep't|Dist"
    r"|USA|U\.S\.A|FSB|F\.S\.B|S\.?p\.?A|N\.?V|B\.?V|INS|Local|Lodge|Loc)\b"
)
_ENDS_COMPANY = re.compile(r"(?:Inc|Corp|Co|Ltd|LLC|LLP)\.$")
_APART = re.compile(r"(?:[;:”\"?!—–]|[)\]][.,;]*)$")
_INITIALS = re.compile(r"(?:[A-Z]\.)+(?:[A-Z]\.?)?$")


def named(mentions: Sequence[Mention], text: str) -> list[Mention]:
    """`mentions`, in order, with the names that stand before them in the flattened `text`."""
    found: list[Mention] = []
    floor = 0
    for one in mentions:
        before = text[max(floor, one.start - _REACH) : one.start]
        if one.kind in _NAMED:
            found.append(replace(one, name=name_before(before, guess=one.name)))
        elif one.kind is CitationKind.SHORT:
            found.append(replace(one, antecedent=name_before(before, guess=one.antecedent)))
        else:
            found.append(one)
        floor = max(floor, one.end)
    return found


def name_before(before: str, guess: str = "") -> str:
    """The name with which `before`, the words up to a citation, ends; "" for none.

    Where it has no form that is known here, `guess` is taken, if these words stand there.
    """
    words = _BEHIND.sub("", before)
    name = _versus(words) or _matter(words)
    return name or (guess if guess and words.endswith(guess) else "")


def _versus(words: str) -> str:
    found = list(_VERSUS.finditer(words))
    for one in reversed(found):
        second = _second(words[one.end() :])
        first = _first(words[: one.start()])
        if not second:
            return ""
        if first:
            return f"{first} {one[0].strip().lower().replace('vs', 'v')} {second}"
    return ""


def _matter(words: str) -> str:
    found = list(_MATTER.finditer(words))[-1:]
    rest = _second(words[found[0].end() :]) if found else ""
    return found[0][0] + rest if rest else ""


def _second(words: str) -> str:
    """The words behind “v.”, if they are nothing but a name."""
    parts = words.split()
    if not parts or len(parts) > _MOST_WORDS or re.search('[;:“”"?!]', words):
        return ""
    depth = 0
    for number, part in enumerate(parts):
        depth += part.count("(") - part.count(")")
        if not depth and not _inside(part):
            return ""
        if number + 1 < len(parts) and _stops(part, parts[number + 1]):
            return ""
    name = words.strip(" ,")
    return name + ")" * (name.count("(") - name.count(")")) if depth <= 1 else ""


def _inside(part: str) -> bool:
    """Whether a word may stand in the name of the second side."""
    plain = part.strip("(),.")
    named = plain[:1].isupper() or plain[1:2].isupper() or plain[:1] in "$'’"
    return named or plain.isdigit() or part.endswith(")") or _joins(part, _INSIDE)


def _first(words: str) -> str:
    """The name of one side with which `words` end, "" for none."""
    crown = _CROWN.search(words)
    if crown:
        return crown[1]
    parts = re.sub(r"(?<=\S)\(", " (", words).split()
    begin = len(parts)
    while begin and len(parts) - begin < _MOST_WORDS and _belongs(parts, begin - 1):
        begin -= 1
    while begin < len(parts) and _leads(parts, begin):
        begin += 1
    return " ".join(parts[begin:]).strip(" ,(")


def _belongs(parts: Sequence[str], at: int) -> bool:
    """Whether this word goes on with the name that the words behind it are the end of."""
    part, after = parts[at], parts[at + 1] if at + 1 < len(parts) else ""
    if part in _SIGNALS and parts[at - 1 : at] != ["Holy"]:
        return False
    if _APART.search(part) and not re.fullmatch(r"\([A-Z][\w. ]*\)", part):
        return False
    if after and (_stops(part, after) or (part.endswith(",") and not _listed(parts, at))):
        return False
    plain = part.strip("(“\"‘'’$,")
    if plain.rstrip(".").isdigit():
        before = parts[at - 1] if at else ""
        return bool(re.fullmatch(r"[A-Z][A-Za-z]+|No\.", before)) and not part.endswith(".")
    return plain[:1].isupper() or plain[:1].isdigit() or _joins(part, _JOINING)


def _joins(part: str, joining: frozenset[str]) -> bool:
    return part.strip(",(") in joining or part.strip(",(.") in joining


def _listed(parts: Sequence[str], at: int) -> bool:
    """Whether the comma behind this word stands inside a name."""
    following = parts[at + 1 : at + 5]
    return bool(_COMPANY.match(following[0])) or any(one in ("&", "and") for one in following[:4])


def _stops(part: str, after: str) -> bool:
    """Whether a sentence ends between these two words."""
    if not part.endswith(".") or not after[:1].isalnum() or after[:1].islower():
        return False
    plain = part.strip('(“",').rstrip(".")
    if plain.casefold() in ("id", "ibid", "cf"):
        return True
    if _COMPANY.match(after) or _INITIALS.match(part) or plain in ("v", "R", "rel"):
        return False
    if _ENDS_COMPANY.search(part):
        return not (after.endswith(".") and runs_on(after.rstrip("."), "X"))
    return not runs_on(plain, after)


def _leads(parts: Sequence[str], at: int) -> bool:
    """Whether a word before a name is none of it: “See”, “In”, “However,”."""
    if _INITIALS.match(parts[at]):
        return False
    return parts[at].strip('(“"‘,').rstrip(".,").casefold() in _LEADS
