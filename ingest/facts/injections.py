"""Words in a document that are addressed to a language model, so that a reader is warned of them.

They change nothing: a document has no say in what is searched or shown (docs/security.md). Who
files such a paper should know it before its prose is believed.
"""

import re
from collections.abc import Iterator

from ingest.facts.base.aligned import Aligned

MOST = 5
"""Of one document; more say nothing new."""
HEAD, TAIL = 1_000_000, 200_000
"""Characters that are read of a longer document."""
SHOWN = 160
"""Characters of the words that are shown."""
_EARLIER = r"(?:(?:all|any|every|the|your|these|those|of)\s+){0,3}"
_ORDERS = (
    r"(?:previous|prior|above|earlier|preceding|foregoing|other|system)\s+"
    r"(?:instructions?|prompts?|rules|directions?|guidelines|messages?)"
)
_TOLD = re.compile(
    rf"\b(?:ignore|disregard|forget|override|bypass)\s+{_EARLIER}{_ORDERS}"
    r"|\bignorier(?:e|en)\s+(?:Sie\s+)?(?:alle\s+)?(?:vorherigen|bisherigen|obigen)\s+"
    r"(?:Anweisungen|Vorgaben)"
    r"|\b(?:you\s+are\s+now|act\s+as|pretend\s+to\s+be)\s+(?:an?\s+|the\s+)?"
    r"(?:unrestricted\s+|helpful\s+|new\s+|different\s+)*(?:AI|assistant|chatbot|language\s+model|LLM)\b"
    r"|\b(?:attention|note|message|instructions?)\s+(?:to|for)\s+(?:the\s+|any\s+|all\s+)?"
    r"(?:AI|LLM|language\s+model|chatbot|AI\s+assistant)s?\b"
    r"|\b(?:reveal|print|repeat|show|output)\s+(?:\w+\s+){0,3}(?:system\s+prompt|hidden\s+prompt)"
    r"|\b(?:if\s+you\s+are|as)\s+an?\s+(?:AI|LLM|language\s+model)\b"
    r"|<\|(?:im_start|im_end|system|user|assistant|endoftext)\|>|\[/?INST\]|<<SYS>>",
    re.IGNORECASE,
)


def injections(text: str) -> Iterator[Aligned]:
    """The words, from where they address a model to the end of their line, with their places."""
    end = found = 0
    for match in _matches(text):
        if match.start() < end:
            continue
        line = text.find("\n", match.end())
        end = min(line if line >= 0 else len(text), max(match.start() + SHOWN, match.end()))
        places = range(match.start(), end)
        yield Aligned(text[match.start() : end], places, range(match.start() + 1, end + 1)).strip()
        found += 1
        if found == MOST:
            return


def _matches(text: str) -> Iterator[re.Match[str]]:
    yield from _TOLD.finditer(text, 0, HEAD)
    yield from _TOLD.finditer(text, max(HEAD, len(text) - TAIL))
