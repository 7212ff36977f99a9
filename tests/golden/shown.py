"""A reading as lines of text, to be compared with the one that was stored."""

from kb.domain import Reading


def shown(reading: Reading) -> str:
    """Media type, title, facts, elements with their words, and revisions with their place."""
    lines = [f"type: {reading.media_type}", f"title: {reading.title}"]
    lines += [f"problem: {reading.problem}"] * bool(reading.problem)
    lines += [f"fact: {fact.name}: {fact.value}" for fact in reading.facts]
    for one in reading.elements:
        level = f" {one.level}" if one.level else ""
        lines.append(f"{one.kind.value}{level}: {reading.text[one.char_start : one.char_end]!r}")
    for change in reading.revisions:
        before = reading.text[max(0, change.char_start - 12) : change.char_start]
        there = reading.text[change.char_start : change.char_end]
        lines.append(
            f"{change.kind.value} by {change.author} at {change.date}: "
            f"after {before!r} stands {there!r}, text {change.text!r}"
        )
    return "\n".join(lines) + "\n"
