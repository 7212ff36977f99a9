"""What the commands show to a person, made from the same JSON that programs get."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

from kb.domain import Opinion, OpinionPart
from kb.serializers.direct import direct_line
from kb.serializers.results import Json
from kb.text.visible import visible, visible_name


class Terminal(Console):
    """A console to which nothing that it shows can give an order."""

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*map(_shown, objects), **options)


def _shown(told: Any) -> Any:
    if isinstance(told, Text):
        plain = visible(told.plain)
        return told if plain == told.plain else Text(plain, style=told.style)
    return visible(told) if isinstance(told, str) else told


console = Terminal(highlight=False, soft_wrap=True)
errors = Terminal(stderr=True, highlight=False, soft_wrap=True)

SHOWN_VALUES = 12
"""Values of a facet that a person is shown; a program gets more."""
VERDICTS = {
    "supported": ("supported", ""),
    "contradicted": ("contradicted", "red"),
    "not_said": ("not said", "yellow"),
    "unknown": ("cannot tell", "yellow"),
}
"""What each verdict is called, and its style: a judge can err, so none of them is green."""


def place(item: Json) -> str:
    """Where a quote or passage stands, as a person says it."""
    page = f", page {item['page']}" if item.get("page") else ""
    if item.get("page_line"):
        page += f" ({item['page_line']})"
    told = f" ({opinion(item)})" if item.get("opinion") else ""
    return visible_name(f"{item['document']}{page} · {item['matter']}{told}")


def opinion(item: Json) -> str:
    """The part of a court's opinion that it is of, as “dissent of Bownes”."""
    found = item["opinion"]
    return Opinion(OpinionPart(found["part"]), found["by"] or "").named


def show_passages(found: Json) -> None:
    if not found["passages"]:
        console.print("Nothing was found in what you may read.")
    for passage in found["passages"]:
        console.print(Text(f"{passage['rank']:>3}  {place(passage)}", style="bold"))
        _show_also(passage["also_in"])
        if passage["before"]:
            console.print(Text(_indented(passage["before"].strip()), style="dim"))
        console.print(_marked(passage))
        if passage["after"]:
            console.print(Text(_indented(passage["after"].strip()), style="dim"))
        console.print()
    if found.get("matched"):
        counts = found["matched"]
        told = f"{counts['passages']} passages in {counts['documents']} documents match"
        console.print(Text(f"{told} {found['understood']}", style="dim"))


def show_alike(found: Json) -> None:
    """Documents like the sample, then passages; of the same text elsewhere the places alone."""
    if found["documents"]:
        console.print(Text("Documents", style="bold"))
    for document in found["documents"]:
        console.print(Text(f"{document['rank']:>3}  {place(document)}"))
        _show_also(document["also_in"])
    console.print()
    if not found["passages"]:
        console.print("Nothing like it was found in what you may read.")
    for passage in found["passages"]:
        console.print(Text(f"{passage['rank']:>3}  {place(passage)}", style="bold"))
        _show_also(passage["also_in"])
        console.print(Text(_indented(passage["text"])))
        console.print()


def _show_also(others: list[Json]) -> None:
    for other in others:
        console.print(Text(f"     also in {place(other)}", style="dim"))


def show_facets(found: Json) -> None:
    """How many documents have each value, where that was asked for."""
    if found.get("facets") is None:
        return
    console.print(Text(f"Of {found['selected']} documents", style="bold"))
    for name, facet in found["facets"].items():
        told = [
            f"{visible_name(entry['value'])} {entry['count']}"
            for entry in facet["values"][:SHOWN_VALUES]
        ]
        more = facet["more"] + max(0, len(facet["values"]) - SHOWN_VALUES)
        if told:
            console.print(Text(f"{name:>14}  {' · '.join(told)}{f' · {more} more' * bool(more)}"))


