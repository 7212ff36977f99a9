"""Whether a text is in another language than a question."""

from collections import Counter
from collections.abc import Callable

from kb.text.analyzer import language_of
from kb.text.languages import script

LOOKED_AT = 600
"""Characters of a text by which it is told."""


def in_english(text: str) -> bool:
    """Whether its function words say so; a few words alone say nothing."""
    return language_of(text) == "en"


def apart_from(question: str) -> Callable[[str], bool]:
    """What says of a text that it is in another language; not where either shows none."""
    letters, language = writing(question), language_of(question)

    def apart(text: str) -> bool:
        shown = text[:LOOKED_AT]
        if writing(shown) != letters:
            return bool(letters and writing(shown))
        other = language_of(shown)
        return bool(language and other) and other != language

    return apart


def writing(text: str) -> str:
    """The script of most of its letters, "" where there are none; kana are as Chinese here."""
    found: Counter[str] = Counter()
    for letter, count in Counter(text).items():
        if letter.isalpha():
            found[script(letter)] += count
    [(most, _)] = found.most_common(1) or [("", 0)]
    return "CJK" if most in ("HIRAGANA", "KATAKANA") else most
