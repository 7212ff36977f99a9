"""The string literals of JavaScript, told from its comments and regular expressions."""

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""
    (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<regex>(?<=[(,=:\[!&|?{};])\s*/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*)
  | (?P<template>`)
    """,
    re.VERBOSE | re.DOTALL,
)


def literals(code: str) -> Iterator[tuple[str, str]]:
    """Every literal with what stands before it on its line; of a template §, where code stands."""
    position = 0
    while found := _TOKEN.search(code, position):
        position = found.end()
        before = code[code.rfind("\n", 0, found.start()) + 1 : found.start()]
        if found["string"]:
            yield before, found["string"][1:-1]
        elif found["template"]:
            text, position, inside = _template(code, position)
            yield before, text
            for part in inside:
                yield from literals(part)


def _template(code: str, position: int) -> tuple[str, int, list[str]]:
    """The text of a template from behind its first backtick, where it ends, the code in it."""
    text, inside = "", []
    while code[position] != "`":
        if code.startswith("${", position):
            end = _closing(code, position + 2)
            inside.append(code[position + 2 : end])
            text, position = f"{text}§", end + 1
        else:
            text, position = text + code[position], position + 1
    return text, position + 1, inside


def _closing(code: str, position: int) -> int:
    """Where the brace that is open here is closed; templates may stand inside."""
    depth = 1
    while depth:
        if code[position] == "`":
            _, position, _ = _template(code, position + 1)
            continue
        depth += {"{": 1, "}": -1}.get(code[position], 0)
        position += 1
    return position - 1
