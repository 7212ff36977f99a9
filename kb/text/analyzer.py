"""Text to search terms: the same for what is stored and for what is asked.

A word's term does not depend on its language: accents fall away, what looks like English is
stemmed as English (Porter2), numbers lose their thousands separators. Scripts that are written
without spaces become overlapping pairs of characters. What a language adds to that, its own stem
and the parts of its compounds, are terms beside it (`indexed`), and a query looks for both
(`sought`), so that a query needs to know no document's language.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from kb.text import languages
from kb.text.divided import divides, has_breaks
from kb.text.languages import (
    COMPOUNDING,
    ELIDING,
    FUNCTION_WORDS,
    stem,
    stemmed_languages,
    stemmers_for,
    written_in,
)
from kb.text.raised import POWER, SUPERSCRIPTS

STOPWORDS = frozenset(
    "a about above after again against all also am an and any are as at be because been before "
    "being below between both but by can could did do does doing down during each few for from "
    "further get give had has have having he her here hers him his how i if in into is it its "
    "itself just let me more most my no nor not now of off on once one only or other our out over "
    "own please same say says shall she should so some such tell than that the their theirs them "
    "then there these they this those through to too under until up us very was we were what when "
    "where whether which while who whom whose why will with would you your there's what's".split()
)
VERSION = "3"
"""Grows when the terms of a text change, so that a store knows that its words are older."""
_LONGEST = 60
"""Letters of a word that is put together of its pieces, but for the last piece."""
LEAST_PART = 5
LEAST_REST = 3
"""Letters of a compound's part that is looked for, and of what it leaves (docs/languages.md)."""


def _class(*ranges: tuple[int, int]) -> str:
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


