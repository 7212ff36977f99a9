"""From a word as it is asked for to the tokens that it matches."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kb.text.tokens import SINGLE, fold, tokens

LEAST_ROOT = 2
"""Letters before the first placeholder: with fewer, nearly every word would be read."""

_PLACEHOLDERS = re.compile(r"[!?*]")
_APART = re.compile(
    r"(co|non|pre|post|sub|anti|multi|semi|inter|intra|counter|bi|mid|self|re(?=e)"
    r"|e(?=mail|commerce|discovery|signature|filing))([^\W\d_]{4,})"
)
"""Words that are written with a hyphen as well as without one, and where it stands."""
_LETTER = rf"(?:(?!{SINGLE})[^\W_])"
_WILD = re.compile(rf"(?:{_LETTER}|[!?*])*{_LETTER}(?:{_LETTER}|[!?*])*")


@dataclass(frozen=True)
class Matcher:
    """One token: one of `forms`, or any that begins with `root` and fits `pattern`."""

    forms: tuple[str, ...] = ()
    root: str = ""
    pattern: str = ""

    @cached_property
    def _fits(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.DOTALL)

    def matches(self, token: str) -> bool:
        return self._fits.fullmatch(token) is not None if self.root else token in self.forms


def exactly(text: str) -> tuple[Matcher, ...]:
    """The tokens of `text`, each as it is; those with placeholders with them."""
    found: list[Matcher] = []
    last = 0
    for match in _wild_words(text):
        found.extend(Matcher((token,)) for token in tokens(text[last : match.start()]))
        found.append(wild(match.group(0)))
        last = match.end()
    found.extend(Matcher((token,)) for token in tokens(text[last:]))
    return tuple(found)


def rootless(text: str) -> int | None:
    """Where a placeholder stands in `text` with too few letters before it, if one does."""
    for match in _wild_words(text):
        place = _PLACEHOLDERS.search(match.group(0))
        if place and len(fold(match.group(0)[: place.start()])) < LEAST_ROOT:
            return match.start() + place.start()
    return None


def _wild_words(text: str) -> Iterator[re.Match[str]]:
    """Words with placeholders; a question mark after a word only ends a question."""
    return (
        match for match in _WILD.finditer(text) if _PLACEHOLDERS.search(match.group(0).rstrip("?"))
    )


def plainly(word: str) -> tuple[tuple[Matcher, ...], ...]:
    """The spellings of a word: its last token also in the plural and as a possessive.

    A word with hyphens is also looked for as one, and one whose beginning is often set apart
    by a hyphen, as in co-operation, with it.
    """
    parts = exactly(word)
    if not parts:
        return ()
    spellings = [(*parts[:-1], _inflected(parts[-1]))]
    if "-" in word.strip("-") and not _PLACEHOLDERS.search(word):
        joined = tokens("".join(re.split(r"-+", word)))
        if len(joined) == 1:
            spellings.append((_inflected(Matcher((joined[0],))),))
    elif len(parts) == 1 and (apart := _APART.fullmatch("".join(parts[0].forms))):
        spellings.append((Matcher((apart[1],)), _inflected(Matcher((apart[2],)))))
    return tuple(spellings)


def wild(word: str) -> Matcher:
    """`!` is any ending, `?` one letter, `*` one letter or, at the end, at most one."""
    word = word.rstrip("?")
    ending = len(word.rstrip("*!"))
    pattern, last = "", 0
    for place in _PLACEHOLDERS.finditer(word):
        pattern += re.escape(fold(word[last : place.start()]))
        last = place.end()
        if place.group(0) == "!":
            pattern += ".*"
        else:
            pattern += r"[^\W_]?" if place.start() >= ending else r"[^\W_]"
    root = fold(word[: _PLACEHOLDERS.search(word).start()])  # type: ignore[union-attr]
    return Matcher((), root, pattern + re.escape(fold(word[last:])))


def _inflected(matcher: Matcher) -> Matcher:
    [word] = matcher.forms or [""]
    if len(word) < 2 or not word.isalpha():
        return matcher
    return Matcher((word, f"{word}'s", *_plurals(word)))


def _plurals(word: str) -> tuple[str, ...]:
    """The regular plurals of English: -s, -es after a sibilant, -ies for a consonant and y."""
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return (f"{word}es",)
    if word.endswith("y") and word[-2] not in "aeiou":
        return (f"{word[:-1]}ies",)
    if word.endswith("o"):
        return (f"{word}s", f"{word}es")
    return (f"{word}s",)
