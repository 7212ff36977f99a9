"""Who is who: names that a document or its title gives a role, “we” and “you”, defined parties."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kb.answer.judging.words import Unit, units

FIRST, SECOND = "@first", "@second"
"""What “we” and “you” of a passage mean, as keys of units."""
ROLES = frozenset(
    "landlord lessor tenant lessee buyer purchaser seller vendor supplier customer client company "
    "employee employer borrower lender bank licensor licensee insurer insured plaintiff claimant "
    "defendant respondent appellant appellee petitioner court tribunal board parent consultant "
    "contractor city trustee settlor executor guarantor franchisor franchisee partner member "
    "owner agent distributor manufacturer architect commissioner arbitrator union mother father "
    "husband wife recipient discloser shareholder founder director manager user subscriber "
    "council port carrier shipper charterer authority regulator chair policyholder assignor "
    "assignee grantor grantee mortgagor mortgagee pledgor debtor creditor issuer investor "
    "publisher author artist developer operator provider hospital patient physician doctor "
    "counsel applicant opponent clerk registrar minister processor controller trader consumer "
    "principal surety beneficiary heir depositor bailee bailor optionee optionor offeror "
    "offeree engineer surveyor expert inspector auditor valuer accountant ombudsman".split()
)
_ROLE = r"(?:[A-Z][a-z]+ )?(?:" + "|".join(sorted(word.capitalize() for word in ROLES)) + r")"
_WORD = r"[A-Z][\w.&’'/-]{0,40}"
_NAME = (
    rf"{_WORD}(?: (?:(?:of|and|the|&|de|van|von) ){{0,2}}{_WORD}){{0,7}}"
    r"(?:,? (?i:inc|llc|ltd|limited|llp|corp|co|plc|s\.a)\b\.?)?"
)
_CALLED = (
    re.compile(
        rf"(?P<name>{_NAME}),? \((?:hereinafter |hereafter |each |called |the |[“\"‘'])*"
        r"(?P<role>[A-Z][a-z]+(?: [A-Z][a-z]+){0,2})[”\"’',)]"
    ),
    re.compile(rf"(?P<name>{_NAME}),? as (?:the )?(?P<role>{_ROLE})\b"),
    re.compile(rf"\b(?P<role>{_ROLE})s?: (?P<name>{_NAME})"),
    re.compile(rf"\bthe (?P<role>{_ROLE}), (?P<name>{_NAME}),"),
)
_TITLED = re.compile(rf"\b(?P<role>{_ROLE}) (?P<name>{_NAME})")
"""In titles alone: “Buyer Lockridge Partners”."""
_BEHIND_DASH = re.compile(r" [-–—] .*")
_CAPTION = re.compile(rf"(?P<first>{_NAME}) v\.? (?P<second>{_NAME})")
_LETTER = re.compile(
    rf"\bfrom (?:[Cc]ounsel for )?(?P<first>{_NAME}) to (?:[Cc]ounsel for )?(?P<second>{_NAME})"
)
_ACTING = r"(?:(?:shall|may|must|will)(?: not)? (?!be\b|not be\b)|agrees|undertakes|hereby|who\b)"
_ACTS = re.compile(
    r"(?<!\bat )(?<!\bof )(?<!\bin )(?<!\bby )(?<!\bto )(?<!\bon )(?<!\bfor )(?<!\bwith )"
    rf"\b(?:[Tt]he|[Aa]n?|[Ee]ach|[Nn]o|[Ee]very|[Nn]either) ([A-Za-z][a-z]+) {_ACTING}|"
    rf"\b([A-Z][a-z]+) {_ACTING}"
)
_TWO_WORDS = re.compile(
    r"\b(?!(?:The|Each|Either|Neither|Any|No|Third|Other|Both|Such) )"
    r"([A-Z][a-z]+ (?:Party|Agent|Partner|Member|Owner|Officer|Trustee))\b"
)
_LETTERS = re.compile(r"[^\W\d_]+")
_SUFFIXES = frozenset(
    "inc llc ltd limited plc gmbh ab as sa nv bv corp corporation co company llp lp ag spa the of "
    "and mr mrs ms dr prof sir dame justice judge order final award".split()
)
_FIRST_WORDS = frozenset("we us our ours i me my".split())
_SECOND_WORDS = frozenset("you your yours".split())
_OF_FIRST = frozenset(
    "court tribunal board council insurer company provider licensor bank firm platform operator "
    "lender service".split()
)
_OF_SECOND = frozenset(
    "user customer client member insured policyholder licensee subscriber consumer employee "
    "guest passenger patient seller buyer tenant borrower applicant visitor reader home".split()
)
_MOST_NAMED = 6
LONGEST = 4_000
"""Characters in which names are looked for."""


@dataclass(frozen=True, slots=True)
class Alias:
    """The words of a name, and by what whoever bears it is known.

    `defined`: it is a term that is also written in small letters, such as “escrow agent”.
    """

    words: tuple[str, ...]
    keys: frozenset[str]
    defined: bool = False


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is spoken of in a passage.

    `first` and `second`: whether “we” and “you” are. `named_first`: the keys of names in a
    title that names no parties, whose document it therefore is. `roles`: words of the passage
    for those whom it makes owe or be allowed something. `our_client`: it is a letter of counsel.
    """

    aliases: tuple[Alias, ...]
    first: bool
    second: bool
    named_first: frozenset[str]
    roles: frozenset[str]
    our_client: bool

    def dressed(self, read: Sequence[Unit]) -> list[Unit]:
        """The units with each name as one that means its role, and pronouns as who they are."""
        found: list[Unit] = []
        at = 0
        while at < len(read):
            alias, length = self._named(read, at)
            whose = read[at].text
            client = at + 1 < len(read) and _singular(read[at + 1].text) == "client"
            if self.our_client and _singular(whose) == "client":
                key = frozenset({FIRST})
                found.append(replace(read[at], keys=key, party=key))
            elif client and whose in ("our", "my", "your"):
                key = frozenset({SECOND if whose == "your" else FIRST})
                found.append(replace(read[at + 1], keys=key, party=key))
                length = 2
            elif alias:
                keys = alias.keys.union(*(one.keys for one in read[at : at + length]))
                found.append(replace(read[at], keys=keys, name=False, party=alias.keys))
            else:
                found.append(self._personal(read[at]))
            at += length
        return found

    def _named(self, read: Sequence[Unit], at: int) -> tuple[Alias | None, int]:
        """Whose name begins here, and how many units it has with what belongs to it."""
        best: tuple[Alias | None, int] = (None, 1)
        if read[at].text in _SUFFIXES:
            return best
        longest = 0
        for alias in self.aliases:
            if not read[at].name and not alias.defined:
                continue
            length = _length(alias, read, at)
            if length > longest:
                longest = length
                best = alias, _with_suffixes(read, at + length) - at
        return best

    def _personal(self, unit: Unit) -> Unit:
        if unit.text in _FIRST_WORDS:
            return replace(unit, keys=frozenset({FIRST}), party=frozenset({FIRST}))
        if unit.text in _SECOND_WORDS:
            return replace(unit, keys=frozenset({SECOND}), party=frozenset({SECOND}))
        word = _singular(unit.text)
        known = set()
        if self.second and word in _OF_SECOND:
            known.add(SECOND)
        if self.first and (word in _OF_FIRST or not self.named_first.isdisjoint(unit.keys)):
            known.add(FIRST)
        if not known and word not in ROLES and word not in self.roles:
            return unit
        alike = {key for key in unit.keys if key.startswith("#")}
        return replace(unit, keys=unit.keys | known, party=frozenset({word, *alike, *known}))


