"""What is known of single languages: their stemmers, their function words, which compound.

The stemmers are Snowball's (snowballstemmer). A stemmer is kept for each language that
`ingest.facts.language` can name and Snowball knows; English is every word's own
(`kb.text.analyzer`).
"""

import re
import threading
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from typing import Any

import snowballstemmer

STEMMERS = {
    "LATIN": dict(
        pair.split(":")
        for pair in (
            "ca:catalan cs:czech da:danish de:german es:spanish et:estonian fi:finnish fr:french "
            "hu:hungarian id:indonesian it:italian lt:lithuanian nl:dutch no:norwegian pl:polish "
            "pt:portuguese ro:romanian sv:swedish tr:turkish"
        ).split()
    ),
    "CYRILLIC": {"ru": "russian"},
    "GREEK": {"el": "greek"},
    "ARABIC": {"ar": "arabic", "fa": "persian"},
    "DEVANAGARI": {"hi": "hindi", "ne": "nepali"},
    "TAMIL": {"ta": "tamil"},
}
"""Snowball's name of each language by ISO 639-1 code, by the script that it is written in."""

COMPOUNDING = frozenset({"da", "de", "nl", "no", "sv"})
"""Languages that write a compound as one word."""

ELIDING = frozenset({"ca", "fr", "it"})
"""Languages in which an article joins its word by an apostrophe: l’avocat."""

FUNCTION_WORDS = {
    code: frozenset(words.split())
    for code, words in {
        "da": "af alle blev de den denne der deres det dette efter eller en er et fra for har have "
        "havde hvad hvem hvilken hvilket hvilke hvor hvordan hvornår hvorfor i ikke ind med "
        "mellem mod når og også om over på sig sin skal som til ud under var ved vil være",
        "de": "aber alle als am an auch auf aus bei beim bin bis da dann das dass dem den denen "
        "der "
        "deren des dessen die dies diese diesem diesen dieser dieses durch ein eine einem "
        "einen einer eines er es für gegen hat hatte hatten haben ihr ihre ihrem ihren ihrer "
        "im in ist kann kein keine mit nach nicht noch nur oder ohne sein seine seinem seinen "
        "seiner sich sie sind so über um und unter vom von vor war waren wann warum was "
        "welche welchem welchen welcher welches wem wen wenn wer werden wie wird wo worden "
        "wurde wurden zu zum zur zwischen",
        "es": "a al algún alguna como con cual cuál cuáles cuando cuándo cuánta cuántas cuánto "
        "cuántos cómo de del desde donde dónde durante e el ella ellos en entre era eran es "
        "esa ese esta está están este estos fue fueron ha haber han hasta hay la las le les "
        "lo los más muy ni no o para pero por porque qué que quién quiénes se según ser si "
        "sin sobre son su sus también tiene tienen tuvo un una uno unos y ya",
        "fr": "à au aucun aucune aussi aux avec avait ce ces cet cette comme comment dans de des "
        "du "
        "elle elles en entre est et était étaient été eu il ils la le les leur leurs lors "
        "lorsque mais ne ni nous on ont ou où par pas pour pourquoi quand que quel quelle "
        "quelles quels qui quoi sa sans se selon ses si son sont sur tous tout toute toutes "
        "un une vous",
        "it": "a agli ai al alla alle anche che chi ci come con cosa cui da dagli dai dal dalla "
        "dalle degli dei del della delle di dove e è ed era erano fra gli ha hanno i il in la "
        "le lo ma nei nel nella nelle non o per perché più qual quale quali quando quanti "
        "quanto quella quello questa questo se si sono sua sue sugli sui sul sulla sulle suo "
        "tra un una uno",
        "nl": "aan al als bij dan dat de deze die dit door een en er geen had hebben heeft het hij "
        "hoe hoeveel hun in is kan maar met na naar niet nog of om onder ook op over te tegen "
        "tot tussen uit van voor waar waarom wanneer waren was wat welk welke werd werden wie "
        "worden wordt zich zij zijn zonder",
        "no": "alle av ble blir da de den denne der deres det dette eller en er et etter for fra "
        "før ha hadde han har hva hvem hvilken hvilke hvilket hvor hvordan hvorfor i ikke inn "
        "med mellom mot når og også om opp over på seg sin skal som til under ut var ved vil "
        "være",
        "pt": "a ao aos as às com como da das de dela dele do dos e é ela eles em entre era eram "
        "essa esse esta está este foi foram há isso isto já mais mas na nas não nem no nos o "
        "onde os ou para pela pelas pelo pelos por porque qual quais quando quantos quanto "
        "que quem são se sem ser seu seus sobre sua suas também tem têm um uma",
        "sv": "alla att av blev de den denna det detta där efter eller en ett för från ha hade han "
        "har hur i in inte med mellan mot när och också om på sig sin ska som till under ut "
        "vad var varför vem vid vilka vilken vilket är över",
    }.items()
}
"""Words without meaning of their own, as they are written, in small letters."""

_WORD = re.compile(r"[^\W\d_]+")
_LEAST_HITS = 2
_PLAIN_SHARE = 0.25
_PLAIN_TIMES = 3
_made = threading.local()


def written_in(text: str, english: frozenset[str]) -> str:
    """The language of which `text` shows most function words, or "".

    `english` are those of English. Two languages that show equally many are no
    answer. For queries and passages: it takes microseconds, and a language that
    has no list above is not told.
    """
    [(best, most), (_, second)], _ = _shown(text, english)
    return best if most >= _LEAST_HITS and most > second else ""


def plainly_english(text: str, english: frozenset[str]) -> bool:
    """Whether so many words are English function words that it can be no other language."""
    [(best, most), (_, second)], words = _shown(text, english)
    return best == "en" and most >= _PLAIN_SHARE * words and most >= _PLAIN_TIMES * second


def _shown(text: str, english: frozenset[str]) -> tuple[list[tuple[str, int]], int]:
    """The two languages of which most function words stand in a text, and how many words it has."""
    words = [word.casefold() for word in _WORD.findall(text)]
    hits = Counter({"en": sum(word in english for word in words)})
    hits.update({code: sum(w in listed for w in words) for code, listed in FUNCTION_WORDS.items()})
    return hits.most_common(2), len(words)


@lru_cache(maxsize=400_000)
def stem(word: str, code: str) -> str:
    """The stem of a word in small letters, as Snowball gives it for this language, "en" too."""
    return str(_stemmer(code).stemWord(unicodedata.normalize("NFC", word)))


def stemmers_for(word: str) -> tuple[str, ...]:
    """The languages that a word in these letters can be of, of those with a stemmer."""
    return tuple(STEMMERS.get(script(word[0]), ()))


@cache
def stemmed_languages() -> frozenset[str]:
    """Every language with a stemmer of its own, by ISO 639-1 code."""
    return frozenset(code for codes in STEMMERS.values() for code in codes)


@lru_cache(maxsize=4096)
def script(letter: str) -> str:
    """LATIN, CYRILLIC, CJK …: the first word of the letter's name in Unicode."""
    return unicodedata.name(letter, "").partition(" ")[0]


def _stemmer(code: str) -> Any:
    """One for each thread: a stemmer holds the word that it works on."""
    made: dict[str, Any] = _made.__dict__
    if code not in made:
        names = {known: name for codes in STEMMERS.values() for known, name in codes.items()}
        made[code] = snowballstemmer.stemmer(names.get(code, "english"))
    return made[code]
