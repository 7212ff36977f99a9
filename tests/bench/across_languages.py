"""`make eval-across`: answers in another language, by vectors alone, before and after clearing.

    python -m tests.bench.across_languages XQUAD_FOLDER [--most 150]

Each question of XQuAD is asked over the paragraphs of another language, and over those beside
the paragraphs of its own language without the one that answers it. Prints JSON: the share of
questions with the right paragraph among the first five, for the multilingual model as its
weights are, and with what all its vectors and those of a language share taken away.
"""

import argparse
import itertools
import json
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np

from kb.evaluation.sets.corpora import Corpus, read_corpus
from kb.models.embedder_factory import load_embedder
from kb.models.model_files import PACKED_FILE, embedder_folder
from kb.models.packed_embedder import PackedEmbedder
from kb.ports import Embedder, Vectors
from kb.settings import Settings
from tests.bench.running import processor

FIRST = 5


def figures(embedder: Embedder, corpora: dict[str, Corpus], asked: list[int]) -> dict[str, Any]:
    """By pair: alone, and beside paragraphs in the question's own language."""
    files = list(next(iter(corpora.values())).documents)
    paragraphs = {
        lang: embedder.embed([one.documents[f] for f in files]) for lang, one in corpora.items()
    }
    questions = {
        lang: embedder.embed([one.questions[n].text for n in asked], query=True)
        for lang, one in corpora.items()
    }
    some = next(iter(corpora.values())).questions
    gold = np.array([files.index(min(some[n].files)) for n in asked])
    told: dict[str, Any] = {}
    for one, other in itertools.permutations(corpora, 2):
        over = questions[one] @ paragraphs[other].T
        beside = questions[one] @ paragraphs[one].T
        beside[np.arange(len(gold)), gold] = -np.inf
        right = over[np.arange(len(gold)), gold][:, None]
        told[f"{one}-{other}"] = {
            "alone": _share(_before(over, right)),
            "beside_its_own_language": _share(_before(over, right) + _before(beside, right)),
        }
    kinds = ("alone", "beside_its_own_language")
    told["mean"] = {k: round(float(np.mean([pair[k] for pair in told.values()])), 3) for k in kinds}
    return told


def _before(scores: Vectors, right: Vectors) -> Vectors:
    before: Vectors = (scores > right).sum(axis=1)
    return before


def _share(before: Vectors) -> float:
    return round(float((before < FIRST).mean()), 3)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=150)
    told = parser.parse_args()
    found = sorted(told.folder.glob("xquad.*.json"))
    if not found:
        print(f"skipped: there is no XQuAD in {told.folder}", file=sys.stderr)
        return 0
    corpora = {file.stem.partition(".")[2]: read_corpus(file, None) for file in found}
    count = len(next(iter(corpora.values())).questions)
    asked = sorted(random.Random(7).sample(range(count), min(told.most, count)))
    settings = Settings(embedder_model="multilingual")
    folder, name = embedder_folder(settings)
    as_it_is = PackedEmbedder(folder / PACKED_FILE, name, without_shared=False)
    printed = {
        "processor": processor(),
        "questions": len(asked),
        "as_it_is": figures(as_it_is, corpora, asked),
        "cleared": figures(load_embedder(settings), corpora, asked),
    }
    print(json.dumps(printed, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
