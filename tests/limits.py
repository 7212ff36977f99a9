"""The size limits of the house: short files and functions, few files a folder, no circles."""

import ast
import sys
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("kb", "ingest", "api", "data")
LOCAL = ROOT / "data" / "local"
"""What the project makes here, a peer's libraries for the benches among it."""
MOST_FILE_LINES = 300
MOST_FUNCTION_LINES = 45
MOST_PARAMETERS = 5
MOST_FILES = 15
"""Python files of one folder, `__init__.py` not counted."""


def outgrown(path: Path, root: Path = ROOT) -> list[str]:
    """What in this file is over a limit, one line each. Parameters after `*` are options."""
    text = path.read_text("utf-8")
    name = path.relative_to(root)
    found = []
    if text.count("\n") > MOST_FILE_LINES:
        found.append(f"{name}: {text.count(chr(10))} lines")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MOST_FUNCTION_LINES:
                found.append(f"{name}:{node.lineno} {node.name}: {lines} lines")
            positional = [a.arg for a in node.args.posonlyargs + node.args.args]
            count = len([a for a in positional if a not in ("self", "cls")])
            if count > MOST_PARAMETERS and not _is_command(node):
                found.append(f"{name}:{node.lineno} {node.name}: {count} parameters")
    return found


def crowded(files: Sequence[Path], root: Path = ROOT) -> list[str]:
    """The folders that hold more files than one can take in at a glance, one line each."""
    held = Counter(file.parent for file in files if file.name != "__init__.py")
    return [
        f"{folder.relative_to(root)}: {count} files, and a folder has at most {MOST_FILES}"
        for folder, count in sorted(held.items())
        if count > MOST_FILES
    ]


def circle(files: Sequence[Path], root: Path = ROOT) -> str | None:
    """A shortest circle of folders as a sentence; None where the imports make none.

    A folder is a room. The files right below a package of the root are rooms of their own:
    some of them are the ground that all others stand on, some know everything.
    """
    arrows = _arrows(files, root)
    ways = [way for room in sorted(arrows) if (way := _back_to(room, arrows))]
    if not ways:
        return None
    way = min(ways, key=len)
    steps = [f"{b} (in {arrows[a][b]})" for a, b in pairwise(way)]
    return f"A circle of folders: {way[0]} imports {', which imports '.join(steps)}."


def _arrows(files: Sequence[Path], root: Path) -> dict[str, dict[str, str]]:
    """By room, the rooms that it imports, each with a file that does."""
    rooms = {_module(file, root): _room(file, root) for file in files}
    arrows: dict[str, dict[str, str]] = {room: {} for room in rooms.values()}
    for file in sorted(files):
        here = rooms[_module(file, root)]
        for name in _imported(file):
            there = rooms.get(name) or rooms.get(name.rpartition(".")[0])
            if there not in (None, here):
                arrows[here].setdefault(str(there), str(file.relative_to(root)))
    return arrows


def _module(file: Path, root: Path) -> str:
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _room(file: Path, root: Path) -> str:
    path = file.relative_to(root)
    return str(path if len(path.parts) == 2 else path.parent)


def _imported(file: Path) -> Iterator[str]:
    """The modules, and names in modules, that a file imports anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _back_to(room: str, arrows: dict[str, dict[str, str]]) -> list[str] | None:
    """The shortest way along the arrows from a room to itself."""
    ways = deque([[room]])
    seen: set[str] = set()
    while ways:
        way = ways.popleft()
        for following in arrows[way[-1]]:
            if following == room:
                return [*way, room]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return None


def _is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A command's parameters are its options; typer passes them by name."""
    return any(isinstance(a.annotation, ast.Subscript | ast.Name) for a in node.args.args) and any(
        "typer" in ast.unparse(a.annotation) for a in node.args.args if a.annotation
    )


def main() -> int:
    there = [p for room in ROOMS for p in (ROOT / room).rglob("*.py")]
    files = sorted(path for path in there if LOCAL not in path.parents)
    tests = list((ROOT / "tests").rglob("test_*.py"))
    found = [line for path in files for line in outgrown(path)] + crowded(files) + crowded(tests)
    packages = [path for path in files if "data" not in path.relative_to(ROOT).parts]
    if sentence := circle(packages):
        found.append(sentence)
    print("\n".join(found) if found else f"{len(files)} files within the size limits")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
