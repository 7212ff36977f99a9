"""Which languages can be read from a page that is an image, and what has to be installed for them.

The model in RapidOCR's package reads Latin letters, Chinese and Japanese, and reads them
better than tesseract does (docs/languages.md). What is written otherwise is left to tesseract,
which Debian packages with a file of data for each language.
"""

import shutil
import subprocess
from dataclasses import dataclass

PACKAGED = frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "FULLWIDTH", "HALFWIDTH"})
"""What Unicode calls the letters that the packaged model reads."""
_LISTING_S = 20.0


@dataclass(frozen=True, slots=True)
class Language:
    """One that only tesseract reads: its name, its letters as Unicode calls them, its data."""

    name: str
    script: str
    data: str


OTHERS = {
    code: Language(name, script, data)
    for code, name, script, data in (
        ("ru", "Russian", "CYRILLIC", "rus"),
        ("uk", "Ukrainian", "CYRILLIC", "ukr"),
        ("bg", "Bulgarian", "CYRILLIC", "bul"),
        ("sr", "Serbian", "CYRILLIC", "srp"),
        ("mk", "Macedonian", "CYRILLIC", "mkd"),
        ("be", "Belarusian", "CYRILLIC", "bel"),
        ("el", "Greek", "GREEK", "ell"),
        ("ar", "Arabic", "ARABIC", "ara"),
        ("fa", "Persian", "ARABIC", "fas"),
        ("ur", "Urdu", "ARABIC", "urd"),
        ("he", "Hebrew", "HEBREW", "heb"),
        ("ko", "Korean", "HANGUL", "kor"),
        ("th", "Thai", "THAI", "tha"),
        ("hi", "Hindi", "DEVANAGARI", "hin"),
        ("mr", "Marathi", "DEVANAGARI", "mar"),
        ("ne", "Nepali", "DEVANAGARI", "nep"),
        ("bn", "Bengali", "BENGALI", "ben"),
        ("pa", "Punjabi", "GURMUKHI", "pan"),
        ("gu", "Gujarati", "GUJARATI", "guj"),
        ("ta", "Tamil", "TAMIL", "tam"),
        ("te", "Telugu", "TELUGU", "tel"),
        ("kn", "Kannada", "KANNADA", "kan"),
        ("ml", "Malayalam", "MALAYALAM", "mal"),
        ("ka", "Georgian", "GEORGIAN", "kat"),
        ("hy", "Armenian", "ARMENIAN", "hye"),
    )
}
"""By ISO 639-1 code; of those that share their letters the likeliest first."""

_DATA = {one.data: one.script for one in OTHERS.values()}
_PACKAGED_DATA = dict(
    pair.split(":")
    for pair in (
        "ca:cat ch:chi_sim cs:ces da:dan de:deu en:eng es:spa et:est fi:fin fr:fra hr:hrv hu:hun "
        "id:ind is:isl it:ita ja:jpn lt:lit lv:lav nl:nld no:nor pl:pol pt:por ro:ron sk:slk "
        "sl:slv sq:sqi sv:swe tr:tur vi:vie zh:chi_sim"
    ).split()
)


def tesseract_data(language: str) -> str:
    """Tesseract's name of a language or of several joined by “+”; what it is none of stays."""
    codes = language.split("+")
    return "+".join(
        OTHERS[code].data if code in OTHERS else _PACKAGED_DATA.get(code, code) for code in codes
    )


def needs_tesseract(language: str) -> bool:
    """Whether a setting names what the packaged model does not read: ru, rus, rus+eng."""
    return any(code in OTHERS or code in _DATA for code in language.split("+"))


def scripts_of(data: str) -> frozenset[str]:
    """Letters that tesseract reads with this data, as Unicode calls them; none: any may come."""
    scripts = {_DATA.get(one, "") for one in data.split("+")}
    known = set(_PACKAGED_DATA.values())
    if any(one not in known and one not in _DATA for one in data.split("+")):
        return frozenset()
    return frozenset(scripts - {""}) | (PACKAGED if scripts & {""} else frozenset())


def installed_data() -> frozenset[str]:
    """The names of the data that tesseract has on this machine; none where it is not installed."""
    program = shutil.which("tesseract")
    if program is None:
        return frozenset()
    try:
        done = subprocess.run(
            [program, "--list-langs"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LISTING_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    told = done.stdout.decode("utf-8", "replace").splitlines()
    return frozenset(line.strip() for line in told[1:]) - {"", "osd"}


def languages_by_tesseract() -> list[str]:
    """Of what the packaged model does not read, the ISO 639-1 codes that have their data here."""
    installed = installed_data()
    return [code for code, one in OTHERS.items() if one.data in installed]


def how_to_install(data: str) -> str:
    """The command that brings tesseract with this data, of one language or several, to Debian."""
    packages = (f"tesseract-ocr-{one.replace('_', '-')}" for one in data.split("+"))
    return f"apt-get install tesseract-ocr {' '.join(packages)}"
