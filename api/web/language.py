"""In which language the page comes: as chosen on it, else as the browser prefers."""

from collections.abc import Sequence


def preferred(accepted: str, languages: Sequence[str]) -> str:
    """That of `languages` that an Accept-Language header (RFC 9110) puts first, else the first.

    A region is left aside: de-CH is de. A range that cannot be read counts for nothing.
    """
    weights: dict[str, float] = {}
    for entry in accepted.split(","):
        name, _, rest = entry.partition(";")
        code = name.strip().lower().partition("-")[0]
        weights[code] = max(weights.get(code, 0.0), _weight(rest))
    known = [code for code, weight in weights.items() if weight > 0.0 and code in languages]
    return max(known, key=lambda code: weights[code], default=languages[0])


def _weight(parameters: str) -> float:
    name, _, value = parameters.partition("=")
    if not name.strip():
        return 1.0
    try:
        return float(value) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0
