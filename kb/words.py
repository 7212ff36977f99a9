"""Text to search terms: the same for what is stored and for what is asked.

English words are stemmed (Porter2, by snowballstemmer), accents fall away,
numbers lose their thousands separators, and Chinese, Japanese and Korean runs become overlapping
pairs of characters, since they are written without spaces.
"""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

STOPWORDS = frozenset(
    "a about above after again against all also am an and any are as at be because been before "
    "being below between both but by can could did do does doing down during each few for from "
    "further get give had has have having he her here hers him his how i if in into is it its "
    "itself just let me more most my no nor not now of off on once one only or other our out over "
    "own please same say says shall she should so some such tell than that the their theirs them "
    "then there these they this those through to too under until up us very was we were what when "
    "where whether which while who whom whose why will with would you your there's what's".split()
)

_NUMBER = r"\d+(?:[.,]\d+)*"
_CJK = r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+"
_TOKEN = re.compile(rf"{_CJK}|{_NUMBER}|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\W_]+")
_NAME = re.compile(r"(?<=[\w,;:’'\"“(] )[A-Z][\w’'&.-]*|\b[A-Z]{2,}\b|\w*\d[\w.,]*")
_IS_CJK = re.compile(_CJK)
_stemmer = snowballstemmer.stemmer("english")


def terms(text: str) -> list[str]:
    """The search terms of `text` in order, stop words included."""
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        word = match.group(0)
        if _IS_CJK.match(word):
            found.extend(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        else:
            found.append(_term(word))
    return found


def content_terms(text: str) -> list[str]:
    """The terms of `text` that carry meaning: no stop words."""
    words = (match.group(0) for match in _TOKEN.finditer(text) if not is_stop(match.group(0)))
    return [term for word in words for term in terms(word)]


def named_terms(text: str) -> frozenset[str]:
    """Content terms written as names or figures: a capital letter inside a sentence, a digit."""
    named = {term for name in _NAME.findall(text) for term in terms(name)}
    return frozenset(named.intersection(content_terms(text)))


def without_names(text: str) -> str:
    """The bare question: `text` less what is written as a name or figure."""
    return " ".join(_NAME.sub(" ", text).split())


def is_stop(word: str) -> bool:
    return word.casefold().replace("’", "'") in STOPWORDS


@lru_cache(maxsize=200_000)
def _term(word: str) -> str:
    spelled = unicodedata.normalize("NFKD", word.casefold().replace("’", "'"))
    word = "".join(letter for letter in spelled if not unicodedata.combining(letter))
    if word[0].isdigit():
        return word.replace(",", "")
    word = word.removesuffix("'s").replace("'", "")
    return str(_stemmer.stemWord(word)) if word.isascii() else word
