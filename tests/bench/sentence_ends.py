"""How often a stop ends a sentence for us and for nupunkt as it does for a person, as JSON.

usage: python -m tests.bench.sentence_ends CORPUS

sentence_ends.json has places in CORPUS/opinions, drawn by chance among full stops, question and
exclamation marks before anything but a small letter, and whether a sentence ends there, as a
person read it: [stop, what follows it, whether it ends]. The rules were mended with the first
of its two parts; the second was drawn and read afterwards. nupunkt is a Punkt model of legal
prose (Bommarito et al., 2025).
"""

import json
import sys
from bisect import bisect_right
from collections.abc import Callable, Sequence
from pathlib import Path

from nupunkt import sent_spans

from kb.text.sentences import sentence_spans

Spans = Callable[[str], Sequence[tuple[int, int]]]
_LABELS = Path(__file__).with_suffix(".json")


def figures(opinions: Path, labels: dict[str, list[list[int]]], spans: Spans) -> dict[str, float]:
    """Counts of `found`, `missed` and `wrong` ends, and the share of stops told rightly."""
    found = missed = wrong = right = 0
    for name, stops in labels.items():
        text = (opinions / name).read_bytes().decode("utf-8")
        starts = [start for start, _ in spans(text)]
        for at, after, ends in stops:
            place = bisect_right(starts, at)
            told = place < len(starts) and starts[place] <= after
            found += told and bool(ends)
            missed += not told and bool(ends)
            wrong += told and not ends
            right += told == bool(ends)
    count = sum(map(len, labels.values()))
    return {"stops": count, "found": found, "missed": missed, "wrong": wrong,
            "right": round(right / count, 4)}  # fmt: skip


def main() -> int:
    """Print the figures of both parts, ours and nupunkt's."""
    opinions = Path(sys.argv[1]) / "opinions"
    if not opinions.is_dir():
        print(f"skipped: there is no {opinions}; name its folder with CORPUS=...", file=sys.stderr)
        return 0
    ways: dict[str, Spans] = {"kb": sentence_spans, "nupunkt": sent_spans}
    parts = json.loads(_LABELS.read_text(encoding="utf-8"))
    told = {
        part: {name: figures(opinions, labels, spans) for name, spans in ways.items()}
        for part, labels in parts.items()
    }
    print(json.dumps(told, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
