"""What a person types, as the citations it may be; with the names of reporters_db.

Spellings differ in spaces and full stops, which `kb.domain.citations.squeezed` drops, and in the
names of reporters (`Sup. Ct.` for `S. Ct.`), which the list of reporters knows.
"""

import re
from collections.abc import Iterator
from functools import cache

from kb.domain.citations import squeezed

LONGEST = 300
"""Characters; what is longer is a question, not a citation."""

_LEAD = re.compile(
    r"(?:(?i:see|cf\.?|in|also|e\.g\.),? )*(?:.*\bv\.? .*|(?i:in re|ex parte|matter of) .*)?[, ]*"
)
_START = re.compile(r"(?<![\w(])[\[(]?\d")
_END = re.compile(r"(?=[\s,;(]|$)|(?<=\))")
_TAIL = re.compile(
    r"(?P<pin>(?:\s?\((?!\d{4}\))\w{1,4}\))*"
    r"(?:[\s,]|\b(?:at|and|ss?\.?|sections?|sch(?:edule)?|n\.|para(?:s|graph)?\.?|pp?\.|cl\.)(?!\w)|[§¶*]|\d[\d–-]*|\[\d+\])*)"
    r"(?:\([^()]*\)|[\s,.;])*"
)
_NOMINATIVE = re.compile(r" ?\(\d{1,3} [A-Z][A-Za-z.]+\)")
_SPLIT = re.compile(r"\d{1,4}(?:-\d{1,2})?(?=[a-z])")
_LAWS = (
    (re.compile(r"(?:article|arts?)(\d+[a-z]?)((?:uk)?gdpr|tfeu|teu|echr|cisg|dsgvo)"), r"\2art\1"),
    (re.compile(r"((?:uk)?gdpr|tfeu|teu|echr|cisg)article(\d+[a-z]?)"), r"\1art\2"),
    (re.compile(r"(?:ny)?cplr(?:rule|section)?(\d+)"), r"nycplr\1"),
    (re.compile(r"(\d+)cfrparts?(\d+)"), r"\1cfrpt\2"),
    (re.compile(r"(\d+(?:usca?|cfr))(?:sections?|secs?)(\d.*)"), r"\1\2"),
    (re.compile(r"(ucc|irc)(?:sections?|secs?)(\d.*)"), r"\1\2"),
)
"""Ways to write a law, and how it is squeezed in documents (ingest/citations/laws.py)."""
_RULES = {"frcp": "fedrcivp", "frcrp": "fedrcrimp", "fre": "fedrevid", "frap": "fedrappp"}
_MOST_STARTS = 8


def asked(query: str) -> dict[str, str]:
    """The citations that `query` may be in some spelling, perhaps with a case's name and year.

    Squeezed, each with the page or subsection that would then be asked for; none where it
    cannot be one. Whether it is one is known when a document has it: `12 May 2020` could be
    a volume, a reporter and a page.
    """
    line = " ".join(query.split()).strip(" .;\"“”'")
    if not line or len(line) > LONGEST:
        return {}
    keys: dict[str, str] = {}
    for one in dict.fromkeys((line, _NOMINATIVE.sub("", line))):
        for key, pin in _readings(one):
            for spelled in _spelled(key):
                keys.setdefault(spelled, pin)
    return keys


def _readings(line: str) -> Iterator[tuple[str, str]]:
    """Each part of the line that may be the citation, squeezed, with what follows as its pin.

    Before it only a case's name may stand, behind it only pages, sections, court and year.
    """
    starts = [0, *(found.start() for found in _START.finditer(line))][: _MOST_STARTS + 1]
    for start in dict.fromkeys(starts):
        if start and not _LEAD.fullmatch(line[:start]):
            continue
        for found in _END.finditer(line, start + 1):
            tail = _TAIL.fullmatch(line, found.end())
            key = squeezed(line[start : found.end()])
            if tail and re.search("[a-z]", key) and re.search(r"\d|const", key):
                yield key, _pin(tail["pin"])


def _pin(words: str) -> str:
    return re.sub(r"^[\s,]*(?:at |paras?\.? |pp?\.? )?|[\[\]\s,]+$|\s(?=\()", "", words).strip("[]")


def _spelled(key: str) -> Iterator[str]:
    """The key, and with the other names of its reporter."""
    yield key
    for short, rules in _RULES.items():
        if re.match(rf"{short}\d", key):
            yield rules + key[len(short) :]
    for written, usual in _LAWS:
        if written.fullmatch(key):
            yield written.sub(usual, key)
    volume = _SPLIT.match(key)
    if volume:
        rest = key[volume.end() :]
        for page in re.finditer(r"(?<=\D)\d", rest):
            for other in _variants().get(rest[: page.start()], ()):
                yield volume[0] + other + rest[page.start() :]


@cache
def _variants() -> dict[str, set[str]]:
    """Squeezed names of reporters under which others write them."""
    from reporters_db import JOURNALS, LAWS, REPORTERS  # noqa: PLC0415 - reads a large file

    found: dict[str, set[str]] = {}
    for clusters in REPORTERS.values():
        for cluster in clusters:
            for name, edition in cluster["variations"].items():
                found.setdefault(squeezed(name), set()).add(squeezed(edition))
    for books in (LAWS, JOURNALS):
        for short, clusters in books.items():
            for cluster in clusters:
                for name in cluster.get("variations", []):
                    found.setdefault(squeezed(name), set()).add(squeezed(short))
    return found
