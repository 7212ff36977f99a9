"""What stands before a passage when it is embedded and matched."""

PATH_JOINT = " › "
"""Between a title and its headings, from the outermost in."""


def context_line(title: str, heading: str) -> str:
    """What stands before a chunk when it is embedded and matched: title and headings."""
    return PATH_JOINT.join(part for part in (title, heading) if part)


def embedded_text(context: str, text: str) -> str:
    return f"{context}\n{text}" if context else text
