"""What the judge's second voice is trained on and reported on; `kb train entailment` runs it.

The cross-encoder of `kb.training.crossencoder` reads a passage and a sentence together. Its two
outputs are whether the passage says the sentence, and whether it says otherwise; among the
sentences of one passage the said ones come first (softmax). Trained on sentences written for this
(data/training/entailment, data/training/judge), and on sentences of passages as they stand or made
false by rule (`kb.training.claims.falsehoods`).
"""

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from kb.errors import BadRequest
from kb.evaluation.sets.corpora import half
from kb.paths import JUDGED, TRAINING
from kb.text.sentences import sentence_spans
from kb.training.claims.falsehoods import falsehoods, retold
from kb.training.claims.statements import (
    LABELS,
    Claim,
    Stated,
    Texts,
    hypotheses,
    passages,
    source_texts,
    written,
)
from kb.training.dataset import Sets, evaluated_below
from kb.training.pairs import Group, Pair

KEPT_BACK = 0.15
"""Share of the documents that is only reported on."""
RULES = TRAINING / "judge"
"""Rows that the rules of the judge were made with."""
MOST_SENTENCES = 6
"""Of one passage in a group; a passage with more comes again."""
OFTEN = 1
"""How often a written sentence comes for one that a rule made; a short run sees each once."""
MOST_MADE = 1500
"""Passages whose sentences are made false by rule."""
LENGTHS = (40, 320)
"""Characters of a sentence that is taken as it stands: shorter is a heading, longer a list."""
CLAIMS = {"s": (1.0, 0.0), "c": (0.0, 1.0), "n": (0.0, 0.0)}
"""Whether it is said, whether it is contradicted, by label."""
LEAST_FALSE = (0.01, 0.02, 0.05)
"""Shares of false sentences that pass, at which the share of true ones is told."""


def assemble_claims(shared: Path, evaluated: Iterable[str], *, seed: int = 7) -> Sets:
    """Groups to train on and to report on: a passage with some of its sentences.

    `evaluated` are texts that are measured on. Raises `BadRequest` without any rows.
    """
    rng = random.Random(seed)
    texts = source_texts(shared, [*evaluated, *evaluated_below(shared), *_judged(shared)])
    rows = list(written(texts))
    if not rows:
        raise BadRequest(f"There is nothing to train on below {shared}.")
    train = [one for one in rows if not _is_kept_back(one)]
    made = [one for one in made_false(texts, rng) if not _is_kept_back(one)]
    made += [one for one in hypotheses(shared, texts) if not _is_kept_back(one)]
    told = [*chain.from_iterable([train, list(rules_rows())] * OFTEN), *made]
    return Sets(
        [group for one in told for group in _groups(one, rng)],
        [group for one in rows if _is_kept_back(one) for group in _groups(one, rng)],
    )


def made_false(texts: Texts, rng: random.Random) -> Iterator[Stated]:
    """Passages with sentences of their own, retold, made false, and of elsewhere."""
    found = [
        (source, document, text)
        for source, documents in texts.items()
        for document, text in passages(documents)
    ]
    rng.shuffle(found)
    for source, document, text in found[:MOST_MADE]:
        sentences = [" ".join(text[b:e].split()) for b, e in sentence_spans(text)]
        whole = [one for one in sentences if _whole(one)]
        if not whole:
            continue
        said = rng.choice(whole)
        claims = [Claim(retold(said, rng), "s", "copy")]
        false = list(falsehoods(rng.choice(whole), text, rng))
        rng.shuffle(false)
        claims += [Claim(retold(one, rng), "c", kind) for kind, one in false[:3]]
        yield Stated(source, document, text, tuple(claims))


def _whole(sentence: str) -> bool:
    """Whether it is a sentence, and no heading, line or list."""
    ends = sentence[:1].isalpha() and sentence[-1:] in ".;"
    return ends and LENGTHS[0] <= len(sentence) <= LENGTHS[1]


def rules_rows(folder: Path = RULES) -> Iterator[Stated]:
    """The rows that the rules were made with, by passage; its document's name stands above it."""
    letters = {name: letter for letter, name in LABELS.items()}
    found: defaultdict[str, list[Claim]] = defaultdict(list)
    for file in sorted(folder.glob("*.jsonl")):
        for row in map(json.loads, file.read_text("utf-8").splitlines()):
            shown = f"{row['document']}\n\n{row['passage']}"
            found[shown].append(Claim(row["sentence"], letters[row["label"]], row["kind"]))
    for shown, claims in found.items():
        yield Stated("rules", shown, shown, tuple(claims))


def said_figures(score: Any, report: Sequence[Group]) -> dict[str, Any]:
    """How well the said are told from the others: AUC over all, and by kind beside the said.

    `score` gives, for a passage and sentences, a matrix (n, 2) of logits.
    """
    found: list[tuple[str, float, float, float]] = []
    for group in report:
        rows = np.asarray(score(group.question, [pair.text for pair in group.pairs]))
        kinds = group.source.split(",")
        for pair, kind, row in zip(group.pairs, kinds, rows, strict=True):
            found.append((kind, pair.relevant, float(row[0]), float(row[1])))
    true = np.array([says for _, said, says, _ in found if said])
    false = np.array([says for _, said, says, _ in found if not said])
    kinds = sorted({kind for kind, said, _, _ in found if not said})
    return {
        "true": len(true),
        "false": len(false),
        "said_auc": _auc(true, false),
        "kept_at_false": {str(share): _kept(true, false, share) for share in LEAST_FALSE},
        "kinds": {
            kind: _auc(true, np.array([s for k, said, s, _ in found if k == kind and not said]))
            for kind in kinds
        },
    }


def _auc(true: Any, false: Any) -> float:
    truth = [1] * len(true) + [0] * len(false)
    return round(float(roc_auc_score(truth, np.concatenate([true, false]))), 4)


def _kept(true: Any, false: Any, share: float) -> float:
    return round(float(np.mean(true > np.quantile(false, 1 - share))), 4)


def _groups(one: Stated, rng: random.Random) -> Iterator[Group]:
    """The passage with at most so many of its sentences at once, their kinds as its source."""
    claims = list(one.claims)
    rng.shuffle(claims)
    for at in range(0, len(claims), MOST_SENTENCES):
        some = claims[at : at + MOST_SENTENCES]
        pairs = tuple(Pair(claim.text, *CLAIMS[claim.label]) for claim in some)
        yield Group(",".join(claim.kind for claim in some), " ".join(one.passage.split()), pairs)


def _is_kept_back(one: Stated) -> bool:
    return half(f"kept back {one.document}", 100) < 100 * KEPT_BACK


def _judged(shared: Path) -> Iterator[str]:
    """The documents that the judge is measured on."""
    for line in (JUDGED / "corpus.jsonl").read_text("utf-8").splitlines():
        file = shared / json.loads(line)["file"]
        if file.is_file():
            yield file.read_text("utf-8", errors="replace")