def show_answer(events: Iterable[tuple[str, Json]]) -> Json | None:
    """Print an answer as its events arrive; the finished answer, or None when it failed."""
    streaming = False
    for name, data in events:
        match name:
            case "quotes":
                _show_quotes(data)
            case "token":
                if not streaming:
                    console.print(Text("Answer", style="bold"))
                streaming = True
                console.print(Text(data["text"]), end="")
            case "judged" if streaming:
                console.print("\n")
            case "done":
                _show_end(data)
                return data
            case "error":
                errors.print(Text(data["problem"], style="red"))
                return None
    return None


def _show_quotes(told: Json) -> None:
    for direct in told["direct"]:
        console.print(Text(direct_line(direct), style="bold"))
    if told["direct"]:
        console.print()
    if (told["abstained"] or told["uncertain"]) and told["quotes"]:
        console.print(Text("These quotes may not answer the question.", style="yellow"))
    for quote in told["quotes"]:
        console.print(Text(f"[{quote['number']}] {place(quote)}", style="bold"))
        if quote.get("heads"):
            console.print(Text(f"     {quote['heads']}", style="dim"))
        console.print(_with_direct(quote, told["direct"]))
        for change in quote.get("changes", ()):
            console.print(Text(f"     {_changed(change)}", style="dim"))
    console.print()


def _changed(change: Json) -> str:
    """A tracked change in a quote, in one line."""
    what = {"insertion": "inserted", "deletion": "deleted"}[change["kind"]]
    who = ", ".join(one for one in (change["author"], change["date"][:10]) if one)
    words = " ".join(change["text"].split())
    return visible_name(f"{what}{f' ({who})' if who else ''}: “{words}”")


def _with_direct(quote: Json, direct: list[Json]) -> Text:
    """A quote in one line, with the direct answers that stand in it underlined."""
    text = Text(f"“{quote['text']}”")
    for one in direct:
        if one["document_id"] == quote["document_id"]:
            start, end = (
                one[edge] - quote["char_start"] + 1 for edge in ("char_start", "char_end")
            )
            text.stylize("underline", max(start, 1), min(end, len(text) - 1))
    words = [text[word.start() : word.end()] for word in re.finditer(r"\S+", text.plain)]
    return Text("     ") + Text(" ").join(words)


def _show_end(answer: Json) -> None:
    whose = {one["number"]: opinion(one) for one in answer["passages"] if one["opinion"]}
    for sentence in answer["answer"]["sentences"]:
        for citation in sentence["citations"]:
            verdict, style = VERDICTS[citation["verdict"]]
            told = " ".join(sentence["text"].split())
            number = citation["number"]
            spoken = f" ({whose[number]})" if number in whose else ""
            line = f"  {verdict:<13} [{number}]{spoken}  {told}"
            console.print(Text(line, style=style))
    if answer["abstained"]:
        console.print(Text(f"No sure answer. {answer['reason']}", style="yellow"))
    elif answer["reason"]:
        console.print(Text(answer["reason"], style="dim"))
    timings = answer["timings"]
    told = f"quotes after {timings['quotes_ms']:.0f} ms, all after {timings['total_ms']:.0f} ms"
    console.print(Text(f"{answer['model'] or 'no model'} · {told}", style="dim"))


def show_rows(rows: Iterator[tuple[Any, ...]] | list[tuple[Any, ...]], widths: list[int]) -> None:
    """Plain columns; the last one takes what it needs."""
    for row in rows:
        cells = [visible_name(str(cell if cell is not None else "")) for cell in row]
        line = "  ".join(cell.ljust(width) for cell, width in zip(cells[:-1], widths, strict=False))
        console.print(Text(f"{line}  {cells[-1]}"))


def _marked(passage: Json) -> Text:
    """A passage's text, with what was found in it underlined where that is known."""
    text = Text(passage["text"])
    for start, end in passage.get("spans", ()):
        text.stylize("underline", start - passage["char_start"], end - passage["char_start"])
    lines = [line for line in text.split("\n") if line.plain.strip()]
    return Text("\n").join(Text("     ") + line for line in lines)


def _indented(text: str) -> str:
    return "\n".join(f"     {line}" for line in text.strip().splitlines() if line.strip())


def print_json(told: Any) -> None:
    """One line, for programs."""
    print(json.dumps(told, ensure_ascii=False))
