"""A text as tokens: words, numbers and marks, each with its place."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<number>\d{1,3}(?:[,'’]\d{3})+(?:\.\d+)?|\d{1,2}:\d{2}\b|\d+(?:\.\d+)*)"
    r"|(?P<word>(?:[A-Z]\.){2,}|[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<mark>[^\s\w])"
)


@dataclass(frozen=True, slots=True)
class Token:
    """`joined`: no space stands between it and the token before it."""

    text: str
    start: int
    end: int
    kind: str
    joined: bool

    @property
    def word(self) -> bool:
        return self.kind == "word"

    @property
    def number(self) -> bool:
        return self.kind == "number"

    @property
    def lower(self) -> str:
        return self.text.lower().replace("’", "'").removesuffix("'s").removesuffix("'")


def tokens(text: str) -> list[Token]:
    """The tokens of a text; a hyphen between letters parts two words and is none itself."""
    found: list[Token] = []
    end = -1
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if match.group() in "-‐‑–" and _between(text, match.start()):
            end = match.end()
            continue
        written = match.group().replace(".", "") if kind == "word" else match.group()  # “S.A.”
        found.append(Token(written, *match.span(), kind, match.start() == end))
        end = match.end()
    return found


def _between(text: str, at: int) -> bool:
    """Whether letters or digits stand on both sides."""
    return text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isalnum()
