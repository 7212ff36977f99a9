"""Which documents a text calls by their names: kept by matter until something changes there."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.domain import SEARCHABLE, DocumentId, MatterId, Scope
from kb.store.database import Database
from kb.text.analyzer import STOPWORDS
from kb.text.designation import name_terms, placed_name_terms

Name = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Called:
    """`file`: the file's name in small letters, empty where it is so called by its title.
    `current` as in `Document`."""

    name: Name
    document: DocumentId
    file: str
    current: bool


_ByFirst = Mapping[str, Sequence[_Called]]
"""Names by their first terms."""

_SITES = frozenset("com org net edu gov io info biz co".split())
"""What ends the name of a site, and is often left out."""
LONGEST = 24
"""Terms of a name; a longer one is a sentence."""


@dataclass(frozen=True, slots=True)
class Designation:
    """A stretch of a text, by characters, that is the whole name of each of these documents."""

    start: int
    end: int
    terms: Name
    documents: frozenset[DocumentId]


class Designations:
    """Safe to share between threads: what is kept of a matter is replaced whole."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._kept: dict[MatterId, tuple[int, _ByFirst]] = {}

    def inside(self, text: str, scope: Scope) -> list[Designation]:
        """The names of documents in this text, in any spelling, in its order.

        Where names overlap the longest counts. A name is a file's, with or without its ending, a
        title of several words, or a site's with or without www and com.
        """
        words = list(placed_name_terms(text))
        found: dict[tuple[int, int], list[_Called]] = {}
        for called in self._matters(scope):
            for at, (term, _, _) in enumerate(words):
                for one in called.get(term, ()):
                    last = at + len(one.name)
                    seen = one.document not in scope.walled and (one.current or scope.superseded)
                    if seen and tuple(word[0] for word in words[at:last]) == one.name:
                        found.setdefault((at, last), []).append(one)
        longest = [span for span in found if not any(_covers(other, span) for other in found)]
        return [
            _designation(text, words[first:last], found[first, last])
            for first, last in sorted(longest)
        ]

    def _matters(self, scope: Scope) -> Iterator[_ByFirst]:
        rows = self._db.rows(
            "SELECT id, generation FROM matter WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(scope.matters)),),
        )
        for row in rows:
            matter, generation = MatterId(row[0]), int(row[1])
            kept = self._kept.get(matter)
            if kept is None or kept[0] != generation:
                kept = generation, self._read(matter)
                self._kept[matter] = kept
            yield kept[1]

    def _read(self, matter: MatterId) -> _ByFirst:
        rows = self._db.rows(
            "SELECT d.id, d.name, d.title, d.current FROM document d "
            "WHERE d.matter_id = ? AND d.status IN (?, ?) ORDER BY d.seq",
            (matter, *SEARCHABLE),
        )
        found: dict[str, list[_Called]] = {}
        for known, name, title, current in rows:
            of_file = _of_file(name)
            for one in of_file | _of_title(title):
                file = name.casefold() if one in of_file else ""
                called = _Called(one, DocumentId(known), file, bool(current))
                found.setdefault(one[0], []).append(called)
        return found


def _designation(
    text: str, words: Sequence[tuple[str, int, int]], found: Sequence[_Called]
) -> Designation:
    """Of one stretch.

    What is written without a space is a file's name where one is so called, and of files that
    one alone which is spelled so.
    """
    start, end = words[0][1], words[-1][2]
    written = text[start:end].casefold()
    files = [one for one in found if one.file]
    spelled = [one for one in files if written in (one.file, one.file.rpartition(".")[0])]
    meant = spelled or (files if files and not any(map(str.isspace, written)) else found)
    terms = tuple(word[0] for word in words)
    return Designation(start, end, terms, frozenset(one.document for one in meant))


def _covers(other: tuple[int, int], span: tuple[int, int]) -> bool:
    """Whether `other` begins before or with it, ends after or with it, and is longer."""
    return other != span and other[0] <= span[0] and span[1] <= other[1]


@lru_cache(maxsize=200_000)
def _of_file(name: str) -> frozenset[Name]:
    stem, _, ending = name.rpartition(".")
    bare = tuple(name_terms(stem or name))
    return _telling({bare, (*bare, *name_terms(ending)), *_sites(bare)})


@lru_cache(maxsize=200_000)
def _of_title(title: str) -> frozenset[Name]:
    """Of several words; one alone calls nothing."""
    bare = tuple(name_terms(title))
    return _telling({bare, *_sites(bare)}) if len(bare) > 1 else frozenset()


def _telling(names: Iterable[Name]) -> frozenset[Name]:
    """Those that are more than function words and no sentences."""
    return frozenset(
        one for one in names if 0 < len(one) <= LONGEST and not STOPWORDS.issuperset(one)
    )


def _sites(name: Name) -> Iterator[Name]:
    """A site's name without what most sites have in common."""
    bare = name[1:] if name[:1] == ("www",) else name
    if bare != name:
        yield bare
    if len(bare) > 1 and bare[-1] in _SITES:
        yield bare[:-1]
