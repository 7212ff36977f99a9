"""In which encoding a file of text was written."""

import codecs
import re

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 1 << 16  # bytes looked at
_NOT_WESTERN = re.compile(r"^(?:gb|big5|shift|euc|iso2022|cp9|johab|utf|hz|koi|cp125[1356])")
_JAPANESE_MAIL = re.compile(rb"\x1b\$[@B]")
_HIGH_WORD = re.compile(rb"[\x80-\xff]{3,}")
_CYRILLIC = ("cp1251", "koi8_r", "iso8859_5", "cp866")
_CENTRAL = ("cp1252", "cp1250", "iso8859_2")
_COMMON = {
    letter: (
        *(10.9, 8.5, 8.0, 7.3, 6.7, 6.3, 5.5, 4.7, 4.5, 4.4, 3.5, 3.2, 3.0, 2.8, 2.6, 2.0),
        *(1.9, 1.7, 1.7, 1.6, 1.6, 1.5, 1.2, 1.0, 0.9, 0.7, 0.6, 0.5, 0.4, 0.3, 0.3, 0.3),
    )[rank]
    for rank, letter in enumerate("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфё")
}  # how many in a hundred letters of Russian
_LIKELY = 4.5  # their mean over a text in Russian is above 5.5, over other letters below 3
_ODD_CASE = re.compile(r"[а-яё][А-ЯЁ]")
_TORN_WORD = re.compile(
    r"(?<=[^\W\d_])[^\w\s.,;:()'\u2019\"\u2013\u2014/-]|[\u0080-\u009f\u00b2-\u00be]"
)


def decode(content: bytes) -> str:
    """The text of `content`, its byte order mark kept; what cannot be read becomes U+FFFD.

    In this order: a mark, the zero bytes of UTF-16 and UTF-32, UTF-8, Cyrillic by the
    frequency of its letters, what charset-normalizer finds in the first 64 KB where
    much of it is not ASCII, the languages of central Europe, Windows-1252.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    wide = _wide(content[:_SAMPLE])
    if wide:
        return content.decode(wide, "replace")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode(_guessed(content[:_SAMPLE]), "replace")
    if _JAPANESE_MAIL.search(content[:_SAMPLE]):
        return content.decode("iso2022_jp", "replace")
    return text


def _wide(sample: bytes) -> str:
    """The encoding of two or four bytes a character whose zero bytes are where they should be."""
    whole = sample[: len(sample) - len(sample) % 4]
    if not whole:
        return ""
    zeros = [whole[at::4].count(0) / (len(whole) // 4) for at in range(4)]
    for encoding, ends in (("utf-32-le", zeros[2:]), ("utf-32-be", zeros[:2])):
        if min(ends) > 0.95:
            return encoding
    sample = sample[:200]
    half = len(sample) // 2
    if sample[1::2].count(0) > 0.6 * half:
        return "utf-16-le"
    return "utf-16-be" if sample[0::2].count(0) > 0.6 * half else ""


def _guessed(sample: bytes) -> str:
    high = sum(byte > 0x7F for byte in sample)
    in_words = sum(len(word) for word in _HIGH_WORD.findall(sample))
    if in_words > 0.6 * high:
        likely, best = max((_russian(sample, encoding), encoding) for encoding in _CYRILLIC)
        if likely > _LIKELY:
            return best
    if high > 0.15 * len(sample):
        guess = from_bytes(sample).best()
        if guess is not None and _NOT_WESTERN.match(guess.encoding.replace("_", "")):
            return guess.encoding
    return min(_CENTRAL, key=lambda encoding: _torn(sample, encoding))


def _russian(sample: bytes, encoding: str) -> float:
    """How common the letters are, on average, that are not ASCII."""
    text = sample.decode(encoding, "replace")
    odd = [one for one in text if one > "\x7f"]
    common = sum(_COMMON.get(one.lower(), 0) for one in odd)
    return (common - 8 * len(_ODD_CASE.findall(text))) / max(1, len(odd))


def _torn(sample: bytes, encoding: str) -> int:
    """How often a sign that is no letter stands inside a word, or a byte means nothing."""
    text = sample.decode(encoding, "replace")
    return sum(
        1
        for found in _TORN_WORD.finditer(text)
        if found.end() < len(text) and text[found.end()].isalpha()
    ) + 3 * text.count("\ufffd")
