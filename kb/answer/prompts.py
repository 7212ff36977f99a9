"""What the language model is told: the rules, the quotes in a stable order, the question last."""

from collections.abc import Callable, Sequence

from kb.domain import Quote

RULES = (
    "You help lawyers. Answer the question in one or two short sentences, using only the "
    "numbered quotes. After each sentence put the number of the quote it relies on in square "
    "brackets, like [1]. Copy names, dates and amounts exactly. Do not add anything else."
)
_RESERVE = 64
"""Tokens for the template's own marks."""


def messages(
    question: str,
    quotes: Sequence[Quote],
    *,
    count: Callable[[str], int],
    budget: int,
) -> list[tuple[str, str]]:
    """(role, content) pairs within `budget` tokens by the served model's tokenizer.

    The quotes stay in their order and the question comes last, so that a second
    question on the same sources finds their evaluation in the model's cache.
    """
    room = budget - _RESERVE - count(RULES) - count(question)
    lines: list[str] = []
    for quote in quotes:
        line = f"[{quote.number}] {_one_line(_where(quote))}: {_one_line(quote.text)}"
        room -= count(line)
        if room < 0 and lines:
            break
        lines.append(line)
    asked = f"Quotes:\n{chr(10).join(lines)}\n\nQuestion: {_one_line(question)}\nAnswer:"
    return [("system", RULES), ("user", asked)]


def _where(quote: Quote) -> str:
    """The file's name: titles of contracts are alike, names of files tell them apart.

    Also whose words they are, so that a dissent is not told as what the court held.
    """
    page = f", page {quote.page}" if quote.page else ""
    opinion = f", {quote.opinion.named}" if quote.opinion else ""
    return f"{quote.document.name}{page}{opinion}"


def _one_line(text: str) -> str:
    """Nothing in a quote or a question may look like the next line of the prompt."""
    return " ".join(text.split())
