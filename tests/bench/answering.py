"""`make bench-answers`: how long quotes take in a large store, what memory does, and tokens.

    python -m tests.bench.answering [--chunks 100000] [--answers 500]

The sample firm is ingested beside synthetic chunks and asked its own questions, which find what is
the firm's among them. Then the packaged model writes to one prompt three times: cold, after
another's question, and after one that was cancelled; at temperature 0 its tokens must be the same.
Prints one JSON object with the aims beside the figures.
"""

import argparse
import json
import os
import sys
import time
from itertools import cycle, islice
from pathlib import Path
from threading import Event
from typing import Any

from kb.offline import go_offline

go_offline()

from kb.answer.prompts import RULES  # noqa: E402
from kb.evaluation.sample import read_questions  # noqa: E402
from kb.models.embedder_factory import load_embedder  # noqa: E402
from kb.models.llm import LlamaChat  # noqa: E402
from kb.models.model_files import chosen_chat  # noqa: E402
from kb.paths import SAMPLE  # noqa: E402
from kb.settings import Settings  # noqa: E402
from tests.bench.running import (  # noqa: E402
    fresh_store,
    module,
    percentile,
    processor,
    workplace,
)
from tests.bench.serving import service  # noqa: E402
from tests.bench.synthetic import build  # noqa: E402

AIMS = {"p95_ms": 300, "grows_mb": "flat: less than a twentieth", "same_tokens": True}
EARLY = 100
"""Answers after which memory is looked at first: models and matrices are loaded by then."""
WRITTEN = 48
"""Tokens that the model writes at most."""
PROMPTS = (
    ("[1] lease.pdf: The monthly rent is 5,000 dollars.", "What is the monthly rent?"),
    ("[1] nda.pdf: This Agreement is governed by the laws of Ohio.", "Which law governs?"),
)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--answers", type=int, default=500)
    given = parser.parse_args(arguments)
    told: dict[str, Any] = {"aims": AIMS, "processor": processor()}
    with workplace() as place:
        store = fresh_store(place, "store")
        name = load_embedder(Settings(data_dir=store)).name
        told["store"] = build(store, given.chunks, name)
        matters = [one for one in sorted(SAMPLE.iterdir()) if one.is_dir()]
        ended = module("kb", "ingest", *matters, store=store)
        if ended.code:
            raise RuntimeError(f"the sample was not ingested: {ended.said[-2000:]}")
        told["quotes"] = quotes(store, given.answers)
    told["same_tokens"] = same_tokens()
    print(json.dumps(told, indent=1))
    return 0


def quotes(store: Path, answers: int) -> dict[str, Any]:
    """Milliseconds from a question to its quotes, and resident memory early and at the end."""
    questions = [one.text for one in read_questions(SAMPLE / "questions.jsonl")]
    taken: list[float] = []
    shown = early = 0
    with service(store) as (owner, memory):
        for number, question in enumerate(islice(cycle(questions), answers)):
            began = time.perf_counter()
            for event, data in owner.ask(question, [], llm=False):
                if event == "quotes":
                    taken.append((time.perf_counter() - began) * 1000)
                    shown += bool(data["quotes"])
            if number == min(EARLY, answers // 2):
                early = round(memory.parent_mb)
        late = round(memory.parent_mb)
    warm = taken[len(questions) :] or taken
    return {
        "answers": len(taken),
        "with_quotes": shown,
        "p50_ms": round(percentile(warm, 50), 1),
        "p95_ms": round(percentile(warm, 95), 1),
        "first_ms": round(taken[0], 1),
        "early_mb": early,
        "late_mb": late,
        "grows": round(late / early - 1, 3) if early else None,
    }


def same_tokens() -> bool | None:
    """Whether the model writes the same cold, after another prompt, and after a cancelled one."""
    settings = Settings()
    model = chosen_chat(settings)
    if model is None:
        return None
    first, other = PROMPTS
    chat = LlamaChat(model, context=settings.chat_context, threads=os.cpu_count() or 1)
    try:
        cold = written(chat, first)
        written(chat, other)
        after_another = written(chat, first)
        written(chat, other, most=3)
        after_cancelled = written(chat, first)
    finally:
        chat.close()
    return bool(cold) and cold == after_another == after_cancelled


def written(chat: LlamaChat, prompt: tuple[str, str], most: int = WRITTEN) -> str:
    """What the model writes; with fewer than WRITTEN it is cancelled after so many pieces."""
    stop = Event()
    quoted, question = prompt
    asked = [("system", RULES), ("user", f"Quotes:\n{quoted}\n\nQuestion: {question}\nAnswer:")]
    pieces: list[str] = []
    for piece in chat.stream(asked, max_tokens=WRITTEN, stop=stop):
        pieces.append(piece)
        if len(pieces) >= most:
            stop.set()
    return "".join(pieces)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
