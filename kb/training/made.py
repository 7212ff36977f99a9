"""Passages written for training, with questions that they answer, lack, or contradict.

They lie in data/training/made, one JSON object a line: title, sentences, and
questions, each with its kind and the sentences that answer or contradict it. Passages
of one `family` are worded alike, for different clients.
"""

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kb.evaluation.corpora import ANSWERABLE, Asked, Corpus, half
from kb.training.pairs import UNKNOWN, Group, Pair

MADE = Path(__file__).resolve().parents[2] / "data" / "training" / "made"
KEPT_BACK = 0.15
"""Share of the passages whose questions are only reported on, and set the floor."""
RELEVANT = {ANSWERABLE: 1.0, "absent": UNKNOWN, "false_premise": 1.0}
"""A passage that contradicts the question is still what its reader should see first."""

Row = dict[str, Any]


def read_made(folder: Path = MADE) -> list[Row]:
    """All passages, in an order that chance decided once."""
    lines = [
        line for file in sorted(folder.glob("*.jsonl")) for line in file.read_text().splitlines()
    ]
    found = [json.loads(line) for line in lines if line.strip()]
    random.Random(11).shuffle(found)
    return found


def made_groups(found: Sequence[Row], *, kept_back: bool) -> Iterator[Group]:
    """A group for each question: its passage, that less its gold, and passages of others.

    Among the others are those of its family, which read alike and are about somebody else.
    """
    mine = [row for row in found if _is_kept_back(row) is kept_back]
    for number, row in enumerate(mine):
        other = mine[(number + 1) % len(mine)]
        kin = [one for one in mine if one is not row and one.get("family") == _family(row)]
        yield from (_group(row, asked, [*kin, other]) for asked in row["questions"])


def made_corpus(found: Sequence[Row]) -> Corpus:
    """Every passage as a document, and the questions that were kept back, of all kinds."""
    texts = {_file(one): "\n\n".join((one["title"], " ".join(one["sentences"]))) for one in found}
    asked = [
        Asked(one["question"], (_file(row),), (), one["kind"])
        for row in found
        if _is_kept_back(row)
        for one in row["questions"]
    ]
    return Corpus("made", texts, tuple(asked))


def _is_kept_back(row: Row) -> bool:
    """By chance, and alike for all passages of a family."""
    return half(f"kept back {_family(row)}", 100) < 100 * KEPT_BACK


def _family(row: Row) -> str:
    return str(row.get("family") or row["title"])


def _group(one: Row, asked: Row, others: Sequence[Row]) -> Group:
    said, gold = one["sentences"], asked["sentences"]
    answers = float(asked["kind"] == ANSWERABLE)
    pairs = [Pair(_titled(one, said), RELEVANT[asked["kind"]], answers)]
    left = [sentence for number, sentence in enumerate(said) if number not in gold]
    if gold and left:
        pairs.append(Pair(_titled(one, left), UNKNOWN, 0.0))
    pairs.extend(Pair(_titled(other, other["sentences"]), 0.0, 0.0) for other in others)
    return Group(f"made, {asked['kind']}", asked["question"], tuple(pairs))


def _titled(one: Row, sentences: Sequence[str]) -> str:
    return f"{one['title']}\n{' '.join(sentences)}"


def _file(one: Row) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in one["title"]) + ".txt"
