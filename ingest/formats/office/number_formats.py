"""Numbers as a sheet shows them: "$5,000,000.00" and "15%", since people search for these.

The common forms of ECMA-376 part 1, 18.8.31; a number in any other is shown as it is.
"""

import re
from functools import lru_cache

_QUOTED = re.compile(r"\"([^\"]*)\"|\\(.)|\[\$([^\]-]*)(?:-[0-9A-Fa-f]+)?\]|\[[^\]]*\]|[_*].")
_DIGITS = re.compile(r"[#0?]+(?:,[#0?]+)*(?:\.([#0?]+))?")


@lru_cache(maxsize=512)
def _form(code: str) -> tuple[tuple[str, bool, int, bool, str], ...] | None:
    """Each section as what stands before, thousands, decimals, percent, what stands after."""
    sections = []
    for section in code.split(";")[:2]:
        plain = _QUOTED.sub(lambda found: found[1] or found[2] or found[3] or "", section)
        digits = _DIGITS.search(plain)
        if digits is None or re.search(r"[dmyhsDMYHSE@/]", plain.replace(digits[0], "")):
            return None
        before, after = plain[: digits.start()], plain[digits.end() :]
        if _DIGITS.search(after) or after.startswith(","):
            return None
        decimals = len(digits[1] or "")
        sections.append((before, "," in digits[0], decimals, "%" in before + after, after))
    return tuple(sections)


def shown_as(value: float, code: str) -> str:
    """`value` under the number format `code`, as 5 for 5.0 where the format says nothing."""
    sections = None if code in ("", "General", "@") else _form(code)
    if sections is None or not abs(value) < 1e15:
        return f"{value:.15g}"
    negative = value < 0
    before, thousands, decimals, percent, after = sections[len(sections) > 1 and negative]
    number = abs(value) * (100 if percent else 1)
    words = f"{number:,.{decimals}f}" if thousands else f"{number:.{decimals}f}"
    shown = " ".join(f"{before}{words}{after}".split())
    return f"-{shown}" if negative and len(sections) == 1 else shown