_MARKS = "".join(
    re.escape(chr(code))
    for code in range(0x300, 0xFE30)
    if unicodedata.category(chr(code))[0] == "M"
)
_PAIRED = _class(
    (0xE00, 0xE4F), (0xE5A, 0xECF), (0xEDA, 0xEFF), (0x1000, 0x103F), (0x104A, 0x108F),
    (0x109A, 0x109F), (0x1780, 0x17DF), (0x17EA, 0x17FF), (0x3005, 0x3007), (0x3040, 0x30FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F),
    (0x20000, 0x3FFFF),
)  # fmt: skip
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese, Korean, without their digits."""
_LETTER = rf"[^\W\d_{_PAIRED}{SUPERSCRIPTS}]"
_WORD = rf"{_LETTER}(?:{_LETTER}|[{_MARKS}])*"
_PLAIN = rf"[^\W_{_PAIRED}{SUPERSCRIPTS}]"
_NUMBER = r"\d{1,3}(?:['’]\d{3})+(?:[.,]\d+)*|\d+(?:[.,]\d+)*"
_SPACED = rf"{_NUMBER}|{POWER}|{_WORD}(?:['’]{_WORD})*|{_PLAIN}+"
_TOKEN = re.compile(rf"(?P<run>[{_PAIRED}]+)|{_SPACED}")
_TOKEN_SPACED = re.compile(_SPACED)
"""For texts without such runs, as most are: a third of the time."""
_RUN = re.compile(f"[{_PAIRED}]")
_CHARACTER = re.compile(rf".[{_MARKS}]*")
_CAPITALISED = r"(?<=[\w,;:’'\"“(] )[A-Z][\w’'&.-]*"
_INNER_CAPITAL = rf"\b{_PLAIN}*[a-z][A-Z]{_PLAIN}*"  # iPayment, McDonald
_FIGURE = rf"\b[A-Z]{{2,}}\b|{_INNER_CAPITAL}|{_PLAIN}*\d(?:{_PLAIN}|[.,])*"
_NAME = re.compile(f"{_CAPITALISED}|{_FIGURE}")
_NAME_AMONG_NOUNS = re.compile(_FIGURE)
_CONTINENTAL = re.compile(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d{1,3}(?:\.\d{3})+,\d+")


@dataclass(frozen=True, slots=True)
class Forms:
    """The terms by which documents hold a word of a query.

    `same`: the word itself, by the stemmer of any language. `near`: a compound that
    it is a part of, or a part of the compound that it is, or a character of it.
    """

    same: frozenset[str]
    near: frozenset[str] = frozenset()


def terms(text: str) -> list[str]:
    """The search terms of `text` in order, stop words included.

    Behind all others those of words that are divided at the end of a line, as whole ones.
    """
    whole = [_term(word) for word, _, _ in _whole(text)]
    if not _RUN.search(text):
        return [_term(word) for word in _TOKEN_SPACED.findall(text)] + whole
    return [term for word, paired in _tokens(text) for term in _terms_of(word, paired)] + whole


def content_terms(text: str) -> list[str]:
    """The terms of `text` that carry meaning: no stop words of the language that it shows."""
    return [term for term, _, _ in placed_content_terms(text)]


def placed_content_terms(text: str) -> list[tuple[str, int, int]]:
    """The same, each with where it begins and ends in `text`."""
    stops = FUNCTION_WORDS.get(language_of(text), STOPWORDS)
    found = [
        (term, start + first, start + last)
        for start, word, paired in _placed(text)
        if not _stopped(word, stops)
        for term, first, last in _placed_terms(word, paired)
    ]
    whole = [(_term(word), at, end) for word, at, end in _whole(text) if not _stopped(word, stops)]
    return sorted([*whole, *found], key=lambda one: one[1]) if whole else found


def indexed(text: str, language: str) -> list[str]:
    """What a text in this language is found by beside its `terms`.

    The stems of its words and the parts of its compounds, each after the language's
    code, where that has a stemmer of its own; without a language, by the one that the
    text shows. Each character of a run without spaces.
    """
    code = language or language_of(text)
    if code not in stemmed_languages() and not _RUN.search(text):
        return []
    found: list[str] = []
    for word, paired in _tokens(text):
        if paired:
            found.extend(f".{one}" for one in _characters(word))
        elif code in stemmed_languages() and word[0].isalpha():
            found.extend(_of_language(word, code))
    if code in stemmed_languages():
        found.extend(stem for word, _, _ in _whole(text) for stem in _of_language(word, code))
    return found


def sought(query: str, wanted: Iterable[str]) -> dict[str, Forms]:
    """For each of these terms of `query`: the terms by which documents hold it.

    The stems are those of the language that the query shows; of all that are
    written in its letters where it shows none.
    """
    code, asked = language_of(query), frozenset(wanted)
    same = {term: {term} for term in asked}
    near: dict[str, set[str]] = {term: set() for term in asked}
    for word, paired in _tokens(query):
        for term in asked.intersection(_terms_of(word, paired)):
            if paired:
                characters = [f".{one}" for one in _characters(term)]
                (same if len(characters) == 1 else near)[term].update(characters)
                continue
            if not word[0].isalpha():
                continue
            for language in stemmers_for(word) if code in ("", *stemmed_languages()) else ():
                if code in ("", language):
                    same[term].add(_stemmed(word, language))
                    near[term].update(_around(word, language))
    return {term: Forms(frozenset(same[term]), frozenset(near[term])) for term in sorted(asked)}


def named_terms(text: str) -> frozenset[str]:
    """Content terms written as names or figures: a digit, a capital inside a sentence or word.

    In German every noun has a capital letter, so there it says nothing.
    """
    named = {term for name in _names(text).findall(text) for term in terms(name)}
    return frozenset(named.intersection(content_terms(text)))


def without_names(text: str) -> str:
    """The bare question: `text` less what is written as a name or figure."""
    return " ".join(_names(text).sub(" ", text).split())


def language_of(text: str) -> str:
    """The language that a query or passage shows by its function words, "" where it shows none."""
    return written_in(text, STOPWORDS)


def plainly_english(text: str) -> bool:
    """Whether its function words leave no doubt that it is English."""
    return languages.plainly_english(text, STOPWORDS)


def _names(text: str) -> re.Pattern[str]:
    return _NAME_AMONG_NOUNS if language_of(text) == "de" else _NAME


def _stopped(word: str, stops: frozenset[str]) -> bool:
    return word.casefold().replace("’", "'") in stops


def _tokens(text: str) -> Iterator[tuple[str, bool]]:
    """Words, numbers and runs without spaces; whether it is such a run."""
    yield from ((word, paired) for _, word, paired in _placed(text))


def _placed(text: str) -> Iterator[tuple[int, str, bool]]:
    for match in _TOKEN.finditer(text):
        yield match.start(), match.group(0), match.lastgroup == "run"


def _whole(text: str) -> Iterator[tuple[str, int, int]]:
    """Words that are divided at the end of a line, as one, each with where it stands."""
    if not has_breaks(text):
        return
    begin, end, written = 0, 0, ""
    for match in _TOKEN_SPACED.finditer(text):
        if 0 < len(written) < _LONGEST and divides(text, end, match.start()):
            written, end = written + match.group(), match.end()
            continue
        if end - begin > len(written):
            yield written, begin, end
        written, (begin, end) = match.group(), match.span()
    if end - begin > len(written):
        yield written, begin, end


def _terms_of(word: str, paired: bool) -> list[str]:
    if not paired:
        return [_term(word)]
    characters = _characters(word)
    if len(characters) == 1:
        return characters
    return [a + b for a, b in pairwise(characters)]


def _placed_terms(word: str, paired: bool) -> list[tuple[str, int, int]]:
    """The terms of a token with their places in it; of a run's pairs, those of their letters."""
    found = _terms_of(word, paired)
    letters = [match.span() for match in _CHARACTER.finditer(word)] if paired else []
    if len(letters) != len(found) + 1:
        return [(term, 0, len(word)) for term in found]
    places = pairwise(letters)
    return [(term, a[0], b[1]) for term, (a, b) in zip(found, places, strict=True)]


