"""Passages written for training, with questions that they answer, lack, or contradict.

They lie in data/training/made, one JSON object a line: title, sentences, and
questions, each with its kind and the sentences that answer or contradict it. Passages
of one `family` are worded alike, for different clients.
"""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from kb.evaluation.sets.corpora import ANSWERABLE, Corpus, GoldQuestion, half
from kb.paths import TRAINING
from kb.text.analyzer import terms
from kb.training.pairs import UNKNOWN, Group, Pair

MADE = TRAINING / "made"
KEPT_BACK = 0.15
"""Share of the passages whose questions are only reported on."""
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


def made_corpus(found: Sequence[Row], *, unread: bool = False) -> Corpus:
    """Every passage as a document, and the questions on it, of all kinds.

    `unread`: only the questions on passages that are kept back from training.
    """
    texts = {_file(row): f"{row['title']}\n\n{' '.join(row['sentences'])}" for row in found}
    asked = [
        GoldQuestion(one["question"], (_file(row),), _spans(row, one), one["kind"])
        for row in found
        if not unread or _is_kept_back(row)
        for one in row["questions"]
    ]
    return Corpus("made", texts, tuple(asked))


def _spans(row: Row, asked: Row) -> tuple[tuple[str, int, int], ...]:
    """Where in the passage's document the question's sentences stand."""
    ends = list(
        accumulate((1 + len(one) for one in row["sentences"]), initial=len(row["title"]) + 2)
    )
    return tuple((_file(row), ends[n], ends[n + 1] - 1) for n in asked["sentences"])


def _is_kept_back(row: Row) -> bool:
    """By chance, and alike for all passages of a family."""
    return half(f"kept back {_family(row)}", 100) < 100 * KEPT_BACK


def _family(row: Row) -> str:
    return str(row.get("family") or row["title"])


def _group(one: Row, asked: Row, others: Sequence[Row]) -> Group:
    gold, answers = asked["sentences"], float(asked["kind"] == ANSWERABLE)
    whole = range(len(one["sentences"]))
    part = _part(one, asked)
    pairs = [_pair(one, part, RELEVANT[asked["kind"]], answers, asked)]
    left = [number for number in whole if number not in gold]
    if gold and left:
        pairs.append(_pair(one, left, UNKNOWN, 0.0, asked))
    for other in others:
        pairs.append(_pair(other, range(len(other["sentences"])), 0.0, 0.0, asked))
    return Group(f"made, {asked['kind']}", asked["question"], tuple(pairs))


def _part(one: Row, asked: Row) -> Sequence[int]:
    """Half of the passages as a chunk has them: what answers, and the sentences beside it."""
    gold, count = asked["sentences"], len(one["sentences"])
    if not gold or half(f"part {asked['question']}"):
        return range(count)
    return range(max(0, min(gold) - 1), min(count, max(gold) + 2))


def _pair(one: Row, part: Iterable[int], relevant: float, answers: float, asked: Row) -> Pair:
    """Some sentences of a passage, three of four under its title, which a chunk may lack."""
    said = " ".join(one["sentences"][number] for number in part)
    titled = half(f"titled {asked['question']}", 4) > 0
    held = frozenset(terms(f"{one['title']} {' '.join(one['sentences'])}"))
    return Pair(f"{one['title']}\n{said}" if titled else said, relevant, answers, held)


def _file(one: Row) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in one["title"]) + ".txt"
