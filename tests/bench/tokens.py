"""The first token of an answer: ours, and bare llama.cpp's on the same prompt.

    python -m tests.bench.tokens [bare]

Asks the questions of the store that is set. After each answer another process tells
llama.cpp the same, with nothing of ours in between; so both meet the same machine, and
each finds the beginning of its own last prompt in its cache. Prints one JSON list:
[seconds of ours from the question on, seconds of ours from the prompt on, seconds of bare
llama.cpp from the prompt on] for each answer.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Sequence
from typing import Any

from kb.offline import go_offline

go_offline()

from kb.answer.answerer import LEAST_PARAMETERS  # noqa: E402
from kb.app.bootstrap import KnowledgeBase  # noqa: E402
from kb.domain.events import Token  # noqa: E402
from kb.models.embedder_factory import load_embedder  # noqa: E402
from kb.models.llm import LlamaChat  # noqa: E402
from kb.models.model_files import ModelFile, chosen_chat  # noqa: E402
from kb.settings import Settings  # noqa: E402
from tests.bench.asked import QUESTIONS  # noqa: E402

_SHORT = 8  # tokens of an answer; what comes after the first is not measured


class Noting(LlamaChat):
    """The served model, with a note of what it was told last."""

    told: list[tuple[str, str]]
    began: float

    @property
    def parameters(self) -> int:
        """Many: what a small model writes is not streamed, and the first token is to be seen."""
        return LEAST_PARAMETERS

    def stream(
        self, messages: Sequence[tuple[str, str]], *, max_tokens: int, stop: threading.Event
    ) -> Generator[str, None, None]:
        self.told, self.began = list(messages), time.perf_counter()
        return super().stream(messages, max_tokens=_SHORT, stop=stop)


def compared(settings: Settings, model: ModelFile) -> list[tuple[float, float, float]]:
    """Ours is measured with finding and quoting, and with both processes started before."""
    chat = Noting(model, context=settings.chat_context, threads=settings.chat_threads)
    kb = KnowledgeBase(settings, embedder=load_embedder(settings), chat=chat)
    chat.count("warm")
    command = [sys.executable, "-m", "tests.bench.tokens", "bare"]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdin and other.stdout
    other.stdout.readline()
    taken = []
    for question in QUESTIONS:
        began = time.perf_counter()
        first = _first_token(kb, question)
        if first is None:
            continue  # the answer abstained, and the model was not asked
        print(json.dumps(chat.told), file=other.stdin, flush=True)
        taken.append((first - began, first - chat.began, float(other.stdout.readline())))
    other.stdin.close()
    other.wait()
    kb.close()
    return taken


def _first_token(kb: KnowledgeBase, question: str) -> float | None:
    """When the first token came, by the clock of `time.perf_counter`; None without one."""
    turn = kb.turns.take()
    first = None
    for event in kb.answerer.events(question, kb.access.scope(kb.access.local_user()), turn=turn):
        if isinstance(event, Token) and first is None:
            first = time.perf_counter()
    turn.leave()
    return first


def serve_bare(settings: Settings, model: ModelFile) -> None:
    """Reads messages as JSON lines, writes the seconds to the first token of each."""
    import llama_cpp

    threads = settings.chat_threads or os.cpu_count()
    llm: Any = llama_cpp.Llama(
        str(model.path), n_ctx=settings.chat_context, verbose=False, seed=0,
        n_threads=threads, n_threads_batch=threads,
    )  # fmt: skip
    print("ready", flush=True)
    for line in sys.stdin:
        turns = [{"role": role, "content": content} for role, content in json.loads(line)]
        began = time.perf_counter()
        pieces = llm.create_chat_completion(
            turns, max_tokens=_SHORT, temperature=0.0, repeat_penalty=1.1, stream=True
        )
        said = (piece["choices"][0]["delta"].get("content") for piece in pieces)
        next(text for text in said if text)
        print(time.perf_counter() - began, flush=True)
        list(said)


def main(arguments: list[str]) -> int:
    settings = Settings()
    model = chosen_chat(settings)
    if model is None:
        raise SystemExit("There is no language model; `make setup` installs one.")
    if arguments:
        serve_bare(settings, model)
    else:
        print(json.dumps(compared(settings, model)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
