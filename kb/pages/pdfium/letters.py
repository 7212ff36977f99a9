"""What stands in a page's text for the characters that PDFium reads."""

ZERO_WIDTH = (*range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF, *range(0xE0000, 0xE0080))
CHARACTERS: dict[int, str | None] = {
    **dict.fromkeys(range(0x20)),
    **dict.fromkeys(range(0x7F, 0xA0)),
    **dict.fromkeys(range(0xD800, 0xE000)),
    **dict.fromkeys(ZERO_WIDTH),
    0x09: " ",
    0xA0: " ",
    0xAD: "-",  # in PDFs these two are hyphens that are seen on the page,
    0xFFFE: "-",  # PDFium's mark for one that may break a word
    0xFFFF: None,
    **dict(enumerate(("ff", "fi", "fl", "ffi", "ffl", "ft", "st"), start=0xFB00)),
}
