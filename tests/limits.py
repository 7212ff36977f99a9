"""The size limits of the house: files under 300 lines, functions under 40, five parameters."""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCAL = ROOT / "data" / "local"
"""What the project makes here, a peer's libraries for the benches among it."""
MOST_FILE_LINES = 300
MOST_FUNCTION_LINES = 45
MOST_PARAMETERS = 5


def outgrown(path: Path) -> list[str]:
    """What in this file is over a limit, one line each. Parameters after `*` are options."""
    text = path.read_text("utf-8")
    name = path.relative_to(ROOT)
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


def _is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A command's parameters are its options; typer passes them by name."""
    return any(isinstance(a.annotation, ast.Subscript | ast.Name) for a in node.args.args) and any(
        "typer" in ast.unparse(a.annotation) for a in node.args.args if a.annotation
    )


def main() -> int:
    there = [p for room in ("kb", "ingest", "api", "data") for p in (ROOT / room).rglob("*.py")]
    files = [path for path in there if LOCAL not in path.parents]
    found = [line for path in sorted(files) for line in outgrown(path)]
    print("\n".join(found) if found else f"{len(files)} files within the size limits")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
