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
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

import torch
from torch.nn import functional

from kb.models.onnx import FACTS_FILE, MODEL_FILE, TOKENIZER_FILE, quantise
from kb.training.pairs import UNKNOWN, Group
from kb.training.starts import Start

MOST_TOKENS = 224
"""Of question and passage together; a longer one is cut at its end."""
PEAK = 1.2e-4
"""The highest learning rate, reached after a twentieth of the run."""
AHEAD = 8
"""Steps whose texts are made into tokens while others are trained on."""
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


@dataclass(frozen=True, slots=True)
class Run:
    """How long and on what: `minutes` of this machine or, where given, `passes` over the data.

    `pairs` are trained on in one step; `dropout` is the share of values left out in each layer.
    """

    minutes: float = 60
    passes: int = 0
    pairs: int = 32
    dropout: float = 0.0
    device: str = "cpu"
    seed: int = 7

    def done(self, step: int, steps: int, began: float) -> float:
        """The share that is behind: of the steps in all passes, or of the time."""
        if self.passes:
            return step / (steps * self.passes)
        return (time.monotonic() - began) / (self.minutes * 60)


class Passing(TypedDict):
    pairs: int
    dropout: float


PASSING: Passing = {"pairs": 192, "dropout": 0.1}
"""Of a run by passes, which sees everything several times, on a processor with room for it."""


class CrossEncoder(torch.nn.Module):
    """`forward` gives a matrix of shape (pairs, 2): logits of relevance and of answering."""

    def __init__(self, start: Start, dropout: float = 0.0) -> None:
        super().__init__()
        self.body = start.body(dropout)
        self.head = torch.nn.Linear(self.body.config.hidden_size, 2)

    def forward(self, *columns: torch.Tensor) -> torch.Tensor:
        feed = dict(zip(INPUTS, columns, strict=True))
        rows = self.body(**feed).last_hidden_state
        mask = feed["attention_mask"].unsqueeze(-1).to(rows.dtype)
        mean = (rows * mask).sum(dim=1) / mask.sum(dim=1)
        logits: torch.Tensor = self.head(mean)
        return logits


def train(start: Start, found: Sequence[Group], run: Run) -> CrossEncoder:
    """Train from where `start` is.

    Forward and backward run in bfloat16 where that is quick, the weights are kept in float32.

    The learning rate rises over the first twentieth and falls to nothing at the end.
    """
    torch.manual_seed(run.seed)
    exact = CrossEncoder(start).to(run.device)
    exact.body.embeddings.requires_grad_(False)
    model = CrossEncoder(start, run.dropout).to(run.device, _rough(run.device)).train()
    model.load_state_dict(exact.state_dict())
    model.body.embeddings.requires_grad_(False)
    tokenizer = start.tokenizer()
    optimiser = torch.optim.AdamW(_learning(exact), lr=PEAK, weight_decay=0.01)
    steps = len(_batches(found, random.Random(run.seed), run.pairs))
    began, mean = time.monotonic(), torch.zeros(())
    for number, (step, columns) in enumerate(_prepared(tokenizer, found, run)):
        done = run.done(number, steps, began)
        if done >= 1:
            break
        for one in optimiser.param_groups:
            one["lr"] = PEAK * min(1.0, done * 20 + 0.02) * (1 - done)
        moved = [column.to(run.device, non_blocking=True) for column in columns]
        loss = _loss(model(*moved).float(), step)
        loss.backward()  # type: ignore[no-untyped-call]  # vendor
        _follow(model, exact, optimiser)
        mean = 0.98 * mean.to(loss.device) + 0.02 * loss.detach() if number else loss.detach()
        if number % 100 == 0:
            print(f"step {number}, {done:.0%} done, loss {float(mean):.3f}", file=sys.stderr)
    return exact.eval().cpu()


def _rough(device: str) -> torch.dtype:
    """bfloat16, but for a processor without it, which is many times slower in it."""
    flags = Path("/proc/cpuinfo")
    known = flags.read_text().split() if flags.is_file() else []
    quick = device != "cpu" or not {"avx512_bf16", "amx_bf16"}.isdisjoint(known)
    return torch.bfloat16 if quick else torch.float32


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


def _batches(found: Sequence[Group], rng: random.Random, pairs: int) -> list[list[Group]]:
    """All groups once, those of like length together, in an order that chance decides."""
    order = sorted(found, key=lambda g: max(len(p.text) for p in g.pairs) + rng.uniform(0, 150))
    batches: list[list[Group]] = [[]]
    for group in order:
        if batches[-1] and sum(len(g.pairs) for g in batches[-1]) + len(group.pairs) > pairs:
            batches.append([])
        batches[-1].append(group)
    rng.shuffle(batches)
    return batches


def _steps(found: Sequence[Group], run: Run) -> Iterator[list[Group]]:
    rng = random.Random(run.seed)
    while True:
        yield from _batches(found, rng, run.pairs)


def _prepared(
    tokenizer: Any, found: Sequence[Group], run: Run
) -> Iterator[tuple[list[Group], list[torch.Tensor]]]:
    """Steps without end, with their columns of tokens, some of them made ahead."""
    columns_of(tokenizer, found[:1])  # its settings stand before threads share it
    with ThreadPoolExecutor(AHEAD) as threads:
        waiting: deque[tuple[list[Group], Future[list[torch.Tensor]]]] = deque()
        for step in _steps(found, run):
            waiting.append((step, threads.submit(columns_of, tokenizer, step)))
            if len(waiting) > AHEAD:
                first, columns = waiting.popleft()
                yield first, columns.result()


def columns_of(tokenizer: Any, step: Sequence[Group]) -> list[torch.Tensor]:
    """What `CrossEncoder.forward` takes, a row for each pair."""
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
    labels = [[pair.relevant, pair.answers] for group in step for pair in group.pairs]
    truth = torch.tensor(labels, device=logits.device)
    known = truth != UNKNOWN
    each = functional.binary_cross_entropy_with_logits(logits, truth.clamp(min=0), reduction="none")
    loss = (each * known).sum() / known.sum()
    place, listwise = 0, []
    for group in step:
        mine = [place + at for at, pair in enumerate(group.pairs) if pair.relevant != UNKNOWN]
        gold = [at for at, row in enumerate(mine) if labels[row][0] == 1]
        place += len(group.pairs)
        if 0 < len(gold) < len(mine):
            chosen = functional.log_softmax(logits[mine, 0], dim=0)[gold]
            listwise.append(-chosen.mean())
    if listwise:
        loss = loss + torch.stack(listwise).mean()
    return loss


def export(model: CrossEncoder, start: Start, out: Path, facts: dict[str, object]) -> None:
    """Of an English model, write model.onnx (int8), tokenizer.json and facts.json for `OnnxReader`.

    The floor of abstention is set on its outputs once, so they have to be alike everywhere.
    """
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = start.tokenizer()
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
