"""A chat model that says what a test tells it to, at the pace the test wants."""

from collections.abc import Generator, Sequence
from threading import Event

from kb.errors import ModelFailed


class ScriptedChat:
    """Implements `kb.ports.ChatModel`. `gap_s` passes before each word; `fails` raises instead."""

    def __init__(
        self,
        reply: str = "The rent is 5,000 dollars [1].",
        *,
        gap_s: float = 0.0,
        fails: bool = False,
        parameters: int = 7_000_000_000,
    ) -> None:
        self.reply = reply
        self.asked: list[list[tuple[str, str]]] = []
        self.name = "scripted"
        self.context = 2048
        self.parameters = parameters
        self._gap_s = gap_s
        self._fails = fails

    def prepare(self) -> None: ...

    def count(self, text: str) -> int:
        return len(text.split())

    def stream(
        self, messages: Sequence[tuple[str, str]], *, max_tokens: int, stop: Event
    ) -> Generator[str, None, None]:
        self.asked.append(list(messages))
        if self._fails:
            raise ModelFailed("The scripted model was told to fail. Ask again.")
        for number, word in enumerate(self.reply.split(" ")[:max_tokens]):
            if stop.wait(self._gap_s) if self._gap_s else stop.is_set():
                return
            yield word if number == 0 else f" {word}"

    def close(self) -> None: ...
