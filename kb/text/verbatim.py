"""What stands word for word in a text, in any language."""

import re

from kb.text.sentences import sentence_spans

LEAST_OF_SENTENCE = 0.6
"""Share of a sentence's letters that a quotation has at least: the rest could turn its sense."""
_DENIALS = re.compile(
    r"[不没沒無无非未否除勿]|ない|ません|\b(?:nicht|kein\w*|ohne|außer|nie|niemals|ne|n|pas|sans|sauf|"
    r"jamais|no|sin|salvo|nunca|non|senza|mai|não|sem|exceto|niet|geen|zonder|не|ни|нет|без|"
    r"кроме|никогда|δεν|χωρίς|μη|لا|ليس|غير|دون|لم|لن)\b",
    re.IGNORECASE,
)
_UNSPACED = "\u0e00"
"""From Thai on, writing mostly parts no words."""
_ENDS = " .。!?;:,\"'“”„«»‘’"


def stands_in(sentence: str, text: str) -> bool:
    """Whether one sentence of a text is this one, or little more than it and no denial."""
    wanted = _plain(sentence)
    if not wanted:
        return False
    for start, end in sentence_spans(text):
        before, found, after = _plain(text[start:end]).partition(wanted)
        if _inside_word(before[-1:], wanted[:1]) or _inside_word(wanted[-1:], after[:1]):
            continue
        rest = f"{before} {after}"
        whole = len(wanted) + len(rest)
        if found and len(wanted) >= LEAST_OF_SENTENCE * whole and not _DENIALS.search(rest):
            return True
    return False


def same_sentence(sentence: str, other: str) -> bool:
    """Whether both are the same but for case, spaces and the marks at their ends."""
    return _plain(sentence) == _plain(other)


def _inside_word(left: str, right: str) -> bool:
    """Whether no word ends between two characters, in scripts that part words by spaces."""
    return left.isalnum() and right.isalnum() and max(left, right) < _UNSPACED


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(_ENDS)
