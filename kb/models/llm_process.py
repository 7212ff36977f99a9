"""The language model's own process: reads requests as JSON lines, streams JSON lines back.

Run as `python -m kb.models.llm_process GGUF CONTEXT THREADS`, or with `guards` alone to be
told what confines it here. A process of its own
can be killed, and a crash in it takes nothing else along. The prefill stops
within a graph node by llama.cpp's abort callback; the last prompt's common
prefix is reused by llama-cpp-python, so stable prompts begin at once.

The file's content and the documents in a prompt meet native code here, so the process is
confined before either is read: no sockets, no programs, nothing written, and of files the
libraries and the one model.
"""

import ctypes
import json
import os
import queue
import re
import secrets
import sys
import threading
from contextlib import suppress
from functools import cache
from typing import Any

from kb.models.prompt_tokens import Piece, PromptTokens
from kb.offline import go_offline
from kb.sandbox.confinement import runtime
from kb.sandbox.confinement.guards import in_force
from kb.sandbox.confinement.landlock import restrict_files
from kb.sandbox.confinement.namespaces import leave_network
from kb.sandbox.confinement.rlimits import limit_files
from kb.sandbox.confinement.seccomp import refuse_calls

_OPEN_FILES = 256
_CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "<|im_start|>assistant\n"
)


class Child:
    def __init__(self, path: str, context: int, threads: int) -> None:
        import llama_cpp  # noqa: PLC0415 - the door; this process exists for it

        self._cpp = llama_cpp
        self._llm: Any = llama_cpp.Llama(
            path,
            n_ctx=context,
            n_threads=threads or os.cpu_count(),
            n_threads_batch=threads or os.cpu_count(),
            verbose=False,
            seed=0,
        )
        self.stopped = threading.Event()
        self._abort = llama_cpp.ggml_abort_callback(lambda _: self.stopped.is_set())
        llama_cpp.llama_set_abort_callback(self._llm.ctx, self._abort, None)
        self._template = template(self._llm.metadata.get("tokenizer.chat_template", ""))
        self._tokens = prompt_tokens(self._llm)

    @property
    def parameters(self) -> int:
        return int(self._cpp.llama_model_n_params(self._llm.model))

    def count(self, text: str) -> int:
        return len(self._tokens.of_content(text))

    def stream(self, messages: list[dict[str, str]], max_tokens: int) -> None:
        prompt = self._tokens.of_prompt(pieces(self._template, messages))
        room = self._llm.n_ctx() - len(prompt)
        if room < 1:
            _say({"error": f"The prompt has {len(prompt)} tokens and the model's context fewer."})
            return
        try:
            for piece in self._llm.create_completion(
                prompt=prompt,
                max_tokens=min(max_tokens, room),
                temperature=0.0,
                repeat_penalty=1.1,
                stream=True,
                stop=["<|im_end|>", "<|im_start|>", "</s>"],
            ):
                if self.stopped.is_set():
                    break
                _say({"text": piece["choices"][0]["text"]})
        except RuntimeError as error:  # an aborted decode leaves a half-filled cache
            self._forget()
            if not self.stopped.is_set():
                _say({"error": f"The language model stopped ({error})."})
                return
        _say({"done": True})

    def _forget(self) -> None:
        self._llm.reset()
        self._cpp.llama_memory_clear(self._cpp.llama_get_memory(self._llm.ctx), True)


def pieces(template: Any, messages: list[dict[str, str]]) -> list[Piece]:
    """A prompt in its parts, the contents as they were given.

    The template is rendered over names that stand for them, so it can neither see nor change them.
    """
    name = secrets.token_hex(8)  # letters and digits, which templates leave alone
    standing = [{**one, "content": f"{name}{number}."} for number, one in enumerate(messages)]
    parts = re.split(rf"{name}(\d+)\.", _rendered(template, standing))
    return [
        Piece(messages[int(part)]["content"], content=True) if at % 2 else Piece(part)
        for at, part in enumerate(parts)
    ]


def prompt_tokens(llm: Any) -> PromptTokens:
    """Tokens by the vocabulary of a `llama_cpp.Llama`."""
    import llama_cpp  # noqa: PLC0415 - the door

    vocabulary = llama_cpp.llama_model_get_vocab(llm.model)
    marks = llama_cpp.LLAMA_TOKEN_ATTR_CONTROL | llama_cpp.LLAMA_TOKEN_ATTR_USER_DEFINED

    @cache
    def mark(token: int) -> str | None:
        if not llama_cpp.llama_vocab_get_attr(vocabulary, token) & marks:
            return None
        held = ctypes.create_string_buffer(1024)
        size = llama_cpp.llama_token_to_piece(vocabulary, token, held, len(held), 0, True)
        text = held.raw[: max(size, 0)].decode(errors="replace")
        return text if len(text) > 1 else None

    def tokenize(text: str, special: bool) -> list[int]:
        ids: list[int] = llm.tokenize(text.encode(errors="replace"), add_bos=False, special=special)
        return ids

    return PromptTokens(tokenize, mark)


def _rendered(template: Any, messages: list[dict[str, str]]) -> str:
    return str(
        template.render(messages=messages, add_generation_prompt=True, bos_token="", eos_token="")
    )


def template(source: str) -> Any:
    """The file's chat template, or ChatML where it refuses or changes what it is given.

    It is code from the file: rendered in a sandbox, or not at all.
    """
    from jinja2.exceptions import TemplateError  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    with suppress(TemplateError):
        read = environment.from_string(source or _CHATML)
        probe = [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]
        if Piece("u", content=True) in pieces(read, probe):
            return read
    return environment.from_string(_CHATML)


def _say(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _listen(child: Child, requests: "queue.Queue[dict[str, Any]]") -> None:
    """Read stdin; a stop is heard at once, also while the model is busy."""
    for line in sys.stdin:
        request = json.loads(line)
        if "stop" in request:
            child.stopped.set()
        else:
            requests.put(request)
    os._exit(0)  # the parent is gone


def confine(model: str) -> None:
    """Give up all but reading libraries and the file `model`; it cannot be taken back."""
    go_offline()
    leave_network()
    limit_files(written_mb=0, open_files=_OPEN_FILES)
    refuse_calls(sockets=False)
    restrict_files(readable=[*runtime.programs(), *runtime.settings(), model])


def main(path: str, context: str, threads: str) -> None:
    confine(path)
    child = Child(path, int(context), int(threads))
    requests: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=_listen, args=(child, requests), daemon=True).start()
    _say({"ready": True, "parameters": child.parameters})
    while True:
        request = requests.get()
        if "count" in request:
            _say({"count": child.count(request["count"])})
            continue
        child.stopped.clear()
        child.stream(request["messages"], request["max_tokens"])


if __name__ == "__main__":
    if sys.argv[1] == "guards":
        confine("")
        _say(dict(in_force()))
    else:
        main(*sys.argv[1:4])
