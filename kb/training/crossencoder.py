"""The reader as a neural network: a cross-encoder of two outputs, its training and its export.

The embedder's own transformer reads a question and a passage together; the mean
of its last layer goes to two linear outputs, relevance and answering (Nogueira
and Cho, Passage Re-ranking with BERT, 2019). Relevance is trained over the
passages of a question (softmax), both outputs by cross-entropy.
"""

import json
import random
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional
from transformers import AutoModel, AutoTokenizer

from kb.models.onnx import FACTS_FILE, MODEL_FILE, TOKENIZER_FILE, quantise
from kb.training.pairs import UNKNOWN, Group

MOST_TOKENS = 224
"""Of question and passage together; a longer one is cut at its end."""
PAIRS_A_STEP = 32
PEAK = 1.2e-4
"""The highest learning rate, reached after a twentieth of the run."""
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class CrossEncoder(torch.nn.Module):
    """`forward` gives a matrix of shape (pairs, 2): logits of relevance and of answering."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.body = AutoModel.from_pretrained(
            folder,
            local_files_only=True,
            add_pooling_layer=False,
            attn_implementation="eager",  # twice as quick in bfloat16 as the fused one, on a CPU
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        self.head = torch.nn.Linear(self.body.config.hidden_size, 2)

    def forward(self, *columns: torch.Tensor) -> torch.Tensor:
        feed = dict(zip(INPUTS, columns, strict=True))
        rows = self.body(**feed).last_hidden_state
        mask = feed["attention_mask"].unsqueeze(-1).to(rows.dtype)
        mean = (rows * mask).sum(dim=1) / mask.sum(dim=1)
        logits: torch.Tensor = self.head(mean)
        return logits


def train(
    folder: str,
    found: Sequence[Group],
    *,
    minutes: float,
    seed: int = 7,
) -> CrossEncoder:
    """Train from the embedder in `folder` for so many minutes of this machine.

    Forward and backward run in bfloat16, the weights are kept in float32.

    The learning rate rises over the first twentieth and falls to nothing at the end.
    """
    torch.manual_seed(seed)
    rng = random.Random(seed)
    exact = CrossEncoder(folder)
    exact.body.embeddings.requires_grad_(False)
    model = CrossEncoder(folder).to(torch.bfloat16).train()
    model.load_state_dict(exact.state_dict())
    model.body.embeddings.requires_grad_(False)
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    optimiser = torch.optim.AdamW(_learning(exact), lr=PEAK, weight_decay=0.01)
    began, mean = time.monotonic(), 0.0
    for number, step in enumerate(_steps(found, rng)):
        done = (time.monotonic() - began) / (minutes * 60)
        if done >= 1:
            break
        for one in optimiser.param_groups:
            one["lr"] = PEAK * min(1.0, done * 20 + 0.02) * (1 - done)
        loss = _loss(model(*_columns(tokenizer, step)).float(), step)
        loss.backward()  # type: ignore[no-untyped-call]  # vendor
        _follow(model, exact, optimiser)
        mean = 0.98 * mean + 0.02 * float(loss.detach()) if number else float(loss.detach())
        if number % 100 == 0:
            print(f"step {number}, {done:.0%} of the time, loss {mean:.3f}", file=sys.stderr)
    return exact.eval()


def _learning(model: CrossEncoder) -> list[torch.nn.Parameter]:
    return [one for one in model.parameters() if one.requires_grad]


def _follow(model: CrossEncoder, exact: CrossEncoder, optimiser: torch.optim.Optimizer) -> None:
    """A step of the exact weights by the gradients of the bfloat16 ones, which then follow."""
    pairs = list(zip(_learning(model), _learning(exact), strict=True))
    for rough, fine in pairs:
        fine.grad = None if rough.grad is None else rough.grad.float()
        rough.grad = None
    torch.nn.utils.clip_grad_norm_([fine for _, fine in pairs], 1.0)
    optimiser.step()
    with torch.no_grad():
        for rough, fine in pairs:
            rough.copy_(fine)


def _steps(found: Sequence[Group], rng: random.Random) -> Iterator[list[Group]]:
    """Groups of like length together, in an order that chance decides; again and again."""
    while True:
        order = sorted(found, key=lambda g: max(len(p.text) for p in g.pairs) + rng.uniform(0, 150))
        batches: list[list[Group]] = [[]]
        for group in order:
            if sum(len(g.pairs) for g in batches[-1]) + len(group.pairs) > PAIRS_A_STEP:
                batches.append([])
            batches[-1].append(group)
        rng.shuffle(batches)
        yield from batches


def _columns(tokenizer: Any, step: Sequence[Group]) -> list[torch.Tensor]:
    questions = [group.question for group in step for _ in group.pairs]
    texts = [pair.shown(group.question) for group in step for pair in group.pairs]
    told = tokenizer(
        questions,
        texts,
        truncation="longest_first",
        max_length=MOST_TOKENS,
        padding=True,
        pad_to_multiple_of=32,  # few shapes: a new one costs memory that is not given back
        return_tensors="pt",
    )
    return [told[name] for name in INPUTS]


def _loss(logits: torch.Tensor, step: Sequence[Group]) -> torch.Tensor:
    pairs = [pair for group in step for pair in group.pairs]
    truth = torch.tensor([[pair.relevant, pair.answers] for pair in pairs])
    known = truth != UNKNOWN
    each = functional.binary_cross_entropy_with_logits(logits, truth.clamp(min=0), reduction="none")
    loss = each[known].mean()
    place, listwise = 0, []
    for group in step:
        mine = slice(place, place + len(group.pairs))
        place += len(group.pairs)
        labels, rows = truth[mine, 0], logits[mine, 0]
        if (labels == 1).any() and (labels == 0).any():
            there = labels != UNKNOWN
            chosen = functional.log_softmax(rows[there], dim=0)[labels[there] == 1]
            listwise.append(-chosen.mean())
    if listwise:
        loss = loss + torch.stack(listwise).mean()
    return loss


def export(model: CrossEncoder, folder: str, out: Path, facts: dict[str, object]) -> None:
    """Write model.onnx (int8), tokenizer.json and facts.json for `OnnxReader`.

    The floor of abstention is set on its outputs once, so they have to be alike everywhere.
    """
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    sample = tokenizer(["a question"], ["a passage of text"], return_tensors="pt")
    full = out / "fp32.onnx"
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the tracing exporter announces its successor
        torch.onnx.export(
            model,
            tuple(sample[name] for name in INPUTS),
            str(full),
            input_names=list(INPUTS),
            output_names=["logits"],
            dynamic_axes={name: {0: "batch", 1: "tokens"} for name in INPUTS},
            opset_version=17,
            dynamo=False,
        )
    quantise(full, out / MODEL_FILE, reduce_range=True)
    full.unlink()
    tokenizer.backend_tokenizer.save(str(out / TOKENIZER_FILE))
    (out / FACTS_FILE).write_text(json.dumps(facts, indent=1) + "\n")
