"""The language model's own process: reads requests as JSON lines, streams JSON lines back.

Run as `python -m kb.models.llm_process GGUF CONTEXT THREADS`. A process of its own
can be killed, and a crash in it takes nothing else along. The prefill stops
within a graph node by llama.cpp's abort callback; the last prompt's common
prefix is reused by llama-cpp-python, so stable prompts begin at once.
"""

import json
import os
import queue
import sys
import threading
from typing import Any

from kb.offline import go_offline
from kb.sandbox.confinement.namespaces import leave_network

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
        self._template = _template(self._llm.metadata.get("tokenizer.chat_template", ""))

    @property
    def parameters(self) -> int:
        return int(self._cpp.llama_model_n_params(self._llm.model))

    def count(self, text: str) -> int:
        return len(self._llm.tokenize(text.encode(), add_bos=False, special=False))

    def stream(self, messages: list[dict[str, str]], max_tokens: int) -> None:
        prompt = self._llm.tokenize(self._render(messages).encode(), add_bos=False, special=True)
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

    def _render(self, messages: list[dict[str, str]]) -> str:
        return str(
            self._template.render(
                messages=messages, add_generation_prompt=True, bos_token="", eos_token=""
            )
        )


def _template(source: str) -> Any:
    """The file's chat template is code from the file: rendered in a sandbox, or not at all."""
    from jinja2.exceptions import TemplateError  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    try:
        template = environment.from_string(source or _CHATML)
        probe = [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]
        template.render(messages=probe, add_generation_prompt=True, bos_token="", eos_token="")
    except TemplateError:
        return environment.from_string(_CHATML)
    return template


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


def main(path: str, context: str, threads: str) -> None:
    go_offline()
    leave_network()
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
    main(*sys.argv[1:4])