def _characters(run: str) -> list[str]:
    """Letters with the marks on them."""
    return _CHARACTER.findall(unicodedata.normalize("NFKC", run))


@lru_cache(maxsize=200_000)
def _term(word: str) -> str:
    if word[0].isdigit():
        if _CONTINENTAL.fullmatch(word):
            return word.replace(".", "").replace(",", ".")
        return re.sub("[,'’]", "", _folded(word))
    return stem(bare, "en") if (bare := _bare(_folded(word))).isascii() else bare


def _of_language(word: str, code: str) -> Iterator[str]:
    yield (stemmed := _stemmed(word, code))
    yield from (f"{code}..{part}" for part in _parts(stemmed.partition(".")[2], code))


def _around(word: str, code: str) -> Iterator[str]:
    """Compounds with this word at an end, and the words at the ends of this one."""
    bare = _stemmed(word, code).partition(".")[2]
    if code in COMPOUNDING and len(bare) >= LEAST_PART:
        yield f"{code}..{bare}"
    yield from (f"{code}.{part}" for part in _parts(bare, code))


def _parts(word: str, code: str) -> list[str]:
    """Every beginning and end of a word that a word of its own can be."""
    if code not in COMPOUNDING:
        return []
    starts = [word[:cut] for cut in range(LEAST_PART, len(word) - LEAST_REST + 1)]
    return starts + [word[cut:] for cut in range(LEAST_REST, len(word) - LEAST_PART + 1)]


def _stemmed(word: str, code: str) -> str:
    spelled = word.casefold().replace("’", "'")
    if code in ELIDING:
        spelled = spelled.rpartition("'")[2]
    return f"{code}.{_folded(stem(_bare(spelled), code))}"


def _bare(word: str) -> str:
    return word.replace("’", "'").removesuffix("'s").replace("'", "")


def _folded(word: str) -> str:
    """In small letters and without accents; what is no accent, such as a vowel sign, stays."""
    spelled = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in spelled if not unicodedata.combining(letter))
