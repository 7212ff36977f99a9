"""What the judge says of sentences whose label is known, by kind, beside a comparison of words."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.answer.citation_check import Cited, judge
from kb.domain.events import Verdict
from kb.errors import BadRequest
from kb.evaluation.word_comparison import words_match

LABELS = ("supported", "contradicted", "not-said")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence with the passage that it cites, and what is true of the two."""

    passage: str
    document: str
    sentence: str
    label: str
    kind: str

    @property
    def true(self) -> bool:
        return self.label == "supported"


@dataclass(frozen=True, slots=True)
class Set:
    """The rows of files; `without`: of how many the passage's file is not there."""

    rows: tuple[Labelled, ...]
    without: int


def read_sets(files: Iterable[Path], corpus: Path | None) -> Set:
    """Rows of JSON, one a line; those that name a file and a span are read from `corpus`.

    Raises `BadRequest` for a line that is no such row.
    """
    rows: list[Labelled] = []
    without = 0
    for file in files:
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            try:
                row = _row(json.loads(line), corpus)
            except (ValueError, KeyError, TypeError) as error:
                raise BadRequest(
                    f"Line {number} of {file} is no row: {error!r}. Mend it."
                ) from None
            without += row is None
            rows += [row] if row else []
    return Set(tuple(rows), without)


def _row(told: Mapping[str, Any], corpus: Path | None) -> Labelled | None:
    if told["label"] not in LABELS:
        raise ValueError(f"the label {told['label']}")
    passage = str(told["passage"]) if "passage" in told else _cut(told, corpus)
    if passage is None:
        return None
    document = str(told.get("document") or told.get("file") or "")
    return Labelled(passage, document, told["sentence"], told["label"], told["kind"])


def _cut(told: Mapping[str, Any], corpus: Path | None) -> str | None:
    file = corpus / str(told["file"]) if corpus else None
    if file is None or not file.is_file():
        return None
    start, end = told["span"]
    return file.read_text("utf-8")[int(start) : int(end)]


def figures(rows: Sequence[Labelled]) -> dict[str, Any]:
    """Shares of true and of false rows that are called supported, and counts by kind."""
    judged = [verdict(row) for row in rows]
    compared = [
        Verdict.SUPPORTED
        if words_match(row.sentence, row.passage, row.document)
        else Verdict.NOT_SAID
        for row in rows
    ]
    return {**_told(rows, judged), "baseline": _told(rows, compared)}


def verdict(row: Labelled) -> Verdict:
    """Of all that it says: supported only where each of its sentences is."""
    source = Cited(row.passage, row.document)
    found = [
        citation.verdict
        for sentence in judge(row.sentence, {1: source})
        for citation in sentence.citations
    ]
    failing = [one for one in found if one is not Verdict.SUPPORTED]
    return (failing or found or [Verdict.UNKNOWN])[0]


def _told(rows: Sequence[Labelled], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    pairs = list(zip(rows, verdicts, strict=True))
    kinds = dict.fromkeys((row.kind, row.true) for row in rows)
    return {
        "rows": len(rows),
        "false_supported": _share([one for row, one in pairs if not row.true]),
        "true_supported": _share([one for row, one in pairs if row.true]),
        "kinds": {
            kind: _kind([pair for pair in pairs if (pair[0].kind, pair[0].true) == (kind, true)])
            for kind, true in kinds
        },
    }


def _kind(pairs: Sequence[tuple[Labelled, Verdict]]) -> dict[str, Any]:
    counts = Counter(one for _, one in pairs)
    return {
        "label": ", ".join(dict.fromkeys(row.label for row, _ in pairs)),
        "rows": len(pairs),
        **{one.value: counts[one] for one in Verdict},
    }


def _share(verdicts: Sequence[Verdict]) -> float | None:
    return round(verdicts.count(Verdict.SUPPORTED) / len(verdicts), 4) if verdicts else None


def lines(told: Mapping[str, Any]) -> Iterator[str]:
    """The figures for people: a line a kind, those of the baseline last in it."""
    yield (
        f"{'kind':<14} {'label':<24} {'rows':>5} {'supported':>10} {'contradicted':>13} "
        f"{'not said':>9} {'unknown':>8} {'by words':>9}"
    )
    for kind, one in told["kinds"].items():
        yield (
            f"{kind:<14} {one['label']:<24} {one['rows']:>5} {one['supported']:>10} "
            f"{one['contradicted']:>13} {one['not_said']:>9} {one['unknown']:>8} "
            f"{told['baseline']['kinds'][kind]['supported']:>9}"
        )
    for name, share in (("false", "false_supported"), ("true", "true_supported")):
        ours, words = _percent(told[share]), _percent(told["baseline"][share])
        yield f"{name} called supported: {ours}; by words: {words}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
