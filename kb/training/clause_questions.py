"""Questions on the clauses of training contracts, in words that no evaluation asks in."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kb.evaluation.sets.clauses import contract
from kb.paths import TRAINING
from kb.training.questions import Corpus, GoldQuestion

WORDINGS = TRAINING / "clauses" / "wordings.json"
NAMED = 0.35
"""Share of the questions that name the contract; the others are as what is left of one is read."""
BARE = 0.2
"""Share of the others in which nothing stands for the contract."""
_CALLED = ("this agreement", "the agreement", "this contract", "the contract")


def clause_corpus(
    rows: Sequence[Mapping[str, Any]], rng: random.Random, file: Path = WORDINGS
) -> tuple[Corpus, list[tuple[str, str]]]:
    """Each kind of clause asked of each contract once, and those that a contract lacks, with it.

    `rows` are as `cuad_train.jsonl` has them.
    """
    wordings: dict[str, list[str]] = json.loads(file.read_text("utf-8"))
    asked: list[GoldQuestion] = []
    missing: list[tuple[str, str]] = []
    for row in rows:
        calls = list(_calls(row))
        for clause in row["clauses"]:
            if clause["category"] not in wordings:
                continue
            question = _worded(rng.choice(wordings[clause["category"]]), calls, rng)
            if clause["is_impossible"]:
                missing.append((question, row["file"]))
            else:
                spans = tuple((row["file"], start, end) for start, end in clause["spans"])
                asked.append(GoldQuestion(question, (row["file"],), spans))
    texts = {row["file"]: row["text"] for row in rows}
    return Corpus("clauses", texts, tuple(asked)), missing


def _calls(row: Mapping[str, Any]) -> Iterator[str]:
    """What the contract may be called, where it has a title and parties."""
    kinds = {one["category"]: [tuple(s) for s in one["spans"]] for one in row["clauses"]}
    if one := contract(row["file"], row["text"], kinds):
        yield f"the {one.title} between {one.parties[0]} and {one.parties[1]}"
        yield f"the {one.title} of {one.parties[0]}"
        yield f"the contract with {one.parties[1]}"


def _worded(wording: str, calls: Sequence[str], rng: random.Random) -> str:
    chance = rng.random()
    if calls and chance < NAMED:
        return wording.format(doc=rng.choice(calls))
    if chance > 1 - BARE * (1 - NAMED):
        for joint in (" of {doc}", " in {doc}", " under {doc}", " by {doc}"):
            wording = wording.replace(joint, "")
    return wording.format(doc=rng.choice(_CALLED))
