"""The language a document is written in; the only importer of langdetect.

Scripts that one language has to itself are told by their letters, plain English by its
function words; the rest is left to langdetect, seeded, since it draws at random, and only
where it is sure. It takes some 50 milliseconds a sample.
"""

import re
import threading
from collections import Counter
from functools import cache
from unicodedata import name

from langdetect import DetectorFactory, LangDetectException
from langdetect.detector_factory import PROFILES_DIRECTORY

from kb.text.analyzer import plainly_english

_FEWEST_LETTERS = 120  # of less, langdetect is often wrong and as sure as ever
_FEWEST_OF_SCRIPT = 20
_SURE = 0.95
_SCRIPTS = {
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "GREEK": "el",
    "HEBREW": "he",
    "THAI": "th",
    "ARABIC": "ar",
    "CYRILLIC": "ru",
}
_OTHERS = {  # letters by which a script's lesser languages differ from its greatest
    "ar": re.compile("[\u067e\u0686\u0698\u06a9\u06af\u0679\u06d2\u06cc]"),
    "ru": re.compile("[іїєґўјљњћђџѓќѕүұқғңөәһ]", re.IGNORECASE),
}
_loading = threading.Lock()
_NO_WORD = re.compile(r"\S*[\d@/\\_]\S*")


def language(*samples: str) -> str:
    """The ISO 639-1 code of the language that all samples are in, or "".

    A sample too short to tell has no say; where two disagree there is no one language.
    """
    found = {code for sample in samples if (code := _of(_NO_WORD.sub(" ", sample)))}
    return found.pop() if len(found) == 1 else ""


def _of(sample: str) -> str:
    letters = [letter for letter in sample if letter.isalpha()]
    scripts = Counter(_script(letter) for letter in letters)
    (script, count), *_ = [*scripts.most_common(1), ("", 0)]
    if script == "CJK" and scripts["HIRAGANA"] + scripts["KATAKANA"] > 0.1 * count:
        script, count = "HIRAGANA", count + scripts["HIRAGANA"] + scripts["KATAKANA"]
    code = _SCRIPTS.get(script, "")
    if code:
        if count < _FEWEST_OF_SCRIPT or count < 0.5 * len(letters):
            return ""
        if code not in _OTHERS or not _OTHERS[code].search(sample):
            return code
    if len(letters) < _FEWEST_LETTERS:
        return ""
    return "en" if plainly_english(sample) else _detected(sample)


@cache
def _script(letter: str) -> str:
    return name(letter, "").partition(" ")[0]


def _detected(sample: str) -> str:
    with _loading:  # or two threads that begin together load the profiles twice
        detector = _detectors().create()
    detector.append(sample.lower())  # it passes over words in capitals
    try:
        best = detector.get_probabilities()[:1]
    except LangDetectException:  # no letter sequence that it knows
        return ""
    return next((str(one.lang)[:2] for one in best if one.prob >= _SURE), "")


@cache
def _detectors() -> DetectorFactory:
    """A factory of our own: the package's is global, and unseeded."""
    factory = DetectorFactory()
    factory.set_seed(0)
    factory.load_profile(PROFILES_DIRECTORY)
    return factory
