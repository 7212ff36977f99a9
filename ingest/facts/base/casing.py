"""Names set in capitals, written as names are written."""

import re

_SMALL = {"of", "and", "the", "for", "in", "de", "la", "et", "al", "at", "on"}
_KEPT = re.compile(r"(?:[A-Z]\.){1,4}|[IVX]{2,4}")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\S")


def capitalised(text: str) -> str:
    """`text` with words in capitals turned to "Capitals"; others stay as they are."""
    if any(letter.islower() for letter in text):
        return text
    words = []
    for position, word in enumerate(text.split()):
        small = word.lower()
        if position and small in _SMALL:
            words.append(small)
        elif _KEPT.fullmatch(word.rstrip(",")):
            words.append(word)
        else:
            words.append(_WORD.sub(lambda found: _name(found[0]), small))
    return " ".join(words)


def _name(word: str) -> str:
    for beginning in ("mc", "o'", "o’"):
        if word.startswith(beginning) and len(word) > len(beginning) + 1:
            return beginning.capitalize() + word[len(beginning) :].capitalize()
    return word.capitalize()
