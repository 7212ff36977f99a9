"""What a query says without a model: which documents it means, and what it asks of them.

"Consider the lease between A and B; who pays the rent?" names documents in a clause
of its own. Where a query has no such clause, what is written as a name, a figure or
in quotation marks may name one, and the rest is what is asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.domain import DocumentId
from kb.text.analyzer import content_terms, language_of, named_terms, terms, without_names

_LEAD = (
    r"(?:please\s+)?(?:consider(?:ing)?|regarding|concerning|re|about|under|pursuant to|"
    r"according to|based on|with (?:respect|regard|reference) to|in (?:relation|respect) (?:to|of)|"
    r"as (?:to|for|regards)|in|from|per|for|on|within|given|looking at)\b"
)
_ASKS = (
    r"(?:(?:to|for|with|by|from|of|in|on|under|at)\s+)?(?:what|which|who|whom|whose|when|where|why|"
    r"how|is|are|was|were|does|do|did|can|could|may|might|must|shall|should|will|would|has|have|"
    r"had|find|list|show|tell|summari[sz]e|identify)\b"
)
_STOPPED = re.compile(rf"\s*({_LEAD}.+?)\s*[;:\u2014]\s+(\S.*)", re.IGNORECASE | re.DOTALL)
_ASIDE = re.compile(
    rf"\s*({_LEAD}.+?)\s*[,;:\u2013\u2014-]\s+({_ASKS}.*)", re.IGNORECASE | re.DOTALL
)
_FIRST = re.compile(rf"\s*{_LEAD}\s*", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{2,80})[\"”“»]")
_CAPITALS = re.compile(r"[A-Z][\w&’'.-]*(?:,? (?:(?:of|and|for|the|&) )?[A-Z][\w&’'.-]*)+")
_ONE_NAME = r"(?:\[\*\]|(?!I\b)[A-Z][\w’'&./()-]*|\w*\d[\w.,]*)"
_JOINT = r"(?:between|and|of|by|with|dated|for|the|&|from|to|d/b/a|in|on|as|,)"
_BEFORE = r"(?:\b(?:in|under|of|by|with|from|to|for|between|and|the|a|an|per|on)\s+)*"
_NAMED = re.compile(
    rf"(?:\(\s*)?{_BEFORE}(?<![.?!:;] )(?<!^){_ONE_NAME}"
    rf"(?:[\s,]+(?:{_JOINT}\s+)*{_ONE_NAME})*\s*\)?"
)
"""Names in a row: “under the Supply Agreement between Acme, Inc. and Birch Ltd”."""
_IN_PLACE = "Document1"
"""What stands for a document's name while the rest of a query is taken apart."""
_POINTED = re.compile(
    rf"[(\[]?\s*(?:\b(?:(?:I|we) mean|this (?:is|concerns)|see)\b)?\s*{_BEFORE}[\"“‘']?{_IN_PLACE}"
    rf"[\"”’']?(?:[\s,/&]+(?:(?:and|or|vs?\.?|versus|with|to)\s+)?{_BEFORE}{_IN_PLACE})*\s*[)\]]?",
    re.IGNORECASE,
)
_UNCLOSED = re.compile(r"\s*\([^)]*$")
_EMPTY = re.compile(r"^[\s,;:.–—-]+|[\s,;:–—-]+$|(?<=[?!])\s*\.|\s+(?=[?.!])")
_LEAST_ASKED = 2
"""Content words that what is asked has at least; with fewer the clause before it asks too."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A query taken apart.

    `names` are its terms that are written as names or figures. `naming` are terms that can tell
    which documents are meant; `initials` are those of
    names of several words (Boston Consulting Group: bcg). `bare` is what is asked.
    `led`: a clause of the query's own says which documents are meant, or their whole names do:
    `documents`, none where no document is called by its name.
    """

    text: str
    bare: str
    names: frozenset[str]
    naming: frozenset[str]
    initials: frozenset[str]
    led: bool
    documents: frozenset[DocumentId] = frozenset()

    @property
    def words(self) -> list[str]:
        """The terms of the whole query, stop words only where there is nothing else."""
        return content_terms(self.text) or terms(self.text)

    @property
    def rest(self) -> str:
        """What is asked without the names in it and what joins them to the rest."""
        if self.led or language_of(self.text) == "de":  # there a capital tells a noun
            return self.bare
        rest = " ".join(_NAMED.sub(" ", self.text).split())
        rest = _UNCLOSED.sub("", rest)
        return rest if content_terms(rest) else self.bare

    @property
    def asked(self) -> list[str]:
        """The terms of what is asked."""
        plain = content_terms(self.bare)
        if not self.led:
            plain = [term for term in plain if term not in self.naming]
        return plain or self.words


def understand(query: str) -> Understood:
    """Take a query apart by its form alone."""
    names = named_terms(query)
    told = _STOPPED.fullmatch(query) or _ASIDE.fullmatch(query)
    if told and len(content_terms(told[2])) >= _LEAST_ASKED and _names(told[1]):
        named = told[1][len(_matched(_FIRST, told[1])) :]
        naming = frozenset(content_terms(named))
        return Understood(query, told[2].strip(), names, naming, _initials(named), True)
    quoted = {term for phrase in _QUOTED.findall(query) for term in content_terms(phrase)}
    naming = names | quoted
    bare = without_names(query) or query
    return Understood(query, bare, names, naming, _initials(query), False)


def less_names(query: str, spans: Sequence[tuple[int, int]]) -> str:
    """What a query asks without the names of documents at these places, and what leads to them."""
    pieces, begin = [], 0
    for start, end in spans:
        pieces.append(query[begin:start])
        begin = end
    told = understand(_IN_PLACE.join([*pieces, query[begin:]]))
    rest = _POINTED.sub(" ", told.bare if told.led else told.text)
    return _EMPTY.sub("", " ".join(rest.split()))


def _names(clause: str) -> bool:
    """Whether a clause has a name, a figure or quoted words: else it is any adverbial."""
    return bool(named_terms(clause) or _QUOTED.search(clause))


def _matched(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.match(text)
    return found[0] if found else ""


def _initials(text: str) -> frozenset[str]:
    found: set[str] = set()
    for name in _CAPITALS.findall(text):
        letters = [word[0].lower() for word in re.split(r"[\s,]+", name) if word[:1].isupper()]
        found.update("".join(letters[:length]) for length in range(2, len(letters) + 1))
    return frozenset(found)
