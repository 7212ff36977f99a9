"""Passages with sentences that they say, contradict, or do not say; written for training.

They lie in data/training/entailment, one JSON object a passage: the set and file it is from, its
span there, and its sentences, each a label, a kind and the text. No text of others is in the
project: those of the sets are read from the folder that holds them.
"""

import json
import lzma
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kb.evaluation.sets.corpora import half, normalised, read_corpus
from kb.paths import TRAINING
from kb.training.pairs import pieces

WRITTEN = TRAINING / "entailment"
FIRM = TRAINING / "firm"
_NLI = Path("eval") / "contract-nli" / "train_truncated.json"
_CHOICES = {"Entailment": "s", "Contradiction": "c", "NotMentioned": "n"}
LABELS = {"s": "supported", "c": "contradicted", "n": "not-said"}


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence, and what is true of it beside its passage: of `LABELS` the letter."""

    text: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Stated:
    """A passage of a document with claims; `source` is the set that it is from."""

    source: str
    document: str
    passage: str
    claims: tuple[Claim, ...]


Texts = Mapping[str, Mapping[str, str]]
"""By set, then by file name."""


def source_texts(shared: Path, evaluated: Iterable[str]) -> dict[str, dict[str, str]]:
    """What may be trained on, by set and file: all that lies there, less what is evaluated on."""
    forbidden = {normalised(text) for text in evaluated}
    found = {
        "cuad": _contracts(shared / "train" / "cuad_train.jsonl.xz"),
        "nda": _agreements(shared / _NLI),
        "policies": _policies(shared / "eval" / "policyqa" / "dev.json"),
        "opinions": _folder(shared / "corpus" / "opinions"),
        "firm": _folder(FIRM),
    }
    return {
        source: {file: text for file, text in texts.items() if normalised(text) not in forbidden}
        for source, texts in found.items()
    }


def written(texts: Texts, folder: Path = WRITTEN) -> Iterator[Stated]:
    """The passages that were written about, where their documents are there."""
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            text = texts[row["set"]].get(row["file"])
            if text is not None:
                begin, end = row["span"]
                claims = tuple(Claim(said, label, kind) for label, kind, said in row["claims"])
                yield Stated(row["set"], text, text[begin:end], claims)


def hypotheses(shared: Path, texts: Texts) -> Iterator[Stated]:
    """ContractNLI's train part: each hypothesis beside the evidence that the agreement has."""
    file = shared / _NLI
    told = json.loads(file.read_text("utf-8")) if file.is_file() else {"documents": []}
    for one in told["documents"]:
        text = texts["nda"].get(one["file_name"], "")
        by_passage: defaultdict[str, list[Claim]] = defaultdict(list)
        for label, found in one["annotation_sets"][0]["annotations"].items():
            spans = [one["spans"][number] for number in found["spans"]]
            claim = Claim(told["labels"][label]["hypothesis"], _CHOICES[found["choice"]], "nli")
            for piece in pieces(one["file_name"], text):
                if any(piece.start <= begin and end <= piece.end for begin, end in spans):
                    by_passage[piece.text].append(claim)
                    break
        for passage, claims in by_passage.items():
            yield Stated("nda", text, passage, tuple(claims))


def passages(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each document with each of its passages, of whole sentences."""
    for name, text in texts.items():
        yield from ((text, piece.text) for piece in pieces(name, text))


def _contracts(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        return {row["file"]: row["text"] for row in map(json.loads, lines)}


def _agreements(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    told = json.loads(file.read_text("utf-8"))["documents"]
    return {one["file_name"]: one["text"] for one in told}


def _policies(file: Path) -> dict[str, str]:
    """The half that is trained on."""
    if not file.is_file():
        return {}
    return {n: t for n, t in read_corpus(file, None).documents.items() if half(t) == 0}


def _folder(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): file.read_text("utf-8", errors="replace")
        for file in sorted(folder.rglob("*"))
        if file.suffix in (".txt", ".md")
    }
