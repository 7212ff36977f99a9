"""What the documents name is what there is: commands, settings, routes, files, examples."""

import re
import shlex
import tomllib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from typer.main import get_command

import kb.app.bootstrap as kb_wiring
from api.server.app import create_app
from kb.__main__ import app as commands
from kb.answer import abstention, quotes
from kb.app.bootstrap import KnowledgeBase
from kb.search.hybrid import candidates, document_names, reranking
from kb.search.similar import rank_fusion
from kb.settings import Settings
from kb.store.lexical import bm25
from tests.scripted import ScriptedChat
from tests.shelf import put

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]

_ROOMS = r"(?:kb|ingest|api|tests|data|docs|requirements)/[\w./-]*"
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(rf"{_ROOMS}|[A-Z]\w*\.md|\w[\w-]*\.(?:toml|yml)|Makefile|Dockerfile")
_LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")
_MADE_HERE = ("data/local",)
"""Folders of the data folder's kind: made by running, never in the repository."""


def table(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading of a page in docs, without its two top rows."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    _, found, section = text.partition(f"\n## {heading}\n")
    assert found, f"{page} has no section “{heading}”"
    lines = re.split(r"\n##", section)[0].splitlines()
    rows = [line for line in lines if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def fenced(language: str) -> list[str]:
    """The code blocks of one language on all pages."""
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def told(line: str) -> list[str]:
    """The names in backticks of a table's cell."""
    return _CODE.findall(line)


def leaves(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its whole name."""
    below = getattr(command, "commands", None)
    if below is None:
        yield name, command
        return
    if getattr(command, "invoke_without_command", False):
        yield name, command
    for key, child in below.items():
        yield from leaves(child, f"{name} {key}")


COMMANDS = dict(leaves(get_command(commands), "kb"))


def named(words: list[str]) -> tuple[str, list[str]]:
    """The longest command that these words begin with, and the rest of them."""
    for length in range(len(words), 0, -1):
        if (name := " ".join(words[:length])) in COMMANDS:
            return name, words[length:]
    raise AssertionError(f"there is no command {' '.join(words)}")


def test_every_command_and_option_is_in_the_table() -> None:
    written = {}
    for usage, options, _ in table("commands.md", "All commands"):
        name, arguments = named(told(usage)[0].split())
        written[name] = (arguments, set(told(options)))
    there = {}
    for name, command in COMMANDS.items():
        arguments = [
            p.name.upper() + ("…" if p.nargs == -1 else "")
            for p in command.params
            if p.param_type_name == "argument"
        ]
        given = {o for p in command.params if p.param_type_name == "option" for o in p.opts}
        there[name] = (arguments, given - {"--help"})
    assert written == there


def test_every_setting_is_in_the_table_with_its_default_and_reason() -> None:
    rows = table("settings.md", "All settings")
    written = [(told(name)[0], default.strip("`"), said) for name, default, said in rows]
    there = [
        (f"KB_{name.upper()}", "none" if field.default is None else str(field.default), said)
        for name, field in Settings.model_fields.items()
        if (said := field.description) is not None
    ]
    assert written == there
    assert len(there) == len(Settings.model_fields)


def routes(app: FastAPI) -> set[tuple[str, str]]:
    """(method, path) of every route, those outside the schema too."""
    paths: dict[str, dict[str, object]] = app.openapi()["paths"]
    found = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    for entry in app.routes:
        router: Any = getattr(entry, "original_router", None)
        inside: list[Any] = router.routes if router else [entry]
        for route in inside:
            methods = getattr(route, "methods", None) or {"GET"}  # a mount has none
            found |= {(method, route.path) for method in methods - {"HEAD"}}
    return found


def test_every_route_is_in_the_table(kb: KnowledgeBase) -> None:
    written = {(method, told(path)[0]) for method, path, _ in table("api.md", "All routes")}
    assert written == routes(create_app(kb))


def test_every_make_target_is_in_the_table() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    there = re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)
    rows = table("make.md", "All targets")
    written = [told(target)[0].removeprefix("make ") for target, _ in rows]
    assert sorted(written) == sorted(there)


def test_exit_codes_are_those_of_the_commands() -> None:
    from ingest.cli.progress import FAILED_EXIT
    from kb.__main__ import UNFORESEEN

    written = [code for code, _ in table("commands.md", "Exit codes")]
    assert written == ["0", "1", str(FAILED_EXIT), str(UNFORESEEN), "130"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    links = {link for link in _LINK.findall(text) if "://" not in link}
    paths = {code for code in _CODE.findall(text) if _PATH.fullmatch(code)}
    missing = [link for link in links if not (page.parent / link).exists()]
    missing += [p for p in paths if not p.startswith(_MADE_HERE) and not (ROOT / p).exists()]
    assert sorted(missing) == []


def test_the_architecture_names_every_file() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    files = [
        file.relative_to(ROOT).as_posix()
        for room in ("kb", "ingest", "api")
        for file in sorted((ROOT / room).rglob("*.py"))
        if file.name != "__init__.py"
    ]
    assert [file for file in files if f"\n| `{file}` |" not in text] == []


def test_the_floors_are_drawn_as_import_linter_holds_them() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = [layer.split(" | ") for layer in contracts["contracts"][0]["layers"]]
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    [drawing] = re.findall(r"## Arrows\n.*?```\n(.*?)```", text, re.DOTALL)
    lines = [re.match(r"[ ]?((?:kb\.\w+(?: \| )?)+)", line) for line in drawing.splitlines()]
    drawn = [line[1].replace("kb.", "").split(" | ") for line in lines if line]
    assert drawn == layers


def test_the_constants_of_answers_and_retrieval_are_those_of_the_code() -> None:
    text = (ROOT / "docs" / "answers.md").read_text("utf-8")
    both = text + (ROOT / "docs" / "retrieval.md").read_text("utf-8")
    written = dict(re.findall(r"^\| `([A-Z_]+)` \| ([\d.]+) \|", both, re.MULTILINE))
    there = {
        name: str(getattr(module, name))
        for module in (candidates, rank_fusion, bm25, document_names, quotes, reranking)
        for name in written
        if hasattr(module, name)
    }
    assert written == there
    listed = re.findall(
        r"^\| `([a-z_]+)` \|", text.split("gradient-boosted trees")[1], re.MULTILINE
    )
    assert tuple(listed[: len(abstention.FEATURES)]) == abstention.FEATURES


def shell_lines(start: str) -> list[str]:
    """The lines of the pages' shell examples that begin with a command."""
    lines = [line.removeprefix("$ ") for block in fenced("console") for line in block.splitlines()]
    return [line for line in lines if line.startswith(f"{start} ")]


@pytest.mark.parametrize("line", shell_lines("kb"))
def test_a_command_of_the_pages_is_understood(line: str) -> None:
    name, rest = named(shlex.split(line, comments=True))
    with COMMANDS[name].make_context(name, rest) as context:  # parses; does not run
        assert not context.args


@pytest.mark.parametrize("line", shell_lines("curl"))
def test_a_request_of_the_pages_has_a_route(line: str, kb: KnowledgeBase) -> None:
    words = shlex.split(line)
    [address] = [word for word in words if word.startswith("http://127.0.0.1:8321/")]
    asked = "/" + address.split("8321/", 1)[1].split("?")[0]
    sends = any(word in ("-d", "-F") for word in words)
    method = words[words.index("-X") + 1] if "-X" in words else "POST" if sends else "GET"
    assert any(
        method == known and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), asked)
        for known, path in routes(create_app(kb))
    )


@pytest.mark.model
def test_the_llamaindex_example_runs(
    kb: KnowledgeBase,
    chat: ScriptedChat,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As it stands in docs/llamaindex.md, over a store with fake models."""
    [example] = fenced("python")
    put(kb, "harbour-road-leases", "lease.txt", "The monthly rent is 5,000 dollars.")
    put(kb, "elsewhere", "lease.txt", "The monthly rent is 9,000 dollars.")
    chat.reply = "The monthly rent is 5,000 dollars [1]."
    monkeypatch.setattr(kb_wiring, "open_kb", lambda _: kb)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the vendor's own deprecations, at import
        exec(compile(example, "llamaindex.md", "exec"), {})
    said = capsys.readouterr().out
    assert "1.0 lease.txt The monthly rent is 5,000 dollars." in said
    assert "5,000 dollars [1]" in said
    assert "9,000" not in said