def cast(text: str, labels: str) -> Cast:
    """Who is who in a passage, by itself and by what its document is called."""
    titles, told = labels[:LONGEST], text[:LONGEST]
    found = [one for one in _aliases(titles, told) if one.words and one.keys]
    words = {word.lower() for word in _LETTERS.findall(text)}
    names = [] if found else [unit for unit in units(titles) if unit.name][:_MOST_NAMED]
    return Cast(
        tuple(found),
        first=not words.isdisjoint(_FIRST_WORDS),
        second=not words.isdisjoint(_SECOND_WORDS),
        named_first=frozenset(key for unit in names for key in unit.keys),
        our_client="our client" in text.lower(),
        roles=frozenset((one[1] or one[2]).lower() for one in _ACTS.finditer(told)),
    )


def _aliases(titles: str, told: str) -> Iterator[Alias]:
    for pattern in _CALLED:
        for match in pattern.finditer(f"{titles}\n{told}"):
            named = _alias(match["name"], _known_as(match["role"]))
            yield named
            if named.words and named.words[-1] in ROLES:  # “the hospital”
                yield Alias(named.words[-1:], named.keys, defined=True)
    if "," in titles:
        for match in _TITLED.finditer(_BEHIND_DASH.sub("", titles)):
            yield _alias(match["name"], _known_as(match["role"]))
    for match in _LETTER.finditer(titles):
        yield _alias(match["first"], frozenset({FIRST}))
        yield _alias(match["second"], frozenset({SECOND}))
    for match in _TWO_WORDS.finditer(told):
        keys = _known_as(match[1].split()[0]) | {match[1].lower()}
        yield replace(_alias(match[1], keys), defined=True)
    for match in _CAPTION.finditer(titles):
        yield _alias(match["first"], _known_as("Plaintiff Claimant"))
        yield _alias(match["second"], _known_as("Defendant Respondent"))


def _alias(name: str, keys: frozenset[str]) -> Alias:
    words = [unit.text.lower() for unit in units(name) if unit.text[:1].isalnum()]
    while words and words[-1] in _SUFFIXES:
        words.pop()
    while words and words[0] in _SUFFIXES:
        words.pop(0)
    return Alias(tuple(words), keys)


def _known_as(role: str) -> frozenset[str]:
    return frozenset(key for unit in units(role) for key in (unit.text, *unit.keys))


def _length(alias: Alias, read: Sequence[Unit], at: int) -> int:
    """How many units from here on are its first words, or its last."""
    words = alias.words
    for start in range(len(words)):
        length = 0
        while at + length < len(read) and words[start + length : start + length + 1] == (
            _bare(read[at + length].text),
        ):
            length += 1
        if length and (start == 0 or start + length == len(words)):
            return length
    return 0


def _with_suffixes(read: Sequence[Unit], at: int) -> int:
    """Past “, Inc.” and “Limited”."""
    while at < len(read):
        comma = read[at].text == "," and at + 1 < len(read)
        following = read[at + comma]
        if not following.name or following.text not in _SUFFIXES:
            break
        at += 1 + comma
        at += at + 1 < len(read) and read[at].text == "."
    return at


def _bare(word: str) -> str:
    return word.removesuffix("'s").removesuffix("’s").removesuffix("'")


def _singular(word: str) -> str:
    bare = _bare(word)
    return bare[:-1] if bare.endswith("s") and not bare.endswith("ss") else bare
